/*:
 # 11 · Applications

 A trained variational autoencoder is a joint distribution $p(x, z)$ with a quick guess $q(z \mid x)$ at its
 posterior. Almost everything that people do with one is a question to that joint distribution: clean this
 picture, fill in its missing half, is it one of ours, what lies between these two, more of this, another
 one, how few bits does it need. This chapter puts each question as a formula, finds out what the network
 can answer and what it only seems to answer, and measures both.

 **What you will be able to do**

 - say which quantity of $p(x, z)$ a use asks for, and which one the program computes in its place;
 - denoise and fill in, with chains whose goal is known, and see where they end when $q$ is wrong;
 - detect anomalies with a curve, an area and an error bar, and know when likelihood points the wrong way;
 - walk, add and sample in the latent space, with a number for what was gained;
 - send data in as many bits as the ELBO says, and get every bit back.

 Notation is that of the book: $x$ has $D$ coordinates, $z$ has $d$; the prior is $p(z) = \mathcal N(0, I)$;
 everything is in nats. In the linear-Gaussian model of chapter 4, $x = W z + b + \sigma \eta$ with standard
 normal $\eta$, its posterior is $p(z \mid x) = \mathcal N(M^{-1} W^\top (x - b), P)$ with
 $M = W^\top W + \sigma^2 I$ and $P = \sigma^2 M^{-1}$. It is the exact case of each section that has one.
 */
import Applications
import Autoencoder
import Datasets
import EvidenceLowerBound
import KLDivergence
import Notebook
import Plots
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

let page = Page(
  "ch11-applications", "11 · Applications",
  options: [
    .seed, .epochs(40, quick: 2), .data, .dataDirectory, .figures, .quick,
    .integer(
      "held-out", default: 4, in: 0...9, help: "the class that the detector is not trained on"),
  ])
let (training, allTest) = page.loadImages(quick: 400)
let test = allTest.subset(0..<min(page.isQuick ? 60 : 1_000, allTest.count))
page.attempt {
  if test.labels == nil {
    throw InputError.usage("this chapter needs labels: choose data that have them")
  }
}
let testLabels = test.labels!.map(Int.init)
let trainingLabels = training.labels!.map(Int.init)

/// Images as zeros and ones, drawn once from their grey values.
func binary(_ images: ImageSet, stream: UInt64) -> Tensor<Float> {
  var drawn = Random(seed: 1, stream: stream)
  return Binarization.stochastic(images.tensor(Array(0..<images.count)), using: &drawn)
}
let testPixels = binary(test, stream: 100)
let trainingPixels = binary(training, stream: 101)

/*:
 ## 11.1 One model, and a judge

 One model serves most of the chapter: that of chapter 6, with 20 latents and Bernoulli pixels, trained on
 binarised digits. Two others are trained alike, for section 11.2 and for section 11.4. For some questions a
 judge is needed who does not know the model: a small classifier, trained on the same digits with their
 labels. Its own error on test digits bounds what its verdicts are worth.
 */
page.section("11.1 One model, and a judge")
func train(
  _ name: String, on images: ImageSet, flips: Double = 0
) -> VariationalAutoencoder<Float> {
  var initial = Random(seed: page.seed, stream: 1)
  var model = VariationalAutoencoder<Float>(
    Architecture(pixels: images.pixelsPerImage), random: &initial)
  var random = Random(seed: page.seed, stream: 2)
  let bar = page.progress(name, total: page.epochs)
  model.trainDenoising(
    on: images, epochs: page.epochs, flipProbability: flips, random: &random
  ) { epoch, loss in bar.update(epoch, "loss \(fixed(loss, 1))") }
  bar.finish()
  return model
}
let model = train("plain", on: training)
var evaluationRandom = Random(seed: page.seed, stream: 3)
let evaluation = model.evaluate(testPixels, random: &evaluationRandom)
var classifierRandom = Random(seed: page.seed, stream: 4)
let judge = DigitClassifier(on: training, epochs: page.isQuick ? 2 : 12, random: &classifierRandom)
let judged = judge.labels(testPixels)
let judgeError = average(zip(judged, testLabels).map { $0 == $1 ? 0 : 1 })
page.say(
  "the model after \(page.epochs) passes: test ELBO \(fixed(evaluation.elbo, 2)), reconstruction "
    + "\(fixed(evaluation.reconstruction, 2)), rate \(fixed(evaluation.rate, 2)) nats")
page.say("the judge misreads \(fixed(100 * judgeError, 1)) % of \(test.count) test digits")

func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// 1 where a probability is above a half, else 0.
func thresholded(_ probabilities: Tensor<Float>) -> Tensor<Float> { positive(probabilities - 0.5) }

/*:
 ## 11.2 Denoising

 You are given $\tilde x$, a picture of which each pixel was turned round with probability 0.1, and want
 $x$. A *corruption* $c(\tilde x \mid x)$ says how the one comes from the other. Train the encoder on what
 it will see: let it read $\tilde x$, and let the likelihood ask for $x$ (Im et al. 2017). For one
 $\tilde x$ this is the ELBO of $x$ under the distribution $q(z \mid \tilde x)$. The bound of chapter 4
 holds for any distribution of $z$, wherever its parameters come from, and leaves
 $\mathrm{KL}(q(z \mid \tilde x) \Vert p(z \mid x))$. Average over the corruption:

 $$
 \mathbb E_c \mathbb E_{q(z \mid \tilde x)} \left[ \log \frac{p(x, z)}{q(z \mid \tilde x)} \right] = \log p(x) - \mathbb E_c [\mathrm{KL}(q(z \mid \tilde x) \Vert p(z \mid x))]. \tag{denoising-bound}
 $$

 So what is bounded is $\log p(x)$ of the *clean* datum. It is not $\log p(\tilde x)$, and not the
 probability $p(x \mid \tilde x)$ that a denoiser is after.

 Over the corruption, $z$ has the distribution $\tilde q(z \mid x) = \mathbb E_c [q(z \mid \tilde x)]$, a
 mixture with more shapes than one Gaussian. Does the bound profit? Split the logarithm,
 $\log \frac{q(z \mid \tilde x)}{p(z \mid x)} = \log \frac{q(z \mid \tilde x)}{\tilde q(z \mid x)} + \log \frac{\tilde q(z \mid x)}{p(z \mid x)}$,
 and take both expectations. In the second term only $z$ occurs, whose distribution is $\tilde q$:

 $$
 \mathbb E_c [\mathrm{KL}(q(z \mid \tilde x) \Vert p(z \mid x))] = \mathrm{KL}(\tilde q \Vert p(z \mid x)) + \mathbb E_c [\mathrm{KL}(q(z \mid \tilde x) \Vert \tilde q)]. \tag{denoising-gap}
 $$

 The first part is what the mixture would leave. The last part, the information that $z$ has about the
 corruption, is never negative, so the denoising bound is *below* the ELBO with $\tilde q$. (Accounts of the
 paper can be found that order the two the other way; the test settles it.) The training therefore also
 pushes $z$ to forget how $x$ was damaged.

 ### What the best encoder is

 Which $q(z \mid \tilde x)$ is best, if it may be anything? Let the data come from the model, and average
 the bound over them. For each $\tilde x$ it leaves the mean of $\mathrm{KL}(q \Vert p(z \mid x))$ over
 $p(x \mid \tilde x)$. One might hope that the best $q$ is $p(z \mid \tilde x)$, what is known of $z$ when
 $\tilde x$ was seen. In the linear-Gaussian model with $\tilde x = x + \tau \eta'$ it can be worked out.
 The covariance of $x$ is $C = W W^\top + \sigma^2 I$, that of $\tilde x$ is $C + \tau^2 I$, and between
 them it is $C$. Let $G = C (C + \tau^2 I)^{-1}$. Then $r = x - b - G (\tilde x - b)$ has the covariance
 $C - G (C + \tau^2 I) = 0$ with $\tilde x$. Being jointly Gaussian, they are independent. So once
 $\tilde x$ is seen, $x$ is $b + G (\tilde x - b)$ plus $r$, whose distribution has not changed. Its
 covariance is that of $r$ with $x$, as $G (\tilde x - b)$ contributes nothing: $C - G C$. Hence

 $$
 p(x \mid \tilde x) = \mathcal N(b + C (C + \tau^2 I)^{-1} (\tilde x - b), V), \qquad V = C - C (C + \tau^2 I)^{-1} C. \tag{clean-given-noisy}
 $$

 Let $\hat x$ be its mean. The posterior of $x$ has the covariance $P$ whatever $x$ is, and the mean
 $a(x) = A (x - b)$, $A = M^{-1} W^\top$. In the divergence of Gaussians from a $q$ with mean $m$, $x$
 occurs only in $\frac 1 2 (m - a(x))^\top P^{-1} (m - a(x))$. The mean of a square is the square at the
 mean plus the spread, here with $a(x) - a(\hat x) = A (x - \hat x)$ of covariance $A V A^\top$:

 $$
 \mathbb E_{p(x \mid \tilde x)} [\mathrm{KL}(q \Vert p(z \mid x))] = \mathrm{KL}(q \Vert \mathcal N(a(\hat x), P)) + \frac 1 2 \mathrm{tr}(P^{-1} A V A^\top). \tag{denoising-optimum}
 $$

 The best encoder is $\mathcal N(a(\hat x), P)$: at the right place, and as sure of itself as if it had seen
 $x$. What is known of $z$ from $\tilde x$ is wider. Given $x$, $z$ does not depend on $\tilde x$, so
 $p(z \mid \tilde x)$ is $p(z \mid x)$ averaged over $p(x \mid \tilde x)$; its variance is the mean of the
 variances plus the variance of the means:

 $$
 p(z \mid \tilde x) = \mathcal N(a(\hat x), P + A V A^\top). \tag{noisy-posterior}
 $$

 A denoising autoencoder gives one good guess, then, and does not know how much the noise hid. The program
 makes a model with three coordinates and two latents, and prints the volumes of both distributions as the
 noise grows.
 */
page.section("11.2 Denoising")
let exactModel = LinearGaussianModel<Double>(
  weights: Tensor([3, 2], [1.0, 0.9, 0.8, 1.0, 0.3, 0.4]), bias: Tensor([0.5, -0.5, 0.0]),
  logNoiseVariance: Tensor(Double.log(0.25)))
let origin = Tensor<Double>([1, 3], [1, 0, -1])
page.table(
  ["noise τ²", "√det of the best encoder", "√det of p(z | x̃)", "bound that is lost, nats"],
  [0.01, 0.1, 0.5, 2].map { noise in
    let best = exactModel.bestDenoisingEncoder(of: origin, noiseVariance: noise)
    let known = exactModel.posterior(givenNoisy: origin, noiseVariance: noise)
    return [
      fixed(noise, 2), fixed(Double.exp(0.5 * best.cholesky.logDeterminant), 4),
      fixed(Double.exp(0.5 * known.cholesky.logDeterminant), 4),
      fixed(exactModel.denoisingRemainder(noiseVariance: noise), 3),
    ]
  }, caption: "σ² = 0.25. The last column is what even the best encoder leaves.")

/*:
 Now digits. A second model sees flipped pixels in training, new ones in each pass. Both models are given
 clean and flipped test digits. *Wrong pixels* compares $\mathbb E[x \mid z]$ at the encoder's mean,
 thresholded at one half, with the clean digit; the last row is the input left as it is.
 */
let flipProbability = 0.1
let denoiser = train("denoising", on: training, flips: flipProbability)
var flipRandom = Random(seed: page.seed, stream: 5)
let noisyPixels = flipped(testPixels, probability: flipProbability, random: &flipRandom)
func denoisingRow(
  _ name: String, _ network: VariationalAutoencoder<Float>, _ seen: Tensor<Float>
) -> [String] {
  var noise = Random(seed: page.seed, stream: 6)
  let bound = network.denoisingBound(
    of: testPixels, seenAs: seen, noise: noise.normal([test.count, network.latents]))
  let guess = thresholded(network.expectedPixels(network.encode(seen).mean))
  let wrong = abs(guess - testPixels).sum(axis: 1).mean().scalar
  return [
    name, fixed(Double(bound.elbo.mean().scalar), 1),
    fixed(Double(bound.reconstruction.mean().scalar), 1),
    fixed(Double(bound.rate.mean().scalar), 1), fixed(Double(wrong), 1),
  ]
}
let leftWrong = Double(abs(noisyPixels - testPixels).sum(axis: 1).mean().scalar)
page.table(
  ["model, input", "bound on log p(x)", "reconstruction of x", "rate", "wrong pixels"],
  [
    denoisingRow("plain, clean", model, testPixels),
    denoisingRow("denoising, clean", denoiser, testPixels),
    denoisingRow("plain, flipped", model, noisyPixels),
    denoisingRow("denoising, flipped", denoiser, noisyPixels),
    ["the flipped input itself", "", "", "", fixed(leftWrong, 1)],
  ], caption: "Means over \(test.count) test digits; x is the clean digit in all rows.")
let likelihoodCount = min(test.count, 300)
let few = testPixels.sliced(axis: 0, 0..<likelihoodCount)
func likelihood(_ network: VariationalAutoencoder<Float>) -> Double {
  var random = Random(seed: page.seed, stream: 7)
  return average(
    network.scores(few, samples: page.isQuick ? 4 : 100, random: &random).logLikelihood)
}
page.say(
  "log p(x) of \(likelihoodCount) clean digits, from importance sampling: plain "
    + "\(fixed(likelihood(model), 2)), denoising \(fixed(likelihood(denoiser), 2))")
let shown = (0..<10).map { label in testLabels.firstIndex(of: label) ?? 0 }
let denoisedRows = [testPixels, noisyPixels].map { $0.rows(at: shown) }
let denoisedPictures = [model, denoiser].map { network in
  network.expectedPixels(network.encode(noisyPixels.rows(at: shown)).mean)
}
page.figure(
  ImageGrid(
    title: "Denoised digits",
    description: "Ten digits; with flipped pixels; as two models reconstruct them.",
    images: (denoisedRows + denoisedPictures).flatMap { pictures($0) },
    height: test.height, width: test.width, columns: 10,
    rowLabels: ["digit", "flipped", "plain", "denoising"]),
  "denoising",
  caption: "One test digit of each class, a tenth of its pixels flipped, and two reconstructions.")

/*:
 Compare the rows with flipped input. The plain encoder has never seen a speck and takes it for ink: its
 latents describe the clean digit badly. The denoising encoder hardly minds, and its guess has half as many
 wrong pixels as its input. On clean digits it pays for that: it has learned not to trust single pixels. Im
 et al. report better likelihoods from such training; with this noise and so few digits, the line above says
 the opposite. Look at the pictures too: a denoiser that is sure of itself can turn one digit into another,
 cleanly.
 */

/*:
 ## 11.3 Filling in what is missing

 Some pixels $x_m$ are missing, the others $x_o$ are seen. What is asked for is $p(x_m \mid x_o)$. The
 network has never been told about missing pixels: its encoder wants all of $x$. Rezende et al. (2014) use
 it all the same. Fill the gaps with anything; draw $z$ from $q(z \mid x_o, x_m)$; draw new missing pixels
 from $p(x_m \mid z)$; repeat. Why should this lead to $p(x_m \mid x_o)$?

 Suppose that $q$ is the exact posterior $p(z \mid x)$. Let $x_m$ already have the distribution
 $p(x_m \mid x_o)$. Drawing $z$ from $p(z \mid x_o, x_m)$ gives the pair the distribution
 $p(x_m \mid x_o) \thinspace p(z \mid x_o, x_m) = p(x_m, z \mid x_o)$. In this pair $z$ has the distribution
 $p(z \mid x_o)$. Given $z$, pixels are independent, so that $p(x_m' \mid z)$ is $p(x_m' \mid z, x_o)$, and
 the new pair has the distribution $p(z \mid x_o) \thinspace p(x_m' \mid z, x_o) = p(x_m', z \mid x_o)$. So
 $x_m'$ has the distribution that $x_m$ had. A step leaves $p(x_m \mid x_o)$ as it is: *Gibbs sampling*. It
 remains to see that it gets there from anywhere, how fast, and what an inexact $q$ does; hence
 *pseudo*-Gibbs.

 ### Where all is known

 In the linear-Gaussian model, restrict $W$ and $b$ to the rows of the seen coordinates. That is again a
 model of this kind; let its posterior be $p(z \mid x_o) = \mathcal N(m_o, P_o)$. The missing coordinates
 are $W_m z + b_m$ plus noise:

 $$
 p(x_m \mid x_o) = \mathcal N(W_m m_o + b_m, \thinspace W_m P_o W_m^\top + \sigma^2 I). \tag{missing-given-seen}
 $$

 Let the encoder be $q(z \mid x) = \mathcal N(K x + k, Q)$. The exact one has $K = M^{-1} W^\top$,
 $k = -K b$, $Q = P$. If $x_m$ is Gaussian with mean $u$ and covariance $S$, then $z$ has the mean
 $K_o x_o + K_m u + k$ and the covariance $K_m S K_m^\top + Q$, with $K_m$ the columns of $K$ for what is
 missing. Through the decoder, with $F = W_m K_m$,

 $$
 u' = F u + W_m (K_o x_o + k) + b_m, \qquad S' = F S F^\top + W_m Q W_m^\top + \sigma^2 I. \tag{gibbs-step}
 $$

 The test puts *missing-given-seen* into this with the exact encoder and gets it back. Let $u_\infty$ be the
 mean that a step leaves as it is. Subtract: $u' - u_\infty = F (u - u_\infty)$. Hence after $t$ steps

 $$
 u_t - u_\infty = F^t (u_0 - u_\infty). \tag{gibbs-rate}
 $$

 For the exact encoder $F = W_m M^{-1} W_m^\top$, which is symmetric. Its nonzero eigenvalues are those of
 $M^{-1} W_m^\top W_m$, where $M = W_o^\top W_o + W_m^\top W_m + \sigma^2 I$. If $e$ is such an eigenvector
 with eigenvalue $f$, then $W_m^\top W_m e = f M e$; multiply by $e^\top$ to find $f$ as the ratio of
 $\Vert W_m e \Vert^2$ to $\Vert W_o e \Vert^2 + \Vert W_m e \Vert^2 + \sigma^2 \Vert e \Vert^2$. It is at
 least 0 and below 1: the share of what is known about the direction $e$ of $z$ that comes from the missing
 coordinates. So the chain gets there from anywhere, by a factor a step that is near 1 when almost
 everything about $z$ is missing.
 */
page.section("11.3 Filling in what is missing")
let chainModel = LinearGaussianModel<Double>(
  weights: Tensor([4, 2], [1.0, 0.5, 0.8, -0.6, 0.9, 0.4, 1.1, -0.7]),
  bias: Tensor([0, 0, 0, 0]), logNoiseVariance: Tensor(Double.log(0.25)))
let chainDatum = Tensor<Double>([1, 4], [1.2, -0.4, 0, 0])
let chainPart = MissingCoordinates([2, 3], of: 4)
let chainGoal = chainModel.missing(chainPart, given: chainDatum)
let exactEncoder = chainModel.exactEncoder
var wideEncoder = exactEncoder
wideEncoder.covariance = 2 * exactEncoder.covariance
var shyEncoder = exactEncoder
shyEncoder.slope = 0.8 * exactEncoder.slope
let chainStart = FullGaussian(
  mean: Tensor([3, -3]), covariance: 0.01 * Tensor.identity(2))
let chainSteps = [0, 1, 2, 3, 5, 8, 12, 20, 40]
let chainEncoders = [
  ("exact", exactEncoder), ("twice the variance", wideEncoder), ("means shrunk by 0.8", shyEncoder),
]
let chainDistances = chainEncoders.map { _, encoder in
  chainSteps.map { steps in
    fullGaussianKL(
      chainModel.gibbsSteps(
        steps, from: chainStart, chainPart, given: chainDatum, encoder: encoder), chainGoal)
  }
}
page.table(
  ["steps"] + chainEncoders.map { "encoder: \($0.0)" },
  chainSteps.indices.map { i in
    [String(chainSteps[i])] + chainDistances.map { fixed($0[i], 6) }
  }, caption: "KL to p(x_m | x_o) in nats, exactly, of what pseudo-Gibbs has after some steps.")
let chainRates = SymmetricEigensystem(
  chainModel.contraction(chainPart, encoder: exactEncoder)
).values
page.say("eigenvalues of F: " + chainRates.map { fixed($0, 3) }.joined(separator: ", "))

/*:
 With the exact encoder the divergence falls without end. With the others the chain converges as well, as
 surely, to something else, and nothing in its behaviour tells you.

 ### A correction

 Mattei & Frellsen (2018) mend this with a decision. Let $q$ only *propose* a latent $z'$; take it with some
 probability $\alpha$, else stay at $z$. The posterior $p(z \mid x)$ is left as it is if as many chains go
 from $z$ to $z'$ as back,
 $p(z \mid x) \thinspace q(z' \mid x) \thinspace \alpha(z \to z') = p(z' \mid x) \thinspace q(z \mid x) \thinspace \alpha(z' \to z)$.
 Divide by $q(z \mid x) \thinspace q(z' \mid x)$, and multiply by $p(x)$, which nobody knows. With the
 weight $w(z) = p(x, z) / q(z \mid x)$ of chapter 6 it says
 $w(z) \thinspace \alpha(z \to z') = w(z') \thinspace \alpha(z' \to z)$. The largest probabilities with this
 property are

 $$
 \alpha(z \to z') = \min \left( 1, \frac{w(z')}{w(z)} \right), \tag{metropolis-gibbs}
 $$

 as both sides are then $\min(w(z), w(z'))$. The next step, $x_m$ from $p(x_m \mid z)$, is an exact one. The
 pixels just drawn change $w(z)$: compute it anew.

 A proposal that is nearly always refused is the price of a bad $q$. A chain that starts in nonsense may
 refuse for a long time, since there $q$ knows least. So the authors begin with some steps of pseudo-Gibbs,
 and so does the program.

 On digits, half of the pixels are missing: a random half, or the lower half of the picture. Chains begin
 with coin flips in the gaps. The imputed probability of a missing pixel is the average of
 $\mathbb E[x \mid z]$ over the second half of the steps. *Wrong* is the share of missing pixels on the
 wrong side of ½; *log-probability* that of the true missing pixels, in nats a digit, each probability kept
 away from 0 and 1 by a thousandth. The mean digit of the training set, which sees nothing, is the least to
 beat.
 */
let imputed = min(test.count, 100)
let chains = 4
let imputedPixels = testPixels.sliced(axis: 0, 0..<imputed)
let allChains = imputedPixels.rows(at: (0..<chains * imputed).map { $0 % imputed })
let pixelCount = test.pixelsPerImage
let imputationSteps = page.isQuick ? 4 : 40
var maskRandom = Random(seed: page.seed, stream: 8)
let coins: Tensor<Float> = maskRandom.uniform([imputed, pixelCount])
let randomHalf = positive(0.5 - coins)
let lowerRow = Tensor<Float>(
  [1, pixelCount], (0..<pixelCount).map { $0 / test.width < test.height / 2 ? 0 : 1 })
let lowerHalf = lowerRow.broadcast(to: [imputed, pixelCount])
let meanDigit = trainingPixels.mean(axis: 0).broadcast(to: [imputed, pixelCount])

func imputationQuality(
  _ probabilities: Tensor<Float>, _ missing: Tensor<Float>
) -> (wrong: Double, nats: Double) {
  let wrong = (missing * abs(thresholded(probabilities) - imputedPixels)).sum()
  let safe = 0.001 + 0.998 * probabilities
  let logs = imputedPixels * log(safe) + (1 - imputedPixels) * log(1 - safe)
  return (
    Double((wrong / missing.sum()).scalar),
    Double((missing * logs).sum(axis: 1).mean().scalar)
  )
}
struct Imputation {
  var probabilities: Tensor<Float>
  var wrongAtStep: [Double]
  var snapshots: [Tensor<Float>]
  var accepted: Double
}
/// The average of the chains of each digit.
func perDigit(_ x: Tensor<Float>) -> Tensor<Float> {
  x.reshaped([chains, imputed, pixelCount]).mean(axis: 0)
}
func impute(
  _ kind: ImputationChain<Float>.Kind, _ missing: Tensor<Float>, stream: UInt64
) -> Imputation {
  var random = Random(seed: page.seed, stream: stream)
  let uniform: Tensor<Float> = random.uniform(allChains.shape)
  let gaps = missing.rows(at: (0..<chains * imputed).map { $0 % imputed })
  let start = (1 - gaps) * allChains + gaps * positive(0.5 - uniform)
  var chain = ImputationChain(model, .pseudoGibbs, x: start, missing: gaps, random: &random)
  /// The first chain of each digit.
  func first() -> Tensor<Float> { chain.expected.sliced(axis: 0, 0..<imputed) }
  var result = Imputation(
    probabilities: .zeros([imputed, pixelCount]),
    wrongAtStep: [imputationQuality(first(), missing).wrong], snapshots: [first()],
    accepted: 0)
  let half = imputationSteps / 2
  for step in 1...imputationSteps {
    if step > imputationSteps / 4 { chain.kind = kind }
    chain.step(random: &random)
    result.wrongAtStep.append(imputationQuality(first(), missing).wrong)
    if [2, imputationSteps / 4, imputationSteps].contains(step) {
      result.snapshots.append(first())
    }
    if step > half {
      result.probabilities =
        result.probabilities + perDigit(chain.expected) / Float(imputationSteps - half)
      result.accepted += chain.accepted / Double(imputationSteps - half)
    }
  }
  return result
}
let kinds = ImputationChain<Float>.Kind.allCases
let masks = [("random half", randomHalf), ("lower half", lowerHalf)]
let imputations = masks.enumerated().map { index, mask in
  kinds.map { impute($0, mask.1, stream: UInt64(20 + index)) }
}
page.table(
  ["missing", "method", "wrong, %", "log-probability", "proposals taken, %"],
  zip(masks, imputations).flatMap { mask, results -> [[String]] in
    let base = imputationQuality(meanDigit, mask.1)
    return [
      [mask.0, "mean digit", fixed(100 * base.wrong, 2), fixed(base.nats, 1), ""]
    ]
      + zip(kinds, results).map { kind, result in
        let quality = imputationQuality(result.probabilities, mask.1)
        return [
          mask.0, kind.rawValue, fixed(100 * quality.wrong, 2), fixed(quality.nats, 1),
          fixed(100 * result.accepted, 1),
        ]
      }
  },
  caption:
    "\(imputed) test digits, \(chains) chains each, \(imputationSteps) steps, the first quarter pseudo-Gibbs."
)
page.figure(
  LineChart(
    title: "Pseudo-Gibbs forgets its start",
    description: "Wrong missing pixels against steps, for a random half and for the lower half.",
    x: Axis("steps"), y: Axis("wrong, % of the missing"),
    series: zip(masks, imputations).map { mask, results in
      Series(
        mask.0, x: results[0].wrongAtStep.indices.map(Double.init),
        y: results[0].wrongAtStep.map { 100 * $0 })
    }), "imputation-steps",
  caption: "Missing pixels on the wrong side of ½ in E[x | z] after each step of pseudo-Gibbs.")
let imputedShown = (0..<min(10, imputed)).map { $0 }
let imputedTruth = imputedPixels.rows(at: imputedShown)
let imputedMask = lowerHalf.rows(at: imputedShown)
let imputedRows =
  [imputedTruth, (1 - imputedMask) * imputedTruth + 0.5 * imputedMask]
  + imputations[1][0].snapshots.map { $0.rows(at: imputedShown) }
  + [imputations[1][1].snapshots.last!.rows(at: imputedShown)]
page.figure(
  ImageGrid(
    title: "Lower halves filled in",
    description: "Ten digits, their upper halves, and what chains put into the lower halves.",
    images: imputedRows.flatMap { pictures($0) }, height: test.height, width: test.width,
    columns: imputedShown.count,
    rowLabels: [
      "digit", "seen", "step 0", "step 2", "step \(imputationSteps / 4)",
      "step \(imputationSteps)", "Metropolis",
    ]), "imputation",
  caption: "E[x | z] in the lower half, along pseudo-Gibbs; the last row with the correction.")

/*:
 For a random half both chains do what one hopes: half as many errors as the mean digit, and far more
 probability. For the lower half they gain little on the mean digit in errors, and lose in log-probability.
 Look at the pictures: each chain settles on one way to complete the digit and holds to it. Four chains are
 a small sample of the ways, so the average is too sure. The correction takes few proposals, as the column
 says. The mean digit shows what a chain has to know: not only the best completion, but how many there are.
 (Chapter 8 trains a model for just this question.) Mattei & Frellsen report a clear gain of the corrected
 chain over pseudo-Gibbs; with these short chains the two differ little.
 */

/*:
 ## 11.4 Anomalies

 Is this picture one of those that the model was trained on? Choose a *score* that should be high for what
 does not belong, and a threshold. Of the anomalies a share $H$ lies above it, the *hits*; of the normal
 data a share $A$, the *false alarms*. Move the threshold from high to low, and $(A, H)$ draws the ROC
 curve, from $(0, 0)$ to $(1, 1)$. The area below it, the AUC, needs no threshold.

 What does the area mean? Take first scores without ties, of $n$ normal data $s_j$ and $m$ anomalies $a_i$.
 When the threshold passes a normal datum $s_j$, $A$ grows by $1/n$, and the curve gains the area
 $\frac 1 n H$, where $H$ is the share of anomalies above $s_j$. Summed over $j$, that is the share of pairs
 with $a_i \gt s_j$. If several scores are equal, the curve goes straight from before to after them. The
 trapezoid below counts anomalies above fully, equal ones by half:

 $$
 \mathrm{AUC} = \frac{1}{m n} \sum_{i=1}^{m} \sum_{j=1}^{n} \left( [a_i \gt s_j] + \frac 1 2 [a_i = s_j] \right), \tag{auc-mann-whitney}
 $$

 where $[\cdot]$ is 1 if what it holds is true, else 0. It is the probability that a random anomaly scores
 above a random normal datum, the statistic of Mann & Whitney (1947). ½ is guessing; below ½ the score
 points the wrong way.

 How far can chance move it? The $m n$ pairs are not independent: one anomaly is in $n$ of them. Let $v_i$
 be the share of normal data below $a_i$, and $u_j$ the share of anomalies above $s_j$, ties by half; both
 have the mean AUC. Let $v(a)$ be the probability that a normal datum lies below $a$, which $v_i$ estimates,
 and $u(s)$ that an anomaly lies above $s$. Write what a pair adds as
 $[a_i \gt s_j] - \mathrm{AUC} = (v(a_i) - \mathrm{AUC}) + (u(s_j) - \mathrm{AUC}) + r_{ij}$. The rest
 $r_{ij}$ has the mean 0 when either of its two data is held, so rests of different pairs are uncorrelated,
 and their mean over all pairs has a variance of the order $1 / (m n)$, which is left out. The two other
 parts are means over $m$ anomalies and over $n$ normal data, and independent:

 $$
 \mathbb V[\mathrm{AUC}] \approx \frac{s^2(v)}{m} + \frac{s^2(u)}{n}, \tag{auc-error}
 $$

 with $s^2$ the sample variance, and $v_i$, $u_j$ in the place of what they estimate (DeLong et al. 1988).
 For scores without any difference the exact variance is known, $(n + m + 1) / (12 m n)$, and the estimate
 exceeds it on average by $1 / (12 m n)$: the test counts on both.

 Which score? Three are at hand: minus the ELBO, minus the reconstruction $\mathbb E_q[\log p(x \mid z)]$
 alone, and minus the importance-sampled $\log \hat p(x)$ of section 6.9. A model is trained without one
 class of digits, `--held-out`, and judges test digits of all ten.
 */
page.section("11.4 Anomalies")
let heldOut = page.integer("held-out")
let scoreDraws = page.isQuick ? 4 : 100
let normalTraining = training.subset(
  training.labels!.indices.filter { trainingLabels[$0] != heldOut })
let detector = train("without \(heldOut)", on: normalTraining)
var scoreRandom = Random(seed: page.seed, stream: 9)
let detectorScores = detector.scores(testPixels, samples: scoreDraws, random: &scoreRandom)
let isHeldOut = testLabels.map { $0 == heldOut }
func split(_ scores: [Double]) -> (normal: [Double], anomalous: [Double]) {
  let pairs = zip(scores, isHeldOut)
  return (pairs.filter { !$0.1 }.map { -$0.0 }, pairs.filter { $0.1 }.map { -$0.0 })
}
let detectors = [
  ("−ELBO", split(detectorScores.elbo)), ("−reconstruction", split(detectorScores.reconstruction)),
  ("−log p(x), \(scoreDraws) draws", split(detectorScores.logLikelihood)),
]
page.table(
  ["score", "AUC", "standard error", "mean, normal", "mean, class \(heldOut)"],
  detectors.map { name, groups in
    [
      name, fixed(ReceiverCurve(normal: groups.normal, anomalous: groups.anomalous).area, 3),
      fixed(areaStandardError(normal: groups.normal, anomalous: groups.anomalous), 3),
      fixed(average(groups.normal), 1), fixed(average(groups.anomalous), 1),
    ]
  },
  caption: "A model that was trained without class \(heldOut): "
    + "\(detectors[0].1.anomalous.count) anomalies among \(test.count) test digits.")
page.figure(
  LineChart(
    title: "Hits against false alarms",
    description: "Three ROC curves, one for each score, above the diagonal or along it.",
    x: Axis("false alarms", range: 0...1), y: Axis("hits", range: 0...1),
    series: detectors.map { name, groups in
      let curve = ReceiverCurve(normal: groups.normal, anomalous: groups.anomalous)
      return Series(name, x: curve.falseAlarms, y: curve.hits)
    } + [Series("guessing", x: [0, 1], y: [0, 1], style: .dashed)], width: 560, height: 480),
  "roc", caption: "ROC curves of the detector that never saw class \(heldOut).")

/*:
 The three scores agree within their errors or nearly so: the better estimate of $\log p(x)$ is not the
 better detector. No score comes near 1. The decoder was never shown this class, but it draws strokes, and
 strokes are what the class is made of.

 ### Every class in the place of the anomaly

 How much of such an area is about the class being unknown? Ask the model that was trained on *all* classes
 for the same areas: it knows each class, so an area away from ½ only says that the class is hard or easy to
 describe.
 */
var fullScoreRandom = Random(seed: page.seed, stream: 10)
let fullScores = model.scores(testPixels, samples: scoreDraws, random: &fullScoreRandom)
func area(_ scores: [Double], of label: Int) -> Double {
  let pairs = zip(scores, testLabels)
  return ReceiverCurve(
    normal: pairs.filter { $0.1 != label }.map { -$0.0 },
    anomalous: pairs.filter { $0.1 == label }.map { -$0.0 }
  ).area
}
let presentLabels = (0..<10).filter { testLabels.contains($0) }
page.table(
  ["class"] + presentLabels.map(String.init),
  [
    ["AUC, −log p(x), class known"]
      + presentLabels.map { fixed(area(fullScores.logLikelihood, of: $0), 2) }
  ], caption: "Each class against the other nine, by a model that was trained on all ten.")
page.say(
  "class \(heldOut): \(fixed(area(fullScores.logLikelihood, of: heldOut), 3)) when it is known, "
    + "\(fixed(area(detectorScores.logLikelihood, of: heldOut), 3)) when it was held out")

/*:
 The areas of known classes are far from equal. The digit 1 is the easiest of all, so a detector by
 likelihood must fail on it: `--held-out 1` shows how much remains. Judge a detector by the difference that
 training makes, as in the last line, not by one area.

 ### When likelihood misleads

 A score of $-\log p(x)$ calls improbable what has little density. But data need not lie where the density
 is high. Take any Gaussian $\mathcal N(m, C)$ on $D$ dimensions. At $m$ the logarithm of the density is
 higher than at $x$ by $\frac 1 2 (x - m)^\top C^{-1} (x - m)$. With $x = m + L \varepsilon$ and
 $C = L L^\top$ this is $\frac 1 2 \Vert \varepsilon \Vert^2$, whose mean is half of $D$:

 $$
 \log p(m) - \mathbb E[\log p(x)] = \frac D 2. \tag{density-margin}
 $$

 In 784 dimensions the mean stands 392 nats above typical data, although no datum looks like it. Its
 neighbourhood is simply too small to be hit. Binary pixels are no Gaussian, but it is alike with them:
 every stroke could have been a little different, and each way has its small share, while an image without
 strokes has all of its share in one place. The program shows images that are no digits to the model that
 was trained on all classes. The AUC by $-\log p(x)$ is the share of test digits that score lower. The
 remedy in the last column asks whether the likelihood is *unusual* in either direction:
 $\vert \log p(x) - \ell \vert$ with $\ell$ the mean over training digits (Nalisnick et al. 2019 argue for
 such a test of *typicality*).
 */
let ink = average(trainingPixels.mean(axis: 1).scalars.map(Double.init))
var strangeRandom = Random(seed: page.seed, stream: 11)
let noiseUniform: Tensor<Float> = strangeRandom.uniform([20, pixelCount])
let columnsOf = (0..<pixelCount).map { $0 % test.width }
let rowsOf = (0..<pixelCount).map { $0 / test.width }
func image(_ isInk: (Int, Int) -> Bool) -> Tensor<Float> {
  Tensor([1, pixelCount], zip(rowsOf, columnsOf).map { isInk($0, $1) ? 1 : 0 })
}
let middle = (test.height / 2, test.width / 2)
let strangers: [(String, Tensor<Float>)] = [
  ("a blank image", image { _, _ in false }),
  (
    "one dot of 2 × 2", image { (0...1).contains($0 - middle.0) && (0...1).contains($1 - middle.1) }
  ),
  (
    "a short bar, upright",
    image { abs($0 - middle.0) <= 5 && (0...1).contains($1 - middle.1) }
  ),
  ("the mean digit, thresholded", thresholded(meanDigit.sliced(axis: 0, 0..<1))),
  ("slanted stripes", image { ($0 / 2 + $1 / 2) % 4 == 0 && $0 > 3 && $1 > 3 }),
  ("noise of the same ink", positive(Float(ink) - noiseUniform)),
  ("test digits, colours exchanged", 1 - testPixels.sliced(axis: 0, 0..<min(20, test.count))),
]
var typicalRandom = Random(seed: page.seed, stream: 12)
let typical = model.scores(
  trainingPixels.sliced(axis: 0, 0..<min(training.count, 300)), samples: scoreDraws,
  random: &typicalRandom
).logLikelihood
let typicalMean = average(typical)
var strangerScores: [(String, [Double])] = []
for (name, pixels) in strangers {
  strangerScores.append(
    (name, model.scores(pixels, samples: scoreDraws, random: &typicalRandom).logLikelihood))
}
func unusual(_ scores: [Double]) -> [Double] { scores.map { Swift.abs($0 - typicalMean) } }
page.table(
  ["shown", "log p(x)", "AUC, −log p(x)", "AUC, unusual"],
  [["test digits", fixed(average(fullScores.logLikelihood), 1), "", ""]]
    + strangerScores.map { name, scores in
      [
        name, fixed(average(scores), 1),
        fixed(
          pairsInOrder(
            normal: fullScores.logLikelihood.map { -$0 }, anomalous: scores.map { -$0 }), 3),
        fixed(
          pairsInOrder(normal: unusual(fullScores.logLikelihood), anomalous: unusual(scores)), 3),
      ]
    }, caption: "An AUC near 0 means: the model finds them more likely than almost any test digit.")
page.figure(
  Histogram(
    title: "Likelihoods of digits, and of simple images",
    description:
      "log p(x) of test digits; those of four simple images lie to the right of nearly all.",
    x: Axis("log p(x), nats"),
    groups: [
      ("test digits", fullScores.logLikelihood),
      ("blank, dot, bar, mean digit", strangerScores.prefix(4).flatMap(\.1)),
    ], bins: 50), "likelihoods",
  caption: "log p(x) of \(test.count) test digits, and of the first four rows of the table.")

var detectorRandom = Random(seed: page.seed, stream: 12)
let detectorTypical = average(
  detector.scores(
    trainingPixels.rows(
      at: trainingLabels.indices.filter { trainingLabels[$0] != heldOut }.prefix(300).map { $0 }),
    samples: scoreDraws, random: &detectorRandom
  ).logLikelihood)
let unusualHeldOut = split(
  detectorScores.logLikelihood.map { -Swift.abs($0 - detectorTypical) })
page.say(
  "class \(heldOut), held out, by how unusual: AUC "
    + fixed(
      pairsInOrder(normal: unusualHeldOut.normal, anomalous: unusualHeldOut.anomalous), 3))

/*:
 The blank image is more probable than every test digit. The test of the unusual finds it, and noise too.
 But it is a second look at the same number: an anomaly whose likelihood happens to be ordinary passes. For
 the class that was held out it does worse than likelihood alone, as the last line says, since high
 likelihoods now count as strange.
 */

/*:
 ## 11.5 Between two latents

 Chapter 6 decoded points of the straight line between two codes. Where does that line lead? Let $a$ and $b$
 be independent draws of the prior on $d$ dimensions. Coordinate by coordinate, $(1 - t) a + t b$ is
 Gaussian with mean 0 and variance $(1 - t)^2 + t^2$, so

 $$
 \mathbb E \Vert (1 - t) a + t b \Vert^2 = d \left( (1 - t)^2 + t^2 \right). \tag{line-norm}
 $$

 In the middle this is $d / 2$. Is that unusual for the prior? The squared norm of a draw is a sum of $d$
 independent squares, each of mean 1 and of variance $\mathbb E[z_j^4] - 1 = 3 - 1 = 2$:

 $$
 \mathbb E \Vert z \Vert^2 = d, \qquad \mathbb V \left[ \Vert z \Vert^2 \right] = 2 d. \tag{shell}
 $$

 The middle of the line lies $\frac{d}{2} / \sqrt{2 d} = \sqrt{d / 8}$ standard deviations below the mean:
 for 20 latents 1.6 of them, for 200 five. Draws of the prior live in a shell, and straight lines cut
 through its inside.

 To stay in the shell, walk on an arc. For unit vectors $u$ and $v$ at an angle $\omega$, look for a unit
 vector in their plane at the angle $t \omega$ from $u$. The plane has the orthonormal pair $u$ and
 $e = (v - u \cos \omega) / \sin \omega$, and the vector is $u \cos t \omega + e \sin t \omega$. Collect
 $u$: its factor is $(\cos t \omega \sin \omega - \sin t \omega \cos \omega) / \sin \omega$, and the
 numerator is the sine of the difference:

 $$
 \mathrm{slerp}(u, v; t) = \frac{\sin((1 - t) \omega)}{\sin \omega} u + \frac{\sin(t \omega)}{\sin \omega} v. \tag{slerp}
 $$

 The name is Shoemake's (1985): spherical linear interpolation. For $a$ and $b$ of different lengths the
 function below turns the direction so, and takes the length from one to the other in a straight line. Does
 the arc make better pictures than the line? Two hundred pairs of draws are joined both ways. The judge sees
 binary images, so pixels are drawn.
 */
page.section("11.5 Between two latents")
let pairCount = page.isQuick ? 10 : 200
let latents = model.latents
var pairRandom = Random(seed: page.seed, stream: 13)
let firstEnds: Tensor<Double> = pairRandom.normal([pairCount, latents])
let secondEnds: Tensor<Double> = pairRandom.normal([pairCount, latents])
let times = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]
struct Judged {
  var confidence: Tensor<Double>
  var pixelEntropy: Double
}
func judgedDecodings(_ z: Tensor<Double>, random: inout Random) -> Judged {
  let p = model.expectedPixels(Tensor<Float>(z))
  let uniform: Tensor<Float> = random.uniform(p.shape)
  let drawn = positive(p - uniform)
  let q = Tensor<Double>(p)
  let safe = 1e-7 + (1 - 2e-7) * q
  let entropies = -(safe * log(safe) + (1 - safe) * log(1 - safe)).sum(axis: 1)
  return Judged(
    confidence: judge.probabilities(drawn).max(axis: 1), pixelEntropy: entropies.mean().scalar)
}
typealias Path = (Tensor<Double>, Tensor<Double>, Double) -> Tensor<Double>
let paths: [(String, Path)] = [
  ("line", { straightLine(from: $0, to: $1, at: $2) }),
  ("arc", { sphericalArc(from: $0, to: $1, at: $2) }),
]
let walks = paths.map { _, path in
  times.map { t -> (squaredNorm: Double, judged: Judged) in
    var random = Random(seed: page.seed, stream: 14)
    let z = path(firstEnds, secondEnds, t)
    return (square(z).sum(axis: 1).mean().scalar, judgedDecodings(z, random: &random))
  }
}
page.table(
  [
    "t", "‖z‖², line", "by line-norm", "‖z‖², arc", "judge, line", "judge, arc", "pixels, line",
    "pixels, arc",
  ],
  times.indices.filter { $0 % 2 == 0 }.map { i in
    [
      fixed(times[i], 2), fixed(walks[0][i].squaredNorm, 1),
      fixed(lineSquaredNorm(dimensions: latents, at: times[i]), 1),
      fixed(walks[1][i].squaredNorm, 1), fixed(walks[0][i].judged.confidence.mean().scalar, 3),
      fixed(walks[1][i].judged.confidence.mean().scalar, 3),
      fixed(walks[0][i].judged.pixelEntropy, 1),
      fixed(walks[1][i].judged.pixelEntropy, 1),
    ]
  },
  caption: """
    Means over \(pairCount) pairs of draws. Judge: the probability of its most probable label. Pixels: \
    the entropy of the pixels given z, in nats.
    """)
let middleGain = GradientStatistics(
  (walks[1][4].judged.confidence - walks[0][4].judged.confidence).reshaped([pairCount, 1]))
page.say(
  "judge, arc less line in the middle: \(signed(middleGain.mean.scalars[0], 3)), standard error "
    + "\(fixed(middleGain.standardError.scalars[0], 3))")
page.figure(
  LineChart(
    title: "The line cuts through the shell",
    description: "Mean squared norm against t: the line falls to a half, the arc does not.",
    x: Axis("t"), y: Axis("mean of ‖z‖²"),
    series: zip(paths, walks).map { path, walk in
      Series(path.0, x: times, y: walk.map(\.squaredNorm), style: .linePoints)
    } + [
      Series(
        "line-norm", x: times,
        y: times.map { lineSquaredNorm(dimensions: latents, at: $0) }, style: .dashed)
    ]), "norms", caption: "Squared norms between two draws of the prior, \(latents) latents.")
let shownPairs = [0, 1, 2]
let betweenRows = shownPairs.flatMap { pair in
  paths.flatMap { _, path in
    times.flatMap { t in
      pictures(
        model.expectedPixels(
          Tensor<Float>(path(firstEnds.rows(at: [pair]), secondEnds.rows(at: [pair]), t))))
    }
  }
}
page.figure(
  ImageGrid(
    title: "Line and arc",
    description: "Three pairs of draws; from left to right along the line, and along the arc.",
    images: betweenRows, height: test.height, width: test.width, columns: times.count,
    rowLabels: shownPairs.flatMap { _ in ["line", "arc"] }), "interpolation",
  caption: "Decoded points between three pairs of draws of the prior, the first three drawn.")

/*:
 The norms are as derived. The decoder is less sure of its pixels in the middle of the line, and as sure as
 elsewhere on the arc: in the pictures, the middles of lines are greyer. Whether it is a better digit is
 another question: the judge's gain is small, and you should hold it against its standard error. Neither
 path knows where classes end. With 20 latents the shell is thick; in 200 the same line would go where draws
 of the prior practically never lie.
 */

/*:
 ## 11.6 Latent arithmetic

 Take the mean code of images with an attribute, subtract the mean code of those without, and add the
 difference to another code: does the decoded image gain the attribute? That it often does is the best-known
 trick of latent spaces; here is what can be said for it.

 Let the codes without the attribute have a distribution with mean $m_0$ and covariance $C_0$, those with it
 $m_1$ and $C_1$, and take both for Gaussians. Move every code of the first kind by $s (m_1 - m_0)$. Its
 mean becomes $m_0 + s (m_1 - m_0)$, its covariance stays. In the divergence of Gaussians the mean occurs in
 one term; with the offset $(1 - s)(m_1 - m_0)$,

 $$
 \mathrm{KL}(s) = \frac 1 2 \left( \mathrm{tr}(C_1^{-1} C_0) - d + \log \frac{\det C_1}{\det C_0} \right) + \frac 1 2 (1 - s)^2 (m_1 - m_0)^\top C_1^{-1} (m_1 - m_0). \tag{attribute-shift}
 $$

 Of all shifts, the difference of the means makes the divergence least. What it leaves is the difference of
 the shapes, which no shift can mend. So it moves the one cloud onto the other, as a whole. It does not
 promise that each point arrives where it should.

 A difference of *single* codes, $a - b + c$, is worse than that. For independent standard normal codes the
 coordinates of $\bar a - \bar b + c$, with means of $n$ examples each, have the variance
 $\frac 1 n + \frac 1 n + 1$:

 $$
 \mathbb E \Vert \bar a - \bar b + c \Vert^2 = d \left( 1 + \frac 2 n \right). \tag{analogy-norm}
 $$

 With one example each the result lies far outside the shell: its squared norm is that of a draw, three
 times over.

 ### An attribute, and what comes with it

 Suppose that the data also fall into classes $c$, such as the ten digits. Among the codes with the
 attribute let $\pi_c$ be the proportion of class $c$ and $u_c$ its mean; among those without, $\rho_c$ and
 $l_c$. Then $m_1 - m_0 = \sum_c (\pi_c u_c - \rho_c l_c)$. Multiply out to see that each term is the sum of
 two:

 $$
 m_1 - m_0 = \sum_c \frac{\pi_c + \rho_c}{2} (u_c - l_c) + \sum_c (\pi_c - \rho_c) \frac{u_c + l_c}{2}. \tag{attribute-parts}
 $$

 The first sum is what the attribute does inside classes. The second has nothing to do with it: it is a
 change of the proportions. If thin digits are mostly ones, then "less ink" is partly "more like a one".
 Take as many codes of either kind from each class and the second sum is gone.

 First attribute: ink. The vector is the mean code of the quarter of training digits with most ink less that
 of the quarter with least. It is added, $t$ times, to the codes of test digits. Does ink follow, and does
 the digit stay what it was? A second vector is *balanced*: the quarters are those of each class. A control
 adds a random vector of the same length as the first.
 */
page.section("11.6 Latent arithmetic")
let trainingCodes = Tensor<Double>(model.encode(trainingPixels).mean)
let testCodes = Tensor<Double>(model.encode(testPixels).mean)
let trainingInk = trainingPixels.sum(axis: 1).scalars
let sortedInk = trainingInk.sorted()
let (thin, thick) = (sortedInk[sortedInk.count / 4], sortedInk[3 * sortedInk.count / 4])
let extremes = trainingInk.indices.filter { trainingInk[$0] < thin || trainingInk[$0] > thick }
let inkVector = attributeVector(
  trainingCodes.rows(at: extremes), where: extremes.map { trainingInk[$0] > thick })
func length(_ vector: Tensor<Double>) -> Double { square(vector).sum().scalar.squareRoot() }
let inkLength = length(inkVector)
let inkParts = attributeParts(
  trainingCodes.rows(at: extremes), where: extremes.map { trainingInk[$0] > thick },
  classes: extremes.map { trainingLabels[$0] })
page.say(
  "length of the ink vector \(fixed(inkLength, 2)); its part inside classes "
    + "\(fixed(length(inkParts.within), 2)), that of proportions "
    + "\(fixed(length(inkParts.between), 2))")
/// For each class, its quarter with least ink and its quarter with most: balanced.
var balanced: [(index: Int, isThick: Bool)] = []
for label in 0..<10 {
  let members = trainingLabels.indices.filter { trainingLabels[$0] == label }
    .sorted { (trainingInk[$0], $0) < (trainingInk[$1], $1) }
  let quarter = members.count / 4
  balanced += members.prefix(quarter).map { ($0, false) }
  balanced += members.suffix(quarter).map { ($0, true) }
}
let balancedVector = attributeVector(
  trainingCodes.rows(at: balanced.map(\.index)), where: balanced.map(\.isThick))
var controlRandom = Random(seed: page.seed, stream: 15)
let controlDirection: Tensor<Double> = controlRandom.normal([latents])
let controlVector =
  (inkLength / length(controlDirection)) * controlDirection
func shifted(_ vector: Tensor<Double>, _ t: Double) -> (ink: Double, kept: Double) {
  let p = model.expectedPixels(Tensor<Float>(testCodes + t * vector))
  let labels = judge.labels(thresholded(p))
  return (
    Double(p.sum(axis: 1).mean().scalar),
    average(zip(labels, testLabels).map { $0 == $1 ? 1 : 0 })
  )
}
let shifts = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]
let inkShifts = shifts.map { shifted(inkVector, $0) }
let balancedShifts = shifts.map { shifted(balancedVector, $0) }
let controlShifts = shifts.map { shifted(controlVector, $0) }
page.table(
  [
    "t", "ink", "kept, %", "ink, balanced", "kept, %, balanced", "ink, control", "kept, %, control",
  ],
  shifts.indices.map { i in
    [signed(shifts[i], 1)]
      + [inkShifts[i], balancedShifts[i], controlShifts[i]].flatMap {
        [fixed($0.ink, 1), fixed(100 * $0.kept, 1)]
      }
  },
  caption: """
    Mean ink pixels of the decoded test digits, and how many the judge still reads as their label. \
    Length of the balanced vector: \(fixed(length(balancedVector), 2)).
    """)
let inkPictures = [0, 1, 7, 8].map { shown[$0] }.flatMap { index in
  shifts.flatMap { t in
    pictures(
      model.expectedPixels(Tensor<Float>(testCodes.rows(at: [index]) + t * balancedVector)))
  }
}
page.figure(
  ImageGrid(
    title: "Less ink, more ink",
    description: "Four test digits; from left to right the ink vector is added more and more.",
    images: inkPictures, height: test.height, width: test.width, columns: shifts.count,
    columnLabels: shifts.map { signed($0, 1) }), "arithmetic",
  caption: "Codes of four test digits plus t times the balanced ink vector, decoded.")

/*:
 Ink follows both vectors, step by step, and hardly follows the control. But the first vector destroys more
 digits than a random one of its length, and the balanced one fewer than the first: compare the columns at
 the ends. A good part of what looked like the price of arithmetic was the wrong average. (At the thin end
 strokes vanish, and little is left to be read.)

 Second attribute: the label. For each pair of classes, add $m_1 - m_0$ to the codes of test digits of the
 first, and ask the judge for the second. Beside it: the same with single examples, one of either class,
 drawn anew for each digit. The divergences are those of *attribute-shift* between the Gaussians fitted to
 the classes' training codes.
 */
let classCodes = (0..<10).map { label in
  trainingCodes.rows(at: trainingLabels.indices.filter { trainingLabels[$0] == label })
}
let classFits = classCodes.map { fittedGaussian($0) }
var swapRandom = Random(seed: page.seed, stream: 16)
struct Swap {
  var success = 0.0, stayed = 0.0, squaredNorm = 0.0, count = 0.0
  mutating func add(_ z: Tensor<Double>, from: Int, to: Int) {
    let labels = judge.labels(thresholded(model.expectedPixels(Tensor<Float>(z))))
    success += Double(labels.count { $0 == to })
    stayed += Double(labels.count { $0 == from })
    squaredNorm += square(z).sum().scalar
    count += Double(labels.count)
  }
}
var (meanSwap, singleSwap, noSwap) = (Swap(), Swap(), Swap())
var (divergenceBefore, divergenceAfter): ([Double], [Double]) = ([], [])
for from in presentLabels {
  let codes = testCodes.rows(at: testLabels.indices.filter { testLabels[$0] == from })
  let count = codes.shape[0]
  for to in presentLabels where to != from {
    noSwap.add(codes, from: from, to: to)
    meanSwap.add(codes + classFits[to].mean - classFits[from].mean, from: from, to: to)
    func examples(_ label: Int, _ random: inout Random) -> Tensor<Double> {
      let all = classCodes[label]
      return all.rows(at: (0..<count).map { _ in random.integer(below: all.shape[0]) })
    }
    let difference = examples(to, &swapRandom) - examples(from, &swapRandom)
    singleSwap.add(codes + difference, from: from, to: to)
    divergenceBefore.append(divergenceAfterShift(0, from: classFits[from], to: classFits[to]))
    divergenceAfter.append(divergenceAfterShift(1, from: classFits[from], to: classFits[to]))
  }
}
page.table(
  ["added to the code", "read as the target, %", "as before, %", "mean of ‖z‖²"],
  [
    ("nothing", noSwap), ("difference of class means", meanSwap),
    ("difference of two examples", singleSwap),
  ].map { name, swap in
    [
      name, fixed(100 * swap.success / swap.count, 1), fixed(100 * swap.stayed / swap.count, 1),
      fixed(swap.squaredNorm / swap.count, 1),
    ]
  }, caption: "All ordered pairs of classes, \(latents) latents.")
page.say(
  "mean divergence between classes: \(fixed(average(divergenceBefore), 1)) nats before the shift, "
    + "\(fixed(average(divergenceAfter), 1)) after")

/*:
 A shift by class means turns most digits into the target in the judge's eyes, although the divergence that
 it leaves is large: the clouds have different shapes, and still most points land well. Single examples do
 worse, at more than twice the squared norm: *analogy-norm* says three times for codes of a standard normal
 cloud, less what examples of one class have in common.
 */

/*:
 ## 11.7 Generation, and temperature

 To generate, draw $z$ from the prior and decode. People often draw $z$ with less spread than the prior has,
 because pictures look cleaner so. This is called a *temperature* $T$, after physics, where a density $p$ at
 temperature $T$ is $p^{1/T}$, normalised. For the prior $p(z)^{1/T} \propto e^{-\Vert z \Vert^2 / (2 T)}$,
 and the Gaussian with this exponent is

 $$
 p_T(z) = \mathcal N(0, T I). \tag{temperature-prior}
 $$

 $T$ is a variance. Programs that multiply $\varepsilon$ by a "temperature" use the standard deviation
 $\sqrt T$ and call it so: ask before you compare. The entropy of a Gaussian of variance $T$ is
 $\frac 1 2 \log 2 \pi e T$ for each coordinate (the mean of $\frac 1 2 \log 2 \pi T + z_j^2 / (2 T)$), so

 $$
 H_T = \frac d 2 \left( \log 2 \pi e + \log T \right). \tag{temperature-entropy}
 $$

 To halve $T$ costs $\frac d 2 \log 2$ nats of variety, whatever $T$ was. The divergence to the prior, from
 *gaussian-kl* with $\mu = 0$ and $\lambda = \log T$, is

 $$
 \mathrm{KL}(p_T \Vert p) = \frac d 2 (T - 1 - \log T). \tag{temperature-divergence}
 $$

 The decoder has a temperature as well. For one pixel of probability $\pi$ and logit $\ell$, the odds
 $\pi : (1 - \pi)$ are $e^\ell$, and those of the powers $\pi^{1/T} : (1 - \pi)^{1/T}$ are $e^{\ell / T}$:

 $$
 \pi_T = \mathrm{sigmoid}(\ell / T). \tag{pixel-temperature}
 $$

 $T \to 0$ thresholds at ½. It takes noise out of pixels and leaves the variety of $z$ as it is.

 Is colder better? That takes measures of variety and of quality. The mean squared distance of two different
 samples is a sum of variances: in $\mathbb E \Vert x - x' \Vert^2$ with independent $x$ and $x'$ the means
 cancel and each coordinate contributes twice its variance. For a sample of $n$, with the unbiased
 variances,

 $$
 \frac{1}{n (n - 1)} \sum_{i \ne j} \Vert x_i - x_j \Vert^2 = \frac{2}{n - 1} \sum_{i=1}^{n} \Vert x_i - \bar x \Vert^2. \tag{pair-distance}
 $$

 (On the left, $\sum_{i,j} \Vert x_i - x_j \Vert^2 = 2 n \sum_i \Vert x_i - \bar x \Vert^2$, as the cross
 terms sum to zero.) The judge gives $p(y \mid x)$ for each sample. Its average over samples is $\bar p(y)$.
 Add and subtract $\log \bar p$ in the average entropy:

 $$
 \mathrm{H}(\bar p) - \mathbb E_x [\mathrm{H}(p(y \mid x))] = \mathbb E_x [\mathrm{KL}(p(y \mid x) \Vert \bar p)]. \tag{label-information}
 $$

 The first term is variety: at most $\log 10$. The second is doubt: low if each sample is clearly one digit.
 The exponential of the difference is the *inception score* of Salimans et al. (2016), with our small judge
 in the place of their large one.
 */
page.section("11.7 Generation, and temperature")
let sampleCount = page.isQuick ? 20 : 1_000
let temperatures = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2]
struct SampleReport {
  var confidence, information, distance, nearest: Double
}
/// The number of pixels in which binary images differ from the nearest training digit, on average.
func distanceToTraining(_ drawn: Tensor<Float>) -> Double {
  // ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y, and −max of the negative is the least.
  let products = matmul(drawn, trainingPixels, transposingSecond: true)
  let norms = drawn.sum(axis: 1).expanded(axis: 1) + trainingPixels.sum(axis: 1)
  return Double(-(2 * products - norms).max(axis: 1).mean().scalar)
}
func report(_ drawn: Tensor<Float>) -> SampleReport {
  let p = judge.probabilities(drawn)
  let entropies = labelEntropies(p)
  return SampleReport(
    confidence: p.max(axis: 1).mean().scalar,
    information: entropies.ofAverage - entropies.average,
    distance: meanPairDistance(Tensor<Double>(drawn)),
    nearest: distanceToTraining(drawn.sliced(axis: 0, 0..<min(drawn.shape[0], 300))))
}
func samples(temperature: Double, pixels: Double) -> Tensor<Float> {
  var random = Random(seed: page.seed, stream: 17)
  let noise: Tensor<Float> = random.normal([sampleCount, latents])
  let logits = model.decode(Float(temperature.squareRoot()) * noise)
  let uniform: Tensor<Float> = random.uniform([sampleCount, pixelCount])
  return positive(temperedPixels(logits: logits, temperature: pixels) - uniform)
}
let coldPixel = 0.1
let reports = temperatures.map { report(samples(temperature: $0, pixels: 1)) }
let coldReports = temperatures.map { report(samples(temperature: $0, pixels: coldPixel)) }
let realReport = report(testPixels)
func reportCells(_ value: SampleReport) -> [String] {
  [
    fixed(value.confidence, 3), fixed(value.information, 3), fixed(value.distance, 1),
    fixed(value.nearest, 1),
  ]
}
page.table(
  [
    "samples", "entropy of z", "KL to the prior", "confidence", "information", "distance",
    "nearest",
  ],
  zip(temperatures, reports).map { temperature, value in
    [
      "T = \(fixed(temperature, 2))",
      fixed(temperedEntropy(latents: latents, temperature: temperature), 1),
      fixed(temperatureDivergence(latents: latents, temperature: temperature), 1),
    ] + reportCells(value)
  }
    + zip(temperatures, coldReports).map { temperature, value in
      ["T = \(fixed(temperature, 2)), cold pixels", "", ""] + reportCells(value)
    } + [["test digits", "", ""] + reportCells(realReport)],
  caption: """
    \(sampleCount) samples each. Confidence: the judge's probability of its label, on average. \
    Information: the difference of label-information, nats. Distance: pair-distance. Nearest: pixels \
    that differ from the nearest training digit, on average. Cold pixels: drawn at the temperature \(fixed(coldPixel, 1)).
    """)
page.figure(
  LineChart(
    title: "Quality against variety",
    description:
      "The judge's confidence against the pair distance of samples, for seven temperatures.",
    x: Axis("mean squared distance of two samples"), y: Axis("confidence of the judge"),
    series: [
      Series(
        "T from \(fixed(temperatures[0], 1)) to \(fixed(temperatures.last!, 1))",
        x: reports.map(\.distance), y: reports.map(\.confidence), style: .linePoints),
      Series(
        "the same, cold pixels", x: coldReports.map(\.distance),
        y: coldReports.map(\.confidence), style: .linePoints),
      Series(
        "test digits", x: [realReport.distance], y: [realReport.confidence], style: .points),
    ]), "temperature",
  caption: "Each point of a line is one temperature of the prior.")
var gridRandom = Random(seed: page.seed, stream: 18)
let gridNoise: Tensor<Float> = gridRandom.normal([10, latents])
let gridTemperatures = [0.1, 0.5, 1, 2]
page.figure(
  ImageGrid(
    title: "Colder and warmer",
    description: "Ten draws decoded at four temperatures: alike when cold, odd when warm.",
    images: gridTemperatures.flatMap { temperature in
      pictures(model.expectedPixels(Float(temperature.squareRoot()) * gridNoise))
    }, height: test.height, width: test.width, columns: 10,
    rowLabels: gridTemperatures.map { "T = \(fixed($0, 1))" }), "temperatures",
  caption: "The same ten draws ε, decoded from √T ε.")

/*:
 The folklore says that cold samples are cleaner. Of this model the cold samples are the worse ones. Near
 the origin, where all classes meet, the decoder is unsure of its pixels: the judge's confidence *rises*
 with $T$. With pixels drawn, the distance even falls as $T$ rises, since it holds the noise of unsure
 pixels besides the variety of $z$. With cold pixels the variety of $z$ is left, and it grows with $T$, as
 the entropy says that it must. *Nearest* has the other side: cold samples lie nearer to a training digit
 than test digits do, as averages of digits are near to many, and warm ones lie further away. No temperature
 brings the judge near the confidence that it has for test digits. That gap is the model's, and no way of
 drawing from it closes the gap.

 Where reduced temperatures are reported to help, the models are others, and the $T$ too: Kingma & Dhariwal
 (2018) multiply the standard deviation of a flow's base density. Measure it in yours.
 */

// MARK: Compression (section 11.8)

/*:
 ## 11.8 How few bits does it need?

 A *code* gives each symbol $i$ a word of $l_i$ bits. If no word is the beginning of another, a string of
 words can be read without marks between them. A word owns all endless strings of bits that begin with it:
 the share $2^{-l_i}$ of them. These shares do not overlap, hence

 $$
 \sum_i 2^{-l_i} \le 1. \tag{kraft}
 $$

 Conversely, for lengths that obey this there are words: lay intervals of these widths end to end in
 $[0, 1)$, the widest first. Each begins at a multiple of its own width, so its first $l_i$ binary digits are
 a word, and no other interval holds strings that begin with it.

 How long is a word on average, if symbol $i$ comes with probability $p_i$? Divide the shares by their sum
 $\Sigma$, and they are a distribution $r_i = 2^{-l_i} / \Sigma$, with $l_i = -\log_2 r_i - \log_2 \Sigma$.
 Chapter 3 knows the mean of $-\log r$: it is $H(p) + \mathrm{KL}(p \Vert r)$. So

 $$
 \sum_i p_i l_i = \frac{1}{\log 2} \left( H(p) + \mathrm{KL}(p \Vert r) - \log \Sigma \right) \ge \frac{H(p)}{\log 2}. \tag{source-coding}
 $$

 The best length for a symbol is $-\log_2 p_i$. That is no whole number as a rule, and words are. For pixels that
 are almost certain, of a hundredth of a bit each, rounding up to a bit would cost a hundred times the need.

 ### A message that is a number

 So do not give each symbol a word; let the whole message be one natural number $s$ (asymmetric numeral
 systems, Duda 2013). Sender and receiver share a table of frequencies: $p_i$ is $f_i / 2^k$, and symbol $i$
 owns the $f_i$ *slots* from $c_i$ on, of the $2^k$ that there are. To push a symbol is to go from $s$ to
 the $s$-th number, counted from 0, whose lowest $k$ bits are a slot of $i$. Of $2^k$ consecutive numbers $f_i$
 are such, hence

 $$
 s' = 2^k \left\lfloor \frac{s}{f_i} \right\rfloor + c_i + (s \bmod f_i). \tag{rans-push}
 $$

 The receiver reads the lowest $k$ bits of $s'$, finds whose slot that is, and counts back:

 $$
 s = f_i \left\lfloor \frac{s'}{2^k} \right\rfloor + (s' \bmod 2^k) - c_i. \tag{rans-pop}
 $$

 Nothing is rounded and nothing lost; the symbol that was pushed last is popped first, as from a stack.

 A number of thousands of bits is slow to divide. So the program keeps its upper part as $s$, from $2^{31}$ up to
 $2^{63}$, and what lies below in a list of 32-bit words. A push would reach $2^{63}$ exactly if
 $s \ge 2^{63-k} f_i$. Then the lowest 32 bits of $s$ go to the list first, which leaves
 $2^{31-k} f_i \le s \lt 2^{31}$, and the push leads back into the range. The receiver can tell: a pop gives an $s$
 below $2^{31}$ exactly if a word had gone, and takes it back. In the same way a push undoes a pop. A pop leaves
 $2^{31-k} f_i \le s \lt 2^{63-k} f_i$. If that is below $2^{31}$ a word comes, the new $s$ is at least
 $2^{63-k} f_i$, and the push sends the word away again; if not, no word comes and none goes.

 And the number grows by the right factor. Let $t = \lfloor s / f_i \rfloor$. Both $s'$ and $2^k s / f_i$ lie from
 $2^k t$ up to $2^k (t + 1)$, so neither is more than $1 + 1/t$ times the other. (With the bits of a word that goes
 as a fraction of $s$, the whole part $t$ is the same.) Now $\log_2(1 + 1/t) \le 1 / (t \log 2)$, and $t \ge 2^{31-k}$ as
 $s \ge 2^{31-k} f_i$:

 $$
 \log_2 s' - \log_2 s = -\log_2 \frac{f_i}{2^k} \quad \text{to within } \frac{2^{k - 31}}{\log 2} \text{ bits.} \tag{rans-length}
 $$

 A table from probabilities must leave every symbol a slot. With $F_i$ the probability of the symbols below $i$ of
 $n$, take $c_i = i + \lfloor (2^k - n) F_i \rfloor$. Rounding down takes less than 1 from a difference, so
 $f_i \ge (2^k - n) p_i$, and

 $$
 \log_2 \frac{2^k}{f_i} \le \log_2 \frac{1}{p_i} - \log_2 \left( 1 - \frac{n}{2^k} \right). \tag{table-cost}
 $$

 ### Bits back

 A model with latents gives no table of $p(x)$: that is the integral which nobody can do. It gives tables of
 $p(z)$ and of $p(x \mid z)$. So choose a $z$, send it, and send $x$ given $z$: $-\log_2 p(z) - \log_2 p(x \mid z)$
 bits. This is more than $-\log_2 p(x)$, since $z$ is sent along, and nobody asked for it.

 But nothing says *which* $z$ to choose, and a free choice can carry a message (Hinton & van Camp 1993). There is more
 to be sent; those bits are on the stack already. *Pop* $z$ from the stack, with the table of $q(z \mid x)$, as if it had been
 pushed. Then push $x$ by $p(x \mid z)$ and $z$ by $p(z)$. The receiver pops $z$ and then $x$, now knows
 $q(z \mid x)$, and pushes $z$ with it: the stack is what it was before this $x$, in every bit. It has grown by

 $$
 \log_2 s' - \log_2 s = \log_2 q(z \mid x) - \log_2 p(z) - \log_2 p(x \mid z). \tag{bits-back-chain}
 $$

 Bits of a well compressed message look like coin flips, and a $z$ popped from coin flips has the distribution
 $q(z \mid x)$. Take the expectation:

 $$
 \mathbb E_q \left[ \log_2 \frac{q(z \mid x)}{p(z)} - \log_2 p(x \mid z) \right] = \frac{1}{\log 2} \left( \mathrm{KL}(q(z \mid x) \Vert p(z)) - \mathbb E_q[\log p(x \mid z)] \right) = -\frac{\mathrm{ELBO}(x)}{\log 2}. \tag{bits-back-length}
 $$

 Rate and distortion, in bits. So the ELBO is not only a bound: it is a length that can be reached, and by the
 identity of chapter 4 it exceeds $-\log_2 p(x)$ by $\mathrm{KL}(q(z \mid x) \Vert p(z \mid x))$, the price of a $q$ that is
 not the posterior. Data are pushed one on top of the other, so each finds bits to choose its $z$ with, except the
 first: somebody must lend it some, and gets them back at the end.

 ### Latents are real numbers

 Tables need symbols. Cut the line into $K = 2^b$ bins that are equally likely under the prior, at the points $e_i$
 where $\Phi$, the distribution function of $\mathcal N(0, 1)$, is $i / K$. It has the series

 $$
 \Phi(x) = \frac 1 2 + \frac{e^{-x^2 / 2}}{\sqrt{2 \pi}} \left( x + \frac{x^3}{3} + \frac{x^5}{3 \cdot 5} + \frac{x^7}{3 \cdot 5 \cdot 7} + \cdots \right), \tag{normal-series}
 $$

 since the sum in brackets, $\Psi$, has the derivative $1 + x \Psi$: what the density's derivative takes away is given back, and
 the density is left. A latent with $q = \mathcal N(\mu, \sigma^2)$ then falls into bin $i$ with the probability $Q(i)$,
 under the prior with $P(i)$:

 $$
 P(i) = \frac 1 K, \qquad Q(i) = \Phi \left( \frac{e_{i+1} - \mu}{\sigma} \right) - \Phi \left( \frac{e_i - \mu}{\sigma} \right). \tag{equal-mass-bins}
 $$

 The prior costs $b$ bits a latent, whatever the bin: that is much for fine bins. But $Q$ gives it back, as fine bins have
 small probabilities under $q$ as well:

 $$
 \mathrm{KL}(Q \Vert P) = \log K + \sum_i Q(i) \log Q(i). \tag{binned-rate}
 $$

 To look only at the bin is to forget where in it $z$ lies. By the chain rule of chapter 3, $\mathrm{KL}(q \Vert p)$ is
 this rate plus the divergence that is left inside the bins, on average over $Q$. So the rate stays below
 $\mathrm{KL}(q \Vert p)$, and tends to it as bins get fine. The decoder reads the middle of the bin; what that costs shows in
 the distortion.

 The table has a rival: no bits back, and every freedom that this leaves. It sends the bin of the mean $\mu$, which the
 decoder likes best, for $b$ bits a latent, and may choose $b$.
 */
page.section("11.8 How few bits does it need?")
let coded = test.count
let codedPixels = testPixels
let binNoiseCount = page.isQuick ? 2 : 20
/// Rate and distortion in nats, and minus the ELBO in bits: means over digits, of several draws.
func lengths(_ part: (Tensor<Float>) -> (rate: [Double], distortion: [Double])) -> (
  rate: Double, distortion: Double, bits: SampleSpread
) {
  var random = Random(seed: page.seed, stream: 21)
  var (rate, distortion, totals) = (0.0, 0.0, [Double]())
  for _ in 0..<binNoiseCount {
    let parts = part(random.normal([coded, latents]))
    let (r, d) = (average(parts.rate), average(parts.distortion))
    rate += r / Double(binNoiseCount)
    distortion += d / Double(binNoiseCount)
    totals.append(inBits(r + d))
  }
  return (rate, distortion, SampleSpread(Tensor(totals)))
}
let (codedMean, codedLogVariance) = model.encode(codedPixels)
let codedRate = gaussianKL(mean: codedMean, logVariance: codedLogVariance).scalars.map(Double.init)
let exactLengths = lengths { noise in
  let z = reparameterize(mean: codedMean, logVariance: codedLogVariance, noise: noise)
  let reconstruction = model.logLikelihood(of: codedPixels, given: z)
  return (codedRate, reconstruction.scalars.map { -Double($0) })
}
let binBits = [1, 2, 3, 4, 6, 8, 10]
let noNoise = Tensor<Float>.zeros([coded, latents])
let binRows = binBits.map { b in
  let binned = LatentBins(bits: b)
  let value = lengths { model.binnedLengths(of: codedPixels, noise: $0, binned) }
  let ofMean = model.binnedLengths(of: codedPixels, noise: noNoise, binned).distortion
  return (value: value, withoutBack: Double(latents * b) + inBits(average(ofMean)))
}
page.table(
  ["bins", "rate, nats", "distortion, nats", "together, bits", "no bits back, bits"],
  zip(binBits, binRows).map { b, row in
    [
      "\(1 << b)", fixed(row.value.rate, 2), fixed(row.value.distortion, 2),
      fixed(row.value.bits.mean, 2), fixed(row.withoutBack, 2),
    ]
  } + [
    [
      "none", fixed(exactLengths.rate, 2), fixed(exactLengths.distortion, 2),
      fixed(exactLengths.bits.mean, 2), "",
    ]
  ],
  caption: "Means over \(coded) test digits and \(binNoiseCount) draws each, \(latents) latents.")
page.figure(
  LineChart(
    title: "Finer bins cost nothing, if their bits come back",
    description:
      "With bits back the length falls to that of the bound and stays; without, it rises.",
    x: Axis("bits of a bin, b"), y: Axis("bits a digit"),
    series: [
      Series(
        "bits back", x: binBits.map(Double.init), y: binRows.map(\.value.bits.mean),
        style: .linePoints),
      Series(
        "no bits back", x: binBits.map(Double.init), y: binRows.map(\.withoutBack),
        style: .linePoints),
    ], references: [.horizontal(at: exactLengths.bits.mean, "minus the ELBO")]), "bits",
  caption: "Mean length of a test digit against the bits that name a bin.")

/*:
 A few bins are too coarse: the middle of a bin is not what the encoder meant, and the distortion is high though the rate is
 low. From some number on the bins no longer matter: each doubling makes the prior cost another bit a latent, and gives that bit
 back. The rival pays for it, and has to stop at coarse bins, where pictures suffer.

 Now send the test digits for good: all of them, as zeros and ones, on one stack, from some borrowed bits on. The receiver has
 the message, the model, and nothing else.
 */
let bins = LatentBins(bits: 8)
let coding = model.codingModel(bins)
let images = (0..<coded).map { row in
  codedPixels.sliced(axis: 0, row..<row + 1).scalars.map { Int($0) }
}
var borrowedRandom = Random(seed: page.seed, stream: 22)
let borrowed = (0..<32).map { _ in UInt32(borrowedRandom.integer(below: 1 << 32)) }
var coder = StackCoder(words: borrowed)
let startBits = coder.bits
var leastBits = startBits
page.attempt {
  for image in images {
    var taken = coder
    _ = try taken.pop(coding.posterior(image))
    leastBits = min(leastBits, taken.bits)
    try coder.pushBitsBack(image, coding)
  }
}
let message = coder.message
let grownBits = coder.bits - startBits
var received = page.attempt { try StackCoder(message: message) }
var isLossless = true
page.attempt {
  for image in images.reversed() where try received.popBitsBack(coding) != image {
    isLossless = false
  }
}
page.say(
  "\(coded) digits on \(borrowed.count) borrowed words: a message of \(message.count) bytes")
page.say("every digit came back, bit for bit: \(isLossless ? "yes" : "no")")
page.say("the borrowed bits came back: \(received == StackCoder(words: borrowed) ? "yes" : "no")")
page.say(
  "of the \(fixed(startBits, 0)) bits borrowed, \(fixed(startBits - leastBits, 0)) were needed")

/// Each pixel by its own share of ones among the training digits.
let onesShare = trainingPixels.mean(axis: 0).scalars.map { 0.001 + 0.998 * Double($0) }
let pixelTables = onesShare.map { FrequencyTable.bernoulli($0) }
let pixelBits = average(images.map { idealLength($0, pixelTables) })
/// Eight pixels to a byte.
let packed = images.flatMap { image in
  stride(from: 0, to: image.count, by: 8).map { first in
    image[first..<min(first + 8, image.count)].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
  }
}
let deflatedBits = Double(8 * zlibCompressed(packed).count) / Double(coded)
let rival = zip(binBits, binRows).min { $0.1.withoutBack < $1.1.withoutBack }!
func lengthRow(_ name: String, _ bits: Double) -> [String] {
  [name, fixed(bits, 2), fixed(bits / Double(pixelCount), 4)]
}
let measuredBits = grownBits / Double(coded)
page.table(
  ["", "bits a digit", "bits a pixel"],
  [
    lengthRow("as they are", Double(pixelCount)),
    lengthRow("each pixel by its own frequency", pixelBits),
    lengthRow("repetitions found (DEFLATE), 8 pixels a byte", deflatedBits),
    lengthRow("the mean and x, no bits back, \(1 << rival.0) bins", rival.1.withoutBack),
    lengthRow("bits back: what the stack grew by", measuredBits),
    lengthRow("minus the ELBO", exactLengths.bits.mean),
  ],
  caption: """
    The second and fourth row are ideal lengths, −log₂ p. DEFLATE is the package's, which writes its \
    PNG files: 10 to 25 % above the common program.
    """)
let spread = exactLengths.bits
page.say(
  "measured against the ELBO: \(signed(100 * (measuredBits / spread.mean - 1), 2)) %; the standard error "
    + "of the ELBO is \(fixed(100 * spread.standardError / spread.mean, 2)) %, and with one draw a digit, "
    + "as the coder makes, \(fixed(100 * spread.standardDeviation / spread.mean, 2)) %")

/*:
 The number that training raised is a file size. The difference between the last two rows is the draw of $z$ for each
 digit, the rounding of tables and bins, and whatever the popped bits are not like coin flips; the printed percentage holds
 all of it. (The model itself is not in the message: it is far larger than these digits, and pays for itself only over many
 more.)

 Where do the bits go? Each pixel costs $-\log_2 p(x_i \mid z)$. Below the digits is this cost, at the mean $\mu$:
 */
let costlyPixels = codedPixels.rows(at: shown)
let costlyLogits = model.decode(codedMean.rows(at: shown))
let pixelCosts = (softplus(costlyLogits) - costlyPixels * costlyLogits) / (4 * Float.log(2))
page.figure(
  ImageGrid(
    title: "What each pixel costs",
    description:
      "Ten digits, and below each the cost of its pixels: bright along the edges of strokes.",
    images: pictures(costlyPixels) + pictures(pixelCosts), height: test.height, width: test.width,
    columns: shown.count, rowLabels: ["digit", "cost"]), "costs",
  caption: "Bits for each pixel of ten test digits: black is none, white is 4 bits or more.")

/*:
 Paper and the middle of strokes are nearly free. What is paid for is the edge, where the binarisation drew pixels at
 random, and ink where the decoder expected none.

 ### What can go wrong

 A message can be damaged on its way; its checksum tells. Worse is what no checksum sees: a receiver whose decoder differs
 in a last digit. The tables then differ by a slot here or there, and from the first pixel that falls on such a place, all is
 noise. On one machine a sum may be rounded otherwise than on another, and the same code is then two decoders. (Ballé et al. 2019 met
 this, and make networks of whole numbers.) Here every bit is the same on any machine. A wrong $q$, on
 the other hand, does no harm but length, if both sides use it: with $\sigma^2$ for $\sigma$ the digits still come back.
 */
func outcome(of bytes: [UInt8]) -> String {
  do {
    _ = try StackCoder(message: bytes)
    return "accepted"
  } catch { return "refused: \(error.message)" }
}
var changedMessage = message
changedMessage[message.count / 2] ^= 1
page.say("one bit changed · \(outcome(of: changedMessage))")
page.say("cut in the middle · \(outcome(of: Array(message.prefix(message.count / 2))))")
page.say("ten bytes · \(outcome(of: Array(message.prefix(10))))")

/// How many digits come back right before the first that does not.
func rightDigits(_ model: CodingModel, from start: StackCoder) -> Int {
  var (coder, count) = (start, 0)
  for image in images.reversed() {
    guard let x = try? coder.popBitsBack(model), x == image else { break }
    count += 1
  }
  return count
}
for nudge in [0, 1e-6, 1e-3] as [Float] {
  var other = model
  let last = other.decoder.layers.count - 1
  other.decoder.layers[last].bias = other.decoder.layers[last].bias + nudge
  let count = rightDigits(other.codingModel(bins), from: coder)
  page.say(
    "the receiver's decoder has \(scientific(Double(nudge), 0)) added to its logits: "
      + "\(count) of \(coded) digits are right")
}

let mistaken = min(coded, 200)
var narrow = coding
narrow.posterior = { [model, bins] x in
  let (mean, logVariance) = model.encode(Tensor([1, x.count], x.map { Float($0) }))
  return zip(mean.scalars, exp(logVariance).scalars).map {
    bins.table(mean: Double($0), standardDeviation: Double($1))
  }
}
func grown(_ model: CodingModel) -> (bits: Double, isLossless: Bool) {
  var coder = StackCoder(words: borrowed)
  page.attempt { for image in images.prefix(mistaken) { try coder.pushBitsBack(image, model) } }
  let bits = (coder.bits - startBits) / Double(mistaken)
  let isLossless = images.prefix(mistaken).reversed().allSatisfy { image in
    (try? coder.popBitsBack(model)) == image
  }
  return (bits, isLossless)
}
let (rightGrowth, narrowGrowth) = (grown(coding), grown(narrow))
page.say(
  "q of the first \(mistaken) digits with σ: \(fixed(rightGrowth.bits, 2)) bits a digit; with σ² for σ: "
    + "\(fixed(narrowGrowth.bits, 2)), lossless: \(narrowGrowth.isLossless ? "yes" : "no")")

/*:
 The refusals name what was found. The smaller of the two nudges is about what another order of a sum does to a logit, and is
 enough. The wrong $q$ is paid for in bits, by the rate that narrow distributions have.
 */

// MARK: End of compression

/*:
 ## Common mistakes

 The table has one row for each, in this order.

 - **The noisy $\tilde x$ in the likelihood.** If the loss asks for what the encoder saw, noise is to be
   reconstructed too. The row is that likelihood for the plain model, against that of the clean digit.
 - **Means for draws in a chain of imputations.** Putting $\mathbb E[x_m \mid z]$ into the gaps looks
   smoother, and the chain then has too little spread: the variance of a missing coordinate in the exact
   model of section 11.3, against the right one.
 - **Ties.** A score that is the same for all data has the AUC ½. Counting ties as hits, or not at all,
   makes it 1 or 0.
 - **The sign of a score.** A detector with the AUC $A$ has $1 - A$ when high and low are confused; the row
   takes the detector of section 11.4 by its ELBO. An AUC well below ½ is often only this, but see the blank
   image.
 - **A temperature used as a standard deviation.** $0.5 \thinspace \varepsilon$ has the temperature 0.25.
   The row is the entropy of $z$ that is lost.
 - **An angle from vectors that are not normalised.** The cosine in *slerp* is that of unit vectors. Without
   dividing, the "cosine" of codes exceeds 1 and has no angle. The row is the largest $a \cdot b$ among the
   pairs of section 11.5, where the largest cosine is at most 1.
 - **Finer bins whose bits do not come back.** Each halving of the bins then adds a bit for each latent. The row is the
   mean length of a digit with the finest bins of section 11.8, in bits.
 */
page.section("Common mistakes")
var mistakeRandom = Random(seed: page.seed, stream: 19)
let mistakeNoise: Tensor<Float> = mistakeRandom.normal([test.count, latents])
func noisyReconstruction(_ target: Tensor<Float>) -> Double {
  let (mean, logVariance) = model.encode(noisyPixels)
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: mistakeNoise)
  return Double(model.logLikelihood(of: target, given: z).mean().scalar)
}
var meansModel = chainModel
meansModel.logNoiseVariance = Tensor(Double.log(1e-9))
let meansChain = meansModel.gibbsSteps(
  200, from: chainStart, chainPart, given: chainDatum, encoder: exactEncoder)
let elboGroups = detectors[0].1
let elboArea = ReceiverCurve(normal: elboGroups.normal, anomalous: elboGroups.anomalous).area
let constantScores = [0.0, 0, 0]
let dots = (firstEnds * secondEnds).sum(axis: 1)
let dotCosines =
  dots / sqrt(square(firstEnds).sum(axis: 1) * square(secondEnds).sum(axis: 1))
page.table(
  ["mistake", "right", "wrong"],
  [
    [
      "log-likelihood of x̃ for that of x", fixed(noisyReconstruction(testPixels), 1),
      fixed(noisyReconstruction(noisyPixels), 1),
    ],
    [
      "means for draws: variance", fixed(chainGoal.covariance[0, 0], 3),
      fixed(meansChain.covariance[0, 0], 3),
    ],
    [
      "constant score, ties as hits: AUC",
      fixed(pairsInOrder(normal: constantScores, anomalous: constantScores), 1),
      fixed(average(constantScores.map { $0 >= constantScores[0] ? 1 : 0 }), 1),
    ],
    [
      "sign of the score: AUC", fixed(elboArea, 3),
      fixed(
        ReceiverCurve(
          normal: elboGroups.normal.map { -$0 }, anomalous: elboGroups.anomalous.map { -$0 }
        ).area, 3),
    ],
    [
      "T = 0.5 as a standard deviation: entropy of z",
      fixed(temperedEntropy(latents: latents, temperature: 0.5), 1),
      fixed(temperedEntropy(latents: latents, temperature: 0.25), 1),
    ],
    ["vectors not normalised: largest cosine", fixed(dotCosines.max(), 2), fixed(dots.max(), 2)],
    [
      "\(1 << binBits.last!) bins, no bits back: bits a digit",
      fixed(binRows.last!.value.bits.mean, 1),
      fixed(binRows.last!.withoutBack, 1),
    ],
  ])

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then `swift run homework 11`.

 1. **A smooth area** (2 points). In *auc-mann-whitney* replace the count of a pair by
    $\mathrm{sigmoid}((a - s) / T)$. Derive the limit for $T \to 0$, ties included, and the gradient by
    all scores; implement both.
 2. **Back on the shell** (2 points, pen and paper). Latents from $\mathcal N(0, I)$ with the
    correlations $R$ are combined with weights $w$. Derive $\mathbb E \Vert \sum_i w_i z_i \Vert^2$, of
    which *line-norm* and *analogy-norm* are cases, and the factor that takes the combination back to
    $\mathcal N(0, I)$.
 3. **Shape as well as place** (3 points). Replace the shift of section 11.6 by the affine map that
    takes $\mathcal N(m_0, L_0 L_0^\top)$ to $\mathcal N(m_1, L_1 L_1^\top)$. Derive its matrix, and how
    far it moves codes on average; implement both. What becomes of *attribute-shift*?
 4. **Bits back** (2 points). Send a datum with a model of few latents: $z$ is chosen by bits that have
    to be sent anyway. Derive the expected net length, and its excess over $-\log_2 p(x)$; implement
    both.
 5. **A chain with the wrong spread** (3 points, pen and paper). One latent, one missing coordinate, and
    an encoder whose variance is $\kappa$ times that of the posterior. Derive where *gibbs-step* comes
    to rest. Show that for $\kappa = 1$ it is *missing-given-seen*.
 6. **How grey is a cold pixel?** (2 points). Derive the entropy of a pixel at a temperature, and its
    derivative by $T$; implement both so that a probability that rounds to 0 or 1 does no harm.

 Projects:

 7. **Gaussian noise for flips.** Train a denoiser for grey pixels with the Gaussian likelihood and
    $\tilde x = x + \tau \eta$. Compare its guess with the best linear one, $\mathbb E[x \mid \tilde x]$
    of a linear-Gaussian model fitted by principal components (chapter 10), for three values of $\tau$.
 8. **The rate of the chain.** Show that the eigenvalues of $F$ are less than 1 whenever
    $\sigma^2 \gt 0$, and that the largest tends to 1 as $\sigma \to 0$ if $W_o$ has less than full
    column rank. Implement `mixingTime(_:)`, the number of steps until the error has fallen by $e$, and
    check it against *gibbs-rate*.
 9. **Which class is hard to detect?** Run `--held-out` for all ten classes. Correlate the AUC with the
    area of the table below it, and say how much of detection is only complexity.
 10. **Complexity taken out.** Serrà et al. (2020, arXiv:1909.11480) subtract the length of a compressed
     file from $-\log p(x)$. Take the entropy of a pixel given its left and upper neighbour, fitted to
     training digits, as the length. What becomes of the blank image?
 11. **Arcs between codes.** Interpolate between means of test digits on the line, on the arc, on the
     line brought back to the shell (exercise 2), and with draws of $q$ as ends; compare the judge's
     confidence in the middle.
 12. **Does the shape help?** Move test digits by the map of exercise 3 in the place of the shift of
     section 11.6, and compare how often the judge reads the target.

 ## Sources

 - Im, Ahn, Memisevic & Bengio 2017, *Denoising Criterion for Variational Auto-Encoding Framework*,
   arXiv:1511.06406.
 - Vincent et al. 2008, *Extracting and Composing Robust Features with Denoising Autoencoders*,
   doi:10.1145/1390156.1390294.
 - Rezende, Mohamed & Wierstra 2014, *Stochastic Backpropagation*, arXiv:1401.4082: imputation by
   alternating draws.
 - Mattei & Frellsen 2018, *Leveraging the Exact Likelihood of Deep Latent Variable Models*,
   arXiv:1802.04826: Metropolis-within-Gibbs.
 - Mann & Whitney 1947, doi:10.1214/aoms/1177730491; DeLong, DeLong & Clarke-Pearson 1988,
   doi:10.2307/2531595: the area and its error.
 - Nalisnick et al. 2019, *Do Deep Generative Models Know What They Don't Know?*, arXiv:1810.09136, and
   *Detecting Out-of-Distribution Inputs … Using a Test for Typicality*, arXiv:1906.02994.
 - Shoemake 1985, *Animating Rotation with Quaternion Curves*, doi:10.1145/325165.325242; White 2016,
   *Sampling Generative Networks*, arXiv:1609.04468: arcs in latent spaces.
 - Larsen et al. 2016, *Autoencoding beyond Pixels*, arXiv:1512.09300: attribute vectors.
 - Kingma & Dhariwal 2018, *Glow*, arXiv:1807.03039: reduced temperatures.
 - Salimans et al. 2016, *Improved Techniques for Training GANs*, arXiv:1606.03498: the inception score.
 - Duda 2013, *Asymmetric Numeral Systems*, arXiv:1311.2540: the coder; Townsend 2020, *A Tutorial on the
   Range Variant of Asymmetric Numeral Systems*, arXiv:2001.09186.
 - Marsaglia 2004, *Evaluating the Normal Distribution*, doi:10.18637/jss.v011.i04: the series.
 - Ballé, Johnston & Minnen 2019, *Integer Networks for Data Compression with Latent-Variable Models*, ICLR.
 - Hinton & van Camp 1993, *Keeping Neural Networks Simple by Minimizing the Description Length of the
   Weights*, COLT; Townsend, Bird & Barber 2019, *Practical Lossless Compression with Latent Variables
   Using Bits Back Coding*, arXiv:1901.04866: bits back.
 */
page.finish()
