import Datasets
import Foundation
import Grading
import Notebook

/// What is to be examined, and how.
struct Request {
  /// The sheets that it is on.
  let sheets: [ExerciseSheet]
  /// The one exercise, if it is one.
  let exercise: Exercise?
  /// How many hints are wanted, if any are.
  let hints: Int?
  var seed: UInt64 = 1
  var limits = Limits()
  var jobs = 2

  /// Reads the words of a command line: nothing, `3`, `ch03`, `ch03-kl-divergence`, `3.2`; and a number of
  /// hints.
  init(
    _ words: [String], wantsHint: Bool, of sheets: [ExerciseSheet]
  ) throws(InputError) {
    var words = words
    if wantsHint {
      let place = words.lastIndex { !$0.contains(".") }
      let text = place.map { words.remove(at: $0) } ?? "1"
      guard let count = Int(text), count > 0 else {
        throw .usage("--hint takes the number of hints from 1 up, not \(quoted(text))")
      }
      hints = count
    } else {
      hints = nil
    }
    guard words.count <= 1 else {
      throw .usage("unexpected argument \(quoted(words[1])): give one chapter or one exercise")
    }
    guard let word = words.first else {
      self.sheets = sheets
      exercise = nil
      return
    }
    let number = word.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init)
    let sheet = sheets.first { sheet in
      sheet.chapter == word || sheet.chapter.hasPrefix(word + "-") || sheet.number == number
    }
    guard let sheet else {
      let chapters = sheets.map(\.number).joined(separator: ", ")
      throw .usage("no chapter \(quoted(number ?? word)) with exercises: there are \(chapters)")
    }
    self.sheets = [sheet]
    guard word.contains(".") else {
      exercise = nil
      return
    }
    exercise = sheet.exercises.first { $0.number == word }
    guard exercise != nil else {
      let numbers = sheet.exercises.map(\.number).joined(separator: ", ")
      throw .usage("no exercise \(quoted(word)): there are \(numbers)")
    }
  }
}

extension ExerciseSheet {
  /// The chapter's number, as people write it: `3`.
  var number: String {
    String(chapter.dropFirst(2).prefix { $0.isNumber }.drop { $0 == "0" })
  }
}
