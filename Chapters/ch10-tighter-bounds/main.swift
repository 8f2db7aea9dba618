/*:
 # 10 · Tighter bounds
 */
import Datasets
import EvidenceLowerBound
import Foundation
import KLDivergence
import Notebook
import Plots
import Reparameterization
import Tensors
import TighterBounds
import Training
import VariationalAutoencoder

let page = Page(
  "ch10-tighter-bounds", "10 · Tighter bounds",
  options: [
    .seed, .data, .dataDirectory, .figures, .quick,
    .flag("full", help: "train a model of the published table, and nothing else"),
    .integer("k", default: 1, in: 1...1_000, help: "draws a datum in training, with --full"),
    .integer(
      "passes", default: 0, in: 0...100_000,
      help: "passes over the data, with --full; 0 for as many as published"),
    .integer(
      "judged", default: 10_000, quick: 100, in: 1...10_000,
      help: "test images whose log p(x) is estimated, with --full"),
  ])

/*:
 ## The paper's table
 */
if page.flag("full") {
  fullRun()
  page.finish()
  exit(0)
}

/// Trains one model of the published table, and prints what it reached.
func fullRun() {
  let (training, test) = page.loadImages()
  let k = page.integer("k")
  let isFixed = page.choice("data", as: ImageSource.self) == .binarized
  let setting = isFixed ? PublishedSetting.pythae : .burda(k: k)
  let passes = page.integer("passes") > 0 ? page.integer("passes") : setting.passes
  let name = isFixed ? "closed-form rate" : "k = \(k)"
  page.section("\(setting.architecture.description), \(name), seed \(page.seed), \(passes) passes")
  var run = PublishedRun(setting, passes: passes, training: training, seed: page.seed)
  page.say(
    "\(training.count - setting.heldOut) images to train on, batches of \(setting.batchSize), "
      + "\(run.model.parameterCount) parameters")
  let start = ContinuousClock.now
  var said = 0
  while run.pass < passes {
    let loss = run.makePass(over: training)
    // Here a checkpoint of `run` can be written: it holds all that the next pass depends on.
    let share = 100 * run.pass / passes
    guard share > said || run.pass <= 3 || run.pass == passes else { continue }
    said = share
    page.say(
      "pass \(run.pass) of \(passes): loss \(fixed(loss, 2)), "
        + "rate \(scientific(run.adam.rate, 2)), \(duration(ContinuousClock.now - start))")
  }
  let trained = ContinuousClock.now
  let judged = test.subset(0..<min(page.integer("judged"), test.count))
  let bar = page.progress("log p(x)", total: judged.count)
  var random = Random(seed: 1, stream: 100)
  let values = run.model.logLikelihoods(
    of: judged, binarization: setting.binarization, draws: setting.evaluationDraws,
    random: &random
  ) { bar.update($0) }
  bar.finish()
  let spread = SampleSpread(Tensor(values))
  page.say(
    "−log p(x) = \(fixed(-spread.mean, 3)) ± \(fixed(spread.standardError, 3)) nats: "
      + "\(judged.count) test images, \(setting.evaluationDraws) draws each, "
      + "after \(passes) passes; training \(duration(trained - start)), "
      + "estimate \(duration(ContinuousClock.now - trained))")
}
page.finish()
