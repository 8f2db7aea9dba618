// Measures how fast the package is here: `swift run -c release bench --help`.

import Datasets
import Foundation
import Notebook

do {
  exit(try Command().run(Array(CommandLine.arguments.dropFirst())))
} catch {
  FileHandle.standardError.write(Data("bench: \(oneLine(error.message))\n".utf8))
  exit(error.status.rawValue)
}
