/*:
 # 3 · The Kullback–Leibler divergence

 A variational autoencoder describes a datum $x$ by a hidden variable $z$, the *latent*. The latent
 has a distribution $p(z)$ before $x$ is seen, the *prior*, and one after, the *posterior*
 $p(z \mid x)$. The autoencoder cannot compute the posterior and uses an approximation $q$ in its
 place. It needs a number that says how far $q$ is from the posterior. This chapter derives that
 number.

 After it you will be able to

 - define the divergence, and prove that it is never negative;
 - derive its closed form for Gaussians and for Bernoulli variables, and differentiate it by hand;
 - say what changes when its two arguments are swapped, and why the evidence lower bound of chapter
   4 uses the order that it does;
 - estimate it from samples, and know the bias and the variance of the estimate.

 **Notation.** $q$ and $p$ are two distributions over the same values $x$: probabilities if the
 values can be counted, densities if not. $\mathbb E_q$ is the expectation when $x$ is drawn from
 $q$. $\log$ is the natural logarithm, so that every result is in *nats*; one nat is $1/\log 2$
 bits. Sums are written for values that can be counted; for densities, read integrals.
 */
import KLDivergence
import Notebook
import Plots
import Tensors

let page = Page(
  "ch03-kl-divergence", "3 · The Kullback–Leibler divergence",
  options: [.quick, .seed, .figures])
/*:
 ## 3.1 The price of a wrong code

 A code gives each value $x$ a word. The best code for the distribution $p$ gives $x$ a word of
 length $-\log p(x)$: short words for what is frequent. (In bits this is $-\log_2 p(x)$, and for the
 probabilities below such a code exists.) If the values do come from $p$, the mean length is the
 *entropy* $H(p)$. What happens if they come from another distribution $q$? The words still have the
 lengths made for $p$, but they are met as often as $q$ says. The mean length is now the
 *cross-entropy*

 $$
 H(q, p) = \mathbb E_q[-\log p(x)]
 $$

 The best code for $q$ would have needed $H(q) = \mathbb E_q[-\log q(x)]$. The difference is what
 you pay, for each value, for having used $p$ in place of $q$. This is the Kullback–Leibler
 divergence. An expectation is linear, so the two can be joined under one:

 $$
 \mathrm{KL}(q \Vert p) = H(q, p) - H(q) = \mathbb E_q \left[ \log\frac{q(x)}{p(x)} \right] \tag{kl-cross-entropy}
 $$

 A value with $q(x) = 0$ is never met and adds nothing, since $u \log u \to 0$ as $u \to 0$. A value
 with $p(x) = 0$ and $q(x) \gt 0$ has no word at all in the code for $p$, and the divergence is
 infinite.
 */
page.section("3.1 The price of a wrong code")

let source = Tensor<Double>([0.5, 0.25, 0.125, 0.125])  // words 0, 10, 110, 111
let codes: [(name: String, p: Tensor<Double>)] = [
  ("½ ¼ ⅛ ⅛", source),
  ("¼ ¼ ¼ ¼", Tensor([0.25, 0.25, 0.25, 0.25])),  // words 00, 01, 10, 11
  ("⅛ ⅛ ¼ ½", Tensor([0.125, 0.125, 0.25, 0.5])),  // words 111, 110, 10, 0
  ("½ ½ 0 0", Tensor([0.5, 0.5, 0, 0])),  // words 0, 1, and none for the rest
]
let bit = Double.log(2)
page.table(
  ["code made for", "H(q, p)", "H(q)", "KL(q‖p)"],
  codes.map { name, p in
    let lengths = [crossEntropy(source, p), entropy(source), categoricalKL(source, p)]
    return [name] + lengths.map { fixed($0.scalar / bit, 4) }
  }, caption: "Mean lengths in bits, when the values come from q = (½, ¼, ⅛, ⅛).")
/*:
 The last column is the first length less the second. Only the code made for $q$ itself has nothing
 to pay.

 ## 3.2 It is never negative

 Can a code made for another distribution be shorter on average? The answer is no, and the proof
 needs one line of calculus. Let $f(u) = u - 1 - \log u$ for $u \gt 0$. Its derivative is
 $f'(u) = 1 - 1/u$, negative below $u = 1$ and positive above. So $f$ is smallest at $u = 1$, where
 it is 0, and nowhere else as small:

 $$
 \log u \le u - 1, \quad \text{with equality only at } u = 1
 $$

 Let $r(x) = p(x) / q(x)$, and let $q$ and $p$ be positive at the same values. Then

 $$
 \mathbb E_q[r] = \sum_x q(x) \frac{p(x)}{q(x)} = \sum_x p(x) = 1
 $$

 so that $\mathbb E_q[r - 1] = 0$ may be added to the divergence without changing it. Since
 $\log(q/p) = -\log r$,

 $$
 \mathrm{KL}(q \Vert p) = \mathbb E_q[-\log r] = \mathbb E_q[r - 1 - \log r] \ge 0 \tag{gibbs}
 $$

 because $r - 1 - \log r = f(r)$ is not negative for any $x$. An expectation of terms that are not
 negative is 0 only if each term with $q(x) \gt 0$ is 0, which is to say $r = 1$. So the divergence
 is 0 exactly when $q$ and $p$ are the same distribution. This is *Gibbs' inequality*.

 If $p$ also has mass where $q$ has none, then $\mathbb E_q[r] \lt 1$, and the divergence exceeds
 $\mathbb E_q[f(r)]$ by $1 - \mathbb E_q[r]$: it is positive all the more.

 The equality in the middle can be checked on random pairs, and so can the sign.
 */
page.section("3.2 It is never negative")

var random = Random(seed: page.seed, stream: 0)
let pairs = page.isQuick ? 1_000 : 20_000
let qs = softmax(random.normal([pairs, 5], as: Double.self))
let ps = softmax(random.normal([pairs, 5], as: Double.self))
let divergences = categoricalKL(qs, ps)
let terms = gibbsTerms(qs, ps)
page.say("random pairs over five classes:        \(pairs)")
page.say("smallest KL(q‖p):                      \(scientific(divergences.min(), 2))")
page.say("smallest term q (r − 1 − log r):       \(scientific(terms.min(), 2))")
page.say(
  "largest |KL − sum of the terms|:       "
    + scientific(abs(divergences - terms.sum(axis: 1)).max(), 1))
page.say("largest KL(q‖q):                       \(scientific(categoricalKL(qs, qs).max(), 1))")
/*:
 No divergence and no term is below zero. The two expressions differ by rounding only.

 ## 3.3 Several variables

 How does the divergence of two variables follow from those of each? Write
 $q(x, y) = q(x) q(y \mid x)$, and the same for $p$. The logarithm of $q / p$ is then the sum of
 that for $x$ and that for $y$ given $x$. Take the expectation under $q(x, y)$. The first term does
 not contain $y$, and summing $q(x, y)$ over $y$ leaves $q(x)$. The second is averaged over $y$
 first, for fixed $x$, and then over $x$. This is the chain rule:

 $$
 \mathrm{KL}(q(x, y) \Vert p(x, y)) = \mathrm{KL}(q(x) \Vert p(x)) + \mathbb E_{q(x)} [ \mathrm{KL}(q(y \mid x) \Vert p(y \mid x)) ] \tag{kl-chain-rule}
 $$

 If the variables are independent under both, then $q(y \mid x) = q(y)$ and $p(y \mid x) = p(y)$.
 The inner divergence no longer depends on $x$, and its expectation is itself. Repeat for each
 further coordinate:

 $$
 \mathrm{KL} \left( \prod_j q(x_j) \Vert \prod_j p(x_j) \right) = \sum_j \mathrm{KL}(q(x_j) \Vert p(x_j)) \tag{kl-additivity}
 $$

 This is why the divergence of a Gaussian with independent coordinates is a *sum* over the
 coordinates, and why a coordinate in which $q$ and $p$ agree costs nothing.
 */
page.section("3.3 Several variables")

let tableQ = softmax(random.normal([20], as: Double.self)).reshaped([4, 5])
let tableP = softmax(random.normal([20], as: Double.self)).reshaped([4, 5])
let parts = chainRuleParts(tableQ, tableP)
let (rowsQ, columnsQ) = (tableQ.sum(axis: 1), tableQ.sum(axis: 0))
let (rowsP, columnsP) = (tableP.sum(axis: 1), tableP.sum(axis: 0))
func row(_ name: String, _ first: Tensor<Double>, _ rest: Tensor<Double>, _ whole: Tensor<Double>)
  -> [String]
{
  let error = Swift.abs(first.scalar + rest.scalar - whole.scalar)
  return [name] + [first, rest, whole].map { fixed($0.scalar, 6) } + [scientific(error, 1)]
}
page.table(
  ["two tables of 4 × 5", "KL of x", "mean KL of y given x", "KL of both", "difference"],
  [
    row("dependent", parts.marginal, parts.conditional, jointKL(tableQ, tableP)),
    row(
      "independent", categoricalKL(rowsQ, rowsP), categoricalKL(columnsQ, columnsP),
      jointKL(independentTable(rowsQ, columnsQ), independentTable(rowsP, columnsP))),
  ])
/*:
 Both rows add up. In the second row the conditional divergence is that of $y$.

 ## 3.4 A Gaussian against the standard normal

 The encoder of a variational autoencoder gives for each datum a Gaussian
 $q = \mathcal N(\mu, \sigma^2)$ over each latent $z$, and the prior is $p = \mathcal N(0, 1)$. What
 is the divergence between them? Since it is additive (equation *kl-additivity*), one coordinate is
 enough. The two log-densities are

 $$
 \log q(z) = -\frac{(z - \mu)^2}{2 \sigma^2} - \frac12 \log\sigma^2 - \frac12 \log 2\pi
 $$

 $$
 \log p(z) = -\frac{z^2}{2} - \frac12 \log 2\pi
 $$

 In their difference the last terms cancel:

 $$
 \log q(z) - \log p(z) = \frac12 \left[ z^2 - \frac{(z - \mu)^2}{\sigma^2} - \log\sigma^2 \right]
 $$

 Two expectations under $q$ are needed. The first is the definition of the variance:

 $$
 \mathbb E_q[(z - \mu)^2] = \sigma^2
 $$

 For the second, write $z = \mu + (z - \mu)$ and square. The cross term $2 \mu (z - \mu)$ has
 expectation 0, because $\mu$ is the mean:

 $$
 \mathbb E_q[z^2] = \mu^2 + \mathbb E_q[(z - \mu)^2] = \mu^2 + \sigma^2
 $$

 Put both in. The middle term becomes $\sigma^2 / \sigma^2 = 1$. An encoder outputs
 $\lambda = \log\sigma^2$, which may be any real number, so write $\sigma^2 = e^\lambda$, and sum
 over the latents $j$:

 $$
 \mathrm{KL}(q \Vert \mathcal N(0, I)) = \frac12 \sum_j \left( \mu_j^2 + e^{\lambda_j} - 1 - \lambda_j \right) \tag{gaussian-kl}
 $$

 The first term charges for the distance of the mean. The others are
 $f(\sigma^2) = \sigma^2 - 1 - \log\sigma^2$ of section 3.2: not negative, and 0 only at
 $\sigma = 1$.

 To check it, compute the expectation by *quadrature*, which uses no closed form: the trapezoidal
 rule for $\int q(z)(\log q(z) - \log p(z)) dz$ at the points $z = \mu + \sigma \varepsilon$, with
 $\varepsilon$ from −12 to 12 in steps of 1/32.
 */
page.section("3.4 A Gaussian against the standard normal")

let prior = DiagonalGaussian<Double>(mean: 0, standardDeviation: 1)
let examples: [(mean: Double, sigma: Double)] = [(0, 1), (1, 1), (0, 0.5), (0, 2), (-1.5, 0.1)]
page.table(
  ["μ", "σ", "closed form", "quadrature", "difference"],
  examples.map { mean, sigma in
    let q = DiagonalGaussian<Double>(mean: mean, standardDeviation: sigma)
    let closed = gaussianKL(mean: q.mean, logVariance: q.logVariance).scalar
    let measured = quadratureKL(q) { prior.logDensity($0.expanded(axis: 1)) }.scalar
    return [
      fixed(mean, 1), fixed(sigma, 1), fixed(closed, 6), fixed(measured, 6),
      scientific(Swift.abs(closed - measured), 1),
    ]
  })

let cells = 120
let means = Tensor<Double>.linspace(-3 + 3 / 120, 3 - 3 / 120, count: cells)
let sigmas = Tensor<Double>.linspace(3.0 / 240, 3 - 3.0 / 240, count: cells)
let grid = Tensor<Double>.zeros([cells, cells, 1])
let landscape = gaussianKL(
  mean: grid + means.reshaped([cells, 1]),
  standardDeviation: grid + sigmas.reshaped([cells, 1, 1]))
let contours = [0.1, 0.5, 1, 2].map { level in
  let curve = gaussianKLContour(level: level)
  return Series("", x: curve.mean, y: curve.standardDeviation)
}
page.figure(
  HeatMap(
    title: "The divergence of N(μ, σ²) from N(0, 1)",
    description: "Contours at 0.1, 0.5, 1 and 2 nats surround the minimum at μ = 0, σ = 1. They are"
      + " closer together towards σ = 0 than towards large σ.",
    x: Axis("μ", range: -3...3), y: Axis("σ", range: 0...3), values: landscape.scalars,
    rows: cells, columns: cells, range: 0...5, colorLabel: "KL in nats, 5 and above alike",
    overlay: contours),
  "kl-to-prior",
  caption: "KL(N(μ, σ²) ‖ N(0, 1)), with contours at 0.1, 0.5, 1 and 2 nats.")
/*:
 The landscape has one lowest point, the prior itself. Towards $\sigma = 0$ the divergence grows
 without bound, but slowly, like $-\log\sigma$: each further halving of $\sigma$ costs about
 $\log 2$ nats, one bit. That is the price of saying one bit more about $z$.

 ### Its gradient

 Which way does the divergence pull an encoder's outputs? Each term of *gaussian-kl* contains one
 coordinate only, so its derivative is found term by term: ${\mu_j}^2$ gives $2\mu_j$, and
 $e^{\lambda_j} - \lambda_j$ gives $e^{\lambda_j} - 1$. With the factor ½,

 $$
 \frac{\partial \mathrm{KL}}{\partial \mu_j} = \mu_j, \qquad \frac{\partial \mathrm{KL}}{\partial \lambda_j} = \frac12 \left( e^{\lambda_j} - 1 \right) \tag{kl-gradient}
 $$

 Some programs let the encoder give $\sigma$ itself. With $\lambda = 2 \log\sigma$ the divergence is

 $$
 \mathrm{KL} = \sum_j \left[ \frac12 \left( \mu_j^2 + \sigma_j^2 - 1 \right) - \log\sigma_j \right] \tag{gaussian-kl-sigma}
 $$

 By $\sigma$, the derivatives of $\frac12 \sigma^2$ and $-\log\sigma$ are $\sigma$ and $-1/\sigma$:

 $$
 \frac{\partial \mathrm{KL}}{\partial \mu_j} = \mu_j, \qquad \frac{\partial \mathrm{KL}}{\partial \sigma_j} = \sigma_j - \frac{1}{\sigma_j} \tag{kl-gradient-sigma}
 $$

 The chain rule connects the two: $\partial\sigma / \partial\lambda = \frac12 \sigma$, and
 $\frac12 \sigma (\sigma - 1/\sigma) = \frac12 (\sigma^2 - 1)$.

 Below, the gradient is compared with reverse mode and with central differences.
 */
let encoded = DiagonalGaussian<Double>(
  mean: random.normal([3, 4]), logVariance: random.normal([3, 4]))
let byHand = gaussianKLGradient(mean: encoded.mean, logVariance: encoded.logVariance)
let byTape = valueAndGradient(at: encoded) {
  gaussianKL(mean: $0.mean, logVariance: $0.logVariance).sum()
}.gradient
let byDifference = Check.differences(at: encoded) {
  gaussianKL(mean: $0.mean, logVariance: $0.logVariance).sum().scalar
}
let claimed = (byHand.mean.scalars + byHand.logVariance.scalars)
let tapeError = max(
  abs(byHand.mean - byTape.mean).max(), abs(byHand.logVariance - byTape.logVariance).max())
page.say("gradient by μ and λ of three Gaussians on four latents, 24 numbers")
page.say("largest |by hand − reverse mode|:        \(scientific(tapeError, 1))")
page.say(
  "largest |by hand − central difference|:  "
    + scientific(abs(Tensor(claimed) - Tensor(byDifference)).max(), 1))

let sigmaRow = Tensor<Double>([0.01, 0.1, 0.5, 1, 2])
let zeroRow = Tensor<Double>.zeros([5])
let byLogVariance = gaussianKLGradient(mean: zeroRow, logVariance: 2 * log(sigmaRow)).logVariance
let bySigma = gaussianKLGradient(mean: zeroRow, standardDeviation: sigmaRow).standardDeviation
page.table(
  ["σ", "by λ: ½ (σ² − 1)", "by σ: σ − 1/σ"],
  (0..<5).map { i in
    [fixed(sigmaRow[i], 2), fixed(byLogVariance[i], 4), fixed(bySigma[i], 4)]
  })
/*:
 By $\lambda$, the pull towards the prior never exceeds ½ for small $\sigma$. By $\sigma$, it grows
 without bound, and a step of gradient descent from a small $\sigma$ overshoots. This is one reason
 why encoders give $\lambda$.

 ## 3.5 Two Gaussians in general

 In chapter 4 the second argument is a posterior, which is not the standard normal. Let $q = \mathcal N(\mu_q, \sigma_q^2)$
 and $p = \mathcal N(\mu_p, \sigma_p^2)$. As before,

 $$
 \log q(z) - \log p(z) = \frac12 \left[ \log\frac{\sigma_p^2}{\sigma_q^2} + \frac{(z - \mu_p)^2}{\sigma_p^2} - \frac{(z - \mu_q)^2}{\sigma_q^2} \right]
 $$

 Under $q$ the last term is 1 on average. For the middle one, write
 $z - \mu_p = (z - \mu_q) + (\mu_q - \mu_p)$, square, and drop the cross term, whose expectation is
 0: $\mathbb E_q[(z - \mu_p)^2] = \sigma_q^2 + (\mu_q - \mu_p)^2$. Hence

 $$
 \mathrm{KL}(q \Vert p) = \frac12 \sum_j \left[ \lambda_p - \lambda_q + \left( e^{\lambda_q} + (\mu_q - \mu_p)^2 \right) e^{-\lambda_p} - 1 \right] \tag{gaussian-kl-general}
 $$

 Each symbol on the right is that of coordinate $j$. The gradient, with
 $\delta = \mu_q - \mu_p$, follows term by term. Those by $q$ are

 $$
 \frac{\partial \mathrm{KL}}{\partial \mu_q} = \delta e^{-\lambda_p}, \qquad \frac{\partial \mathrm{KL}}{\partial \lambda_q} = \frac12 \left( e^{\lambda_q - \lambda_p} - 1 \right)
 $$

 and those by $p$, where $e^{-\lambda_p}$ is differentiated too, are

 $$
 \frac{\partial \mathrm{KL}}{\partial \mu_p} = -\delta e^{-\lambda_p}, \qquad \frac{\partial \mathrm{KL}}{\partial \lambda_p} = \frac12 \left[ 1 - \left( e^{\lambda_q} + \delta^2 \right) e^{-\lambda_p} \right] \tag{gaussian-kl-general-gradient}
 $$

 ### Full covariance

 The exact posterior of chapter 4 has coordinates that depend on each other. Let
 $q = \mathcal N(\mu_q, \Sigma_q)$ and $p = \mathcal N(\mu_p, \Sigma_p)$ on $d$ dimensions, with

 $$
 \log p(z) = -\frac12 (z - \mu_p)^\top \Sigma_p^{-1} (z - \mu_p) - \frac12 \log\det\Sigma_p - \frac{d}{2} \log 2\pi
 $$

 The squared distance is a number, so it equals its own trace. A trace may be turned cyclically, and
 it is linear, so that it may change places with the expectation:

 $$
 \mathbb E_q[(z - \mu_q)^\top \Sigma_p^{-1} (z - \mu_q)] = \mathrm{tr} \left( \Sigma_p^{-1} \mathbb E_q[(z - \mu_q)(z - \mu_q)^\top] \right) = \mathrm{tr}(\Sigma_p^{-1} \Sigma_q)
 $$

 With $\Sigma_q$ in place of $\Sigma_p$ this is $\mathrm{tr}(I) = d$, which is what $\log q$
 contributes. For $\log p$, write $z - \mu_p = (z - \mu_q) + (\mu_q - \mu_p)$ once more. The cross
 terms are linear in $z - \mu_q$ and have expectation 0. Together, with $\delta = \mu_q - \mu_p$,

 $$
 \mathrm{KL}(q \Vert p) = \frac12 \left[ \mathrm{tr}(\Sigma_p^{-1} \Sigma_q) + \delta^\top \Sigma_p^{-1} \delta - d + \log\det\Sigma_p - \log\det\Sigma_q \right] \tag{full-gaussian-kl}
 $$

 By $\mu_q$ only the quadratic form changes. As $\Sigma_p^{-1}$ is symmetric, its differential is
 $2 \delta^\top \Sigma_p^{-1} d\mu_q$, and the factor ½ takes away the 2.

 To differentiate it by $\Sigma_q$, change $\Sigma_q$ by a small $t D$. The trace is linear and
 changes by $t \thinspace \mathrm{tr}(\Sigma_p^{-1} D)$. For the determinant, take $\Sigma_q$ out as
 a factor:

 $$
 \log\det(\Sigma_q + t D) = \log\det\Sigma_q + \log\det(I + t \Sigma_q^{-1} D)
 $$

 The determinant of $I + t A$ is a sum of products of $d$ elements. Only the product along the
 diagonal has a term of first order in $t$, since every other contains at least two elements off it.
 So $\det(I + t A) = 1 + t \thinspace \mathrm{tr}(A) + O(t^2)$, and the logarithm changes by
 $t \thinspace \mathrm{tr}(\Sigma_q^{-1} D)$. The matrices are symmetric, so
 $\mathrm{tr}(\Sigma^{-1} D)$ is the sum of the products of elements of $\Sigma^{-1}$ and $D$. What
 stands beside $D$ is the gradient:

 $$
 \frac{\partial \mathrm{KL}}{\partial \mu_q} = \Sigma_p^{-1} (\mu_q - \mu_p), \qquad \frac{\partial \mathrm{KL}}{\partial \Sigma_q} = \frac12 \left( \Sigma_p^{-1} - \Sigma_q^{-1} \right) \tag{full-gaussian-kl-gradient}
 $$

 It is zero at $\mu_q = \mu_p$, $\Sigma_q = \Sigma_p$ and nowhere else.

 The program takes both the determinant and the inverse from the Cholesky factor:
 $\Sigma = L L^\top$ with $L$ lower triangular, so that
 $\log\det\Sigma = 2 \sum_j \log L_{jj}$.
 */
page.section("3.5 Two Gaussians in general")

func correlated(_ correlation: Double) -> FullGaussian {
  FullGaussian(
    mean: Tensor([0, 0]), covariance: Tensor([2, 2], [1, correlation, correlation, 1]))
}
let sphere = correlated(0)
page.table(
  ["correlation", "KL(q‖p)", "from samples", "± standard error", "KL(p‖q)"],
  [0, 0.5, 0.9, 0.99].map { correlation in
    let q = correlated(correlation)
    let x = q.samples(page.isQuick ? 10_000 : 200_000, random: &random)
    let sampled = SampleSpread(q.logDensities(x) - sphere.logDensities(x))
    return [
      fixed(correlation, 2), fixed(fullGaussianKL(q, sphere), 4), fixed(sampled.mean, 4),
      fixed(sampled.standardError, 4), fixed(fullGaussianKL(sphere, q), 4),
    ]
  }, caption: "q has unit variances and the given correlation; p = N(0, I) on two dimensions.")
/*:
 Both marginals of $q$ are exactly those of $p$. All of the divergence is the price of the
 correlation. In the order $\mathrm{KL}(q \Vert p)$ it grows like a logarithm as the correlation
 approaches 1, in the other order much faster.

 ## 3.6 Bernoulli and categorical variables

 A binary pixel has two values. Let $q$ and $p$ be the two probabilities of 1. The definition, for
 $d$ independent pixels, is

 $$
 \mathrm{KL} = \sum_j \left[ q_j \log\frac{q_j}{p_j} + (1 - q_j) \log\frac{1 - q_j}{1 - p_j} \right] \tag{bernoulli-kl}
 $$

 A network gives *logits* instead: $q = \mathrm{sigmoid}(\ell)$ and $p = \mathrm{sigmoid}(m)$, where the
 sigmoid is the logistic function of chapter 1 (its letter σ is a standard deviation from here on). How
 does the divergence read in them? With $\mathrm{sigmoid}(\ell) = e^\ell / (1 + e^\ell)$ and
 $\mathrm{softplus}(\ell) = \log(1 + e^\ell)$,

 $$
 \log q = \ell - \mathrm{softplus}(\ell), \qquad \log(1 - q) = -\mathrm{softplus}(\ell)
 $$

 Put these and the same for $p$ into one term. The factors $q$ and $1 - q$ of the two softplus terms
 add up to 1:

 $$
 \mathrm{KL} = \sum_j \left[ q_j (\ell_j - m_j) - \mathrm{softplus}(\ell_j) + \mathrm{softplus}(m_j) \right] \tag{bernoulli-kl-logits}
 $$

 No logarithm of a probability is left that could have been rounded to 0.

 For the gradient, use $\partial q / \partial\ell = q (1 - q)$ and $\mathrm{softplus}'(\ell) = q$.
 By $\ell$, the product rule gives $q (1 - q)(\ell - m) + q$ from the first term and $-q$ from the
 second. By $m$, the first term gives $-q$ and the last gives $p$:

 $$
 \frac{\partial \mathrm{KL}}{\partial \ell_j} = q_j (1 - q_j)(\ell_j - m_j), \qquad \frac{\partial \mathrm{KL}}{\partial m_j} = p_j - q_j \tag{bernoulli-kl-gradient}
 $$

 The same works for $K$ classes with $q = \mathrm{softmax}(a)$ and $p = \mathrm{softmax}(b)$, where
 $\log q_k = a_k - \log\sum_i e^{a_i}$. The $q_k$ sum to 1, so

 $$
 \mathrm{KL} = \sum_k q_k (a_k - b_k) - \log\sum_k e^{a_k} + \log\sum_k e^{b_k} \tag{categorical-kl}
 $$

 Now $\partial q_i / \partial a_k = q_i (\delta_{ik} - q_k)$, where $\delta_{ik}$ is 1 if $i = k$
 and else 0. By $a_k$ the first term gives $q_k (a_k - b_k) - q_k \sum_i q_i (a_i - b_i)$, plus
 $q_k$, which the second term takes away again. Since $a_k - b_k$ differs from $\log(q_k / p_k)$ by
 the same number for every $k$, that number cancels:

 $$
 \frac{\partial \mathrm{KL}}{\partial a_k} = q_k \left( \log\frac{q_k}{p_k} - \mathrm{KL} \right), \qquad \frac{\partial \mathrm{KL}}{\partial b_k} = p_k - q_k \tag{categorical-kl-gradient}
 $$

 By the logits of the *second* argument, both gradients are the familiar difference of
 probabilities. That is the gradient of a classifier or of a decoder trained by cross-entropy: the
 entropy of $q$ does not depend on $p$, so both losses have the same gradient.
 */
page.section("3.6 Bernoulli and categorical variables")

let likely = Tensor<Double>([1, 10, 30, 40, 60])
page.table(
  ["ℓ = −m", "from probabilities", "from logits"],
  (0..<5).map { i in
    let l = likely.sliced(axis: 0, i..<i + 1)
    return [
      fixed(likely[i], 0), fixed(bernoulliKL(sigmoid(l), sigmoid(-l)).scalar, 6),
      fixed(bernoulliKL(logits: l, -l).scalar, 6),
    ]
  })
/*:
 From probabilities, the result fails as soon as one of them rounds to 1 in 64 bits. In `Float` it
 happens sooner:
 */
let limit = (1...60).first { sigmoid(Tensor<Float>([Float($0)])).scalar == 1 }!
page.say("the first whole logit whose sigmoid is 1 in Float: \(limit)")
/*:
 From logits, the value stays right.

 ## 3.7 The order matters

 The divergence is not a distance: $\mathrm{KL}(q \Vert p)$ and $\mathrm{KL}(p \Vert q)$ differ.
 What difference does it make to a fit? Take for $p$ a mixture of two Gaussians and fit one Gaussian
 $q$ to it, once with each order.

 ### Minimising KL(p‖q)

 Let $q^\star$ be the Gaussian with the mean and the variance of $p$, and $q$ any other Gaussian.
 Subtract the two divergences. The term $\mathbb E_p[\log p]$ is in both and cancels:

 $$
 \mathrm{KL}(p \Vert q) - \mathrm{KL}(p \Vert q^\star) = \mathbb E_p[\log q^\star(x) - \log q(x)]
 $$

 The logarithm of a Gaussian density is a quadratic function of $x$, and so is the difference of
 two. The expectation of a quadratic function depends on the mean and the variance of $x$ only.
 These are the same under $q^\star$ as under $p$, by the choice of $q^\star$. So $\mathbb E_p$ may
 be replaced by $\mathbb E_{q^\star}$, and what is left is the definition of a divergence:

 $$
 \mathrm{KL}(p \Vert q) = \mathrm{KL}(p \Vert q^\star) + \mathrm{KL}(q^\star \Vert q), \qquad q^\star = \mathcal N(\mathbb E_p[x], \mathbb V_p[x]) \tag{moment-matching}
 $$

 Here $\mathbb V$ stands for the variance. The last divergence is not negative, and 0 only for
 $q = q^\star$. So $q^\star$ is the one best fit. No derivative was needed. The moments of a mixture
 with weights $w_k$, means $m_k$ and variances $s_k^2$ are

 $$
 \mathbb E_p[x] = \sum_k w_k m_k, \qquad \mathbb V_p[x] = \sum_k w_k \left( s_k^2 + (m_k - \mathbb E_p[x])^2 \right)
 $$

 ### Minimising KL(q‖p)

 In this order there is no closed form, because $\mathbb E_q[\log p(x)]$ contains the logarithm of a
 sum. Compute it by quadrature, as in section 3.4, with points $x = \mu + \sigma\varepsilon$ at
 fixed $\varepsilon$. Then the divergence is a function of $\mu$ and $\lambda$ made of tensor
 operations, and gradient descent finds a minimum. Which one depends on the start.
 */
page.section("3.7 The order matters")

let mixture = GaussianMixture([(0.6, -2, 0.8), (0.4, 2.2, 0.5)])
let covering = momentMatched(mixture)
var seeking: [DiagonalGaussian<Double>] = []
var starts: [[String]] = []
for (mean, sigma) in [(-4.0, 1.0), (-1, 1), (0.4, 1), (1, 1), (4, 1), (0, 3)] {
  let fit = reverseFit(mixture, from: DiagonalGaussian(mean: mean, standardDeviation: sigma))
  seeking.append(fit)
  starts.append([
    fixed(mean, 1), fixed(sigma, 1), fixed(fit.mean.scalar, 4),
    fixed(fit.standardDeviation.scalar, 4), fixed(reverseKL(fit, mixture).scalar, 4),
  ])
}
page.table(
  ["start μ", "start σ", "μ", "σ", "KL(q‖p)"], starts, caption: "Descent on KL(q‖p).")
page.say(
  "−log 0.6 = \(fixed(-Double.log(0.6), 4)) and −log 0.4 = \(fixed(-Double.log(0.4), 4)) nats")

let other = DiagonalGaussian<Double>(mean: 0.5, standardDeviation: 1.5)
page.table(
  ["q", "μ", "σ", "KL(p‖q)", "KL(q‖p)"],
  [
    ("matched moments", covering), ("at the left mode", seeking[0]),
    ("at the right mode", seeking[4]), ("some other", other),
  ].map { name, q in
    [
      name, fixed(q.mean.scalar, 3), fixed(q.standardDeviation.scalar, 3),
      fixed(forwardKL(mixture, q).scalar, 4), fixed(reverseKL(q, mixture).scalar, 4),
    ]
  })
let pythagoras =
  forwardKL(mixture, other) - forwardKL(mixture, covering) - gaussianKL(covering, other)
page.say(
  "moment-matching, left side − right side for “some other”: "
    + scientific(pythagoras.scalar, 1))

let xs = Tensor<Double>.linspace(-7, 7, count: 281)
func curve(_ name: String, _ q: DiagonalGaussian<Double>, _ style: Series.Style) -> Series {
  Series(name, x: xs.scalars, y: exp(q.logDensity(xs.expanded(axis: 1))).scalars, style: style)
}
page.figure(
  LineChart(
    title: "One Gaussian fitted to a mixture, in the two orders",
    description: "The fit that minimises KL(p‖q) is wide and covers both components and the empty"
      + " space between them. The fits that minimise KL(q‖p) are narrow, each at one component.",
    x: Axis("x", range: -7...7), y: Axis("density"),
    series: [
      Series("mixture p", x: xs.scalars, y: exp(mixture.logDensity(xs)).scalars),
      curve("min KL(p‖q)", covering, .line),
      curve("min KL(q‖p), left", seeking[0], .dashed),
      curve("min KL(q‖p), right", seeking[4], .dashed),
    ]),
  "mode-seeking",
  caption: "Minimising KL(p‖q) covers the mass of p; minimising KL(q‖p) seeks a mode.")
/*:
 The two orders punish opposite mistakes. In $\mathrm{KL}(p \Vert q) = \mathbb E_p[\log p - \log q]$
 the samples come from $p$. Where $p$ has mass and $q$ has none, $-\log q$ is large. So $q$ covers
 all of $p$, and the empty space between the components as well: *mass covering*.

 In $\mathrm{KL}(q \Vert p) = \mathbb E_q[\log q - \log p]$ the samples come from $q$. Where $q$ has
 mass and $p$ has none, $-\log p$ is large. So $q$ withdraws from the empty space and settles on one
 component: *mode seeking*. Missing the other component costs little. Near component $k$ the mixture
 is $w_k$ times the component, the other being negligible. If $q$ is that component,
 $\log q - \log p$ is $-\log w_k$ everywhere. The first table shows nearly these costs. Both minima
 are stable, and nothing in the worse one tells the descent that a better one exists.

 ## 3.8 Why the evidence lower bound uses KL(q‖p)

 In chapter 4 the target is a posterior, $p(z \mid x) = p(x, z) / p(x)$, and $q(z)$ approximates it.
 The joint $p(x, z)$ can be evaluated; its normaliser $p(x)$ cannot. Write the divergence in both
 orders:

 $$
 \mathrm{KL}(q \Vert p(z \mid x)) = \mathbb E_q[\log q(z) - \log p(x, z)] + \log p(x)
 $$

 $$
 \mathrm{KL}(p(z \mid x) \Vert q) = \mathbb E_{p(z \mid x)}[\log p(z \mid x) - \log q(z)]
 $$

 In the first, the expectation is under $q$, from which you can draw samples, and the unknown
 $\log p(x)$ is a constant apart: minimising over $q$ needs neither its value nor its gradient. In
 the second, the samples would have to come from the posterior, which is what you do not have. So
 the first order is the one that can be computed. The price is mode seeking: a Gaussian $q$ that
 cannot match the posterior tends to be too narrow. Section 4.9 proves it for a Gaussian posterior
 and a $q$ with independent coordinates.

 The bound of chapter 4 contains a second divergence, $\mathrm{KL}(q(z) \Vert p(z))$, from the
 prior. It has $q$ first as well, so that it is a mean over samples of $q$, and section 3.1 says
 what it measures: the nats that a code made for the prior pays for the latent of this datum.

 ## 3.9 Estimating it from samples

 Many pairs of distributions have no closed form, but their densities can be evaluated. Draw $x$
 from $q$, and let $r = p(x) / q(x)$ as in section 3.2. John Schulman's note "Approximating KL
 divergence" (2020) compares three estimators, and their names are from there: $k_1 = -\log r$,
 $k_2 = \frac12 (\log r)^2$ and $k_3 = r - 1 - \log r$.

 The first is the definition:

 $$
 \mathbb E_q[k_1] = \mathbb E_q[-\log r] = \mathrm{KL}(q \Vert p) \tag{k1-unbiased}
 $$

 It is negative whenever $p(x) \gt q(x)$, although its expectation is not. The third adds $r - 1$,
 whose expectation is 0. It is Gibbs' inequality, read as an estimator:

 $$
 \mathbb E_q[k_3] = \mathbb E_q[r - 1 - \log r] = \mathrm{KL}(q \Vert p), \qquad k_3 \ge 0 \tag{k3-unbiased}
 $$

 Why would one add a term that has no expectation? Let $p$ be near $q$, so that $u = r - 1$ is
 small, and $\log r = u - \frac12 u^2 + O(u^3)$. Then

 $$
 \begin{aligned}
 k_1 &= -u + \frac12 u^2 + O(u^3) \cr
 k_2 &= \frac12 u^2 + O(u^3) \cr
 k_3 &= \frac12 u^2 + O(u^3)
 \end{aligned}
 $$

 All three have the expectation $\frac12 \mathbb E_q[u^2]$ to second order. But the first also
 carries $-u$, which is much larger than what it should measure and averages to 0 only slowly. In
 $k_3$ this term is taken out exactly, and the expectation stays. $k_2$ has no such term either, but
 from $u^3$ on its terms are not those of $-\log r$: it is biased.

 How large are bias and variance? For $q = \mathcal N(0, 1)$ and $p = \mathcal N(m, 1)$ both are
 known. The densities give $\log r = m x - \frac12 m^2$, which under $q$ is a Gaussian with mean
 $-\frac12 m^2$ and variance $m^2$. So $\mathrm{KL} = \frac12 m^2$, and a mean square is squared
 mean plus variance:

 $$
 \mathbb E_q[k_2] = \frac12 \left( m^2 + \frac14 m^4 \right) = \mathrm{KL} + \frac18 m^4 \tag{k2-bias}
 $$

 Now the variances. That of $k_1$ is the variance of $\log r$. For the others, write
 $\log r = m \varepsilon - \frac12 m^2$ with $\varepsilon$ standard normal.

 The square of $\log r$ is $m^2 \varepsilon^2 - m^3 \varepsilon$ and a constant. The two terms are
 uncorrelated, since $\mathbb E[\varepsilon^3] = 0$, and $\varepsilon^2$ has variance
 $\mathbb E[\varepsilon^4] - 1 = 2$. So the square has variance $2 m^4 + m^6$, and $k_2$ a quarter
 of that.

 The variance of $k_3$ is that of $r$, plus that of $\log r$, less twice their covariance. As
 $r = p / q$, the expectation of $r h$ under $q$, for any function $h$ of $x$, is that of $h$ under
 $p$, where $\log r = m \varepsilon + \frac12 m^2$. So the covariance is
 $\mathbb E_p[\log r] - \mathbb E_q[\log r] = m^2$. And $\mathbb E_q[r] = 1$ says that
 $\mathbb E[e^{m \varepsilon}] = e^{m^2 / 2}$, so that
 $\mathbb E_q[r^2] = \mathbb E_p[r] = e^{m^2}$. Altogether the variance is
 $(e^{m^2} - 1) + m^2 - 2 m^2$:

 $$
 \mathbb V[k_1] = m^2, \qquad \mathbb V[k_2] = \frac12 m^4 + \frac14 m^6, \qquad \mathbb V[k_3] = e^{m^2} - 1 - m^2 \tag{estimator-variances}
 $$
 */
page.section("3.9 Estimating it from samples")

let sampleCount = page.isQuick ? 20_000 : 400_000
let shifts = [0.1, 0.2, 0.4, 0.7, 1, 1.4, 2, 2.5]
var measuredDeviation: [KLEstimator: [Double]] = [:]
var estimates: [[String]] = []
for shift in shifts {
  let p = DiagonalGaussian<Double>(mean: shift, standardDeviation: 1)
  let kl = gaussianKL(prior, p).scalar
  let logRatio = logRatios(prior, p, count: sampleCount, random: &random)
  for estimator in KLEstimator.allCases {
    let spread = SampleSpread(estimator.values(logRatio: logRatio))
    measuredDeviation[estimator, default: []].append(spread.standardDeviation / kl)
    guard [0.1, 1, 2].contains(shift) else { continue }
    estimates.append([
      fixed(shift, 1), fixed(kl, 3), estimator.rawValue, fixed((spread.mean - kl) / kl, 4),
      fixed(spread.standardError / kl, 4), fixed(estimator.exactBias(shift: shift) / kl, 4),
      fixed(spread.standardDeviation / kl, 3),
      fixed(estimator.exactVariance(shift: shift).squareRoot() / kl, 3),
    ])
  }
}
page.table(
  ["m", "KL", "", "bias", "± error", "exact bias", "spread", "exact spread"], estimates,
  caption: "Bias and standard deviation of one estimate, both in units of the divergence,"
    + " measured with \(sampleCount) samples.")

let fine = (0...100).map { 0.1 * Double.exp(Double($0) / 100 * Double.log(25)) }
let fineKL = fine.map { 0.5 * $0 * $0 }
let deviations = KLEstimator.allCases.enumerated().flatMap { place, estimator in
  [
    Series(
      estimator.rawValue, x: fineKL,
      y: fine.map { estimator.exactVariance(shift: $0).squareRoot() / (0.5 * $0 * $0) },
      color: place),
    Series(
      "", x: shifts.map { 0.5 * $0 * $0 }, y: measuredDeviation[estimator]!, style: .points,
      color: place),
  ]
}
page.figure(
  LineChart(
    title: "Spread of one estimate of the divergence",
    description:
      "The spread of k1, relative to the divergence, falls as the distributions part. That of"
      + " k2 and k3 stays near √2 for near distributions; k1 falls below both between 0.5 and"
      + " 1 nat, and k3 rises steeply beyond 1 nat.",
    x: Axis("KL(q‖p) in nats", scale: .log),
    y: Axis("standard deviation / KL", scale: .log), series: deviations),
  "estimators",
  caption: "Curves: exact, for two unit Gaussians. Points: measured.")
/*:
 For near distributions $k_1$ is useless from a few samples: one estimate scatters by many times
 what it measures. $k_2$ and $k_3$ scatter about as much as what they measure. The bias of $k_2$ is
 $m^2 / 4$ of the divergence: small when near, too large when far. Far apart, the spread of $k_3$
 grows like $e^{m^2/2}$, because a few samples with an enormous $r$ carry its mean, and $k_1$ is the
 best of the three. At the largest distances the points of $k_3$ need not lie on the curve. A few
 rare samples carry the mean and the spread; a run may miss them, or meet one too many, and then the
 printed error is wrong as well.

 A variational autoencoder with a Gaussian encoder and a standard normal prior needs none of them,
 since *gaussian-kl* is exact. Where the prior is a mixture there is no closed form, and one of them is
 needed.

 ## Common mistakes
 */
page.section("Common mistakes")

let batch = DiagonalGaussian<Double>(
  mean: random.normal([64, 20]), logVariance: random.normal([64, 20]) - 2)
let (mean, logVariance) = (batch.mean, batch.logVariance)
let right = gaussianKL(mean: mean, logVariance: logVariance).mean().scalar
page.say("64 data, 20 latents; the mean over data of the divergence is \(fixed(right, 4)) nats")
/*:
 **The mean over latents in place of the sum.** The coordinates' divergences add (equation
 *kl-additivity*). Taking their mean divides the divergence by $d$, the number of latents, while the
 other term of the bound (chapter 4) stays a sum.
 */
let averaged = (0.5 * (square(mean) + exp(logVariance) - 1 - logVariance)).mean().scalar
page.say("mean over latents:  \(fixed(averaged, 4)), right / wrong = \(fixed(right / averaged, 2))")
/*:
 **The factor ½ forgotten.** The divergence is then twice what it should be. It is still 0 at the
 prior and positive elsewhere, so a test of either finds nothing. Samples do: the mean of $k_1$ must
 agree with the closed form within its error.
 */
let one = batch.mapped { $0.rows(at: [0]).reshaped([20]) }
let standard = DiagonalGaussian<Double>(mean: .zeros([20]), logVariance: .zeros([20]))
let sampled = SampleSpread(-logRatios(one, standard, count: sampleCount, random: &random))
let closed = gaussianKL(one, standard).scalar
page.say(
  "no factor ½:        \(fixed(2 * closed, 4)); right \(fixed(closed, 4));"
    + " samples \(fixed(sampled.mean, 4)) ± \(fixed(sampled.standardError, 4))")
/*:
 **σ given where λ = log σ² is expected.** Test at the prior, $\mu = 0$ and $\sigma = 1$, where the
 divergence must be 0. With $\sigma$ in the place of $\lambda$ it is $\frac12 (e - 2)$. The minimum
 then lies at $\sigma = 0$, and the encoder learns to have no noise.
 */
let wrongKind = gaussianKL(mean: Tensor<Double>([0]), logVariance: Tensor<Double>([1])).scalar
page.say("σ for λ at the prior: \(fixed(wrongKind, 4)); right 0")
/*:
 **The arguments swapped.** Every property of section 3.2 still holds, so that no test of signs or
 zeros finds it. Compare with samples, or with the closed form at a small σ, where the two orders
 differ most.
 */
let narrow = DiagonalGaussian<Double>(mean: 0, standardDeviation: 0.1)
page.say(
  "σ = 0.1:            KL(p‖q) = \(fixed(gaussianKL(prior, narrow).scalar, 4));"
    + " right: KL(q‖p) = \(fixed(gaussianKL(narrow, prior).scalar, 4))")
/*:
 **The gradient of a sampled estimate, with the samples held fixed.** The value of $k_1$ or $k_3$ is
 unbiased, but its derivative need not be, because the samples depend on the parameters too. Let
 $s = \partial \log q / \partial\sigma$ be the *score*, with $x$ held fixed. Its expectation is 0,
 since $\mathbb E_q[s] = \sum_x \partial q(x) / \partial\sigma$ is the derivative of a total of 1.
 From $\partial\log r / \partial\sigma = -s$, the derivatives of $k_1$, $k_2$ and $k_3$ are $s$,
 $-s \log r$ and $(1 - r) s$. The first has expectation 0.

 The second is right. With $\partial q / \partial\sigma = q s$ and the product rule, the derivative
 of $\sum_x q(x) \log(q(x) / p(x))$ is $\mathbb E_q[-s \log r] + \mathbb E_q[s]$, and the last term
 is 0.

 The third has expectation $-\mathbb E_q[r s] = -\mathbb E_p[s]$. That is the derivative of
 $\mathbb E_p[\log p - \log q]$, the divergence in the *other* order. In all,

 $$
 \mathbb E_q[\partial k_1] = 0, \qquad \mathbb E_q[\partial k_2] = \partial \mathrm{KL}(q \Vert p), \qquad \mathbb E_q[\partial k_3] = \partial \mathrm{KL}(p \Vert q) \tag{frozen-gradient}
 $$

 so the estimator whose value is biased is the only one whose frozen derivative is right. Here
 $q = \mathcal N(0, \sigma^2)$ with $\sigma = 2$ and $p = \mathcal N(0, 1)$.
 */
let sigma = 2.0
page.table(
  ["", "mean derivative by σ", "± standard error", "exact"],
  [
    (KLEstimator.k1, 0), (.k2, sigma - 1 / sigma), (.k3, 1 / sigma - 1 / (sigma * sigma * sigma)),
  ].map { estimator, exact in
    let spread = SampleSpread(
      frozenSampleDerivative(
        estimator, standardDeviation: sigma, count: sampleCount, random: &random))
    return [
      estimator.rawValue, fixed(spread.mean, 4), fixed(spread.standardError, 4), fixed(exact, 4),
    ]
  }, caption: "The derivative of KL(q‖p) by σ is σ − 1/σ, here \(fixed(sigma - 1 / sigma, 4)).")
/*:
 Chapter 5 derives estimators of the gradient that are right: they move the samples along with the
 parameters, or weigh them by the score.

 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 3`.

 1. **Two exponential distributions** (2 points). Derive the divergence for the densities $a e^{-a z}$
    and $b e^{-b z}$ on $z \gt 0$, and its gradient by $\log a$.
 2. **Two Laplace distributions** (3 points). Derive the divergence for the densities
    $\frac{1}{2 b} e^{-\vert z - m \vert / b}$ and $\frac{1}{2 c} e^{-\vert z - k \vert / c}$, and its
    gradient by $m$. The densities have a kink. Has the divergence one?
 3. **Two Gamma distributions** (3 points). Find the mean of $\log z$ under a Gamma distribution by
    differentiating its normalising integral, then the divergence of two of them and its gradient by
    the logarithm of the first one's rate.
 4. **Fisher information** (2 points). Expand $\mathrm{KL}(q_\phi \Vert q_{\phi + \delta})$ to second
    order in $\delta$: it is $\frac12 F \delta^2$. Find $F$ for the mean and for the log variance of a
    Gaussian, and for the logit of a Bernoulli variable.
 5. **The best control variate** (4 points). $k_3$ is $k_1 + c (r - 1)$ with $c = 1$. Find the $c$ of
    least variance for $q = \mathcal N(0, 1)$ and $p = \mathcal N(m, 1)$, and show that it tends to 1 as
    $m \to 0$. Where is $c = 1$ worse than $c = 0$?
 6. **Independent coordinates for a correlated target** (3 points, pen and paper). Let
    $p = \mathcal N(\mu, \Sigma)$, and let $q$ have independent coordinates. Find the $q$ of least
    $\mathrm{KL}(p \Vert q)$ and the $q$ of least $\mathrm{KL}(q \Vert p)$, and both divergences. Which
    variances are smaller, and why is that the lesson of section 3.7?

 Projects:

 7. **Change of variables.** Let $y = g(x)$ with $g$ invertible and smooth. Show that the divergence
    of the two distributions of $y$ is that of the two of $x$: the Jacobian determinants cancel in
    the ratio. Implement `affineImage(_:matrix:offset:)` for `FullGaussian`, the distribution of
    $A x + b$ with $A$ invertible, and check that `fullGaussianKL` does not change.
 8. **The remainder.** Show that along a direction that changes a Gaussian's log variance, what is left
    of the divergence without $\frac12 \delta^\top F \delta$ falls with slope 3 as $\delta$ shrinks.
    With which slope does it fall along the mean?
 9. **A fourth estimator.** Add $k_1 + c (r - 1)$, with the $c$ of exercise 5, to the figure of section
    3.9. The best $c$ needs to know $m$: estimate it from the same samples, and say what that does to
    the bias.

 ## Sources

 - Kullback & Leibler, "On information and sufficiency", *Annals of Mathematical Statistics*
   22, 1951. doi:10.1214/aoms/1177729694: the definition.
 - Cover & Thomas, *Elements of Information Theory*, 2nd edition, 2006, chapter 2.
   doi:10.1002/047174882X: codes, Gibbs' inequality and the chain rule.
 - Kingma & Welling, "Auto-encoding variational Bayes", 2014, appendix B.
   arXiv:1312.6114: *gaussian-kl*.
 - Minka, "Divergence measures and message passing", Microsoft Research technical report
   MSR-TR-2005-173, 2005: the two orders.
 - Schulman, "Approximating KL divergence", blog post, 2020,
   http://joschu.net/blog/kl-approx.html: the names and the comparison of $k_1$, $k_2$, $k_3$.
 - Trefethen & Weideman, "The exponentially convergent trapezoidal rule", *SIAM Review* 56, 2014.
   doi:10.1137/130932132: the quadrature.
 */
page.finish()
