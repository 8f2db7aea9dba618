// Does the mathematics of the woven pages survive its readers?
//
//   node .ci/mathematics.js PAGE.md …
//
// Each formula must parse in KaTeX and come out as MathML, and each must pass through
// GitHub-flavoured Markdown unchanged. Needs Debian's katex and cmark-gfm; says so and stops with
// status 0 where they are missing.
const { execFileSync } = require("child_process");
const fs = require("fs");

let katex;
try {
  katex = require("/usr/share/nodejs/katex");
  execFileSync("cmark-gfm", ["--version"]);
} catch {
  console.log("skipped: needs Debian's katex and cmark-gfm (apt-get install katex cmark-gfm)");
  process.exit(0);
}

// Code first, so that a dollar sign in it is not taken for mathematics.
const withoutCode = (text) =>
  text.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
const flat = (text) => text.replace(/\s+/g, " ").trim();
const unescape = (html) =>
  html
    .replace(/<\/?(p|li|ul|ol|blockquote|td|th|tr|table|thead|tbody)[^>]*>/g, " ")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

let formulas = 0;
const faults = [];
for (const page of process.argv.slice(2)) {
  const text = withoutCode(fs.readFileSync(page, "utf8"));
  const html = flat(
    unescape(execFileSync("cmark-gfm", ["--unsafe", "-e", "table", page], { encoding: "utf8" })));
  for (const match of text.matchAll(/\$\$([^]*?)\$\$|\$([^$]+?)\$/g)) {
    formulas += 1;
    const [display, formula] = [match[1] !== undefined, match[1] ?? match[2]];
    const short = flat(formula).slice(0, 60);
    try {
      const mathml = katex.renderToString(formula.trim(), {
        displayMode: display, output: "mathml", strict: "error", throwOnError: true,
      });
      if (!mathml.includes("<math")) faults.push(`${page}: no MathML: ${short}`);
    } catch (error) {
      faults.push(`${page}: ${error.message.split("\n")[0]}: ${short}`);
    }
    if (!html.includes(flat(formula))) faults.push(`${page}: Markdown changes it: ${short}`);
  }
}
faults.forEach((fault) => console.log(fault));
console.log(`${formulas} formulas, ${faults.length} faults`);
process.exit(faults.length === 0 && formulas > 0 ? 0 : 1);
