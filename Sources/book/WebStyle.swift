/// The frame of each page of the web edition.
let siteTemplate = """
  <!DOCTYPE html>
  <html lang="en-GB">
  <head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>$pagetitle$</title>
  <link rel="stylesheet" href="style.css">
  </head>
  <body>
  <header><a href="index.html">Variational Autoencoders, derived and checked</a></header>
  <details class="toc"><summary>On this page</summary>
  $toc$
  </details>
  <main>
  $body$
  </main>
  </body>
  </html>

  """

/// The style of the web edition: light and dark, on paper, and on a phone. What is wide scrolls in
/// its own box.
let siteStyle = """
  :root { --ink: #1c1e21; --quiet: #5b6168; --ground: #fff; --box: #f5f6f8; --rule: #d5d9de;
    --link: #0b57d0; --keyword: #9b2393; --type: #3900a0; --string: #c41a16; --number: #1c00cf;
    --comment: #4d6b3f; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e3e5e8; --quiet: #9aa1a9;
    --ground: #16181b; --box: #202327; --rule: #3a3f45; --link: #8ab4f8; --keyword: #ff7ab2;
    --type: #d0a8ff; --string: #ff8170; --number: #d9c97c; --comment: #9cc58a; } }
  * { box-sizing: border-box; }
  html { color: var(--ink); background: var(--ground); font: 1.06rem/1.6 Georgia, serif; }
  body { max-width: 50rem; margin: 0 auto; padding: 0 1rem 4rem; overflow-wrap: break-word; }
  header { padding: 1rem 0; border-bottom: 1px solid var(--rule); }
  header, summary, th, td, h1, h2, h3, .equation + p { font-family: system-ui, sans-serif; }
  h1, h2, h3 { line-height: 1.25; margin: 2.2em 0 .6em; }
  h1 { font-size: 1.9rem; margin-top: 1em; }
  a { color: var(--link); }
  img { display: block; max-width: 100%; height: auto; margin: 1em auto; }
  hr { border: 0; border-top: 1px solid var(--rule); margin: 3em 0 1em; }
  summary { cursor: pointer; color: var(--quiet); font-size: .9rem; }
  .toc { margin: 1rem 0; }
  .toc ul { list-style: none; padding-left: 1em; }
  pre, code { font: .78rem/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  pre { background: var(--box); border: 1px solid var(--rule); border-radius: 6px;
    padding: .7em .9em; overflow-x: auto; }
  pre.text { border-left: .3em solid var(--quiet); }
  code a { color: inherit; text-decoration: none; }
  table { display: block; overflow-x: auto; border-collapse: collapse; font-size: .88rem;
    font-variant-numeric: tabular-nums; margin: 1em 0; }
  th, td { padding: .3em .8em; border-bottom: 1px solid var(--rule); }
  .equation { display: flex; align-items: center; gap: 1em; }
  .equation p { margin: .4em 0 0; }
  .equation p:first-child { flex: 1; min-width: 0; }
  .equation + p { font-size: .85rem; color: var(--quiet); }
  p { margin: .5em 0; padding-bottom: .5em; overflow-x: auto; overflow-y: hidden; }
  td:last-child { min-width: 14em; } td code { white-space: nowrap; }
  .kw, .cf, .im { color: var(--keyword); } .dt, .bu { color: var(--type); }
  .st, .ch { color: var(--string); } .dv, .fl { color: var(--number); }
  .co, .do { color: var(--comment); }
  @media print { :root { --ink: #000; --ground: #fff; --box: #fff; --link: #000; }
    body { max-width: none; } .toc, header { display: none; }
    pre { white-space: pre-wrap; } pre, table, img, .equation { break-inside: avoid; }
    h1, h2, h3 { break-after: avoid; } }

  """
