// swift-tools-version: 6.2
//
// Variational Autoencoders, derived and checked.
//
// This file is the table of contents. A chapter is a folder under Chapters/ that holds two targets:
// the page, `main.swift`, which `swift run ch04-elbo` runs, and, in a folder of its own beside it, the
// library that tests and later chapters import. What a chapter builds on is what it depends on; no
// arrow points back.

import Foundation
import PackageDescription

let tools: [[Target]] = [
  module("Tensors"),
  module("Datasets", buildsOn: ["Tensors"], resources: [.copy("Resources")]),
  module("Plots", buildsOn: ["Datasets"]),
  module("Training", buildsOn: ["Tensors", "Datasets"]),
  module("Notebook", buildsOn: ["Tensors", "Datasets", "Plots", "Training"]),
  module("Answering", buildsOn: ["Tensors"]),
  module("Grading", buildsOn: ["Tensors", "Datasets", "Answering", "KLDivergence"]),
  program("book", buildsOn: ["Datasets", "Notebook", "Grading"]),
  program(
    "homework", buildsOn: ["Datasets", "Notebook", "Grading"], exclude: ["Gradescope"]),
  program(
    "bench",
    buildsOn: ["Tensors", "Training", "Datasets", "Notebook", "VariationalAutoencoder"]),
]

let book: [[Target]] = [
  chapter("ch01-tensors", "FiniteDifferences", hasExercises: true),
  chapter("ch02-autoencoder", "Autoencoder", hasExercises: true),
  chapter("ch03-kl-divergence", "KLDivergence", hasExercises: true),
  chapter("ch04-elbo", "EvidenceLowerBound", buildsOn: ["KLDivergence"], hasExercises: true),
  chapter("ch05-reparameterization", "Reparameterization", hasExercises: true),
  chapter(
    "ch06-vae", "VariationalAutoencoder", buildsOn: ["KLDivergence", "Reparameterization"],
    resources: [.copy("explorer.html")], fixtures: ["Fixtures"], hasExercises: true),
  chapter(
    "ch07-beta-vae", "BetaVAE",
    buildsOn: [
      "FiniteDifferences", "KLDivergence", "Reparameterization", "VariationalAutoencoder",
    ], hasExercises: true),
  chapter(
    "ch08-conditional-vae", "ConditionalVAE",
    buildsOn: ["KLDivergence", "Reparameterization", "VariationalAutoencoder"], hasExercises: true),
  chapter(
    "ch09-vq-vae", "VectorQuantization",
    buildsOn: ["KLDivergence", "Reparameterization", "VariationalAutoencoder"], hasExercises: true),
  chapter(
    "ch10-tighter-bounds", "TighterBounds",
    buildsOn: [
      "Autoencoder", "KLDivergence", "EvidenceLowerBound", "Reparameterization",
      "VariationalAutoencoder",
    ], resources: [.copy("published.json")], hasExercises: true),
  chapter(
    "ch11-applications", "Applications",
    buildsOn: [
      "Autoencoder", "KLDivergence", "EvidenceLowerBound", "Reparameterization",
      "VariationalAutoencoder",
    ], hasExercises: true),
  chapter(
    "ch12-formula-clinic", "FormulaClinic",
    buildsOn: [
      "KLDivergence", "EvidenceLowerBound", "Reparameterization", "VariationalAutoencoder",
    ], hasExercises: true),
]

/// A shared module: its sources under Sources/, its tests under Tests/.
func module(
  _ name: String, buildsOn: [Target.Dependency] = [], resources: [Resource]? = nil
) -> [Target] {
  [
    .target(name: name, dependencies: buildsOn, resources: resources),
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + buildsOn),
  ]
}

/// A program that is no chapter: its sources under Sources/, its tests under Tests/.
func program(
  _ name: String, buildsOn: [Target.Dependency], exclude: [String] = []
) -> [Target] {
  [
    .executableTarget(name: name, dependencies: buildsOn, exclude: exclude),
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + buildsOn),
  ]
}

/// A chapter: its page and its library in one folder under Chapters/, its tests under Tests/, where
/// `fixtures` are the folders with files that tests read.
func chapter(
  _ folder: String, _ library: String, buildsOn: [Target.Dependency] = [],
  resources: [Resource]? = nil, fixtures: [String] = [], hasExercises: Bool = false
) -> [Target] {
  let shared: [Target.Dependency] = ["Tensors", "Training", "Datasets", "Plots", "Notebook"]
  let path = "Chapters/" + folder
  let homework = ["Exercises.swift", "Answers.swift"]
  let exercises: [Target] = [
    .executableTarget(
      name: "homework-" + folder.prefix(4),
      dependencies: ["Answering", "Tensors", .byName(name: library)],
      path: path, exclude: [library, "README.md", "main.swift"], sources: homework)
  ]
  return (hasExercises ? exercises : []) + [
    .target(
      name: library, dependencies: ["Tensors", "Training", "Datasets"] + buildsOn,
      path: path + "/" + library, resources: resources),
    .executableTarget(
      name: folder, dependencies: [.byName(name: library)] + shared + buildsOn,
      path: path, exclude: [library, "README.md"] + (hasExercises ? homework : [])),
    .testTarget(
      name: library + "Tests", dependencies: [.byName(name: library)] + shared + buildsOn,
      exclude: fixtures),
  ]
}

/// The tests that run all pages as programs.
let pages = Target.testTarget(
  name: "PagesTests",
  dependencies: book.flatMap { $0 }.filter { $0.type == .executable && $0.name.hasPrefix("ch") }.map
  { .byName(name: $0.name) }
)

// The tests of the homework run its programs, and one whose answers do harm.
let harm = Target.executableTarget(
  name: "HostileAnswers", dependencies: ["Answering", "Tensors"], path: "Tests/HostileAnswers")
for target in tools.flatMap({ $0 }) where ["GradingTests", "homeworkTests"].contains(target.name) {
  target.dependencies.append("HostileAnswers")
  guard target.name == "GradingTests" else { continue }
  target.dependencies += book.flatMap { $0 }.filter { $0.name.hasPrefix("homework-") }.map {
    .byName(name: $0.name)
  }
}

/// Whether this is a release for students, which comes without the tests that hold solutions.
let isRelease = false
let withheld = isRelease ? ["GradingTests", "HostileAnswers", "homeworkTests"] : []

let package = Package(
  name: "variational-autoencoders",
  platforms: [.macOS(.v14)],
  targets: ((tools + book).flatMap { $0 } + [pages, harm]).filter { !withheld.contains($0.name) })

// Numeric code is 50 to 100 times slower unoptimised, and `swift run` builds for debugging: so the
// libraries are optimised there too. On Linux, `-march=native` lets fused multiply-add be one
// instruction; Apple silicon has it anyway. `VAE_MARCH=x86-64-v3 swift build` builds for another
// processor. With 512-bit registers, matrix products take wider tiles.
let march = ProcessInfo.processInfo.environment["VAE_MARCH"] ?? "native"
let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
let isWide = march == "x86-64-v4" || (march == "native" && processor.contains("avx512vl"))
for target in package.targets {
  var settings: [SwiftSetting] = []
  if target.type == .regular || target.name == "bench" {
    settings.append(
      .unsafeFlags(
        ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug)))
  }
  // Lets a square root be one instruction: no C function's error code is ever read.
  settings.append(.unsafeFlags(["-Xcc", "-fno-math-errno"], .when(platforms: [.linux])))
  #if arch(x86_64)
    settings.append(.unsafeFlags(["-Xcc", "-march=" + march], .when(platforms: [.linux])))
    if isWide { settings.append(.define("WIDE_VECTORS", .when(platforms: [.linux]))) }
  #endif
  target.swiftSettings = settings
  if target.name == "bench" {
    // Memory is asked for through functions of bench, which count.
    let names = ["malloc", "posix_memalign", "aligned_alloc"]
    target.linkerSettings = [
      .unsafeFlags(
        names.flatMap { ["-Xlinker", "--defsym=\($0)=bench_\($0)"] }, .when(platforms: [.linux]))
    ]
  }
}
