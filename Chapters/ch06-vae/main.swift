/*:
 # 6 · The variational autoencoder

 The pieces are on the table: an encoder and a decoder (chapter 2), the divergence between Gaussians
 (chapter 3), a lower bound on $\log p(x)$ (chapter 4), and gradients through a random draw (chapter 5).
 This chapter puts them together, trains the result on handwritten digits, and measures it.

 **What you will be able to do**

 - write down the objective of a variational autoencoder, every term in nats, sums and means in place;
 - derive the gradient of that objective by every weight, and recognise a wrong one;
 - train a model on real digits, draw new ones from it, and walk through its latent space;
 - estimate $\log p(x)$ itself, tell how far below it the bound lies, and see latents that have collapsed.
 */
import Datasets
import KLDivergence
import Notebook
import Plots
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

let page = Page(
  "ch06-vae", "6 · The variational autoencoder",
  options: [
    .seed, .epochs(100, quick: 2), .data, .dataDirectory, .figures, .quick,
    .integers(
      "hidden", default: [400], in: 1...4096, help: "widths of the encoder's hidden layers"),
    .integer("latent", default: 20, in: 2...512, help: "number of latents"),
    .choice("activation", default: Activation.relu, help: "between layers"),
    .choice("likelihood", default: Likelihood.bernoulli, help: "of a pixel, given the latents"),
    .output("explorer", help: "write the latent explorer, a web page, to FILE"),
    .checkpoint, .resume,
    .output("export", help: "write the trained parameters, under PyTorch's names, to FILE"),
    .path("import", help: "start from the parameters in FILE, which has PyTorch's names"),
  ])
let (training, test) = page.loadImages()  // first, so that a missing file is told at once
let checkpoint = page.checkpoint()

/*:
 ## 6.1 The objective

 A datum $x$ is an image of $D$ pixels. A latent $z$ has $d$ numbers. The model says how data come about:
 draw $z$ from the prior $p(z) = \mathcal N(0, I)$, put it through a network, the *decoder*, and let its
 output describe a distribution $p_\theta(x \mid z)$ of pixels. All weights of the decoder are $\theta$.

 Which $z$ could have made a given $x$? The posterior $p_\theta(z \mid x)$ needs
 $p_\theta(x) = \int p_\theta(x \mid z) \thinspace p(z) \thinspace dz$, an integral over all latents through
 a network, which has no closed form. A second network, the *encoder* with weights $\phi$, answers instead. It reads $x$ and gives the two vectors of a
 Gaussian $q_\phi(z \mid x) = \mathcal N(\mu, \mathrm{diag}\thinspace \sigma^2)$: the mean $\mu$ and the
 log variance $\lambda = \log \sigma^2$.

 Chapter 4 proved that for any such $q$

 $$
 \log p_\theta(x) \ge \mathbb E_q[\log p_\theta(x \mid z)] - \mathrm{KL}(q_\phi(z \mid x) \Vert p(z)).
 $$

 The right side is the ELBO. Its first term is the *reconstruction*: how well $x$ is described by
 latents that the encoder proposes. Its second is the *rate*: how many nats the proposal costs over the
 prior. The rate has a closed form (chapter 3). The reconstruction is an expectation over $q$; one draw
 $z = \mu + \sigma \odot \varepsilon$ with $\varepsilon \sim \mathcal N(0, I)$ estimates it without bias,
 and lets gradients pass to $\mu$ and $\sigma$ (chapter 5). So for each datum

 $$
 \mathrm{ELBO}(x) \approx \log p_\theta(x \mid \mu + \sigma \odot \varepsilon) - \frac 1 2 \sum_{j=1}^{d} (\mu_j^2 + e^{\lambda_j} - 1 - \lambda_j). \tag{vae-elbo}
 $$

 Both terms are sums: over pixels in the first, over latents in the second. Only over data do you take a
 mean. The loss to minimise is minus that mean.

 Both terms are logarithms of probabilities of the same datum, in nats, so no constant stands between
 them. More pixels make the first larger and more latents the second; that is as it should be. Where you
 meet a weight other than 1 before the rate, it is another objective (section 6.10 uses one for a while),
 or a mistake.
 */
page.section("6.1 The objective")
let architecture = Architecture(
  hidden: page.integers("hidden"), latents: page.integer("latent"),
  activation: page.choice("activation", as: Activation.self),
  likelihood: page.choice("likelihood", as: Likelihood.self))
var initial = Random(seed: page.seed, stream: 1)
var model = VariationalAutoencoder<Float>(architecture, random: &initial)
if let file = page.path("import") {
  model = page.attempt { try VariationalAutoencoder(torchFile: file, architecture) }
}
if page.path("export") != nil { page.attempt { _ = try model.torchParameters() } }
page.say("\(architecture.description): \(model.parameterCount) parameters")

/*:
 Read: the pixels, the hidden layers, the two outputs $\mu$ and $\lambda$, and the way back; then what stands
 between layers, and the likelihood.
 */

/*:
 ## 6.2 Binary pixels

 What does the decoder's output mean? If a pixel is either ink or not, $x_i$ is 0 or 1, and one number
 describes its distribution: the probability $\pi_i$ of ink. Given $z$, the model takes pixels to be
 independent, so the log-likelihood is a sum,

 $$
 \log p(x \mid z) = \sum_{i=1}^{D} (x_i \log \pi_i + (1 - x_i) \log (1 - \pi_i)).
 $$

 A network's output is any real number, so let it give the *logit* $\ell_i = \log \frac{\pi_i}{1 - \pi_i}$.
 Solve for the probability: $\pi_i = \frac{1}{1 + e^{-\ell_i}}$, the sigmoid, and
 $1 - \pi_i = \frac{1}{1 + e^{\ell_i}}$. Take logarithms. With
 $\mathrm{softplus}(\ell) = \log(1 + e^\ell)$,

 $$
 \log \pi_i = \ell_i - \mathrm{softplus}(\ell_i), \qquad \log(1 - \pi_i) = -\mathrm{softplus}(\ell_i),
 $$

 where the first uses $-\log(1 + e^{-\ell}) = \ell - \log(e^\ell + 1)$. Put both in; the softplus has the
 weight $x_i + (1 - x_i) = 1$:

 $$
 \log p(x \mid z) = \sum_{i=1}^{D} (x_i \ell_i - \mathrm{softplus}(\ell_i)). \tag{bernoulli-log-likelihood}
 $$

 The derivative of softplus is the sigmoid, $\frac{e^\ell}{1 + e^\ell}$. So by each logit

 $$
 \frac{\partial \log p(x \mid z)}{\partial \ell_i} = x_i - \mathrm{sigmoid}(\ell_i), \tag{bernoulli-gradient}
 $$

 the pixel minus its predicted probability.

 Why not compute $\pi$ and take its logarithm? Because a confident logit rounds $\pi$ to 0 or 1 in
 `Float`, and the logarithm of 0 is $-\infty$. The form above never makes that detour:
 */
page.section("6.2 Binary pixels")
let confident = Tensor<Float>([1, 1], [-105])
let ink = Tensor<Float>([1, 1], [1])
page.say(
  "log-likelihood of ink under the logit −105: from the logit "
    + "\(bernoulliLogLikelihood(of: ink, logits: confident).scalar), "
    + "from the probability \(log(sigmoid(confident)).scalar)")

/*:
 ## 6.3 Real pixels

 If pixels are real numbers, a Gaussian is the usual choice: the decoder gives the means $m_i$, and all
 pixels share one variance, which is learned. Its logarithm is $\rho$. The density of one pixel (with $\pi$ the
 number again) is $(2 \pi e^\rho)^{-1/2} e^{-(x_i - m_i)^2 / (2 e^\rho)}$. Take the logarithm and add up the $D$ pixels:

 $$
 \log p(x \mid z) = -\frac 1 2 (D (\log 2\pi + \rho) + e^{-\rho} \Vert x - m \Vert^2). \tag{gaussian-log-likelihood}
 $$

 Differentiate. By a mean only the square depends on it; by $\rho$, the first part gives $D$ and the
 second $-e^{-\rho} \Vert x - m \Vert^2$:

 $$
 \frac{\partial \log p(x \mid z)}{\partial m_i} = e^{-\rho} (x_i - m_i), \qquad \frac{\partial \log p(x \mid z)}{\partial \rho} = \frac 1 2 (e^{-\rho} \Vert x - m \Vert^2 - D). \tag{gaussian-gradient}
 $$

 The second is zero where $e^\rho = \Vert x - m \Vert^2 / D$: the best variance for one datum is its mean
 squared error; for many, since they share $\rho$, the mean of these.

 ## 6.4 Every gradient by hand

 Now the whole chain. Write $h$ for the encoder's features and $\delta$ for the derivative of the loss $L$ by whatever a layer
 gave: its *cotangent* (chapter 5 wrote it with a bar).

 One layer first. It computes $y = x W + b$ for a batch, so $y_{nk} = \sum_i x_{ni} W_{ik} + b_k$.
 Which entries depend on $W_{ik}$? Only column $k$, once for each row $n$, with the factor $x_{ni}$. By the
 chain rule $\partial L / \partial W_{ik} = \sum_n x_{ni} \delta_{nk}$. In the same way $b_k$ is in every
 row with the factor 1, and $x_{ni}$ is in all columns of row $n$ with the factors $W_{ik}$:

 $$
 \frac{\partial L}{\partial W} = x^\top \delta, \qquad \frac{\partial L}{\partial b} = \sum_n \delta_n, \qquad \frac{\partial L}{\partial x} = \delta W^\top. \tag{dense-backward}
 $$

 An activation multiplies $\delta$ by its derivative, element by element.

 Now from the loss to the first layer, for the mean over a batch of $B$ data with the rate weighted by
 $\beta$ (1 until further notice):

 1. **Likelihood.** The loss has the factor $-1/B$. At the logits, $\delta = (\mathrm{sigmoid}(\ell) - x) / B$.
    With Gaussian pixels, at the means, $\delta = e^{-\rho} (m - x) / B$, and the loss's derivative by $\rho$
    is minus the mean over the batch of *gaussian-gradient*.
 2. **Decoder.** Layer by layer as above, down to $\delta_z$ at its input.
 3. **Draw.** $z = \mu + e^{\lambda / 2} \odot \varepsilon$, so
    $\partial z / \partial \mu = 1$ and $\partial z / \partial \lambda = \frac 1 2 e^{\lambda / 2} \odot \varepsilon$.
 4. **Rate.** It depends on $\mu$ and $\lambda$ directly; chapter 3 found $\mu$ and $\frac 1 2 (e^\lambda - 1)$.
 5. **Encoder.** Both outputs read the same $h$, with weights $W_\mu$ and $W_\lambda$, so its cotangent is
    the sum $\delta_h = \delta_\mu W_\mu^\top + \delta_\lambda W_\lambda^\top$; multiply by the activation's
    derivative, then go layer by layer to the pixels.

 Steps 3 and 4 meet at the encoder's two outputs:

 $$
 \delta_\mu = \delta_z + \frac \beta B \mu, \qquad \delta_\lambda = \frac 1 2 \delta_z \odot e^{\lambda / 2} \odot \varepsilon + \frac{\beta}{2B} (e^\lambda - 1). \tag{vae-gradient}
 $$

 The page checks the function under *vae-gradient* here on a small model, in `Double`, against differences and
 against reverse mode:
 */
page.section("6.4 Every gradient by hand")
var small = Random(seed: page.seed, stream: 2)
let smallArchitecture = Architecture(pixels: 6, hidden: [5, 4], latents: 2, activation: .tanh)
let smallModel = VariationalAutoencoder<Double>(smallArchitecture, random: &small)
let smallData = Tensor<Double>([2, 6], [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1])
let smallNoise: Tensor<Double> = small.normal([2, 2])
let gradientCheck = Check.gradient(
  "vae-gradient", at: smallModel, of: { $0.loss(of: smallData, noise: smallNoise) },
  claim: { $0.lossGradient(of: smallData, noise: smallNoise) },
  planted: ["the rate left out": { $0.lossGradient(of: smallData, noise: smallNoise, beta: 0) }])
page.say("\(gradientCheck)")

/*:
 ## 6.5 A case where the best is known

 Before digits, a case with an answer. Let the data be two-dimensional and standard normal. No model can
 describe them better, on average, than the distribution they come from, and that gives minus its entropy:

 $$
 \mathbb E_x[\log \mathcal N(x; 0, I)] = -\frac 1 2 (2 \log 2\pi + \mathbb E \Vert x \Vert^2) = -(\log 2\pi + 1).
 $$

 The ELBO is below $\log p_\theta(x)$ for every $x$, and the mean of $\log p_\theta(x)$ is below minus the
 entropy by Gibbs' inequality (chapter 3). So, on average over data,
 training approaches this number from below. On a finite set of points Gibbs' inequality need not hold. The
 test points are therefore transformed linearly to mean 0 and covariance $I$. Then every Gaussian
 $\mathcal N(m, S)$ has the mean log density
 $-\frac 1 2 (2 \log 2\pi + \log\det S + \mathrm{tr} \thinspace S^{-1} + m^\top S^{-1} m)$ on them, which is
 largest at $m = 0$, $S = I$, and is then exactly minus the entropy. What is left is the noise of the draws
 of $z$; the program averages five draws and prints the standard error.

 The network is 2-64-32 with two latents, Gaussian pixels, and a learned variance. The variance starts at 4,
 because a new network with variance 1 is already near the answer. Each batch is drawn anew. The learning rate halves every five epochs, so that the noise of the
 gradients dies out.
 */
page.section("6.5 A case where the best is known")
var plane = VariationalAutoencoder<Float>(
  Architecture(pixels: 2, hidden: [64, 32], latents: 2, activation: .tanh, likelihood: .gaussian),
  random: &initial)
plane.pixelLogVariance = Tensor(Float.log(4))
var planeRandom = Random(seed: page.seed, stream: 3)
let drawn: Tensor<Double> = planeRandom.normal([10_000, 2])
let centred = drawn - drawn.mean(axis: 0)
let covariance = Cholesky(matmul(centred, centred, transposingFirst: true) / 10_000)
// Cov = L Lᵀ, so the points times L⁻ᵀ = Cov⁻¹ L have the covariance I.
let whitened = matmul(centred, matmul(covariance.inverse, covariance.factor))
let planeTest = Tensor<Float>(whitened)
let best = -(Double.log(2 * Double.pi) + 1)
func judgePlane(_ model: VariationalAutoencoder<Float>) -> (
  elbo: Double, rate: Double, error: Double
) {
  var noise = Random(seed: page.seed, stream: 4)
  let draws = (0..<5).map { _ in model.evaluate(planeTest, random: &noise) }
  let mean = draws.reduce(0) { $0 + $1.elbo } / 5
  let squares = draws.reduce(0) { $0 + ($1.elbo - mean) * ($1.elbo - mean) }
  return (mean, draws[0].rate, (squares / 4 / 5).squareRoot())
}
var planeAdam = Adam<Float>(rate: 1e-2)
var planeCurve = [(epoch: 0, value: judgePlane(plane))]
for epoch in 1...(page.isQuick ? 5 : 40) {
  train(
    &plane, with: &planeAdam, count: 4_000, batchSize: 100, epochs: 1, random: &planeRandom,
    loss: { model, batch, random in
      model.loss(of: random.normal([batch.count, 2]), noise: random.normal([batch.count, 2]))
    })
  if epoch % 5 == 0 { planeAdam.rate /= 2 }
  if epoch < 5 || epoch % 5 == 0 { planeCurve.append((epoch, judgePlane(plane))) }
}
let planeEnd = planeCurve[planeCurve.count - 1].value
page.table(
  ["", "nats"],
  [
    ["ELBO before training, 10,000 test points", fixed(planeCurve[0].value.elbo, 4)],
    ["ELBO after training", fixed(planeEnd.elbo, 4)],
    ["its standard error, from the draws of z", fixed(planeEnd.error, 4)],
    ["best possible, minus the entropy", fixed(best, 4)],
    ["rate after training", fixed(planeEnd.rate, 4)],
    ["learned variance of a pixel", fixed(Double(exp(plane.pixelLogVariance).scalar), 4)],
  ])
page.figure(
  LineChart(
    title: "The bound approaches the best possible value",
    description:
      "The ELBO's distance to the best possible value falls, not steadily, over 40 epochs.",
    x: Axis("epoch"), y: Axis("best possible less ELBO, nats", scale: .log),
    series: [
      Series(
        "distance", x: planeCurve.map { Double($0.epoch) },
        y: planeCurve.map { best - $0.value.elbo },
        style: .linePoints)
    ]),
  "known-best",
  caption: """
    Two-dimensional normal data: what the ELBO lacks on 10,000 test points. (A logarithmic axis leaves \
    out a distance that noise made negative.)
    """)

/*:
 Look at the rate: the model reaches the value with next to none, and lets the learned variance describe
 the data. It need not. With means $m = \sqrt{1 - s} \thinspace z$ and variance $s$, the model has
 $p_\theta(x) = \mathcal N(0, I)$ for every $s$ above 0 and up to 1. Its exact posterior
 $\mathcal N(\sqrt{1 - s} \thinspace x, s I)$ is one that the encoder can give, and the rate is $-\log s$. All
 of these reach the same bound. The data do not say whether to use $z$; here nothing is lost by leaving it
 out. In section 6.10 something is.

 ## 6.6 Training on digits

 The data are handwritten digits of 28 × 28 grey pixels. The Bernoulli likelihood is about zeros and ones, so each grey value is taken as the probability of ink, and
 drawn. In training it is drawn anew on each pass: the model practically never sees the same image twice. The test images are drawn once, with seed 1
 whatever `--seed` is, so that numbers can be compared.

 Put grey values themselves into the Bernoulli formula, and you get another number. The formula is linear in
 $x_i$, so it gives the mean over all binarisations, for a $z$ proposed without seeing any of them. It is
 no log density of grey values: $\int_0^1 e^{x \ell} / (1 + e^\ell) \thinspace dx = \tanh(\ell / 2) / \ell$ is at
 most ½ for each pixel, not 1.

 Training is by Adam with learning rate 0.001, on batches of 100, one draw of $z$ for each digit and step.
 */
page.section("6.6 Training on digits")
page.say("\(training.count) images to train on, \(test.count) to test with")
let binarization: Binarization = architecture.likelihood == .bernoulli ? .stochastic : .none
func fixedPixels(_ images: ImageSet, _ count: Int) -> Tensor<Float> {
  var drawn = Random(seed: 1, stream: 100)
  return binarization(images.tensor(Array(0..<min(count, images.count))), using: &drawn)
}
let testPixels = fixedPixels(test, 1_000)
let trainingPixels = fixedPixels(training, 1_000)

func judged(
  _ model: VariationalAutoencoder<Float>
) -> (training: Evaluation, test: Evaluation) {
  var noise = Random(seed: page.seed, stream: 6)
  return (
    model.evaluate(trainingPixels, random: &noise), model.evaluate(testPixels, random: &noise)
  )
}
if page.path("import") != nil {
  page.say("before training: test ELBO \(fixed(judged(model).test.elbo, 2))")
}

var trainRandom = Random(seed: page.seed, stream: 5)
let bar = page.progress("training", total: page.epochs)
let every = max(1, page.epochs / 20)
page.attempt {
  try model.train(
    on: training,
    TrainingPlan(epochs: page.epochs, batchSize: 100, rate: 1e-3, binarization: binarization),
    random: &trainRandom, checkpoint: checkpoint
  ) { epoch, model, loss in
    bar.update(epoch, "ELBO \(fixed(-loss, 1))")
    guard epoch % every == 0 || epoch == page.epochs || epoch == 1 else { return }
    let (training, test) = judged(model)
    checkpoint.history.append([Double(epoch)] + training.numbers + test.numbers)
  }
}
bar.finish()
let trained = model
let history = checkpoint.history.map { row in
  let half = row.count / 2
  return (
    epoch: Int(row[0]), training: Evaluation(numbers: row[1...half]),
    test: Evaluation(numbers: row[(half + 1)...])
  )
}
let end = history[history.count - 1]
page.table(
  ["nats a digit", "ELBO", "reconstruction", "rate", "active latents"],
  [("training", end.training), ("test", end.test)].map { name, value in
    [
      name, fixed(value.elbo, 2), fixed(value.reconstruction, 2), fixed(value.rate, 2),
      "\(value.activeUnits) of \(architecture.latents)",
    ]
  },
  caption: "After \(end.epoch) passes (epochs); \(testPixels.shape[0]) images each"
    + (binarization == .stochastic ? ", binarised with a fixed seed." : "."))
if test.count > testPixels.shape[0] {
  var noise = Random(seed: page.seed, stream: 6)
  let all = trained.evaluate(test, binarization, random: &noise)
  page.say(
    "all \(test.count) test images: ELBO \(fixed(all.elbo, 2)), reconstruction "
      + "\(fixed(all.reconstruction, 2)), rate \(fixed(all.rate, 2))")
}
if let file = page.path("export") {
  page.attempt { try trained.torchParameters().write(to: file) }
  page.say("the parameters, under PyTorch's names, are in \(file)")
}

let perPixel = -end.test.reconstruction / 784
page.say(
  "test: \(fixed(perPixel, 3)) nats a pixel, \(fixed(end.test.rate / Double.log(2), 1)) bits of rate"
)
let distances = [history[0], end].map { $0.training.elbo - $0.test.elbo }
page.say(
  "training less test: \(fixed(distances[0], 1)) nats after pass 1, "
    + "\(fixed(distances[1], 1)) at the end")

/*:
 Divided by the number of pixels, the reconstruction says how sure the decoder is of one. The rate is what
 the encoder tells it of each digit. A latent is *active* if its posterior mean varies over the data by more
 than 0.01 (Burda et al. 2016); section 6.10 comes back to it.

 The two sets differ from the first pass on: these test digits are harder. What training adds is the growth
 of the distance. Nearly all of it is in the reconstruction; the rates stay together.
 */
let epochsDone = history.map { Double($0.epoch) }
func curveChart(_ title: String, _ value: (Evaluation) -> Double) -> LineChart {
  LineChart(
    title: title, description: "\(title) against epochs, on training and test digits.",
    x: Axis("epoch"), y: Axis("nats a digit"),
    series: [
      Series("training", x: epochsDone, y: history.map { value($0.training) }),
      Series("test", x: epochsDone, y: history.map { value($0.test) }, style: .dashed),
    ])
}
page.figure(
  Panels(
    title: "Training on digits",
    description: "Three charts against epochs: the ELBO, reconstruction and rate.",
    figures: [
      curveChart("ELBO", \.elbo), curveChart("Reconstruction", \.reconstruction),
      curveChart("Rate", \.rate),
    ], columns: 3, width: 1_080, rowHeight: 300),
  "curves", caption: "The ELBO and its two terms, on training and on test digits.")

/*:
 The same program takes full-size data: all of MNIST, its fixed binarisation, Fashion-MNIST. Name the folder
 with the files:

     swift run ch06-vae --data mnist --data-dir ~/data/mnist --checkpoint mnist.safetensors

 Pixels stay bytes in memory, and a batch becomes numbers when its turn comes. The bound is then also printed
 for all test images.

 A long training should not be lost to a closed lid. With `--checkpoint FILE` it is saved after each pass, and
 when you press Control-C: the parameters, Adam's two moments and number of steps, the place in the pass, the
 place in the random numbers. Go on with

     swift run ch06-vae --data mnist --data-dir ~/data/mnist --resume mnist.safetensors

 Nothing else decides what comes next, so you get the very bits that you would have got without the
 interruption. A new file takes the old one's place when it is whole, so there is always one to go on from. A
 file that is damaged is refused, and so is one that was made with other options; `--epochs` alone may differ.

 The file is in the format of safetensors, which PyTorch users load. With `--export FILE` you get the trained
 parameters alone, named and transposed as in PyTorch's own example of this network (pytorch/examples,
 `vae/main.py`): `fc1.weight`, …, `fc4.bias`. With `--import FILE` training starts from such a file. A test
 compares $\mu$, $\lambda$, the logits and both terms of the bound with what PyTorch computes from the same
 parameters and data.
 */

/*:
 ## 6.7 What it learned

 Three pictures. First, *reconstructions*: encode a test digit, take the mean $\mu$ as its latent, decode.
 The decoder's picture shows probabilities, hence the soft edges: grey is where the model is unsure whether
 there is ink.
 */
page.section("6.7 What it learned")
let shownTest = testPixels.sliced(axis: 0, 0..<10)
func images(_ pixels: Tensor<Float>) -> [[Double]] {
  let values = pixels.scalars.map { min(max(Double($0), 0), 1) }
  return stride(from: 0, to: values.count, by: 784).map { Array(values[$0..<$0 + 784]) }
}
let reconstructed = trained.expectedPixels(trained.encode(shownTest).mean)
page.pictures(images(shownTest) + images(reconstructed), height: 28, width: 28, columns: 10)
page.figure(
  ImageGrid(
    title: "Test digits and their reconstructions",
    description: "Ten test digits above, the decoder's picture of each below.",
    images: images(shownTest) + images(reconstructed), height: 28, width: 28, columns: 10,
    rowLabels: ["digit", "decoded"]),
  "reconstructions",
  caption: "Ten test digits (binarised), and the pixel probabilities decoded from their means.")

/*:
 Second, *samples*: draw $z$ from the prior and decode. No digit goes in. In section 2.8, too, a Gaussian fitted afterwards to
 the codes gave some digits. Here nothing was fitted afterwards: the prior was part of the objective. Some of
 the sixty are no digits; none was left out.

 Why does the prior work? Each $q(z \mid x)$ is far from the prior, by the rate printed above. What the rate keeps near the prior is their
 average over digits, $q(z)$. In $\log \frac{q(z \mid x)}{p(z)} = \log \frac{q(z \mid x)}{q(z)} + \log \frac{q(z)}{p(z)}$ take
 the mean over $x$ and $z$: the mean rate is the information that $z$ has about $x$, plus
 $\mathrm{KL}(q(z) \Vert p(z))$. So most draws of the
 prior land where some digit's $q$ lies, and there the decoder has been trained.
 */
var sampleRandom = Random(seed: page.seed, stream: 7)
let sampled = images(trained.expectedPixels(sampleRandom.normal([60, architecture.latents])))
page.pictures(Array(sampled.prefix(10)), height: 28, width: 28, columns: 10)
page.figure(
  ImageGrid(
    title: "Sixty digits that nobody wrote",
    description: "Sixty decoded draws from the prior, some like digits, some not.",
    images: sampled, height: 28, width: 28, columns: 12),
  "samples", caption: "Pixel probabilities decoded from sixty draws of the prior; none left out.")

/*:
 Third, *interpolation*: encode two digits, and decode points on the straight line between their means.
 Between like shapes (3 and 8, 4 and 9) each step is a digit. Between unlike ones the middle is a blur:
 the straight line leaves the region where digits lie. The fourth row starts from a 5 that the model takes
 for an 8; look for it in the reconstructions.
 */
let steps = 9
let pairs = [(0, 1), (3, 8), (4, 9), (5, 6), (7, 2)]
var between: [[Double]] = []
for (first, second) in pairs {
  let ends = trained.encode(
    concatenated(
      [first, second].map { testPixels.sliced(axis: 0, $0..<$0 + 1) }, axis: 0)
  ).mean
  let (from, to) = (ends.sliced(axis: 0, 0..<1), ends.sliced(axis: 0, 1..<2))
  let t = Tensor<Float>.linspace(0, 1, count: steps).reshaped([steps, 1])
  between += images(trained.expectedPixels((1 - t) * from + t * to))
}
page.figure(
  ImageGrid(
    title: "From one digit to another",
    description: "Five rows of nine pictures; in each, one decoded digit turns into another.",
    images: between, height: 28, width: 28, columns: steps),
  "interpolation", caption: "Decoded points on the straight line between two test digits' means.")

/*:
 ## 6.8 Two latents, to look at

 With $d = 2$ the latent space is a plane, and you can see all of it. The bound is worse: two numbers say
 less than twenty, and the training is shorter. But now there is a picture: a grid of latents over the middle of the prior, decoded,
 and the test digits' means, by class. The model never saw a label.
 */
page.section("6.8 Two latents, to look at")
var flatArchitecture = architecture
flatArchitecture.latents = 2
var flat = VariationalAutoencoder<Float>(flatArchitecture, random: &initial)
let flatEpochs = page.isQuick ? 2 : 40
let flatBar = page.progress("two latents", total: flatEpochs)
flat.train(
  on: training, TrainingPlan(epochs: flatEpochs, binarization: binarization),
  random: &trainRandom
) { epoch, _, loss in flatBar.update(epoch, "ELBO \(fixed(-loss, 1))") }
flatBar.finish()
var flatNoise = Random(seed: page.seed, stream: 8)
let flatEnd = flat.evaluate(testPixels, random: &flatNoise)
page.say(
  "two latents: test ELBO \(fixed(flatEnd.elbo, 2)), reconstruction "
    + "\(fixed(flatEnd.reconstruction, 2)), rate \(fixed(flatEnd.rate, 2)) nats")

let side = 15
let ticks = (0..<side).map { 2.2 * (2 * Float($0) / Float(side - 1) - 1) }
let grid = Tensor<Float>(
  [side * side, 2], ticks.reversed().flatMap { y in ticks.flatMap { [$0, y] } })
page.figure(
  ImageGrid(
    title: "The latent plane, decoded",
    description: "A grid of 225 decoded digits; neighbours are alike.",
    images: images(flat.expectedPixels(grid)), height: 28, width: 28, columns: side, spacing: 0),
  "manifold",
  caption: "Decoded latents on a grid from −2.2 to 2.2 in both directions, the second axis upwards."
)
let codes = flat.encode(testPixels).mean
let labels = test.labels.map { $0.prefix(codes.shape[0]).map(Int.init) } ?? []
page.figure(
  ScatterPlot(
    title: "Where the test digits lie",
    description: "Posterior means of a thousand test digits in the latent plane, by class.",
    x: Axis("z_{1}"), y: Axis("z_{2}"),
    points: (
      x: codes.sliced(axis: 1, 0..<1).scalars.map(Double.init),
      y: codes.sliced(axis: 1, 1..<2).scalars.map(Double.init)
    ), classes: labels, classNames: labels.isEmpty ? [] : (0..<10).map(String.init),
    marks: .glyphs, equalAspect: true), "plane",
  caption: "The means of q(z | x) for 1,000 test digits; each is drawn as its label.")

/*:
 The grid shows the prior's middle; the means reach twice as far. Zeros, ones and sevens have ground of their
 own. Other classes share the centre, and there the decoded pictures are blurred.

 You can also move through it. The *latent explorer* is one web page with both decoders in it: a plane to
 move over, for the two latents, and a slider for each of the twenty. Make it, then open the file in a
 browser:

     swift run ch06-vae --explorer explorer.html

 Nothing else is needed, no network either. The script in it computes `expectedPixels` in plain loops
 that you can read, and a test compares what a browser makes of them with the decoder here.
 */
if let file = page.path("explorer") {
  let explorer = LatentExplorer(
    plane: flat, many: trained, ratePerLatent: end.test.ratePerLatent, digits: testPixels,
    labels: labels, classNames: labels.isEmpty ? [] : (0..<10).map(String.init),
    size: (test.height, test.width))
  page.attempt { try writeWhole(Array(explorer.html().utf8), to: file) }
  page.say("the latent explorer is in \(file)")
}

/*:
 ## 6.9 How good is the model, really?

 The ELBO is a bound. How far below $\log p(x)$ is it? Chapter 4 gives the gap,
 $\mathrm{KL}(q(z \mid x) \Vert p(z \mid x))$, but not its value. Importance sampling does. Draw
 $z_1, \dots, z_k$ from $q$, and weight each by

 $$
 w_i = \frac{p(x \mid z_i) \thinspace p(z_i)}{q(z_i \mid x)}, \qquad \mathbb E_q[w_i] = \int q(z \mid x) \frac{p(x, z)}{q(z \mid x)} dz = p(x).
 $$

 The mean of the weights is an unbiased estimate of $p(x)$. Its logarithm,

 $$
 \log \hat p_k(x) = \log \frac 1 k \sum_{i=1}^{k} w_i = \log \sum_{i=1}^{k} e^{\log w_i} - \log k, \tag{importance-log-likelihood}
 $$

 is below $\log p(x)$ on average, by Jensen's inequality. For $k = 1$ its mean is the ELBO. Its mean never falls
 with $k$: the mean of $k$ weights is the average of the $k$ means that leave one weight out, and the
 logarithm is concave, so $\mathbb E \log \hat p_k \ge \mathbb E \log \hat p_{k-1}$. By the law of large
 numbers $\hat p_k \to p(x)$.

 The weights are exponentials of numbers like those in the table. Most lie below the least positive `Float`,
 about $e^{-103}$, and larger images leave `Double` too. So take the largest exponent out of the sum first.
 */
page.section("6.9 How good is the model, really?")
var weightRandom = Random(seed: page.seed, stream: 9)
let judged = page.isQuick ? 20 : 500
let logWeights = trained.logWeights(
  testPixels.sliced(axis: 0, 0..<judged), samples: 500, random: &weightRandom)
let ks = [1, 2, 5, 10, 50, 100, 500]
let estimates = ks.map { importanceLogLikelihood(logWeights, k: $0).mean().scalar }
page.table(
  ["k", "estimate of log p(x)", "above k = 1"],
  zip(ks, estimates).map { [String($0), fixed($1, 2), signed($1 - estimates[0], 2)] },
  caption: """
    Mean over \(judged) test digits, nats. The row k = 1 estimates their ELBO, with the rate sampled \
    as well.
    """)
page.figure(
  LineChart(
    title: "More samples, tighter estimate",
    description: "The importance-sampled log-likelihood against the number of samples k.",
    x: Axis("samples k", scale: .log), y: Axis("estimate of log p(x), nats"),
    series: [Series("estimate", x: ks.map(Double.init), y: estimates, style: .linePoints)]),
  "importance",
  caption: """
    The estimate rises with k. Its gain over k = 1 is a lower bound on the ELBO's gap, as far as k goes.
    """)

/*:
 The last step still rises, so $\log p(x)$ lies higher yet.

 ## 6.10 Collapse, and warming up

 Section 6.5 showed a model that ignores its latents, without loss. It can happen with loss too. Early in
 training the decoder has not learned to use $z$, while the rate charges for every nat. For a latent
 $z_j$ that carries nothing the cheapest move is $q(z_j \mid x) = p(z_j)$. If the decoder also ignores $z_j$,
 the reconstruction has no gradient by $\mu_j$ and $\lambda_j$, the rate's is zero, and the decoder's gradient
 by its weights from $z_j$ has mean 0, as $z_j$ is noise that is independent of $x$. On average nothing moves
 it. This is *posterior collapse*, of one latent, some or all.

 A remedy: let the rate in slowly. Weight it by $\beta$, from 0 in the first pass to 1 after ten, then
 leave it at 1. While $\beta \lt 1$ the objective is not the ELBO; it only prepares the ground. Here is a
 network that loses latents (hidden layers of 256 and 64, a learning rate of 0.003), trained for twenty passes with and
 without warm-up from the same weights, for two seeds. A latent counts as *used* here if its mean rate on
 the test digits is above a tenth of a nat. Burda's measure, the active latents, stands beside it.
 */
page.section("6.10 Collapse, and warming up")
let collapseEpochs = page.isQuick ? 2 : 20
let proneArchitecture = Architecture(hidden: [256, 64], likelihood: architecture.likelihood)
func collapseRun(warmUp: Int, seed: UInt64) -> Evaluation {
  var weights = Random(seed: seed, stream: 10)
  var prone = VariationalAutoencoder<Float>(proneArchitecture, random: &weights)
  let bar = page.progress("warm-up \(warmUp), seed \(seed)", total: collapseEpochs)
  prone.train(
    on: training,
    TrainingPlan(
      epochs: collapseEpochs, rate: 3e-3, binarization: binarization,
      beta: { warmUp == 0 ? 1 : min(1, Double($0) / Double(warmUp)) }),
    random: &weights
  ) { epoch, _, loss in bar.update(epoch, "loss \(fixed(loss, 1))") }
  bar.finish()
  var noise = Random(seed: page.seed, stream: 11)
  return prone.evaluate(testPixels, random: &noise)
}
let collapseSeeds = [page.seed, page.seed + 1]
let cold = collapseSeeds.map { collapseRun(warmUp: 0, seed: $0) }
let warm = collapseSeeds.map { collapseRun(warmUp: page.isQuick ? 1 : 10, seed: $0) }
func collapseRow(_ name: String, _ value: Evaluation) -> [String] {
  let used = value.ratePerLatent.count { $0 > 0.1 }
  return [
    name, fixed(value.elbo, 2), fixed(value.rate, 2), "\(used) of 20",
    "\(value.activeUnits) of 20",
  ]
}
page.table(
  ["", "test ELBO", "rate", "used", "active"],
  collapseSeeds.indices.flatMap { index in
    [
      collapseRow("seed \(collapseSeeds[index]), β = 1 throughout", cold[index]),
      collapseRow("seed \(collapseSeeds[index]), β warmed up", warm[index]),
    ]
  })
page.figure(
  BarChart(
    title: "What each latent carries",
    description: "The rate of each of twenty latents, with and without warm-up, largest first.",
    categories: (1...20).map(String.init), x: Axis("latent, by rate"), y: Axis("nats a digit"),
    groups: [
      .init("β = 1 throughout", values: cold[0].ratePerLatent.sorted(by: >)),
      .init("β warmed up", values: warm[0].ratePerLatent.sorted(by: >)),
    ]), "collapse",
  caption: "The mean rate of each latent on the test digits, sorted; the first seed.")

/*:
 With both seeds warm-up keeps more latents in use and ends at a better bound, although it trained on the
 ELBO for only half of the passes. *Active* shows less: a mean that moves by a tenth of the prior's width
 counts, and says next to nothing.
 */
/*:
 ## 6.11 Other shapes

 The same program takes other networks: `--hidden 256,64`, `--latent 10`, `--activation tanh`,
 `--likelihood gaussian`. Here are four after the same short training. (The default shape is trained to the end in section 6.6.)
 */
page.section("6.11 Other shapes")
let shapeEpochs = page.isQuick ? 1 : 10
let shapes = [
  Architecture(), Architecture(hidden: [256, 64]), Architecture(hidden: [400], activation: .tanh),
  Architecture(hidden: [200, 200], latents: 50, activation: .tanh),
]
var binaryRandom = Random(seed: 1, stream: 100)
let binaryPixels = Binarization.stochastic(
  test.tensor(Array(0..<testPixels.shape[0]), as: Float.self), using: &binaryRandom)
page.table(
  ["shape", "parameters", "test ELBO", "active"],
  shapes.map { shape in
    var random = Random(seed: page.seed, stream: 12)
    var trial = VariationalAutoencoder<Float>(shape, random: &random)
    trial.train(
      on: training, TrainingPlan(epochs: shapeEpochs, binarization: .stochastic), random: &random)
    let value = trial.evaluate(binaryPixels, random: &random)
    return [
      String(shape.description.dropLast(" bernoulli".count)), String(trial.parameterCount),
      fixed(value.elbo, 2), "\(value.activeUnits) of \(shape.latents)",
    ]
  }, caption: "After \(shapeEpochs) passes, nats a digit.")

/*:
 After so few passes the networks with one wide hidden layer are ahead. They also have the most parameters, so
 the table cannot say which of the two it is. Try `--hidden 200 --epochs 10`.
 */
/*:
 ## Common mistakes

 Each changes the number that is reported, without an error message. The table applies them to the trained
 model of section 6.6, one row each, in this order; nothing is trained again.

 - **The rate averaged over latents** instead of summed: too small by the factor $d$, which is a $\beta$ of
   $1/d$. The "ELBO" that it reports is too high.
 - **The likelihood averaged over pixels** while the rate is summed: the rate weighs 784 times too much.
 - **$e^\lambda$ taken for $\sigma$**: the draw is too narrow where $\sigma \lt 1$, while the rate believes in
   $\sigma$. The number rises, because it no longer is the bound.
 - **Only the mean decoded.** Without the noise in $z$, the reconstruction looks better than the
   expectation that the bound asks for.
 - **The sign of the rate.** Added instead of subtracted: off by twice the rate. Training on it drives the
   rate up without limit.
 - **Grey pixels under a Bernoulli likelihood**, reported as the log-likelihood of grey images. It bounds
   the mean over binarisations (section 6.6), from an encoder that did not see them: not comparable with the
   first row.
 */
page.section("Common mistakes")
var mistakeRandom = Random(seed: page.seed, stream: 13)
let (mu, lambda) = trained.encode(testPixels)
let epsilon: Tensor<Float> = mistakeRandom.normal(mu.shape)
let rate = Double(gaussianKL(mean: mu, logVariance: lambda).mean().scalar)
func reconstruction(_ z: Tensor<Float>, of x: Tensor<Float>) -> Double {
  Double(trained.logLikelihood(of: x, given: z).mean().scalar)
}
let right = reconstruction(
  reparameterize(mean: mu, logVariance: lambda, noise: epsilon), of: testPixels)
let grey: Tensor<Float> = test.tensor(Array(0..<testPixels.shape[0]))
let greyDraw = trained.encode(grey)
let greyZ = reparameterize(
  mean: greyDraw.mean, logVariance: greyDraw.logVariance, noise: epsilon)
let greyRate = Double(
  gaussianKL(mean: greyDraw.mean, logVariance: greyDraw.logVariance).mean().scalar)
page.table(
  ["what is reported", "nats", "off by"],
  [
    ("the ELBO", right - rate),
    ("rate averaged over latents", right - rate / Double(architecture.latents)),
    ("likelihood averaged over pixels", right / 784 - rate),
    ("e^λ used as σ", reconstruction(mu + exp(lambda) * epsilon, of: testPixels) - rate),
    ("only the mean decoded", reconstruction(mu, of: testPixels) - rate),
    ("the sign of the rate", right + rate),
    ("grey pixels", reconstruction(greyZ, of: grey) - greyRate),
  ].map { [$0, fixed($1, 2), signed($1 - (right - rate), 2)] },
  caption: "The trained model of section 6.6 on the test digits, with another draw of ε.")

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then `swift run homework 6`.

 1. **Free bits** (3 points; Kingma et al. 2016, arXiv:1606.04934). Give each latent $\kappa$ nats for free:
    replace its mean rate over the batch by the larger of $\kappa$ and itself. Derive and implement the sum and
    its gradient. What does a latent below $\kappa$ get?
 2. **Student's t** (3 points). Derive and implement the log density of a pixel with $\nu$ degrees of freedom,
    and its derivatives by location and log scale. What is left of them for a pixel far away?
 3. **A rate that cannot vanish** (2 points, pen and paper; Razavi et al. 2019, arXiv:1901.03416). Which bound on
    the encoder's variance keeps the rate of a latent above $\delta$, whatever its mean?
 4. **One variance a pixel** (2 points). Derive $\frac 1 2 (e^{-\rho_i} (x_i - m_i)^2 - 1)$; show that the
    likelihood has no upper bound at a pixel that is always 0; implement the best $\rho_i$ above a floor.
 5. **Several draws** (3 points). Show that the variance of the estimate for one datum falls as $1/K$, and for a
    random datum as $a + b/K$. Estimate $a$ and $b$ without bias from a table of draws. How many draws a datum
    are best for a given cost?

 Projects:

 6. **Cyclical annealing** (Fu et al. 2019, arXiv:1903.10145). Implement a $\beta$ that rises from 0 to 1 several
    times, and is 1 in the last epoch. Add its row to the table of section 6.10 for five seeds; state the mean
    difference to one warm-up with its standard error.
 7. **Free bits, trained.** Add a row for exercise 1 to the same table. Compare the rates per latent.
 8. **Draws, measured.** Fill exercise 5's table with bounds of trained digits. What is the best $K$ on your
    machine?

 ## Sources

 - Kingma & Welling 2014, *Auto-Encoding Variational Bayes*, arXiv:1312.6114.
 - Rezende, Mohamed & Wierstra 2014, *Stochastic Backpropagation*, arXiv:1401.4082.
 - Burda, Grosse & Salakhutdinov 2016, *Importance Weighted Autoencoders*, arXiv:1509.00519: importance
   sampling as a measure, active units.
 - Bowman et al. 2016, *Generating Sentences from a Continuous Space*, arXiv:1511.06349: warming up the rate.
 - Lucas et al. 2019, *Don't Blame the ELBO!*, arXiv:1911.02469: collapse in linear models.
 - Dai & Wipf 2019, *Diagnosing and Enhancing VAE Models*, arXiv:1903.05789: the learned variance.
 - Salakhutdinov & Murray 2008, *On the Quantitative Analysis of Deep Belief Networks*,
   doi:10.1145/1390156.1390266: drawing binary
   pixels from grey ones.
 */
page.finish()
