/*:
 # 12 · The formula clinic

 Formulas about variational autoencoders are copied more often than derived. This chapter takes
 twenty-three claims that circulate, in tutorials, in code and in what people tell each other. Each
 is said as it is met, with the question what would be seen if it held. A program measures that.
 Then the page says what holds instead, and a test checks it; the claim itself is the planted
 error.

 **What you will be able to do**

 - test a formula before you use it: find the smallest model in which its answer is known;
 - recognise the usual mistakes by their symptom: a factor, a sign, a number that a bound cannot
   have;
 - say of each claim what is right about it. Most began as something true.

 Notation is that of the book: $x$ has $D$ coordinates, $z$ has $d$; the prior is
 $p(z) = \mathcal N(0, I)$, $q = \mathcal N(\mu, \mathrm{diag} \thinspace \sigma^2)$ stands for
 $q(z \mid x)$, $\lambda = \log \sigma^2$, and the *rate* is $\mathrm{KL}(q \Vert p(z))$.
 Everything is in nats. In the linear-Gaussian model $x = W z + b + s \thinspace \eta$ of chapter 4
 the noise of $x$ has the variance $s^2$ here, $\eta$ is standard normal, $w_j$ is a column of $W$,
 and $v_j$ a variance of $q$.
 */
import Datasets
import EvidenceLowerBound
import FormulaClinic
import KLDivergence
import Notebook
import Plots
import Reparameterization
import Tensors
import VariationalAutoencoder

let page = Page(
  "ch12-formula-clinic", "12 · The formula clinic",
  options: [.seed, .data, .dataDirectory, .figures, .quick])
let (training, test) = page.loadImages()

var ledger: [Claim] = []

/// Prints what a claim was measured to be, and keeps it for the table at the end.
@MainActor func record(_ claim: Claim, line: Int = #line, file: String = #fileID) {
  ledger.append(claim)
  page.say("if it held: \(claim.expected)", line: line, file: file)
  page.say("measured:   \(claim.measured)", line: line, file: file)
}

// The exact model of chapter 4: three observed, two latent coordinates.
let model = LinearGaussianModel<Double>(
  weights: Tensor([3, 2], [1.0, 0.9, 0.8, 1.0, 0.3, 0.4]), bias: Tensor([0.5, -0.5, 0.0]),
  logNoiseVariance: Tensor(Double.log(0.25)))
var dataNoise = Random(seed: page.seed, stream: 1)
let data = model.samples(1_000, random: &dataNoise).x
let x = data.sliced(axis: 0, 0..<1)
let logEvidence = model.logEvidence(of: x).scalar
let posterior = model.posterior(of: x)
let q = nearestDiagonal(to: posterior)

/*:
 ## 12.1 The objective and its rate

 ### 1 · "Maximise reconstruction plus KL"

 Met where a loss is turned into an objective and one sign is forgotten; pytorch/examples #824 asks
 which sign is right. Both parts are then raised. If it were a bound, it could not exceed
 $\log p(x)$. By *elbo-identity* (chapter 4) $\log p(x) = R - K + G$, with reconstruction $R$, rate
 $K$ and gap $G$; so

 $$
 R + K - \log p(x) = 2 K - G \tag{clinic-sign}
 $$

 This is positive as soon as $q$ comes near the posterior. Instead: the ELBO is $R - K$, the loss
 $K - R$.
 */
page.section("12.1 The objective and its rate")
let exactCase = BoundCase(model, x, posterior)
record(
  Claim(
    1, "maximise reconstruction + KL", metIn: "code", expected: "never above log p(x)",
    measured: "\(signed(exactCase.reconstruction + exactCase.rate - logEvidence, 3)) nats above it",
    correction: "reconstruction − KL"))

/*:
 ### 2 · "The KL is ½ Σ (log σ² + (z − μ)²/σ²), up to a constant"

 Met in code that samples the KL: it is $-\log q(z)$ without $\log 2 \pi$, and the prior is
 missing. If it held, its mean would change with $\mu$ as the rate does. But
 $\mathbb E_q[(z_j - \mu_j)^2 / \sigma_j^2] = 1$, so its mean is $\frac12 \sum_j (\lambda_j + 1)$:
 the entropy $H$ but for a constant, with the wrong sign and blind to $\mu$. The rate is
 $\mathbb E_q[-\log p(z)] - H$, and $\mathbb E_q[z_j^2] = \mu_j^2 + \sigma_j^2$; therefore

 $$
 \mathrm{KL} = \frac12 \sum_j (\mu_j^2 + \sigma_j^2 + \log 2 \pi) - H, \qquad
 H = \frac12 \sum_j (\lambda_j + 1 + \log 2 \pi) \tag{clinic-entropy}
 $$
 */
var drawNoise = Random(seed: page.seed, stream: 2)
let epsilon: Tensor<Double> = drawNoise.normal([20_000])
let sums = [0.0, 3].map { mean in
  let z = mean + 0.5 * epsilon
  return (0.5 * (square((z - mean) / 0.5) + 2 * Double.log(0.5))).mean().scalar
}
let rates = rateFromEntropy(
  mean: Tensor([2, 1], [0, 3]), logVariance: Tensor([2, 1], repeating: 2 * Double.log(0.5)))
record(
  Claim(
    2, "KL = ½ Σ (log σ² + (z − μ)²/σ²)", metIn: "code",
    expected: "from μ = 0 to 3 it grows by \(fixed(rates[1] - rates[0], 3))",
    measured: "by \(fixed(sums[1] - sums[0], 3)) (σ = 0.5)",
    correction: "cross-entropy to the prior − entropy"))

/*:
 ### 3 · "log σ² = −σ"

 Met in derivations where $-\frac12 \log \sigma^2$ lost its logarithm, and in code where an output
 called `log_var` is used as $\sigma$. If it held, the rate of $\mathcal N(0, \sigma^2)$ would
 still be zero at $\sigma = 1$ and positive elsewhere. The logarithm of a square is

 $$
 \lambda = \log \sigma^2 = 2 \log \sigma, \qquad \sigma = e^{\lambda / 2} \tag{clinic-log-sigma}
 $$

 With $-\sigma$ in its place the rate becomes $\frac12 (\sigma^2 - 1 + \sigma)$: least at
 $\sigma = 0$, where it is negative.
 */
let smallSigma = 0.01
let wrongRate = 0.5 * (smallSigma * smallSigma - 1 + smallSigma)
let rightRate = gaussianKL(
  mean: Tensor([1, 1], [0]),
  logVariance: logVariance(ofStandardDeviation: Tensor([1, 1], [smallSigma]))
).scalars[0]
record(
  Claim(
    3, "log σ² = −σ", metIn: "tutorials, code",
    expected: "KL = \(fixed(rightRate, 3)) at σ = 0.01",
    measured: "\(fixed(wrongRate, 3)): a negative divergence", correction: "log σ² = 2 log σ"))

/*:
 ### 4 · "Training maximises the posterior probability of the data"

 Met in tutorials. Data have no posterior here: $p(z \mid x)$ is that of the *latent*, and what is
 raised is a lower bound on $\log p(x)$, a likelihood. If it were the posterior, then a model with
 a higher one would fit better. In the linear-Gaussian model the posterior has the covariance $S$,
 and its log density is highest at its mean, where the quadratic term is zero:

 $$
 \max_z \log p(z \mid x) = -\frac12 (d \log 2 \pi + \log \det S) \tag{clinic-posterior-peak}
 $$

 Let the noise $s^2$ shrink: $S$ shrinks with it, and the peak rises without limit while the fit
 gets ever worse.
 */
let noises = [0.25, 0.01, 0.0001]
let peaks = noises.map { noise in
  var changed = model
  changed.logNoiseVariance = Tensor(Double.log(noise))
  return (changed.posteriorPeak, changed.logEvidence(of: data).mean().scalar)
}
page.table(
  ["s²", "peak of log p(z given x)", "mean log p(x)"],
  zip(noises, peaks).map { [fixed($0, 4), fixed($1.0, 2), fixed($1.1, 2)] })
record(
  Claim(
    4, "the posterior probability of the data is maximised", metIn: "tutorials",
    expected: "as the peak rises by \(fixed(peaks[2].0 - peaks[0].0, 1)), so does log p(x)",
    measured: "log p(x) changes by \(fixed(peaks[2].1 - peaks[0].1, 0))",
    correction: "a bound on log p(x), the evidence"))

/*:
 ## 12.2 The encoder's Gaussian

 ### 5 · "z = μ + ε · σ²", or `exp(log_var)` times noise

 Met in code: rachtsingh/ibp_vae #3, keras #3283 and #9972. There it was answered that the output's
 scale is irrelevant. For the sample alone that is so: the network can learn any scale. But the
 rate reads the same output as $\log \sigma^2$. What is drawn comes from
 $\mathcal N(\mu, \sigma^4)$; *gaussian-kl-general* (chapter 3) with a ratio of variances
 $\sigma^4 / \sigma^2 = e^\lambda$ gives its divergence from what the rate is about:

 $$
 \mathrm{KL}(\mathcal N(\mu, \sigma^4) \Vert \mathcal N(\mu, \sigma^2)) = \frac12 \sum_j (e^{\lambda_j} - 1 -
 \lambda_j) \tag{clinic-misscaled}
 $$
 */
page.section("12.2 The encoder's Gaussian")
let thinLogVariance = Tensor([1, 1], [2 * Double.log(0.3)])
let misscaled = misscaledSample(
  mean: Tensor([1], [0]), logVariance: thinLogVariance, noise: epsilon.expanded(axis: 1))
record(
  Claim(
    5, "z = μ + ε σ²", metIn: "code", expected: "variance 0.0900 at σ = 0.3",
    measured: "\(fixed(square(misscaled).mean().scalar, 4)); "
      + "\(fixed(misscaledCost(logVariance: thinLogVariance).scalars[0], 3)) nats a latent",
    correction: "z = μ + ε exp(½ λ)"))

/*:
 ### 6 · "z = μ + ε σ E, with E the identity", drawn as one more random factor

 Met in notes, where $\mathcal N(0, I)$ turned into a product of a noise and an "$E$". If $E$ is
 the identity matrix, $\varepsilon \sigma E = \varepsilon \sigma$, and nothing changed. Drawn as a
 random factor, $z$ is no longer Gaussian. Variance does not show it: it is $1 \cdot 1$. The fourth
 moment of a standard normal is 3, and moments of independent factors multiply:

 $$
 \mathbb E \left[ (\varepsilon_1 \cdots \varepsilon_n)^4 \right] = 3^n \tag{clinic-product}
 $$

 The closed form of the rate is then about a distribution that nobody draws from.
 */
var factorNoise = Random(seed: page.seed, stream: 3)
let factor: Tensor<Double> = factorNoise.normal([20_000])
record(
  Claim(
    6, "z = μ + ε σ E with E random", metIn: "notes",
    expected: "fourth moment of (z − μ)/σ near 3",
    measured: fixed(square(square(epsilon * factor)).mean().scalar, 2),
    correction: "one noise: N(0, I) has the identity as covariance"))

/*:
 ### 7 · "The scale of the noise is a setting; 0.01 works better"

 Met in code: keras #4211 records a noise of 0.01 that seemed to give better results. The loss is
 lower then, but no bound. With $z = \mu + \tau \sigma \varepsilon$ the draws have the
 variance $\tau^2 \sigma^2$. Put that into the closed form, and subtract the reported $K$: the
 terms $\mu^2$, $1$ and $\lambda$ cancel, and

 $$
 K_{\mathrm{drawn}} - K_{\mathrm{reported}} = \frac12 \sum_j \left( \sigma_j^2 (\tau^2 - 1) -
 2 \log \tau \right) \tag{clinic-noise}
 $$
 */
let thinned = DiagonalGaussian(
  mean: q.mean, logVariance: q.logVariance + 2 * Double.log(0.01))
let reported =
  model.elbo(of: x, under: thinned).reconstruction - model.elbo(of: x, under: q).rate
let missing = unreportedRate(logVariance: .zeros([1, 20]), noiseScale: 0.01).scalars[0]
record(
  Claim(
    7, "noise of scale 0.01 is a setting", metIn: "code", expected: "never above log p(x)",
    measured: "\(signed(reported.scalars[0] - logEvidence, 3)) nats above it; "
      + "\(fixed(missing, 1)) unreported for 20 latents of σ = 1",
    correction: "scale 1, or its logarithm in the rate"))

/*:
 ### 8 · "q is N(μ, σ² I)", with one number where a vector is meant

 Met in tutorials, as notation for a vector of variances; then in code, as one output. If nothing
 were lost, the best shared variance $a$ would reach a posterior with variances $v_j$. The
 divergence is $\frac12 \sum_j (a / v_j - 1 + \log v_j - \log a)$. Its derivative by $a$,
 $\frac12 \sum_j (1 / v_j - 1 / a)$, vanishes at the harmonic mean; there the fractions sum to $d$,
 and what is left is

 $$
 \min_a \mathrm{KL} = \frac12 \sum_j \log \frac{v_j}{a}, \qquad a = \frac{d}{\sum_j 1 / v_j}
 \tag{clinic-isotropic}
 $$
 */
let spread = Tensor([1, 4], [0.02, 0.1, 0.5, 1])
record(
  Claim(
    8, "one σ for all latents", metIn: "tutorials, code", expected: "no gap",
    measured: "\(fixed(sharedVarianceCost(spread).scalars[0], 3)) nats for variances 0.02 … 1",
    correction: "one σ for each latent"))

/*:
 ### 9 · `mu, log_var = encoder(x)` where the encoder returns one tensor

 Met in code. Python unpacks a tensor along its first axis, the batch. With a batch of two it runs:
 the first datum's output is taken for all means, the second's for all log variances, and
 broadcasting hides it. If the two were the halves, what one datum gets would not depend on the
 other:

 $$
 \mu_i = (h_{i, 1}, \dots, h_{i, d}), \qquad \lambda_i = (h_{i, d + 1}, \dots, h_{i, 2 d})
 \tag{clinic-halves}
 $$
 */
let output = Tensor([2, 4], [0.1, 0.2, 0.3, 0.4, -1, -2, -3, -4])
let moved = output + Tensor([2, 1], [0, 1])
let unpacked = abs(moved.rows(at: [1]) - output.rows(at: [1])).max()
let halved = abs(
  (meanAndLogVariance(moved).logVariance - meanAndLogVariance(output).logVariance).rows(at: [0])
).max()
record(
  Claim(
    9, "one tensor unpacked as two", metIn: "code",
    expected: "λ of datum 1 moves by \(fixed(halved, 1)) when datum 2 does",
    measured: "by \(fixed(unpacked, 1))", correction: "split the last axis"))

/*:
 ## 12.3 Gradients and draws

 ### 10 · "Without the reparameterization trick the gradient vanishes"

 Met in tutorials; also as "you cannot differentiate through sampling". If it held, every estimate
 without a path would have mean zero. But
 $\nabla_\mu \mathbb E_q[f(z)] = \mathbb E_q[f(z) \nabla_\mu \log q(z)]$ (chapter 5), and the score
 of the mean is $(z - \mu) / \sigma^2 = \varepsilon / \sigma$. For $f = \log p(x \mid z)$ of the
 linear-Gaussian model, whose gradient is linear in $z$, the exact answer is that at $z = \mu$:

 $$
 \mathbb E \left[ \log p(x \mid z) \thinspace \varepsilon / \sigma \right] = \frac{1}{s^2} W^\top (x - W
 \mu - b) \tag{clinic-score}
 $$

 It does not vanish. What the trick improves is the variance.
 */
page.section("12.3 Gradients and draws")
let wide = DiagonalGaussian(mean: q.mean - 0.5, logVariance: q.logVariance)
var estimateNoise = Random(seed: page.seed, stream: 4)
let estimateCount = page.isQuick ? 5_000 : 50_000
let pathNoise: Tensor<Double> = estimateNoise.normal([estimateCount, 2])
let scores = GradientStatistics(model.scoreEstimates(of: x, under: wide, noise: pathNoise))
let paths = GradientStatistics(model.pathEstimates(of: x, under: wide, noise: pathNoise))
let exactSlope = (model.elboGradientByMean(of: x, under: wide) + wide.mean)[0, 0]
record(
  Claim(
    10, "without the trick gradients vanish", metIn: "tutorials", expected: "mean 0",
    measured: "\(fixed(scores.mean[0], 2)) ± \(fixed(scores.standardError[0], 2)), "
      + "exact \(fixed(exactSlope, 2)); variance \(fixed(scores.variance[0] / paths.variance[0], 0))×",
    correction: "unbiased either way; the trick lowers the variance"))

/*:
 ### 11 · "The trick avoids the gradient of the latent"

 Met as an explanation of why $\varepsilon$ is drawn outside the network. It is the noise that
 needs no gradient. The latent's is what the encoder learns from: $\partial z / \partial \mu = 1$,
 so that

 $$
 \frac{\partial}{\partial \mu} \mathbb E[\log p(x \mid \mu + \sigma \varepsilon)] = \mathbb E \left[ \frac{1}{s^2}
 W^\top (x - W z - b) \right] \tag{clinic-path}
 $$

 In the brackets stands the gradient by $z$. If it could be avoided, the encoder would learn the
 same with $z$ held constant.
 */
let held = valueAndGradient(at: wide.mean) { mean in
  let z = reparameterize(mean: mean, logVariance: wide.logVariance, noise: pathNoise)
  return model.logLikelihood(of: x, at: stopGradient(z)).mean() + 0 * mean.sum()
}.gradient
record(
  Claim(
    11, "the trick avoids the latent's gradient", metIn: "tutorials",
    expected: "\(fixed(paths.mean[0], 2)) with z held too",
    measured: fixed(held.scalars[0], 2), correction: "the gradient passes through z, not through ε")
)

/*:
 ### 12 · "More importance samples always help the encoder"

 Met as folklore about the bound of chapter 10: it is tighter, so everything learns better. If so,
 the encoder's gradient would become clearer with the number of draws $k$. With
 $z_i = \mu + \sigma \varepsilon_i$ the log density of $q$ at $z_i$ does not depend on $\mu$, and
 the gradient of a log of a sum of exponentials is the mean by shares
 $\tilde w_i = w_i / \sum_l w_l$:

 $$
 \frac{\partial}{\partial \mu} \log \frac1k \sum_i w_i = \sum_i \tilde w_i \left( \frac{1}{s^2} W^\top (x - W z_i - b) -
 z_i \right) \tag{clinic-draws}
 $$

 Its mean falls like $1/k$, as the gap does; its standard deviation only like $1 / \sqrt k$, for
 large $k$ (Rainforth et al. 2018). So the ratio of signal to noise falls too. The decoder's does
 rise; and chapter 10 has estimators that repair the encoder's.
 */
let drawCounts = [1, 8, 64, 512]
let rows = page.isQuick ? 200 : 1_000
let ratios = drawCounts.map { k in
  var random = Random(seed: page.seed, stream: 5)
  let noise: Tensor<Double> = random.normal([rows * k, 2])
  let statistics = GradientStatistics(
    model.importanceGradient(of: x, under: wide, noise: noise, draws: k))
  return abs(statistics.mean / sqrt(statistics.variance))[0]
}
page.table(
  ["k", "signal / noise of the encoder's gradient"],
  zip(drawCounts, ratios).map { ["\($0)", fixed($1, 3)] },
  caption: "\(rows) estimates a row; the standard error of a small ratio is about "
    + "\(fixed(1 / Double(rows).squareRoot(), 3)).")
record(
  Claim(
    12, "more draws always help the encoder", metIn: "folklore",
    expected: "signal / noise above \(fixed(ratios[0], 2)) at k = 512",
    measured: fixed(ratios[3], 2), correction: "they tighten the bound; the plain gradient drowns"))

/*:
 ## 12.4 Losses and weights

 ### 13 · "Train it on the mean squared error; the σ takes care of itself"

 Met in code that lost its KL term, or gave it a weight near 0. Of the objective
 $\mathbb E_q[\log p(x \mid z)]$, *linear-gaussian-elbo* (chapter 4) has
 $-\frac{1}{2 s^2} \sum_j v_j \Vert w_j \Vert^2$ as the only term with a variance;
 $v_j = e^{\lambda_j}$ is its own derivative:

 $$
 \frac{\partial}{\partial \lambda_j} \mathbb E_q[\log p(x \mid z)] = -\frac{v_j \Vert w_j \Vert^2}{2 s^2}
 \tag{clinic-mse}
 $$

 Negative everywhere: noise only hurts the error, so $\sigma$ falls for ever, and you have a plain
 autoencoder. With the rate it comes to rest where precision costs what it gains.
 */
page.section("12.4 Losses and weights")
func sigmaAfter(_ steps: Int, beta: Double) -> Double {
  var moving = DiagonalGaussian<Double>.prior(latent: 2)
  for _ in 0..<steps {
    let slope = model.weightedGradientByLogVariance(under: moving, beta: beta)
    moving.logVariance = moving.logVariance + 0.1 * slope
  }
  return moving.standardDeviation[0, 0]
}
let stepCounts = [10, 100, 1_000, 10_000]
page.table(
  ["steps", "σ, error alone", "σ, with the rate"],
  stepCounts.map {
    ["\($0)", fixed(sigmaAfter($0, beta: 0), 4), fixed(sigmaAfter($0, beta: 1), 4)]
  })
record(
  Claim(
    13, "squared error alone trains a VAE", metIn: "code",
    expected: "σ rests at \(fixed(sqrt(model.bestVariances(beta: 1))[0], 3))",
    measured: "\(fixed(sigmaAfter(10_000, beta: 0), 3)) after 10,000 steps, and falling",
    correction: "the rate holds σ"))

/*:
 ### 14 · "Mean squared error + 0.00025 · KL is the ELBO"

 Met in code: AntixK/PyTorch-VAE #11, #35 and #56, where the weight is explained as a correction
 for minibatches. A mean over a batch needs none. What the weight $c$ does is choose the decoder's
 variance. Divide the loss by $c$:

 $$
 \frac1D \Vert x - m \Vert^2 + c \thinspace \mathrm{KL} = c \left( -\mathrm{ELBO} - \frac D2 \log 2 \pi s^2
 \right), \qquad s^2 = \frac{c D}{2} \tag{clinic-weight}
 $$

 Here $m$ is the decoded mean and $s^2$ the pixel variance. So it *is* an ELBO, of a decoder whose
 variance the weight sets without saying so; and for any other variance $t$ it is a β-VAE with
 $\beta = s^2 / t$. State $s$, or learn it (chapter 6).
 */
let implied = impliedPixelVariance(weight: 0.00025, pixels: 64 * 64 * 3)
record(
  Claim(
    14, "MSE + 0.00025 KL is the ELBO", metIn: "code",
    expected: "β = 1 whatever the pixels' variance",
    measured: "64 × 64 × 3 pixels: σ of a pixel \(fixed(implied.squareRoot(), 2)); "
      + "β = \(fixed(implied, 2)) at variance 1, \(fixed(implied / 0.05, 1)) at 0.05",
    correction: "sum both; state or learn the variance"))

/*:
 ### 15 · "Average the KL over the latents, as the loss is averaged over pixels"

 Met in code: keras-molecules #59, podgorskiy/VAE #1, pytorch/examples #290. A mean over $d$
 latents is a sum with the weight $\beta = 1/d$, unless the pixels are averaged too, by the same
 number. With the term of claim 13 and *kl-gradient* (chapter 3):

 $$
 \frac{\partial}{\partial \lambda_j} \left( \mathbb E_q[\log p(x \mid z)] - \beta \thinspace \mathrm{KL} \right) = \frac12
 \left( \beta (1 - v_j) - \frac{v_j \Vert w_j \Vert^2}{s^2} \right) \tag{clinic-mean-latents}
 $$

 It is zero at $v_j = \beta / (\beta + \Vert w_j \Vert^2 / s^2)$. The program has 20 latents with
 $\Vert w_j \Vert^2 / s^2 = 4$, and counts what that choice loses of the ELBO.
 */
let twenty = LinearGaussianModel<Double>(
  weights: 2 * Tensor.identity(20), bias: .zeros([20]), logNoiseVariance: Tensor(0))
func bound(beta: Double) -> Double {
  let variances = twenty.bestVariances(beta: beta).reshaped([1, 20])
  let q = DiagonalGaussian(mean: .zeros([1, 20]), logVariance: log(variances))
  return twenty.elbo(of: .zeros([1, 20]), under: q).total.scalars[0]
}
record(
  Claim(
    15, "the KL is averaged over latents", metIn: "code", expected: "no ELBO lost",
    measured: "\(fixed(bound(beta: 1) - bound(beta: 1.0 / 20), 2)) nats lost with 20 latents",
    correction: "sums over latents and pixels, means over data"))

/*:
 ### 16 · "A VAE is an autoencoder combined with an adversarial network"

 Met in overviews, where the rate is called a discriminator. Such combinations exist (Makhzani et
 al. 2015, Larsen et al. 2016), and are other models. In a VAE nothing is trained against anything.
 Were the rate a discriminator's value, it would behave like one: between tables $q$ and $p$ the
 best discriminator is $D = q / (q + p)$. With $h = \frac12 (q + p)$ its logarithms are
 $\log \frac{q}{2 h}$ and $\log \frac{p}{2 h}$, so that

 $$
 \mathbb E_q[\log D] + \mathbb E_p[\log (1 - D)] = 2 \thinspace \mathrm{JS}(q, p) - \log 4, \qquad
 \mathrm{JS} = \frac12 \mathrm{KL}(q \Vert h) + \frac12 \mathrm{KL}(p \Vert h) \tag{clinic-discriminator}
 $$

 This is at most 0. The rate has no upper limit. Both are computed for Gaussians at distances 1,
 2, 4 and 8 (on a grid).
 */
let grid = Tensor<Double>.linspace(-8, 16, count: 961)
func table(mean: Double) -> Tensor<Double> {
  let logits = (-0.5 * square(grid - mean)).reshaped([1, 961])
  return softmax(logits).reshaped([961])
}
let distances = [1.0, 2, 4, 8]
let values = distances.map { distance in
  (
    categoricalKL(table(mean: distance), table(mean: 0)).scalar,
    bestDiscriminatorValue(table(mean: distance), table(mean: 0)).scalar
  )
}
page.table(
  ["distance", "rate", "discriminator's value"],
  zip(distances, values).map { [fixed($0, 0), fixed($1.0, 3), fixed($1.1, 4)] })
record(
  Claim(
    16, "a VAE contains an adversarial network", metIn: "overviews",
    expected: "KL at most 0, as its value",
    measured: "\(fixed(values[3].0, 1)) and \(fixed(values[3].1, 4)) at distance 8",
    correction: "one objective, raised by both networks"))

/*:
 ## 12.5 Numbers that are reported

 ### 17 · "Binary cross-entropy of grey pixels is −log p(x) in nats"

 Met in code and in result tables: pytorch/examples #460, pyro #529. As a loss it is sound: linear
 in $x$, it is the mean over binarised pixels. But
 $\exp(x \ell - \mathrm{softplus} \thinspace \ell)$ is no density of a grey $x$. Integrate over
 $0 \le x \le 1$: the exponential gives $(e^\ell - 1) / \ell$, softplus a factor
 $1 / (1 + e^\ell)$, and the quotient of $e^\ell - 1$ and $e^\ell + 1$ is $\tanh (\ell / 2)$:

 $$
 \int_0^1 e^{x \ell - \mathrm{softplus}(\ell)} dx = \frac{\tanh (\ell / 2)}{\ell} \le \frac12
 \tag{clinic-grey}
 $$

 Per pixel at most $\frac12$ where a density has 1, so that an image's log likelihood is off by at
 least $D \log 2$. And a perfect picture does not score 0: the cross-entropy of $x$ with itself is
 its entropy.
 */
page.section("12.5 Numbers that are reported")
let greys = test.tensor(Array(0..<min(500, test.count)), as: Double.self)
let inside = greys.scalars.filter { 0 < $0 && $0 < 1 }
let floorNats =
  -inside.reduce(0) { $0 + $1 * Double.log($1) + (1 - $1) * Double.log(1 - $1) }
  / Double(greys.shape[0])
record(
  Claim(
    17, "BCE of grey pixels is in nats", metIn: "code, tables",
    expected: "0 for perfect pictures; mass 1 a pixel",
    measured: "\(fixed(floorNats, 1)) for perfect pictures; mass "
      + "\(fixed(greyMass(logits: Tensor([4.0]))[0], 3)) at ℓ = 4",
    correction: "binarise, or normalise the density"))

/*:
 ### 18 · "The test loss is the sum over batches divided by their number"

 Met in code. It is right for batches of one size. If the last is smaller, its data count too much;
 and where a loop ends early, as reported in YannDubs/disentangling-vae #70, one batch is divided
 by the number of all. With $n_b$ data in batch $b$ and their mean $a_b$:

 $$
 \frac1n \sum_i a(x_i) = \frac{\sum_b n_b \thinspace a_b}{\sum_b n_b} \tag{clinic-batches}
 $$
 */
let evidences = model.logEvidence(of: data).scalars
let sizes = [300, 300, 300, 100]
let batchMeans = sizes.indices.map { b in
  evidences[300 * b..<300 * b + sizes[b]].reduce(0, +) / Double(sizes[b])
}
let weighted = meanOverData(batchMeans: batchMeans, sizes: sizes)
record(
  Claim(
    18, "a sum over batches by their number", metIn: "code",
    expected: "the mean over data, \(fixed(weighted, 4))",
    measured: "\(fixed(batchMeans.reduce(0, +) / 4, 4)) with a smaller last batch; "
      + "\(fixed(batchMeans[0] / 4, 4)) if only one ran",
    correction: "count data, not batches"))

/*:
 ### 19 · "A negative log-likelihood is never negative"

 Met as bug reports: chainer #5440, vmf-lib #4. It holds for discrete data, whose probabilities are
 at most 1. A density has units: if each of $D$ coordinates is multiplied by $c$, the same
 probability is spread over $c^D$ times the volume:

 $$
 \log p_{c x}(c x) = \log p_x(x) - D \log c \tag{clinic-units}
 $$

 So the sign is a matter of units, and numbers for pixels in $0 \dots 1$ and in $0 \dots 255$
 differ by $D \log 255$.
 */
let sharp = DiagonalGaussian<Double>(mean: 0, standardDeviation: 0.1)
let density = sharp.logDensity(Tensor([1, 1], [0]))
let inBytes = logDensity(inUnits: 255, from: density, dimensions: 1)
record(
  Claim(
    19, "an NLL is never negative", metIn: "bug reports", expected: "at least 0",
    measured:
      "\(fixed(-density.scalars[0], 3)) at σ = 0.1; \(fixed(-inBytes.scalars[0], 3)) in bytes",
    correction: "true of discrete data; densities have units"))

/*:
 ### 20 · "Decoder means are samples"

 Met wherever generated pictures are compared with data. What a decoder gives is the mean of
 $p(x \mid z)$; a sample has the noise too. As pictures means are fine. As samples they are too few
 in variance. In the linear-Gaussian model the covariance of $x$ is $W W^\top + s^2 I$ and that of
 the means $W W^\top$; the traces differ:

 $$
 \mathbb E \Vert x - b \Vert^2 = \sum_j \Vert w_j \Vert^2 + D s^2 \tag{clinic-means}
 $$
 */
var sampleNoise = Random(seed: page.seed, stream: 6)
let generated = model.samples(20_000, random: &sampleNoise)
func squares(_ x: Tensor<Double>) -> Double {
  square(x - model.bias).sum(axis: 1).mean().scalar
}
record(
  Claim(
    20, "decoder means are samples", metIn: "comparisons",
    expected: "total variance \(fixed(squares(generated.x), 3)) as of data",
    measured: fixed(squares(model.decoded(generated.z)), 3),
    correction: "draw from p(x given z) before comparing"))

/*:
 ## 12.6 Stories

 ### 21 · "It blurs because it optimises a distribution and not pixels"

 Met in tutorials. If so, the same networks with another pixel variance would blur alike. Take the
 best linear model of data with variance $a$ along one direction: $\Vert w \Vert^2 = a - s^2$
 (chapter 4, *ppca-maximum*). Its posterior mean is
 $w^\top x / (\Vert w \Vert^2 + s^2) = w^\top x / a$, and of the amplitude along the
 direction the reconstruction keeps the share

 $$
 \frac{\Vert w \Vert^2}{a} = \max \left( 0, 1 - \frac{s^2}{a} \right) \tag{clinic-blur}
 $$

 Detail of a variance below $s^2$ is noise to the model, and is not drawn. Half the summed squared
 error with a rate of weight 1 is $s^2 = 1$, while a pixel between 0 and 1 has at most the variance
 ¼: only detail that many pixels share survives. The program trains networks with one hidden layer
 of 64 units on each side and 8 latents, on 500 digits, with $s^2 = 1$ and with a learned $s^2$,
 over several seeds. Look at what share of the data's variance their reconstructions keep: it
 differs, with everything else equal. (What 8 latents cannot carry is lost to both.)
 */
page.section("12.6 Stories")
let levels = [1.0, 0.3, 0.1, 0.03]
page.table(
  ["variance of a detail", "kept, s² = 0.5", "kept, s² = 0.05"],
  levels.map { level in
    [fixed(level, 2)]
      + [0.5, 0.05].map { fixed(shrinkage(eigenvalue: level, noiseVariance: $0), 3) }
  })
func every(_ count: Int, of images: ImageSet) -> ImageSet {
  let count = min(count, images.count)
  return images.subset((0..<count).map { $0 * images.count / count })
}
let seeds = page.isQuick ? [page.seed] : [page.seed, page.seed + 1, page.seed + 2]
let greyImages = every(500, of: training)
let greyPixels = greyImages.tensor(Array(0..<greyImages.count), as: Float.self)
let greyEpochs = page.isQuick ? 3 : 200
let greyBar = page.progress("grey models", total: 2 * seeds.count)
var greyDone = 0
let greyRuns = [1.0, nil].map { variance in
  seeds.map { seed in
    let trained = greyModel(
      on: greyImages, fixedVariance: variance, epochs: greyEpochs, seed: seed)
    greyDone += 1
    greyBar.update(greyDone)
    let decoded = trained.decode(trained.encode(greyPixels).mean)
    let learned = variance ?? Double(exp(trained.pixelLogVariance).scalar)
    return (kept: keptVariance(greyPixels, decoded), variance: learned, decoded: decoded)
  }
}
greyBar.finish()
func range(_ values: [Double], _ decimals: Int) -> String {
  let ends = (fixed(values.min()!, decimals), fixed(values.max()!, decimals))
  return ends.0 == ends.1 ? ends.0 : "\(ends.0) to \(ends.1)"
}
page.table(
  ["pixel variance", "its value", "variance that reconstructions keep"],
  zip(["fixed", "learned"], greyRuns).map { name, runs in
    [name, range(runs.map(\.variance), 3), range(runs.map(\.kept), 3)]
  })
func pictures(_ x: Tensor<Float>) -> [[Double]] {
  (0..<10).map { i in x.rows(at: [i * 37]).scalars.map { min(max(Double($0), 0), 1) } }
}
page.figure(
  ImageGrid(
    title: "The same networks with two pixel variances",
    description: "Ten digits; below them blurred reconstructions, below those sharper ones.",
    images: pictures(greyPixels) + pictures(greyRuns[0][0].decoded)
      + pictures(greyRuns[1][0].decoded),
    height: greyImages.height, width: greyImages.width, columns: 10,
    rowLabels: ["digit", "s² = 1", "learned"]),
  "blur", caption: "Training digits and their reconstructions with s² = 1 and with s² learned.")
record(
  Claim(
    21, "blur comes from optimising a distribution", metIn: "tutorials",
    expected: "the same blur with any pixel variance",
    measured: "variance kept: \(range(greyRuns[0].map(\.kept), 2)) with s² = 1, "
      + "\(range(greyRuns[1].map(\.kept), 2)) learned",
    correction: "detail below s² is noise to the model"))

/*:
 ### 22 · "The KL prevents overfitting"

 Met in tutorials. If it did, the bound would be as good on new data. The rate is no penalty that
 was added: it is part of a bound on $\log p(x)$, and maximum likelihood overfits. Exactly: let $q$
 be the posterior, so that the bound is $\log p(x)$, and fit only the mean of a Gaussian to $n$
 data. In units of the covariance a training datum has the mean squared distance $D (1 - \frac1n)$
 from the fitted mean, and a new datum $D (1 + \frac1n)$; half the difference of the bounds $L$ is

 $$
 \mathbb E[L_{\mathrm{train}} - L_{\mathrm{new}}] = \frac D n
 \tag{clinic-overfit}
 $$

 Now the networks of claim 21, with Bernoulli pixels, on 200 binary digits. With $\beta = 0$ there is no rate at all.
 The gap of the reconstruction lets both be compared; the last two columns are for the bound. Look
 for two things. The rate narrows the gap of the reconstruction: that much of the claim is true
 here. But it does not close it, and the bound on test digits passes its best value and falls.
 */
let epochs = page.isQuick ? 20 : 300
let interval = page.isQuick ? 10 : 15
let (fewImages, newImages) = (every(200, of: training), every(500, of: test))
let gapBar = page.progress("training and test", total: 2 * seeds.count)
var gapDone = 0
let gapRuns = [0.0, 1.0].map { beta in
  seeds.map { seed in
    let run = gapRun(
      training: fewImages, test: newImages, beta: beta, epochs: epochs, interval: interval,
      seed: seed)
    gapDone += 1
    gapBar.update(gapDone)
    return run
  }
}
gapBar.finish()
page.table(
  ["β", "reconstruction: training − test", "bound: training − test", "test bound: best − last"],
  zip([0, 1], gapRuns).map { beta, runs in
    let parts = runs.map { (run: GapRun) -> [Double] in
      let (a, b) = (run.training.last!, run.test.last!)
      return [
        a.reconstruction - b.reconstruction, a.elbo - b.elbo,
        run.test.map(\.elbo).max()! - b.elbo,
      ]
    }
    return ["\(beta)"]
      + (0..<3).map { column in
        beta == 0 && column > 0 ? "–" : range(parts.map { $0[column] }, 1)
      }
  }, caption: "Nats a digit after \(epochs) epochs; the range over \(seeds.count) seeds.")
let withRate = gapRuns[1]
page.figure(
  LineChart(
    title: "The bound on data that were trained on, and on new data",
    description: "The bound on training digits rises; that on test digits turns down.",
    x: Axis("epochs"), y: Axis("ELBO, nats a digit"),
    series: [
      Series(
        "training", x: withRate[0].epochs, y: withRate[0].training.map(\.elbo)),
      Series("test", x: withRate[0].epochs, y: withRate[0].test.map(\.elbo)),
    ]), "overfitting", caption: "β = 1, the ELBO itself, on 200 digits; the first seed.")
let elboGaps = withRate.map { $0.training.last!.elbo - $0.test.last!.elbo }
record(
  Claim(
    22, "the KL prevents overfitting", metIn: "tutorials", expected: "training − test near 0",
    measured: "\(range(elboGaps, 1)) nats a digit",
    correction: "it may narrow the gap; hold out data and stop in time"))

/*:
 ### 23 · "A larger β always disentangles more"

 Met as a summary of β-VAE, whose authors report a trade-off. Divide the objective of claim 15 by
 $\beta$: it is the ELBO with the pixel variance $\beta s^2$. So its best linear model keeps of a
 direction with variance $a$ what *clinic-blur* says, for $\beta s^2$. Its posterior has the
 variance $v = \beta s^2 / a$, and its means the variance $(a - \beta s^2) / a = 1 - v$ over the
 data. In the mean rate $\frac12 \mathbb E[\mu^2 + v - 1 - \log v]$ only the logarithm stays:

 $$
 \mathbb E[\mathrm{KL}] = \max \left( 0, \frac12 \log \frac{a}{\beta s^2} \right) \tag{clinic-beta}
 $$

 As β rises, factors are not separated but dropped, the weakest first; in the end all. And among
 factors of equal strength no β chooses axes: the program turns $W$ and the means by 45° and
 compares the objectives at $\beta = 4$. What separates, where it does, is independent coordinates
 with *unequal* strengths (chapter 7; Locatello et al. 2019 find no setting that is reliable
 without labels).
 */
let betas = [1.0, 4, 16, 64]
let strengths = [1.0, 0.3, 0.1]
page.table(
  ["β"] + strengths.map { "rate, variance \(fixed($0, 1))" },
  betas.map { beta in
    [fixed(beta, 0)]
      + strengths.map { fixed(bestRate(eigenvalue: $0, noiseVariance: 0.05, beta: beta), 3) }
  }, caption: "s² = 0.05; a rate of 0 is a factor that the latents no longer carry.")
let half = 0.5.squareRoot()
let turn = Tensor([2, 2], [half, half, -half, half])
let straight = LinearGaussianModel<Double>(
  weights: Tensor.identity(2), bias: .zeros([2]), logNoiseVariance: Tensor(Double.log(0.25)))
var turned = straight
turned.weights = matmul(straight.weights, turn)
let points = data.sliced(axis: 1, 0..<2)
let coded = DiagonalGaussian(
  mean: 0.5 * points, logVariance: .zeros([1_000, 2]) + Double.log(0.5))
let turnedCode = DiagonalGaussian(
  mean: matmul(coded.mean, turn), logVariance: coded.logVariance)
func weightedBound(
  _ model: LinearGaussianModel<Double>, _ code: DiagonalGaussian<Double>
) -> Double {
  let bound = model.elbo(of: points, under: code)
  return (bound.reconstruction - 4 * bound.rate).mean().scalar
}
let turnEffect = abs(weightedBound(straight, coded) - weightedBound(turned, turnedCode))
let carried = betas.map { beta in
  strengths.count { bestRate(eigenvalue: $0, noiseVariance: 0.05, beta: beta) > 0 }
}
record(
  Claim(
    23, "larger β always disentangles", metIn: "summaries", expected: "3 factors, apart, at β = 64",
    measured: "\(carried.map(String.init).joined(separator: ", ")) carried at β = 1, 4, 16, 64; "
      + "a turn by 45° changes \(turnEffect < 1e-9 ? "nothing" : scientific(turnEffect, 1))",
    correction: "it drops factors; equal ones are never told apart"))

/*:
 ## 12.7 The ledger

 Everything above, as the program measured it.
 */
page.section("12.7 The ledger")
page.table(Claim.header, ledger.map(\.row), caption: "\(ledger.count) claims.")

/*:
 ## Common mistakes

 They are the chapter. Four habits catch most of them, each with a claim whose number exposes it:

 - **Ask what the number cannot be.** A bound above $\log p(x)$ (1, 7), a negative divergence (3).
 - **Move one argument.** A formula that does not see $\mu$ is no rate (2); a datum that moves
   another's code is a mix-up (9).
 - **Write the reduction beside each sum.** Over what, and divided by what (14, 15, 18)?
 - **Repeat with another seed, and show the range** (21, 22).

 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 12`.

 1. **The same wrong loss, twice** (1 point, pen and paper). Squared error and rate are both
    averaged: over $D$ pixels and over $d$ latents. Derive the β that it amounts to, for a pixel
    variance $s^2$, and the variance for which it is 1.
 2. **One variance for all** (3 points). Find the best $q$ with one shared variance for the
    posterior of chapter 4's model with two latents, means included. Does the best mean change?
    Prove it. What does it cost, and what do two variances cost? Claim 8 has a diagonal posterior;
    which variances take the place of its $v_j$?
 3. **The continuous Bernoulli** (3 points). From *clinic-grey* derive the normalised log density
    and its gradient by $\ell$ (Loaiza-Ganem & Cunningham 2019). Implement both so that they hold at
    0, near 0, and far from it.
 4. **Losses that are likelihoods** (2 points, pen and paper). Derive the constants that a squared
    error, an absolute error, a log cosh and a distance that is not squared lack of a log density.
 5. **Another output for σ** (2 points). Let the encoder give $\rho$ with
    $\sigma = \mathrm{softplus}(\rho)$. Derive the rate and its gradient by $\rho$; implement both so
    that a $\sigma$ that rounds to 0 does no harm.

 Projects:

 6. **How much does the rate help?** Extend `gapRun` to β between 0 and 4. Is the best test bound
    always at $\beta = 1$? Say what the answer means, and over how many seeds it holds.
 7. **A claim of your own.** Take a formula from a page that you like, find a model in which its
    answer is known, and write its entry: claim, number, correction, test with a planted error.

 ## Sources

 - Kingma & Welling 2014, arXiv:1312.6114; Rezende, Mohamed & Wierstra 2014, arXiv:1401.4082: the
   objective, its rate, the path.
 - Issues named by repository and number: pytorch/examples 290, 460, 824; keras-team/keras 3283,
   4211, 9972; rachtsingh/ibp_vae 3; AntixK/PyTorch-VAE 11, 35, 56; maxhodak/keras-molecules 59;
   podgorskiy/VAE 1; pyro-ppl/pyro 529; YannDubs/disentangling-vae 70; chainer/chainer 5440;
   minyoungkim21/vmf-lib 4. They are public threads in which somebody asks exactly this; several
   were answered or repaired there.
 - Goodfellow et al. 2014, arXiv:1406.2661; Makhzani et al. 2015, arXiv:1511.05644; Larsen et al.
   2016, arXiv:1512.09300: adversarial networks, alone and combined.
 - Rainforth et al. 2018, arXiv:1802.04537: signal and noise of tighter bounds. Loaiza-Ganem &
   Cunningham 2019, arXiv:1907.06845: grey pixels.
 - Tipping & Bishop 1999, doi:10.1111/1467-9868.00196; Lucas et al. 2019, arXiv:1911.02469: linear
   models. Higgins et al. 2017 (ICLR); Locatello et al. 2019, arXiv:1811.12359: β and
   disentanglement.
 */
page.finish()
