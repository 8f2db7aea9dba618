import Grading

// The guide for instructors.
extension Book {
  var instructors: String {
    [
      #"""
      What you need to teach from this book: a plan by weeks, and how to hand out, collect
      and grade the homework. Everything works offline on a laptop;
      [Gradescope](https://www.gradescope.com) is one way to collect and grade, and not
      needed.

      ## A plan by weeks

      A chapter is a week: two lectures and one class with laptops. Derive at the board up
      to the numbered equation, run the program, then let students plant an error: change a
      sign in the function that implements the equation, run its test, and read what the
      check says.
      """#,
      weeks,
      #"""
      With six weeks, take chapters 1 and 3 to 6, and then the one that your students will
      use. What is left of a term is for the projects at the ends of the chapters: each is
      an experiment with one chapter's program.

      ## Hand it out

          swift run homework release ~/vae-students

      writes the package that students get, into a new folder: everything but the solutions,
      the tests that hold them, the history and the build. The command reads all that it
      wrote again. If a line of a solution got into another file, or an exercise is not as
      it is shipped, it says which, and writes nothing. Zip the folder, or make a repository
      of it.

      Students write in `Chapters/chNN-…/Exercises.swift`, one function an exercise, and run

          swift run homework            # the score board
          swift run homework 3.2        # one exercise: what was checked, and what is wrong
          swift run homework 3.2 --hint

      The checks are theirs too. They hold no solution: expected values come from
      quadrature, finite differences, enumeration or sampling.

      ## Collect it

      A submission is a folder with `Exercises.swift` files, each in a folder that is named
      after its chapter, at any depth. From the package's folder, this packs them:

          zip homework.zip Chapters/*/Exercises.swift

      A file named after its chapter (`ch03.swift`) counts too, and if you grade a single
      chapter, any `Exercises.swift`. Unpack archives yourself.

      Nothing else of a submission is read: changed checks, manifests, extra files are
      ignored, and named in the results. Symbolic links, pipes, files above one mebibyte and
      files that are no text in UTF-8 are refused. Where a chapter has two files, neither is
      taken.

      ## Grade it on your own machine

          swift run homework grade class/* --chapter 3,4 --secret WORD --out results --csv class.csv

      grades each folder or file in `class` by itself, in the order of the names: one file
      of results for each, and a row for each in the table. A right answer is worth the
      exercise's points, any other nothing. A chapter that does not compile costs the points
      of that chapter, and the student gets the compiler's first message.

      *Hidden cases.* All inputs of a check follow from a seed. Students see the case of
      seed 1; it is followed by hidden cases (two, or as many as `--seeds` says), whose
      seeds follow from the word after `--secret`. An answer that was fitted to the case
      that students see is right there and wrong in the others: it is worth nothing. Take a
      new word each term. Without one the word is the one that `--help` shows to everybody.

      *Again.* What was found for a file is kept in `.build/grading`. You can stop the
      command at any time and start it again, or run it again when three students have
      handed in late: the same bytes, with the same checks and the same word, are not
      examined twice, and the results are the same bytes too.

      ## Grade it on Gradescope

      Gradescope wants an archive with `setup.sh` and `run_autograder` in it; both are in
      `Sources/homework/Gradescope`.

          swift run homework release ~/autograder/book
          cp Sources/homework/Gradescope/* ~/autograder/
          echo 'a word of your own' > ~/autograder/secret
          echo 3,4 > ~/autograder/chapters          # leave it out if all chapters count
          (cd ~/autograder && zip -qr ../autograder.zip .)

      In the assignment's settings choose an Ubuntu image and the largest container, upload
      the archive, and test it with the shipped exercises (no points) and with your own
      solution. `setup.sh` installs Swift and compiles every chapter once, so that a
      submission compiles what was handed in and no more. It compiles for any x86-64
      processor of the last ten years, because the machine that grades need not be the one
      that built the image.

      The results follow Gradescope's
      [specification](https://gradescope-autograders.readthedocs.io/en/latest/specs/). Each
      exercise has two tests: one for the case that students see, always visible, which
      informs; and one with the points, for the hidden cases, which is visible after you
      publish the grades (`--visibility` changes that). As long as a test is hidden,
      Gradescope shows students no total. With `--seeds 0` there are no hidden cases, and
      the visible tests carry the points.

      ## What the diagnosis says

      A check stops at the first number that is wrong and shows where it is, what was
      expected, what was found, and their ratio. Then, in brackets, what such a difference
      usually means:

      | what is found | what it usually means |
      | --- | --- |
      | the ratio is −1 everywhere | a sign |
      | the ratio is 2 or ½ everywhere | a factor that was forgotten, or is there twice |
      | the ratio is 1/n, or n, everywhere | a mean where a sum is meant, or the reverse |
      | one difference everywhere | a term is dropped, often a constant |
      | the value is right, its gradient is not | a derivative by another parameter: by σ² for by log σ² |
      | right on average, with the wrong variance | σ for σ² when sampling |
      | not a number, or infinite | a logarithm of 0, or an exponential without its largest term taken out |
      | exactly what a known mistake gives | the mistake by name: "the divergence of p from q" |

      A diagnosis is a guess. It is right for each of the wrong answers that the tests of
      the exercise try, at least three of them.

      ## What isolation protects against, and what it does not

      What students wrote runs in processes of their own, fresh ones for each exercise,
      without your environment and with limits on time and memory. Such a process gets
      inputs and sends numbers back; the grader compares, in its own process. So a trap, an
      endless loop, endless recursion, a huge allocation, `exit(0)`, a flood of output, or
      something that is no number costs the exercise at hand and nothing else, and printing
      "all tests passed" achieves nothing. Every question is asked again in a second
      process, so that an answer that depends on the clock or on what was asked before is
      refused. A file that keeps the compiler busy for ever is given up after some minutes.

      It does **not** protect you from somebody who means harm:

      - The code runs with your rights. It can read and write what you can, use the network,
        end other processes of yours and leave some behind. It could look for the word of
        the hidden cases, for other students' work and for the files of results. Grade in a
        container or a virtual machine with nothing else in it; Gradescope does. `--secret
        -` reads the word from standard input, so that it does not stand in the list of
        processes.
      - The checks see numbers, not derivations. Whoever integrates numerically where a
        closed form is asked for passes. If the derivation counts, ask for it on paper.
      - It does not notice that two students handed in the same.

      ## Add an exercise

      1. Write the function in the chapter's `Exercises.swift`: its doc comment says what to
         derive and what to implement, the shapes and the units, and its body is `throw
         NotAttempted()`.
      2. In `Answers.swift` beside it, call the function: tensors in, tensors out, under the
         exercise's number.
      3. In `Sources/Grading/Sheets`, add the `Exercise`: title, points, difficulty, two or
         three hints, and the check. Draw all inputs from `exam.random`, and find expected
         values in another way than the one asked for.
      4. Write the solution in `Tests/GradingTests/Solutions`, and a test with at least
         three wrong answers beside it. `swift test --filter GradingTests` then shows that
         five seeds take the solution and refuse the rest.
      5. Say on the chapter's page what it is about, and weave: `swift run book`. The table
         below comes from the sheets.

      The first exercise of a chapter needs two lines more: `hasExercises: true` in
      `Package.swift`, and the sheet in `ExerciseSheet.all`.

      ## All exercises
      """#,
      exercises,
    ].joined(separator: "\n\n")
  }

  /// What to do in which week, as far as the book has the chapters.
  private var weeks: String {
    let rows = chapters.enumerated().map { week, chapter in
      let sheet = ExerciseSheet.all.first { $0.chapterNumber == chapter.number }
      let points = sheet.map { String($0.exercises.reduce(0) { $0 + $1.points }) } ?? ""
      let plan = Self.plan[chapter.number] ?? ("", "")
      return "| \(week + 1) | \(link(chapter.number, chapter.title)) | \(plan.board)"
        + " | \(plan.laptops) | \(points) |"
    }
    return
      (["| week | chapter | at the board | with laptops | points |"]
      + ["| ---: | --- | --- | --- | ---: |"] + rows).joined(separator: "\n")
  }

  /// What to derive, and what to let students try, by the chapter's number.
  private static let plan: [Int: (board: String, laptops: String)] = [
    1: (
      "the chain rule backwards; sum and broadcast as transposes; why a step can be too small",
      "find the best step of a difference, then break a gradient and see the slope fall to 1"
    ),
    2: (
      "back-propagation through two layers; the linear autoencoder is principal component analysis",
      "decode codes that no digit has"
    ),
    3: (
      "Gibbs' inequality; the divergence of Gaussians and its gradient",
      "fit one Gaussian to two modes, in both directions; compare three estimators"
    ),
    4: (
      "the bound three times: Jensen, an identity, importance weights",
      "watch the gap close where log p(x) is known"
    ),
    5: (
      "two gradients of one expectation, and their variances",
      "variance against dimension; training without the path"
    ),
    6: (
      "the whole objective, and every gradient in it",
      "train on digits; samples, the latent plane, collapse"
    ),
    7: (
      "β as a price; rate against distortion; what the rate is made of",
      "move β, look at traversals, compare two scores of disentanglement"
    ),
    8: (
      "the bound given a label; priors that learn",
      "one style with ten labels; the other half of a digit"
    ),
    9: (
      "what a stop-gradient makes a gradient of", "kill codes, then revive them; draw from a prior"
    ),
    10: (
      "why more draws tighten the bound, and what they do to gradients",
      "signal against noise; the published table"
    ),
    11: ("what each use asks of p(x, z)", "denoise, impute, find what does not belong"),
    12: (
      "one claim of the class's choice, refuted",
      "each group defends one claim, and loses to a number"
    ),
  ]

  /// All exercises, and what there is to get.
  private var exercises: String {
    let all = ExerciseSheet.all.flatMap(\.exercises)
    let rows = ExerciseSheet.all.flatMap { sheet in
      sheet.exercises.enumerated().map { index, exercise in
        let chapter = index == 0 ? link(sheet.chapterNumber, "\(sheet.chapterNumber)") : ""
        return "| \(chapter) | \(exercise.number) | \(escaped(exercise.title))"
          + " | \(exercise.difficulty.rawValue) | \(exercise.points) |"
      }
    }
    let count = all.count == 1 ? "1 exercise" : "\(all.count) exercises"
    let total = "| | | \(count) | | \(all.reduce(0) { $0 + $1.points }) |"
    return
      (["| chapter | | exercise | difficulty | points |", "| --- | --- | --- | --- | ---: |"]
      + rows + [total]).joined(separator: "\n")
  }
}
