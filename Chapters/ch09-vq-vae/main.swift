/*:
 # 9 · Codes from a codebook

 The latent of chapter 6 is a point of a continuous space. In this chapter it is a choice: a few
 entries of a learned table, the *codebook*. An image becomes a short row of whole numbers, as a
 sentence is a row of words. A choice has no derivative, so the method replaces derivatives by
 rules. The chapter says exactly which gradient it follows, and how such a gradient can be checked
 at all.

 **What you will be able to do**

 - quantise an encoding, send a gradient past the step that has none, and say what that gradient is
   of;
 - place each stop-gradient, and check a loss with stop-gradients against finite differences;
 - keep a codebook by moving averages, see codes die, and bring them back;
 - read a vector-quantised autoencoder as a bound on $\log p(x)$, and measure the bound's gap
   exactly;
 - fit a prior over codes, count the bits that it saves, and draw digits from it;
 - relax a choice by Gumbel noise, and predict the bias and the variance of its gradient.
 */
import Datasets
import KLDivergence
import Notebook
import Plots
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder
import VectorQuantization

let page = Page(
  "ch09-vq-vae", "9 · Codes from a codebook",
  options: [
    .seed, .epochs(40, quick: 2), .data, .dataDirectory, .figures, .quick,
    .integer("codes", default: 64, in: 2...4096, help: "number of codes in the codebook"),
  ])
let (training, test) = page.loadImages()  // first, so that a missing file is told at once

/*:
 ## 9.1 The nearest code

 The codebook holds $K$ vectors $e_1, \dots, e_K$ of $d$ numbers each: the *codes*. The encoder
 gives a vector $z$ of $d$ numbers, the *encoding*. *Quantising* replaces it by the nearest code,

 $$
 k = \mathrm{argmin} \lbrace \Vert z - e_j \Vert^2 : j = 1, \dots, K \rbrace ,
 $$

 and the decoder sees $e_k$ in the place of $z$. All that is left of $z$ is the index $k$, one of
 $K$: $\log_2 K$ bits if you write it down plainly.

 How do you find it for thousands of encodings at once? Expand the square:
 $\Vert z - e_j \Vert^2 = \Vert z \Vert^2 - 2 z^\top e_j + \Vert e_j \Vert^2$. The first part is the
 same for all codes. Drop it, and divide by $-2$, which turns the smallest into the largest:

 $$
 k = \mathrm{argmax} \left\lbrace z^\top e_j - \frac 1 2 \Vert e_j \Vert^2 : j = 1, \dots, K \right\rbrace \tag{nearest-code}
 $$

 One matrix product gives all of these numbers. A tie goes to the first code.

 The points that share a code are its *cell*. Between two codes the border is where both are equally
 far, a straight line in the plane, so every cell is a polygon. Here are eight codes for 900 points
 about a circle; each code was put on one of the points.
 */
page.section("9.1 The nearest code")
var ringRandom = Random(seed: page.seed, stream: 1)
let turn: Tensor<Double> = ringRandom.uniform([900, 1]) * 6.283185307179586
let ring: Tensor<Double> =
  2 * concatenated([cos(turn), sin(turn)], axis: 1) + 0.35 * ringRandom.normal([900, 2])
let ringStart = ring.rows(at: Array(0..<8))
func ringDistance(_ codebook: Tensor<Double>) -> Double {
  let frozen = FrozenCopies(encodings: ring, codebook: codebook)
  return codebookTerm(codebook, frozen: frozen).mean().scalar
}
func ringCells(_ title: String, _ codebook: Tensor<Double>) -> ScatterPlot {
  let both = concatenated([ring, codebook], axis: 0)
  func column(_ index: Int) -> [Double] { both.sliced(axis: 1, index..<index + 1).scalars }
  return ScatterPlot(
    title: title, description: "Points about a circle, coloured by the nearest of eight codes.",
    x: Axis("z_{1}"), y: Axis("z_{2}"), points: (x: column(0), y: column(1)),
    classes: nearestCodes(ring, codebook: codebook) + [Int](repeating: 8, count: 8),
    classNames: (1...8).map { "cell \($0)" } + ["codes"], equalAspect: true)
}
let ringUsage = CodeUsage(nearestCodes(ring, codebook: ringStart), codes: 8)
page.say("points of each code: " + ringUsage.counts.map(String.init).joined(separator: ", "))
page.say("mean squared distance to the nearest code: \(fixed(ringDistance(ringStart), 4))")

/*:
 ## 9.2 What moves what

 Now put the step between an encoder and a decoder, and try to train. The decoder gives
 $\log p(x \mid e_k)$, the log-likelihood of the datum given its code. Three things should move: the
 decoder, the encoder, the codebook. The decoder is easy; its input is $e_k$, and back-propagation
 gives its gradient.

 The encoder is not. Move $z$ a little: it stays in its cell, $k$ stays, $e_k$ stays. The derivative
 of $e_k$ by $z$ is 0 wherever it exists. Back-propagation would tell the encoder nothing, and that
 would be right, as a derivative, and useless.

 **Straight through.** Let $g$ be the cotangent of the decoder's input: the direction in which the
 loss rises. The encoder should move $z$ towards where codes are better. If $e_k$ should move along
 $-g$, then, if codes lie densely, moving $z$ along $-g$ will reach a code there. So hand $g$ on to
 $z$ as it is: act as if the derivative of the step were 1. To write that as a formula, let a bar
 mark a *frozen* copy: the same value, held constant when derivatives are taken. Programs write it
 as `stopGradient` or `detach`. The decoder reads

 $$
 z + (\bar e_k - \bar z). \tag{straight-through}
 $$

 Its value is $e_k$, since $z$ and $\bar z$ are equal. Its derivative by $z$ is 1, by the codebook
 0.

 This gradient is no derivative of the loss. Section 9.9 measures how far a similar estimator is
 from one.

 **The codebook.** From (straight-through) the codes hear nothing. They get a term of their own:
 each should be where its encodings are. The encodings are frozen in it, because the codes should
 move to them, not they to the codes:

 $$
 C = \Vert \bar z - e_k \Vert^2 \tag{codebook-term}
 $$

 **Commitment.** Nothing yet keeps $z$ near a code, and the argument for handing $g$ on needs it
 near. Encodings could also grow without end, with the codes running after them. So a third term
 pulls $z$ to its code, and this time the code is frozen:

 $$
 M = \Vert z - \bar e_k \Vert^2 \tag{commitment-term}
 $$

 Together, with a weight $\beta$ on the last, an image with $n$ codes has the loss

 $$
 L = -\log p(x \mid e_{k_1}, \dots, e_{k_n}) + \sum_{i=1}^{n} (C_i + \beta M_i), \tag{vq-loss}
 $$

 averaged over images. (This is another $\beta$ than the weight of the rate in chapter 6.) Van den
 Oord et al. (2017) use $\beta = 0.25$, and so does this chapter. (Their equation 3 prints the first
 term without its minus sign.) As *values*, $C$ and $M$ are the same number. As functions they are
 not, and the difference is all in the bars.

 ### The gradients

 Let many encodings $z_i$ share the codebook, and let $n_k$ of them have code $k$. The sum of the
 codebook terms holds $e_k$ in those $n_k$ terms only, each with the derivative
 $2 (e_k - \bar z_i)$. Add them up:

 $$
 \frac{\partial}{\partial e_k} \sum_i C_i = 2 \left( n_k e_k - \sum_{i : k_i = k} \bar z_i \right) \tag{codebook-gradient}
 $$

 Each encoding is in one commitment term:

 $$
 \frac{\partial}{\partial z_i} \sum_i M_i = 2 (z_i - \bar e_{k_i}) \tag{commitment-gradient}
 $$

 Write $\delta$ for a cotangent, as chapter 6 does, and $B$ for the number of images. The decoder's
 back-propagation ends in $\delta_e$ at its input. Then the encoder's begins with

 $$
 \delta_z = \delta_e + \frac{2 \beta}{B} (z - \bar e_k), \tag{vq-gradient}
 $$

 and the codebook's gradient is *codebook-gradient* over $B$, with nothing from the decoder. Dense
 layers go on as chapter 6 derived (*dense-backward*).

 ## 9.3 A check that can tell

 Every gradient in this book is held against finite differences. Here that seems to fail. Move a
 weight of the encoder by $h$ and compute the loss again. All copies are made anew at the moved
 point, so bars do not exist for a difference: it sees $C$ and $M$ as $\Vert z - e_k \Vert^2$ both,
 moving with either side, and $e_k$ as constant in $z$. It measures the derivative of the loss's
 *value*: by $z$, $2 (1 + \beta)(z - e_k)$ and nothing from the decoder; by $e_k$,
 $2 (1 + \beta)(e_k - z)$ and the whole of $\delta_e$. The method wants neither. So a difference of
 the value rejects the right code. It rejects wrong code too, and therefore says nothing. For the
 two terms without a decoder it is worse: there differences of the value accept exactly one version,
 the one without any stop-gradient.

 The way out is to take the bars at their word. The loss has two kinds of arguments: what may move,
 and the frozen copies. Make the copies once, at the point in question, and hold them while the
 others are differenced. $L$ is then an ordinary smooth function of its unfrozen arguments, and its
 derivative at the point is what the method calls its gradient. `FrozenCopies` is such a set of
 copies: the assignments, the encodings, the codes.

 Below, three versions of the two terms: the right one; $\beta$ on the codebook term, as a widely
 used library had it (the sources name it); and no stop-gradient at all. Each is compared with both
 kinds of differences, on a small model in `Double`.
 */
page.section("9.3 A check that can tell")
var smallRandom = Random(seed: page.seed, stream: 2)
var smallModel = QuantizedAutoencoder<Double>(
  QuantizedArchitecture(
    patches: PatchGrid(side: 4, grid: 2, window: 4), encoderWidth: 5, decoderWidth: 6, codes: 3,
    codeWidth: 2), activation: .tanh, random: &smallRandom)
let smallData = Tensor<Double>(
  [2, 16], [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0].flatMap { [$0, 1 - $0 * $0] })
smallModel.codebook =
  smallModel.encode(smallData).rows(at: [0, 3, 6]) + 0.2 * smallRandom.normal([3, 2])
let smallCopies = FrozenCopies(
  encodings: smallModel.encode(smallData), codebook: smallModel.codebook)
let unfrozenOnly = Check.differences(at: smallModel, step: 0x1p-12) {
  $0.loss(of: smallData, beta: 0.25, frozen: smallCopies).scalar
}
let madeAnew = Check.differences(at: smallModel, step: 0x1p-12) {
  $0.loss(of: smallData, beta: 0.25).scalar
}
func worst(_ claim: [Double], _ measured: [Double]) -> String {
  let scale = claim.map { Swift.abs($0) }.max()!
  return scientific(zip(claim, measured).map { Swift.abs($0 - $1) }.max()! / scale, 1)
}
let versions: [(Penalty, String)] = [
  (.right, "right"), (.betaOnCodebook, "β on the codebook term"),
  (.noStopGradient, "no stop-gradient"),
]
page.table(
  ["gradient of", "copies made anew", "copies held", "verdict"],
  versions.map { penalty, name in
    let claim = valueAndGradient(at: smallModel) {
      $0.loss(of: smallData, beta: 0.25, penalty: penalty)
    }.gradient.parameters.flatMap(\.scalars)
    let error = worst(claim, unfrozenOnly)
    return [
      name, worst(claim, madeAnew), error, Double(error)! < 1e-7 ? "accepted" : "rejected",
    ]
  },
  caption: """
    The largest difference over all parameters, as a share of the largest coordinate. The verdict is that of \
    the last column.
    """)

/*:
 Copies made anew find all three wrong by a similar amount. With copies held, the right gradient
 agrees to rounding, and both errors stand out.

 ## 9.4 The codebook as moving averages

 Where should $e_k$ be, given its encodings? Let $m_k$ be their mean, and write
 $z_i - e_k = (z_i - m_k) + (m_k - e_k)$. Square, and sum over the $n_k$ encodings. The cross term
 is $2 (m_k - e_k)^\top \sum_i (z_i - m_k) = 0$, as $m_k$ is the mean. What remains, over all codes,
 is

 $$
 \sum_i \Vert z_i - e_{k_i} \Vert^2 = \sum_i \Vert z_i - m_{k_i} \Vert^2 + \sum_k n_k \Vert e_k - m_k \Vert^2 \tag{codebook-minimum}
 $$

 The first part does not hold $e$. The second is least, and 0, at $e_k = m_k$. So the best code is
 the mean of its encodings. To set codes to means, assign anew, and repeat is *k-means*, by Lloyd's
 steps: each step lowers the sum or ends it.

 In training, encodings come in batches, and they change as the encoder learns. So keep *moving
 averages*. With $n_k$ and $s_k = \sum_{i : k_i = k} z_i$ of the latest batch, and
 $0 \lt \gamma \lt 1$,

 $$
 N_k \leftarrow \gamma N_k + (1 - \gamma) \thinspace n_k, \qquad S_k \leftarrow \gamma S_k + (1 - \gamma) \thinspace s_k, \qquad e_k = \frac{S_k}{N_k} .
 $$

 Unrolled, $e_k$ is the mean of all encodings that code $k$ ever had, those of $t$ batches ago with
 the weight $\gamma^t$; what it started from fades likewise. What is one such step, seen from $e_k$?
 Write a prime for the new values, and put $S_k = N_k e_k$ in:

 $$
 e_k' - e_k = \frac{\gamma N_k e_k + (1 - \gamma) s_k - N_k' e_k}{N_k'} = \frac{(1 - \gamma)(s_k - n_k e_k)}{N_k'},
 $$

 because $\gamma N_k - N_k' = -(1 - \gamma) n_k$. Compare with *codebook-gradient*: the bracket is
 minus half of it.

 $$
 e_k' = e_k + \frac{1 - \gamma}{N_k'} (s_k - n_k e_k) = e_k - \frac{1 - \gamma}{2 N_k'} \cdot \frac{\partial}{\partial e_k} \sum_i C_i \tag{ema-step}
 $$

 So the averages are gradient descent on the codebook term, with a step size for each code that fits
 its traffic: a code with few encodings makes steps as large as a busy one. They are k-means on a
 stream. A codebook that moves in this way needs no codebook term in the loss, and no learning rate.

 On the circle, where encodings stand still, all ways should meet:
 */
page.section("9.4 The codebook as moving averages")
var lloyd = ringStart
for _ in 0..<100 {
  let frozen = FrozenCopies(encodings: ring, codebook: lloyd)
  lloyd = AssignedSums(frozen, codes: 8).means(or: lloyd)
}
var averaged = MovingCodebook(ringStart, count: 10, decay: 0.95)
var descended = ringStart
for _ in 0..<40 {
  for batch in Batches(count: 900, size: 90, random: &ringRandom) {
    let part = ring.rows(at: batch)
    averaged.update(FrozenCopies(encodings: part, codebook: averaged.codebook))
    let frozen = FrozenCopies(encodings: part, codebook: descended)
    descended = descended - 0.25 * codebookGradient(descended, frozen: frozen) / 90
  }
}
page.table(
  ["codebook", "mean squared distance", "largest distance to Lloyd's"],
  [
    ("at the start", ringStart), ("k-means, Lloyd's steps", lloyd),
    ("moving averages", averaged.codebook), ("gradient descent, one step size", descended),
  ].map { name, codes in
    let apart = square(codes - lloyd).sum(axis: 1).scalars.max()!.squareRoot()
    return [name, fixed(ringDistance(codes), 4), fixed(apart, 3)]
  }, caption: "400 batches of 90 points for the last two; all four from the same start.")
page.figure(
  Panels(
    title: "Eight codes for a circle",
    description: "Two scatter plots: at the start cells are unequal; later they share the circle.",
    figures: [
      ringCells("At the start", ringStart), ringCells("Moving averages", averaged.codebook),
    ], columns: 2, width: 1_000, rowHeight: 440),
  "cells", caption: "Points by their nearest code, before and after 400 steps of moving averages.")

/*:
 Lloyd's steps see all points at once and stop. The two that see batches keep trembling about the
 same place. K-means finds a minimum, not the least: another start may end in another place.

 ## 9.5 Digits

 Convolutions would give a grid of encodings, each for a part of the image. This book's layers are
 dense, so do by hand what a convolution with a stride does: cut the image into 4 × 4 cells of 7 × 7
 pixels, put a window of 13 × 13 pixels about each (zeros beyond the edge), and send every window
 through the same small network. It also gets a 1 in one of 16 places, which says where the window
 is. So an image has $n = 16$ codes of $d = 8$ numbers, all from one codebook. The decoder is dense,
 from all 128 numbers to 784 logits.

 As in chapter 6, pixels are drawn as 0 or 1 with their grey value as probability, and the
 likelihood is Bernoulli, so that all numbers are in nats and can be compared with that chapter's.

 How many codes are in use? Let $f_k$ be the share of all encodings that have code $k$. To count
 codes with $f_k \gt 0$ would count one that is used once in a thousand images like one that is used
 in each. Take the entropy of $f$ instead, and ask how many codes, all used alike, have that
 entropy. $m$ equal codes have the entropy $\log m$. So the answer is

 $$
 \mathrm{perplexity} = \exp \left( -\sum_{k=1}^{K} f_k \log f_k \right) = K \exp(-\mathrm{KL}(f \Vert u)), \tag{perplexity}
 $$

 where $u$ is uniform: $\mathrm{KL}(f \Vert u) = \sum_k f_k (\log f_k + \log K)$, and
 $\sum_k f_k = 1$. By Gibbs' inequality (chapter 3) it is at most $K$, and $K$ only if all codes are
 used alike.

 Codes start at encodings of the first images, drawn at random, and follow moving averages with
 $\gamma = 0.99$. A code that falls below one encoding a batch, on the moving average, is moved onto
 a random encoding of the batch; section 9.6 says why.
 */
page.section("9.5 Digits")
let codeCount = page.integer("codes")
let architecture = QuantizedArchitecture(codes: codeCount)
let positions = architecture.positions
var initial = Random(seed: page.seed, stream: 3)
var model = QuantizedAutoencoder<Float>(architecture, random: &initial)
page.say(
  "\(model.parameterCount) parameters; \(positions) codes an image, each one of \(codeCount)")
func fixedPixels(_ images: ImageSet, _ count: Int) -> Tensor<Float> {
  var drawn = Random(seed: 1, stream: 100)  // the test pixels of chapter 6
  return Binarization.stochastic(images.tensor(Array(0..<min(count, images.count))), using: &drawn)
}
let testPixels = fixedPixels(test, 1_000)
let trainingPixels = fixedPixels(training, 1_000)

var trainRandom = Random(seed: page.seed, stream: 4)
var curve: [(epoch: Int, training: QuantizedEvaluation, test: QuantizedEvaluation)] = []
var revivedInAll = 0
let bar = page.progress("training", total: page.epochs)
let every = max(1, page.epochs / 20)
model.train(on: training, QuantizedPlan(epochs: page.epochs), random: &trainRandom) {
  report, model in
  bar.update(report.epoch, "loss \(fixed(report.loss, 1))")
  revivedInAll = report.revived
  guard report.epoch % every == 0 || report.epoch == page.epochs || report.epoch == 1 else {
    return
  }
  curve.append((report.epoch, model.evaluate(trainingPixels), model.evaluate(testPixels)))
}
bar.finish()
let (history, trained) = (curve, model)
let end = history[history.count - 1]
page.table(
  ["", "reconstruction, nats", "‖z − e‖²", "perplexity", "codes in use"],
  [("training", end.training), ("test", end.test)].map { name, value in
    [
      name, fixed(value.reconstruction, 2), fixed(value.distance, 3),
      fixed(value.usage.perplexity, 1), "\(value.usage.used) of \(codeCount)",
    ]
  }, caption: "After \(end.epoch) passes; \(testPixels.shape[0]) images each, binarised once.")
let share = end.test.usage.perplexity / Double(codeCount)
page.say(
  "perplexity on test digits: \(fixed(100 * share, 0)) % of the codebook, "
    + (share > 0.5 ? "above half" : "not above half") + "; codes revived: \(revivedInAll)")

let passes = history.map { Double($0.epoch) }
func curveChart(
  _ title: String, _ axis: String, _ value: (QuantizedEvaluation) -> Double
) -> LineChart {
  LineChart(
    title: title, description: "\(title) against passes, on training and test digits.",
    x: Axis("pass"), y: Axis(axis),
    series: [
      Series("training", x: passes, y: history.map { value($0.training) }),
      Series("test", x: passes, y: history.map { value($0.test) }, style: .dashed),
    ])
}
page.figure(
  Panels(
    title: "Training",
    description: "Two charts against passes: the reconstruction and the perplexity, both rising.",
    figures: [
      curveChart("Reconstruction", "nats a digit", \.reconstruction),
      curveChart("Perplexity", "codes", \.usage.perplexity),
    ], columns: 2, width: 960, rowHeight: 320),
  "curves", caption: "The reconstruction log p(x | codes), and how many codes share the work.")

func images(_ pixels: Tensor<Float>, size: Int = 784) -> [[Double]] {
  let values = pixels.scalars.map { min(max(Double($0), 0), 1) }
  return stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
}
let shown = testPixels.sliced(axis: 0, 0..<10)
let shownCodes = trained.assignments(shown)
let reconstructed = sigmoid(trained.decode(shownCodes))
page.pictures(images(shown) + images(reconstructed), height: 28, width: 28, columns: 10)
page.figure(
  ImageGrid(
    title: "Test digits and their reconstructions",
    description: "Ten test digits above; below, each decoded from its sixteen codes.",
    images: images(shown) + images(reconstructed), height: 28, width: 28, columns: 10,
    rowLabels: ["digit", "decoded"]),
  "reconstructions", caption: "Ten test digits (binarised), and what their sixteen codes decode to."
)
page.say("the sixteen codes of the first digit, a row of cells a line:")
for row in 0..<4 {
  let codes = shownCodes[row * 4..<row * 4 + 4].map { String($0) }
  page.say(codes.map { String(repeating: " ", count: 4 - $0.count) + $0 }.joined())
}

/*:
 What does a code stand for? The encoder is told the place of a window, and the decoder reads the
 places apart, so a code may say one thing here and another there. Take for each code the place
 where it is used most, and average the windows that were given it there. As in k-means, the picture
 is a mean of pieces of digits. Look for strokes, arcs and ends, and for the many ways to hold
 nearly no ink at the rim.
 */
let windows = architecture.patches(trainingPixels).sliced(axis: 1, 0..<169)
let trainingChoices = end.training.assignments
let usualPlaces = positionTable(trainingChoices, positions: positions, codes: codeCount)
  .transposed().argMax()  // for each code the position with its largest share
let usual = trainingChoices.indices.filter { $0 % positions == usualPlaces[trainingChoices[$0]] }
let windowMeans = AssignedSums(
  windows.rows(at: usual), assignments: usual.map { trainingChoices[$0] }, codes: codeCount
).means(or: Tensor<Float>.zeros([codeCount, 169]))
let byUse = (0..<codeCount).sorted {
  let counts = end.training.usage.counts
  return (counts[$0], $1) > (counts[$1], $0)
}
page.figure(
  ImageGrid(
    title: "What the codes stand for",
    description: "For each code a mean window: pieces of strokes, curves and corners.",
    images: images(windowMeans.rows(at: byUse), size: 169), height: 13, width: 13, columns: 16,
    spacing: 1),
  "codes", caption: "The mean window of each code at its usual place, the most used code first.")

/*:
 ## 9.6 Codes die

 A code with no encodings has no gradient and no average to follow: it stays where it is. If
 encodings never come near, it is dead for good. How many die depends on where codes start and on
 what moves them. Here are five short trainings from the same weights:

 - codes drawn from $\mathcal N(0, I)$, moved by the gradient, or by moving averages;
 - codes that start at encodings of the untrained encoder, likewise;
 - the last with *revival*: when $N_k$ falls below 1, where a fair share would be 25, put $e_k$ on a
   random encoding of the batch. A random encoding lies where encodings are, the oftener the denser
   they lie there. The restart is that of Jukebox (Dhariwal et al. 2020).
 */
page.section("9.6 Codes die")
let shortEpochs = page.isQuick ? 1 : 7
func shortRun(
  _ rule: CodebookRule, atEncodings: Bool, penalty: Penalty = .right, beta: Double = 0.25
) -> (value: QuantizedEvaluation, spread: Double) {
  var random = Random(seed: page.seed, stream: 5)
  var trial = QuantizedAutoencoder<Float>(architecture, random: &random)
  var plan = QuantizedPlan(epochs: shortEpochs)
  (plan.rule, plan.startsAtEncodings) = (rule, atEncodings)
  (plan.penalty, plan.beta) = (penalty, beta)
  trial.train(on: training, plan, random: &random)
  let z = trial.encode(testPixels)
  let spread = square(z - z.mean(axis: 0)).sum(axis: 1).mean().scalar
  return (trial.evaluate(testPixels), Double(spread))
}
let averages = CodebookRule.movingAverage(decay: 0.99, reviveBelow: 0)
let revival = CodebookRule.movingAverage(decay: 0.99, reviveBelow: 1)
let fates = [
  ("drawn", "gradient", "no", shortRun(.gradient, atEncodings: false)),
  ("drawn", "averages", "no", shortRun(averages, atEncodings: false)),
  ("at encodings", "gradient", "no", shortRun(.gradient, atEncodings: true)),
  ("at encodings", "averages", "no", shortRun(averages, atEncodings: true)),
  ("at encodings", "averages", "yes", shortRun(revival, atEncodings: true)),
]
page.table(
  ["start", "moved by", "revival", "in use", "perplexity", "reconstruction"],
  fates.map { start, rule, revived, run in
    [
      start, rule, revived, String(run.value.usage.used), fixed(run.value.usage.perplexity, 1),
      fixed(run.value.reconstruction, 2),
    ]
  }, caption: "After \(shortEpochs) passes, on test digits; \(codeCount) codes.")
page.figure(
  LineChart(
    title: "How the work is shared",
    description:
      "The share of each code, sorted, for five trainings; some lines fall to zero early.",
    x: Axis("code, by use"), y: Axis("share of encodings", scale: .log, range: 1e-4...1),
    series: fates.map { start, rule, revived, run in
      Series(
        "\(start), \(rule)" + (revived == "yes" ? ", revival" : ""),
        x: (1...codeCount).map(Double.init),
        y: run.value.usage.frequencies.scalars.sorted(by: >))
    }),
  "usage",
  caption:
    "The share of the test encodings that each code has, largest first; a code without any ends its line."
)

/*:
 Where codes are drawn without regard to the encodings, a few take everything. The commitment term
 then gathers the encodings about those few, and the rest never see one. Starting at encodings keeps
 more of them in reach. Revival makes sure that none is out of reach for long.

 Perplexity is a means, not an end: compare it with the last column before you prefer a row. Here
 the reconstruction gains as the codes share the work.

 ## 9.7 It is a bound

 Is this a variational autoencoder? It has a decoder $p(x \mid k)$, where $k$ now is the row
 $k_1, \dots, k_n$ of an image's codes, and it can be given a prior $p(k)$. Its $q(k \mid x)$ is the
 encoder's choice: probability 1 for one row $k(x)$, 0 for all others. Chapter 4 asks nothing more
 of $q$. So

 $$
 \log p(x) \ge \mathbb E_q[\log p(x \mid k)] - \mathrm{KL}(q(k \mid x) \Vert p(k)).
 $$

 The expectation is one term. For the rate, take the prior that has no parameters: uniform,
 independent. Then by additivity (*kl-additivity*) the divergence is the sum over positions of
 $1 \cdot \log \frac{1}{1/K} = \log K$, the classes with $q = 0$ adding nothing:

 $$
 \mathrm{KL}(q(k \mid x) \Vert p(k)) = n \log K \tag{uniform-rate}
 $$

 $$
 \mathrm{ELBO}(x) = \log p(x \mid k(x)) - n \log K \tag{vq-elbo}
 $$

 The rate is the same for every image and every weight. That is why the loss of section 9.2 has no
 such term: it has no gradient. It is still part of the bound, and a "negative log-likelihood"
 reported without it is none. A constant rate is also why this model cannot collapse in the way of
 section 6.10: there is nothing to gain by saying less.

 How large is the gap? Chapter 4: $\mathrm{KL}(q(k \mid x) \Vert p(k \mid x))$, with all of $q$ on
 $k(x)$ just

 $$
 \log p(x) - \mathrm{ELBO}(x) = -\log p(k(x) \mid x), \tag{vq-gap}
 $$

 how surprised the exact posterior is by the encoder's choice. A sum over all rows gives the exact
 value,

 $$
 \log p(x) = \log \sum_k p(x \mid k) - n \log K, \tag{vq-evidence}
 $$

 if there are few enough. With 16 positions and 64 codes there are $2^{96}$. So train a smaller
 model: 2 × 2 windows of 20 × 20 pixels, eight codes, 4,096 rows. Here is a digit model whose
 $\log p(x)$ is exact.
 */
page.section("9.7 It is a bound")
var tiny = QuantizedAutoencoder<Float>(
  QuantizedArchitecture(
    patches: PatchGrid(side: 28, grid: 2, window: 20), codes: 8, codeWidth: 8),
  random: &initial)
let tinyEpochs = page.isQuick ? 1 : 12
tiny.train(on: training, QuantizedPlan(epochs: tinyEpochs), random: &trainRandom)
let tinyPixels = testPixels.sliced(axis: 0, 0..<min(200, testPixels.shape[0]))
let joint = Tensor<Double>(tiny.logJoint(tinyPixels))
let evidence = joint.logSumExp(axis: 1)
let tinyBound = Tensor<Double>(tiny.uniformBound(of: tinyPixels))
let tinyBest = joint.max(axis: 1)
let tinyRate = uniformRate(positions: 4, codes: 8)
page.table(
  ["small model, nats a digit", "mean"],
  [
    ("reconstruction", tinyBound.mean().scalar + tinyRate), ("rate, 4 log 8", tinyRate),
    ("ELBO of the encoder's codes", tinyBound.mean().scalar),
    ("ELBO of the best codes", tinyBest.mean().scalar),
    ("log p(x), exact", evidence.mean().scalar),
  ].map { [$0, fixed($1, 3)] }, caption: "\(tinyPixels.shape[0]) test digits, \(tinyEpochs) passes."
)
let hits = (tinyBest - tinyBound).scalars.count { $0 < 1e-3 }
page.say("digits for which the nearest codes are the best ones: \(hits) of \(tinyPixels.shape[0])")

/*:
 The gap has two parts. From the encoder's codes to the best ones is what the encoder loses, because
 it takes the nearest code and asks no likelihood. From the best to the exact value is what *one*
 row of codes loses against the sum over all. Compare the two: a $q$ without variance costs little
 here. A $q$ that does not find the best row costs a lot.

 Now the large model, whose gap nobody knows, under its uniform prior:
 */
page.table(
  ["nats a digit, test", "reconstruction", "rate", "ELBO"],
  [
    [
      "uniform prior", fixed(end.test.reconstruction, 2), fixed(end.test.uniformRate, 2),
      fixed(end.test.elbo, 2),
    ]
  ])

/*:
 Section 6.6 prints these three for a Gaussian encoder. There the reconstruction is worse and the
 bound better, since its rate is less than half of this one. Much of this rate is waste.
 Neighbouring codes of an image say related things, and a uniform prior prices each as if nothing
 were known.

 ## 9.8 A prior over codes

 The prior was uniform because training needed none. Once the codes stand still, *fit* one. Any
 distribution over rows can be written as a product of conditional ones,

 $$
 \log p(k) = \sum_{i=1}^{n} \log p(k_i \mid k_1, \dots, k_{i-1}), \tag{code-prior}
 $$

 the chain rule of probability. Let one small network give all of them: for position $i$ it reads a
 learned vector for each code before $i$, zeros in the other places, and a 1 at place $i$; it gives
 $K$ logits, and a softmax makes them probabilities. Since each factor sums to 1 over $k_i$, the
 product sums to 1 over all rows. If a factor saw its own code or a later one, this would not
 follow; that is what the zeros are for.

 What does the fit minimise? The rate of one image is now $-\log p(k(x))$: $q$ has no entropy, so
 its divergence from $p$ is this alone. Average over data. Let $q(k)$ be the share of images with
 row $k$. Then the mean rate is the cross-entropy of chapter 3,

 $$
 \mathbb E_x[-\log p(k(x))] = H(q(k)) + \mathrm{KL}(q(k) \Vert p(k)),
 $$

 and the best prior is $q(k)$ itself. Fitting the prior *by maximum likelihood on codes* therefore
 raises the bound, and touches nothing else. The reconstruction stays.

 Here are four priors, from none to all of the context: uniform; one table of frequencies for all
 positions; a table for each position; the network. Tables and network are fitted to codes of the
 training digits, binarised anew at each pass, and priced on those of test digits.
 */
page.section("9.8 A prior over codes")
func codes(of images: ImageSet, _ random: inout Random) -> [Int] {
  stride(from: 0, to: images.count, by: 500).flatMap { begin in
    let part = images.tensor(Array(begin..<min(begin + 500, images.count)), as: Float.self)
    return trained.assignments(Binarization.stochastic(part, using: &random))
  }
}
var priorRandom = Random(seed: page.seed, stream: 6)
var prior = CodePrior<Float>(positions: positions, codes: codeCount, random: &priorRandom)
var priorAdam = Adam<Float>(rate: 2e-3)
let priorEpochs = page.isQuick ? 1 : 15
var trainingCodes: [Int] = []
let priorBar = page.progress("prior", total: priorEpochs)
for epoch in 1...priorEpochs {
  trainingCodes = codes(of: training, &priorRandom)
  if epoch == priorEpochs * 2 / 3 + 1 { priorAdam.rate = 5e-4 }
  train(
    &prior, with: &priorAdam, count: training.count, batchSize: 100, epochs: 1,
    random: &priorRandom
  ) { prior, batch, _ in
    -prior.logProbability(
      batch.flatMap { trainingCodes[$0 * positions..<($0 + 1) * positions] }
    ).mean()
  } report: { _, _, loss in
    priorBar.update(epoch, "\(fixed(loss, 1)) nats")
  }
}
priorBar.finish()
let testCodes = end.test.assignments
let digits = Double(testPixels.shape[0])
func priced(_ table: Tensor<Double>) -> Double {
  testCodes.enumerated().reduce(0) { sum, place in
    sum - Double.log(table[place.offset % positions, place.element])
  } / digits
}
let everywhere = positionTable(trainingCodes, positions: 1, codes: codeCount)
let byPosition = positionTable(trainingCodes, positions: positions, codes: codeCount)
let fitted = -Tensor<Double>(prior.logProbability(testCodes)).mean().scalar
let uniform = end.test.uniformRate
let rates = [
  ("uniform", uniform),
  ("one table", priced(everywhere.broadcast(to: [positions, codeCount]))),
  ("a table a position", priced(byPosition)), ("the network", fitted),
]
let bit = Double.log(2)
page.table(
  ["prior", "rate, nats", "rate, bits", "bits saved", "ELBO, nats"],
  rates.map { name, rate in
    [
      name, fixed(rate, 2), fixed(rate / bit, 1), fixed((uniform - rate) / bit, 1),
      fixed(end.test.reconstruction - rate, 2),
    ]
  }, caption: "A test digit's codes under four priors.")
page.say(
  "\(positions) times the log perplexity of the test codes: "
    + "\(fixed(Double(positions) * Double.log(end.test.usage.perplexity), 2)) nats")

/*:
 The best row is still below the bound of section 6.6. Nothing in training charged the encoder for
 its choices: it was free to use any row, and did not know the prior that would have to price it.

 The last line explains the second row: one table costs $n$ times the entropy of the codes, the
 logarithm of the perplexity (a little more, since it was fitted to other digits). High perplexity
 makes that row *dearer*. The saving comes from position and from context.

 ### Drawing from it

 To generate, draw $k_1$, then $k_2$ given it, and so on; then decode. Each is a draw from $K$
 logits. There is a way to do that with a maximum, which the next section needs. Let $g$ be *Gumbel
 noise*: $P(g \le a) = \exp(-e^{-a})$. It is made from a uniform number $u$ as $-\log(-\log u)$,
 which is at most $a$ exactly when $u \le \exp(-e^{-a})$. Add independent noise to each logit, and
 take the largest. How often is it class $k$?

 The sum $\ell_j + g_j$ is at most $a$ with probability $\exp(-e^{\ell_j - a})$. Its density, the
 derivative, is $e^{\ell_j - a} \exp(-e^{\ell_j - a})$. Class $k$ wins at the value $a$ if its sum
 is there and all others are below; integrate over $a$, and collect the exponents with
 $Z = \sum_j e^{\ell_j}$:

 $$
 P(k) = \int e^{\ell_k - a} \prod_j \exp(-e^{\ell_j - a}) \thinspace da = e^{\ell_k} \int e^{-a} \exp(-Z e^{-a}) \thinspace da .
 $$

 With $v = e^{-a}$, $dv = -e^{-a} da$, the integral is $\int_0^\infty e^{-Z v} dv = 1 / Z$:

 $$
 P \left( k = \mathrm{argmax} \lbrace \ell_j + g_j \rbrace \right) = \frac{e^{\ell_k}}{\sum_j e^{\ell_j}} \tag{gumbel-max}
 $$

 This is the softmax of the logits. Below are digits from the fitted prior, none left out, and from
 the uniform one, through the same decoder.
 */
var sampleRandom = Random(seed: page.seed, stream: 7)
let generated = images(sigmoid(trained.decode(prior.sample(48, random: &sampleRandom))))
let shapeless = images(
  sigmoid(
    trained.decode((0..<12 * positions).map { _ in sampleRandom.integer(below: codeCount) })))
page.pictures(Array(generated.prefix(10)), height: 28, width: 28, columns: 10)
page.figure(
  ImageGrid(
    title: "Digits from the fitted prior",
    description:
      "Forty-eight decoded draws from the fitted prior, many like digits; twelve from the"
      + " uniform prior, none like one.",
    images: generated + shapeless, height: 28, width: 28, columns: 12,
    rowLabels: ["fitted", "fitted", "fitted", "fitted", "uniform"]),
  "samples", caption: "Pixel probabilities decoded from draws of the prior; none left out.")

/*:
 Many of the fitted prior's are digits, some are not, and none of the uniform prior's is. Almost all
 rows of codes are rows that no digit has. The table says the same in numbers: the fitted prior
 gives the rows of test digits a probability that is larger by a factor of 2 to the bits saved, on
 (geometric) average.

 ## 9.9 A relaxation instead

 The straight-through gradient is a rule. Is there an estimator that is the gradient of *something*?
 Let the code be drawn, not the nearest: $k$ from $p = \mathrm{softmax}(\ell)$. Let $f$ be what the
 decoder makes of it. The expectation over classes is a finite sum, $\mathbb E[f] = \sum_k p_k f_k$,
 and has an exact gradient. Take $\partial p_k / \partial \ell_j = p_k (\delta_{kj} - p_j)$ (section
 3.6), where $\delta_{kj}$ is 1 if $k = j$ and else 0, times $f_k$, and sum over $k$:

 $$
 \frac{\partial}{\partial \ell_j} \mathbb E[f] = p_j (f_j - \mathbb E[f]). \tag{categorical-gradient}
 $$

 It asks for $f$ at all $K$ classes: $K$ passes through the decoder, and $K^n$ for $n$ codes. From
 one draw, the score function of chapter 5 estimates it. The score is
 $\partial \log p_k / \partial \ell_j = \delta_{kj} - p_j$, and with a baseline $b$ that does not
 depend on the draw,

 $$
 \frac{\partial}{\partial \ell_j} \mathbb E[f] = \mathbb E[(f_k - b)(\delta_{kj} - p_j)], \tag{categorical-score}
 $$

 since the right side is
 $\sum_k p_k (f_k - b)(\delta_{kj} - p_j) = p_j (f_j - b) - p_j (\mathbb E[f] - b)$. One draw is an
 unbiased and noisy estimate, and it knows nothing of $f'$. To use $f'$ there must be a path from
 $\ell$ to the draw. Gumbel noise gives one, up to the last step:
 $\mathrm{argmax} \lbrace \ell_j + g_j \rbrace$ is a function of $\ell$ and of noise that does not
 depend on it, but it has no derivative. Replace the maximum by a softmax at *temperature* $\tau$
 (Jang et al. 2017; Maddison et al. 2017, who call it the concrete distribution):

 $$
 y = \mathrm{softmax} \left( \frac{\ell + g}{\tau} \right) \tag{gumbel-softmax}
 $$

 As $\tau \to 0$ it becomes the one-hot vector of the largest sum, which is a draw from $p$. The
 decoder reads the mixture $\sum_k y_k e_k$ of codes, so $f$ must make sense at mixtures. The
 derivative of softmax, with the factor $1/\tau$ from inside, takes the cotangent $c$ of $y$ to

 $$
 \frac{1}{\tau} \thinspace y_j \left( c_j - \sum_k y_k c_k \right) . \tag{gumbel-softmax-backward}
 $$

 This is an unbiased estimate of the gradient of $\mathbb E[f(y)]$, the *relaxed* objective. Of the
 gradient of $\mathbb E[f_k]$ it is a biased one. How biased, and how noisy?

 ### Two classes, solved

 With two classes, $y$ is one number, the share of the first: $y = \mathrm{sigmoid}(s)$,
 $s = (\ell + u)/\tau$, where $\ell$ is the difference of the logits and $u = g_1 - g_0$. By
 (gumbel-max) with the logits $-a$ and 0, $g_1 - a \le g_0$ has the probability
 $\mathrm{sigmoid}(a)$: so $P(u \le a) = \mathrm{sigmoid}(a)$, the *logistic* distribution. Its
 density is $\rho(a) = \mathrm{sigmoid}(a)(1 - \mathrm{sigmoid}(a))$. Let
 $p = \mathrm{sigmoid}(\ell)$ be the probability of the first class.

 One estimate is $f'(y) \thinspace y (1 - y) / \tau$. For its mean integrate over $s$:
 $u = \tau s - \ell$, $du = \tau ds$ takes the $1/\tau$ away. Then over $y$, with
 $dy = y (1 - y) ds$:

 $$
 \mathbb E \left[ \frac{f'(y) \thinspace y (1 - y)}{\tau} \right] = \int f'(y) \thinspace y (1 - y) \rho(\tau s - \ell) \thinspace ds = \int_0^1 f'(y) \rho(\tau s - \ell) \thinspace dy .
 $$

 For small $\tau$ expand $\rho(\tau s - \ell) = \rho(-\ell) + \tau s \rho'(-\ell) + O(\tau^2 s^2)$.
 Since $\mathrm{sigmoid}(-\ell) = 1 - p$, $\rho(-\ell) = p (1 - p)$. And
 $\rho' = \rho (1 - 2 \thinspace \mathrm{sigmoid})$, so $\rho'(-\ell) = p (1 - p)(2p - 1)$. The
 first part is $p (1 - p)(f(1) - f(0))$: the exact gradient. The second is the bias. For
 $f(y) = (y - t)^2$ it needs $\int_0^1 2 (y - t) \log \frac{y}{1 - y} dy$. From
 $\int_0^1 y \log y \thinspace dy = -\frac14$ and
 $\int_0^1 y \log(1 - y) \thinspace dy = \int_0^1 (1 - y) \log y \thinspace dy = -1 + \frac14$ the
 part with $y$ is $2 (-\frac14 + \frac34) = 1$; the part with $t$ is 0, as the logit is odd about ½.
 So

 $$
 \mathrm{bias} = \tau \thinspace p (1 - p)(2p - 1) + O(\tau^2). \tag{relaxation-bias}
 $$

 The mean square keeps one $1/\tau$. To leading order it is
 $\frac{1}{\tau} p (1 - p) \int_0^1 f'(y)^2 \thinspace y (1 - y) \thinspace dy$; with
 $\int y^3 (1 - y) = \frac{1}{20}$, $\int y^2 (1 - y) = \frac{1}{12}$, $\int y (1 - y) = \frac16$,
 all from 0 to 1, the integral is $4 (\frac{1}{20} - \frac{2t}{12} + \frac{t^2}{6})$. The squared
 mean does not grow. So

 $$
 \mathrm{variance} = \frac{p (1 - p)}{\tau} \left( \frac15 - \frac23 t + \frac23 t^2 \right) + O(1). \tag{relaxation-variance}
 $$

 Cold is unbiased and noisy, hot the reverse. In a mean of $N$ estimates, with the bias $b \tau$ and
 the variance $v / (N \tau)$, the mean squared error is $b^2 \tau^2 + v / (N \tau)$. Its derivative
 $2 b^2 \tau - v / (N \tau^2)$ is 0 at

 $$
 \tau^\star = \left( \frac{v}{2 N b^2} \right)^{1/3}: \tag{relaxation-temperature}
 $$

 the more estimates you average, the colder, but slowly: a thousand times as many for a tenth of the
 temperature.
 */
page.section("9.9 A relaxation instead")
let relaxation = TwoClassRelaxation(logit: 1.2, target: 0.2)
var relaxRandom = Random(seed: page.seed, stream: 8)
let drawCount = page.isQuick ? 20_000 : 400_000
let temperatures = [0.05, 0.1, 0.2, 0.5, 1, 2]
page.say("two classes, ℓ = 1.2, t = 0.2: exact gradient \(fixed(relaxation.exactGradient, 5))")
page.table(
  ["τ", "bias by quadrature", "predicted", "bias from draws", "variance", "predicted"],
  temperatures.map { tau in
    let (mean, variance) = relaxation.moments(temperature: tau)
    let drawn = GradientStatistics(
      relaxation.estimates(uniform: relaxRandom.uniform([drawCount]), temperature: tau)
        .reshaped([drawCount, 1]))
    return [
      fixed(tau, 2), fixed(mean - relaxation.exactGradient, 5),
      fixed(relaxation.predictedBias(temperature: tau), 5),
      "\(fixed(drawn.mean[0] - relaxation.exactGradient, 5)) ± \(fixed(drawn.standardError[0], 5))",
      fixed(variance, 5), fixed(relaxation.predictedVariance(temperature: tau), 5),
    ]
  }, caption: "\(drawCount) draws a temperature.")
page.say(
  "best temperature, as predicted: "
    + [1, 100, 10_000].map {
      "\(fixed(relaxation.bestTemperature(samples: $0), 3)) for \($0) estimate\($0 == 1 ? "" : "s")"
    }.joined(separator: ", "))

/*:
 At cold temperatures the predictions are right. At hot ones they are not: the bias turns round and
 changes its sign. For very large $\tau$ it must end at minus the exact gradient, since the estimate
 itself goes to 0.

 ### Sixty-four classes

 And in the trained model? Take a test digit and one of its positions, fix the other codes, and let
 the code there be drawn from the logits $\ell_k = -\frac12 \Vert z - e_k \Vert^2$. Let $f$ be
 $-\log p(x \mid \cdot)$, through the decoder. The exact gradient takes $K$ passes, here affordable.
 Four estimators are held against it: the relaxation; the relaxation's derivative with the decoder
 reading the hard draw (*straight-through Gumbel*: right value, another bias); the score function
 with $b = 0$, and with $b$ the exact mean, which only a test can have.
 */
let place = 5
let datum = testPixels.sliced(axis: 0, 3..<4)
let datumEncodings = trained.encode(datum)
let datumCodes = trained.codebook.rows(at: trained.assignments(datum))
let placeLogits =
  (-0.5 * square(datumEncodings.rows(at: [place]) - trained.codebook).sum(axis: 1))
/// −log p(x | codes) with the code at one place replaced by each row of `[m, d]`: shape `[m]`.
func cost(_ codes: Tensor<Float>) -> Tensor<Float> {
  let count = codes.shape[0]
  let d = architecture.codeWidth
  let others = datumCodes.reshaped([1, positions * d])
  let before = others.sliced(axis: 1, 0..<place * d).broadcast(to: [count, place * d])
  let after = others.sliced(axis: 1, (place + 1) * d..<positions * d)
    .broadcast(to: [count, (positions - place - 1) * d])
  let logits = trained.decoder(concatenated([before, codes, after], axis: 1))
  return -bernoulliLogLikelihood(of: datum, logits: logits)
}
let classCosts = cost(trained.codebook)
let exactGradient = Tensor<Double>(categoricalGradient(logits: placeLogits, values: classCosts))
let probabilities = softmax(Tensor<Double>(placeLogits))
let relaxedCount = page.isQuick ? 500 : 4_000
/// The relaxed estimates at a temperature, the decoder reading mixtures or hard draws.
func relaxedEstimates(_ tau: Float, hard: Bool, _ random: inout Random) -> GradientStatistics {
  let noise: Tensor<Float> = gumbelNoise([relaxedCount, codeCount], random: &random)
  let spreadLogits = placeLogits.broadcast(to: [relaxedCount, codeCount])
  let y = gumbelSoftmax(spreadLogits, noise: noise, temperature: tau)
  let read =
    hard ? Tensor.oneHot(gumbelMax(spreadLogits, noise: noise), classes: codeCount) : y
  // Rows do not mix, so the gradient of the sum holds the cotangent of each row.
  let cotangent = valueAndGradient(at: read) { cost(matmul($0, trained.codebook)).sum() }.gradient
  return GradientStatistics(
    Tensor<Double>(gumbelSoftmaxVJP(relaxed: y, cotangent: cotangent, temperature: tau)))
}
func scoreEstimates(_ baseline: Float, _ random: inout Random) -> GradientStatistics {
  let drawn = gumbelMax(
    placeLogits.broadcast(to: [relaxedCount, codeCount]),
    noise: gumbelNoise([relaxedCount, codeCount], random: &random))
  return GradientStatistics(
    Tensor<Double>(
      categoricalScoreGradients(
        draws: drawn, logits: placeLogits, values: classCosts, baseline: baseline)))
}
func length(_ x: Tensor<Double>) -> Double { square(x).sum().scalar.squareRoot() }
func bias(_ found: GradientStatistics) -> Double { length(found.mean - exactGradient) }
func noise(_ found: GradientStatistics) -> Double { found.variance.sum().scalar.squareRoot() }
let heat: [Float] = [0.1, 0.2, 0.5, 1, 2, 5]
let soft = heat.map { relaxedEstimates($0, hard: false, &relaxRandom) }
let hard = heat.map { relaxedEstimates($0, hard: true, &relaxRandom) }
let meanCost = (probabilities * Tensor<Double>(classCosts)).sum().scalar
let plain = scoreEstimates(0, &relaxRandom)
let centred = scoreEstimates(Float(meanCost), &relaxRandom)
let size = length(exactGradient)
page.say(
  "perplexity of p: \(fixed(Double.exp(entropy(probabilities).scalar), 2)); "
    + "length of the exact gradient: \(fixed(size, 4)) nats")
func estimatorRow(_ name: String, _ found: GradientStatistics) -> [String] {
  let error = (found.variance.sum().scalar / Double(found.count)).squareRoot()
  return [
    name, fixed(bias(found) / size, 3), fixed(error / size, 3), fixed(noise(found) / size, 2),
  ]
}
page.table(
  ["estimator", "distance of the mean", "of which noise", "spread of one"],
  zip(heat, soft).map { estimatorRow("relaxed, τ = \(fixed(Double($0), 1))", $1) }
    + zip(heat, hard).map {
      estimatorRow("straight-through Gumbel, τ = \(fixed(Double($0), 1))", $1)
    }
    + [estimatorRow("score, b = 0", plain), estimatorRow("score, b the mean", centred)],
  caption: """
    In units of the exact gradient's length, so that an estimator that always says 0 has the distance 1; \
    means of \(relaxedCount) estimates.
    """)
page.figure(
  LineChart(
    title: "Bias against spread",
    description:
      "Against temperature: the relaxed estimators' bias rises, their spread falls; the score"
      + " function's spread is a level line.",
    x: Axis("temperature τ", scale: .log),
    y: Axis("in units of the exact gradient's length", scale: .log),
    series: [
      Series(
        "bias, relaxed", x: heat.map(Double.init), y: soft.map { bias($0) / size },
        style: .linePoints),
      Series("spread, relaxed", x: heat.map(Double.init), y: soft.map { noise($0) / size }),
      Series(
        "bias, hard", x: heat.map(Double.init), y: hard.map { bias($0) / size }, style: .linePoints),
      Series("spread, hard", x: heat.map(Double.init), y: hard.map { noise($0) / size }),
    ],
    references: [.horizontal(at: noise(centred) / size, "spread of the score, b the mean")]),
  "relaxation",
  caption:
    "The distance of the mean from the exact gradient (it cannot fall below its noise), and the standard deviation of one estimate."
)

/*:
 The same pattern, and worse: between cold and very hot the relaxed gradients are further off than
 saying 0 would be. One reason may be that $y$ is a mixture there, and the decoder was trained on
 codes only. At the coldest, noise hides what bias is left, and which of the two forms has less. The
 score function with a good baseline has no bias, and here a smaller spread than any relaxation that
 comes near the exact gradient. Without a baseline it is hopeless.

 Do not conclude too much from one code of one digit. With sixteen choices at a time the spread of
 the score grows with all of them (chapter 5), and the rule of section 9.2 has no spread at all.
 That rule is what trained the model.
 */

/*:
 ## Common mistakes

 **$\beta$ on the wrong term**, or **no stop-gradient**. The first was the default of a library that
 many models were trained with. Both train without complaint, and the printed loss cannot tell,
 since its value is the same. Here are the versions of section 9.3, with codes moved by the gradient
 as in the third row of section 9.6.
 */
page.section("Common mistakes")
let mistaken = [
  ("right, β = 0.25", fates[2].3),
  ("right, β = 1", shortRun(.gradient, atEncodings: true, beta: 1)),
  (
    "β = 0.25 on the codebook term",
    shortRun(.gradient, atEncodings: true, penalty: .betaOnCodebook)
  ),
  ("no stop-gradient, β = 0.25", shortRun(.gradient, atEncodings: true, penalty: .noStopGradient)),
]
page.table(
  ["two terms", "reconstruction", "‖z − e‖²", "spread of z", "perplexity"],
  mistaken.map { name, run in
    [
      name, fixed(run.value.reconstruction, 2), fixed(run.value.distance, 3), fixed(run.spread, 2),
      fixed(run.value.usage.perplexity, 1),
    ]
  }, caption: "After \(shortEpochs) passes, test digits. The spread is the mean of ‖z − mean z‖².")

/*:
 Compare the second and the third row. The codebook hears of its own term only, and Adam divides a
 gradient by its recent size: a constant factor of it cancels. So with $\beta$ on the codebook term,
 $\beta$ does *nothing*; what is trained is the right loss with $\beta = 1$, apart from rounding,
 which training amplifies. Change $\beta$ in such a program, and its results do not answer. Without
 stop-gradients the commitment has the weight $1 + \beta$. Both pull encodings harder than the loss
 says: look at the spread. A larger $\beta$ may well be better, as the first two rows show; then it
 should be written where it acts.

 The rest change a reported number only. The model is that of section 9.5.

 - **The rate left out**, because "the KL is constant": the value is no bound on anything.
 - **One $\log K$ an image** in the place of $n \log K$.
 - **The nearest code by inner product**, without $\frac12 \Vert e \Vert^2$: long codes take
   encodings that are not theirs.
 - **Perplexity with mixed units**: 2 to an entropy in nats.
 - **Perplexity averaged over single images**: 16 codes cannot show more than 16.
 */
let products = matmul(trained.encode(testPixels), trained.codebook, transposingSecond: true)
let crossed = products.argMax()
let crossedUsage = CodeUsage(crossed, codes: codeCount)
let crossedReconstruction = Double(
  bernoulliLogLikelihood(of: testPixels, logits: trained.decode(crossed)).mean().scalar)
page.table(
  ["the ELBO under the uniform prior", "nats", "off by"],
  [
    ("right", end.test.elbo), ("the rate left out", end.test.reconstruction),
    ("one log K an image", end.test.reconstruction - Double.log(Double(codeCount))),
    ("nearest by inner product", crossedReconstruction - uniform),
  ].map { [$0, fixed($1, 2), signed($1 - end.test.elbo, 2)] })
let perImage =
  (0..<testPixels.shape[0]).reduce(0.0) { sum, image in
    let own = Array(testCodes[image * positions..<(image + 1) * positions])
    return sum + CodeUsage(own, codes: codeCount).perplexity
  } / digits
let usageEntropy = entropy(end.test.usage.frequencies).scalar
page.table(
  ["perplexity", "codes"],
  [
    ("right", end.test.usage.perplexity),
    ("2 to the entropy in nats", Double.exp(usageEntropy * bit)),
    ("mean over single images", perImage),
    ("codes with any use", Double(end.test.usage.used)),
  ].map { [$0, fixed($1, 2)] })

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 9`.

 1. **The rotation trick** (3 points; Fifty et al. 2024, arXiv:2410.06424). Replace
    $z + (\bar e - \bar z)$ by $R z$, where $R$ is $\Vert \bar e \Vert / \Vert \bar z \Vert$ times
    the rotation that takes the direction of $\bar z$ to that of $\bar e$ in their common plane,
    frozen. Derive the cotangent of $z$. Implement the value and the cotangent.
 2. **A soft encoder** (2 points). Let $q(k \mid x) = \mathrm{softmax}(-\Vert z - e_k \Vert^2 / 2T)$.
    Derive the rate of a position under the uniform prior, its gradient by $z$, and its limit for
    $T \to 0$; compare that with *uniform-rate*. Which way does the rate push encodings?
 3. **Straight-through Gumbel in the cold** (2 points, pen and paper). With two classes and the
    decoder reading the hard draw, the estimate is $f'(0)$ or $f'(1)$ times $y (1 - y) / \tau$.
    Derive the limit of its mean as $\tau \to 0$. Which rule for the integral of $f'$ from 0 to 1 is
    that? Give the bias for cubic $f$; for which $f$ is there none?
 4. **Residual quantisation** (2 points). Quantise $z$, then what is left, $z - e_k$, by a second
    codebook, and so on. Show that if each codebook from the second on holds the zero vector, the
    distance cannot grow. Implement it for any number of codebooks.
 5. **A better start** (2 points). Choose codes from encodings one by one, each with a probability
    proportional to its squared distance to the nearest of those chosen (k-means++, Arthur &
    Vassilvitskii 2007). Implement the probabilities. Derive what the first code alone costs on
    average, and compare with the cost of the mean.
 6. **No codebook** (2 points). Finite scalar quantisation (Mentzer et al. 2023, arXiv:2309.15505)
    rounds each coordinate of $\tanh z$ to one of $L$ levels, straight through. Derive the cotangent
    of $z$; implement value, code and cotangent.

 Projects:

 7. **The rotation trick, trained.** Add a row for exercise 1 to the table of section 9.6. Encodings
    near the origin make $R$ large: does it matter here?
 8. **A temperature that falls.** Train with the soft encoder of exercise 2: the decoder reads
    $\sum_k q(k \mid x) \thinspace e_k$, the loss has the rate, and $T$ falls to nearly 0. How much
    reconstruction is lost when encodings are then quantised? Compare with section 9.5.
 9. **Two small codebooks for a large one.** Compare two codebooks of 8 (exercise 4) with one of 64
    on the encodings of section 9.5: distance, and perplexity of the pairs.
 10. **Starts compared.** Give the difference in perplexity between the start of exercise 5 and a
    random one over five seeds, with its standard error.
 11. **Levels in use.** Train with the rounding of exercise 6, three coordinates of four levels.
    How many of the 64 codes are in use? What keeps them alive?

 ## Sources

 - Van den Oord, Vinyals & Kavukcuoglu 2017, *Neural Discrete Representation Learning*,
   arXiv:1711.00937: the model, its three terms, $\beta = 0.25$; appendix A.1: moving averages.
 - Razavi, van den Oord & Vinyals 2019, *Generating Diverse High-Fidelity Images with VQ-VAE-2*,
   arXiv:1906.00446: priors over codes of images.
 - Bengio, Léonard & Courville 2013, *Estimating or Propagating Gradients Through Stochastic
   Neurons*, arXiv:1308.3432: straight-through.
 - Dhariwal et al. 2020, *Jukebox*, arXiv:2005.00341: random restarts of unused codes.
 - Lloyd 1982, *Least Squares Quantization in PCM*, doi:10.1109/TIT.1982.1056489: k-means.
 - Jang, Gu & Poole 2017, *Categorical Reparameterization with Gumbel-Softmax*, arXiv:1611.01144;
   Maddison, Mnih & Teh 2017, *The Concrete Distribution*, arXiv:1611.00712: the relaxation, and its
   straight-through form.
 - Maddison, Tarlow & Minka 2014, "A* Sampling", arXiv:1411.0030: the Gumbel maximum, and its
   history.
 - github.com/CompVis/taming-transformers, issue 57 (2021): $\beta$ on the codebook term, found by a
   reader; the old form stayed the default.
 */
page.finish()
