/*:
 # 4 · The evidence lower bound

 A model with a latent variable says how a datum $x$ came about: a latent $z$ is drawn from the
 prior $p(z)$, then $x$ is drawn from $p(x \mid z)$. To fit such a model you want to raise
 $\log p(x)$, the logarithm of the *evidence* $p(x)$, which is an integral over all $z$. This
 chapter puts in its place a quantity that you can compute and that never exceeds $\log p(x)$.

 You will be able to

 - show with numbers why the integral cannot be estimated by drawing $z$ from the prior;
 - derive the evidence lower bound (ELBO) in three ways, and say what each way adds;
 - split it into reconstruction and rate, and say what each is in nats;
 - write down its gradient with respect to every parameter of a linear-Gaussian model;
 - say exactly what is lost when $q$ has independent coordinates, and when nothing is lost;
 - raise the bound in the model too, and say why the likelihood never falls and where it ends.

 Notation: $x$ has $D$ coordinates and $z$ has $d$. The prior is $p(z) = \mathcal N(0, I)$. The
 letter $q$ stands for a density over $z$ that you choose for one datum $x$; later chapters write
 $q(z \mid x)$. Every logarithm is natural, so that every quantity is in nats. Unless a sum over
 data is written out, sums run over coordinates.

 In this chapter $\sigma^2$ is the variance of the noise of $x$. The approximation $q$ has the mean
 $m$ and the covariance $Q$, or the variances $v_j = e^{\lambda_j}$. The posterior has the mean
 $\mu$, the covariance $S$ and the precision matrix $P = S^{-1}$. Chapter 3 wrote $\mu_q, \Sigma_q$
 and $\mu_p, \Sigma_p$.
 */
import EvidenceLowerBound
import KLDivergence
import Notebook
import Plots
import Tensors

let page = Page(
  "ch04-elbo", "4 · The evidence lower bound", options: [.seed, .figures, .quick])

/*:
 ## 4.1 An integral, and a model in which it is known

 The evidence is what remains of the joint density when $z$ is integrated out:

 $$
 p(x) = \int p(x \mid z) \thinspace p(z) \thinspace dz
 $$

 When $p(x \mid z)$ goes through a neural network, nobody knows this integral. So take a model in
 which it is known, and use it to check every claim of the chapter. In the *linear-Gaussian model*

 $$
 x = W z + b + \sigma \varepsilon, \qquad z \sim \mathcal N(0, I), \quad
 \varepsilon \sim \mathcal N(0, I),
 $$

 with $W$ of shape $D \times d$. What is $p(x)$? A linear map of independent Gaussian variables,
 plus a constant, is Gaussian; so $x$ is, and its mean and covariance determine it. The mean is $b$,
 since $z$ and $\varepsilon$ have mean zero. The covariance of a sum of independent variables is the
 sum of their covariances: that of $W z$ is $W I W^\top$, and that of the noise is $\sigma^2 I$.
 Therefore

 $$
 p(x) = \mathcal N(x; \thinspace b, \thinspace W W^\top + \sigma^2 I)
 \tag{linear-gaussian-marginal}
 $$

 Its test integrates $p(x \mid z) \thinspace p(z)$ over a grid of $z$ and compares. The program
 works with three observed and two latent coordinates. The two columns of $W$ point in similar
 directions, so that the two latents explain much the same of $x$.
 */
page.section("4.1 An integral, and a model in which it is known")

let model = LinearGaussianModel<Double>(
  weights: Tensor([3, 2], [1.0, 0.9, 0.8, 1.0, 0.3, 0.4]), bias: Tensor([0.5, -0.5, 0.0]),
  logNoiseVariance: Tensor(Double.log(0.25)))
var dataNoise = Random(seed: page.seed, stream: 1)
let data = model.samples(200, random: &dataNoise).x
let x = data.sliced(axis: 0, 0..<1)
let logEvidence = model.logEvidence(of: x).scalar
page.say("log p(x) of the first datum: \(fixed(logEvidence, 4)) nats")

/*:
 The obvious estimate of the integral draws $z_1, \dots, z_k$ from the prior and averages
 $p(x \mid z_i)$. It is unbiased. How well does it work? The table gives models with more and more
 coordinates, and ten estimates of $\log p(x)$ for each. The error is the estimate less the exact
 value, in nats. The last column is the *effective sample size* $(\sum w_i)^2 / \sum w_i^2$, with
 $w_i = p(x \mid z_i)$: how many of the draws carry the average.
 */
let draws = page.isQuick ? 1_000 : 10_000
let naive = [(2, 1), (4, 2), (8, 4), (16, 8), (32, 16)].map { dimensions in
  var random = Random(seed: page.seed, stream: 2)
  let (dataCount, latentCount) = dimensions
  var wide = LinearGaussianModel<Double>.random(
    data: dataCount, latent: latentCount, random: &random)
  wide.logNoiseVariance = Tensor(Double.log(0.25))
  let datum = wide.samples(1, random: &random).x
  let prior = DiagonalGaussian<Double>.prior(latent: latentCount)
  let z = prior.samples(10 * draws, random: &random)
  let logWeights = wide.logWeights(of: datum, at: z, under: prior).reshaped([10, draws])
  let exact = wide.logEvidence(of: datum).scalar
  let errors = logMeanWeight(logWeights) - exact
  let effective = exp(2 * logWeights.logSumExp(axis: 1) - (2 * logWeights).logSumExp(axis: 1))
  return [
    "\(dataCount)", "\(latentCount)", fixed(exact, 2), fixed(errors.mean().scalar, 3),
    fixed(errors.min(), 3), fixed(errors.max(), 3), fixed(effective.mean().scalar, 1),
  ]
}
page.table(
  ["D", "d", "log p(x)", "mean error", "lowest", "highest", "effective draws"], naive,
  caption: "Ten estimates of log p(x), each from \(draws) draws of z from the prior.")

/*:
 With one latent coordinate all is well. In the last row a single draw carries nearly the whole
 average, and the logarithm comes out far too low. Each further coordinate of $z$ must fit $x$ as
 well, so that an ever smaller share of the prior's draws does. The draws must come from near the
 posterior $p(z \mid x)$. That is what $q$ is for.

 ## 4.2 The exact posterior

 Which $z$ explain $x$? By Bayes' rule,
 $\log p(z \mid x) = \log p(x \mid z) + \log p(z) - \log p(x)$. As a function of $z$, up to a
 constant,

 $$
 \log p(z \mid x) = c - \frac{1}{2 \sigma^2} \Vert x - b - W z \Vert^2 - \frac12 \Vert z \Vert^2
 $$

 Multiply out the square and collect by powers of $z$; the term without $z$ joins the constant:

 $$
 \log p(z \mid x) = c' + \frac{1}{\sigma^2} z^\top W^\top (x - b) - \frac{1}{2 \sigma^2} z^\top M z,
 \qquad M = W^\top W + \sigma^2 I
 $$

 The matrix $M$ is positive definite, because
 $z^\top M z = \Vert W z \Vert^2 + \sigma^2 \Vert z \Vert^2$. So it has an inverse, and the square
 can be completed. With $\mu = M^{-1} W^\top (x - b)$ the linear term is $z^\top M \mu / \sigma^2$,
 and

 $$
 \log p(z \mid x) = c'' - \frac{1}{2 \sigma^2} (z - \mu)^\top M (z - \mu),
 $$

 where the constant took up $\mu^\top M \mu / 2 \sigma^2$. A density whose logarithm is this
 quadratic is Gaussian with *precision matrix* (the inverse of the covariance) $M / \sigma^2$, that
 is,

 $$
 p(z \mid x) = \mathcal N(z; \thinspace M^{-1} W^\top (x - b), \thinspace \sigma^2 M^{-1})
 \tag{linear-gaussian-posterior}
 $$

 The covariance does not depend on $x$. Its test divides $p(x, z)$ by this density at random $z$:
 the quotient must be $p(x)$ at each of them.
 */
page.section("4.2 The exact posterior")

let posterior = model.posterior(of: x)
let covariance = posterior.covariance
let correlation =
  covariance[0, 1] / (covariance[0, 0] * covariance[1, 1]).squareRoot()
page.say("posterior mean: \(posterior.mean.scalars.map { fixed($0, 3) }.joined(separator: ", "))")
page.say("posterior variances: \(fixed(covariance[0, 0], 3)), \(fixed(covariance[1, 1], 3))")
page.say("posterior correlation: \(fixed(correlation, 3))")

/*:
 In the prior the two latents are independent. Once $x$ is seen they are strongly correlated, with a
 minus sign: what one of them explains, the other need not.

 ## 4.3 First derivation: Jensen's inequality

 Can a sample from any other density $q(z)$ be used? Take a $q$ that is positive wherever $p(x, z)$
 is. Then multiplying and dividing by $q(z)$ changes nothing, and the integral is an expectation:

 $$
 \log p(x) = \log \int q(z) \frac{p(x, z)}{q(z)} dz = \log \mathbb E_q \left[
 \frac{p(x, z)}{q(z)} \right]
 $$

 The logarithm is concave: it lies below each of its tangents. For a positive random variable $w$
 with mean $a$, the tangent at $a$ says $\log w \le \log a + (w - a) / a$. Take the expectation of
 both sides: the last term vanishes, and $\mathbb E[\log w] \le \log a$. This is Jensen's
 inequality. With $w = p(x, z) / q(z)$ it gives the *evidence lower bound*:

 $$
 \log p(x) \ge \mathrm{ELBO}(q) = \mathbb E_q[\log p(x, z)] - \mathbb E_q[\log q(z)]
 \tag{elbo-jensen}
 $$

 Equality holds when $w$ is constant, and only then, since the tangent touches the logarithm at one
 point. The second term is the entropy of $q$. In the linear-Gaussian model both terms are known for
 a Gaussian $q$. There $\log p(x, z)$ is quadratic in $z$, so its expectation depends only on the
 mean $m$ and the covariance $L L^\top$ of $q$. The $2 d$ points $m \pm \sqrt d \thinspace l_j$,
 with $l_j$ the columns of $L$, have the same mean and covariance; the average over them is exact.
 Here is the bound for three random $q$.
 */
page.section("4.3 First derivation: Jensen's inequality")

var randomNoise = Random(seed: page.seed, stream: 7)
page.table(
  ["q", "E log p(x, z)", "entropy", "ELBO", "log p(x)"],
  (1...3).map { number in
    let q = FullGaussian.random(dimensions: 2, random: &randomNoise)
    let bound = model.lowerBound(of: x, under: q)
    return [
      "random, \(number)", fixed(bound - q.entropyInNats, 4), fixed(q.entropyInNats, 4),
      fixed(bound, 4), fixed(logEvidence, 4),
    ]
  })

/*:
 Each bound is below the last column, and some are far below. How far, and why? Jensen's inequality
 does not say.

 ## 4.4 Second derivation: an exact identity

 What is the difference between the two sides? Begin with the divergence of $q$ from the posterior
 (chapter 3), and replace $p(z \mid x)$ by $p(x, z) / p(x)$:

 $$
 \mathrm{KL}(q \Vert p(z \mid x)) = \mathbb E_q[\log q(z) - \log p(x, z) + \log p(x)]
 $$

 Here $\log p(x)$ does not depend on $z$ and leaves the expectation. The other two terms are minus
 the bound. Nothing was estimated and nothing was dropped:

 $$
 \log p(x) = \mathrm{ELBO}(q) + \mathrm{KL}(q(z) \Vert p(z \mid x))
 \tag{elbo-identity}
 $$

 The bound follows again, because a divergence is never negative. The identity says more. The *gap*
 is the divergence from the posterior. It vanishes exactly when $q$ is the posterior. For a fixed
 model, raising the bound is the same as bringing $q$ nearer to the posterior, although the
 posterior never appears in the bound.

 The program computes the two sides in separate ways: $\log p(x)$ from the $D \times D$ covariance
 of $x$, the gap from the $d \times d$ posterior, the bound from neither.
 */
page.section("4.4 Second derivation: an exact identity")

let prior = DiagonalGaussian<Double>.prior(latent: 2)
let diagonal = nearestDiagonal(to: posterior)
let choices = [
  ("the prior", BoundCase(model, x, prior)),
  ("the best with independent coordinates", BoundCase(model, x, diagonal)),
  ("the exact posterior", BoundCase(model, x, posterior)),
]
page.table(
  ["q", "reconstruction", "rate", "ELBO", "gap", "ELBO + gap"],
  choices.map { name, bound in
    [name]
      + [bound.reconstruction, bound.rate, bound.elbo, bound.gap, bound.elbo + bound.gap].map {
        fixed($0, 4)
      }
  }, caption: "log p(x) is \(fixed(logEvidence, 4)) nats in each row.")

var caseNoise = Random(seed: page.seed, stream: 3)
let cases = BoundCase.random(page.isQuick ? 50 : 500, random: &caseNoise)
let worst = cases.map {
  abs($0.logEvidence - $0.elbo - $0.gap) / max(1, abs($0.logEvidence))
}.max()!
let excess = cases.map { $0.elbo - $0.logEvidence }.max()!
page.say("\(cases.count) random models, data and q:")
page.say("  largest |log p(x) − ELBO − gap|, relative: \(scientific(worst, 1))")
page.say("  largest ELBO − log p(x): \(signed(excess, 4)) nats")

/*:
 The identity holds to rounding in every case, and no bound exceeds its log evidence. The figure
 moves $q$ away from the posterior of our datum: its mean on the left, its scale on the right. The
 shaded band is the gap. Along the mean it is a parabola. Along the scale it is not symmetric even
 on a logarithmic axis: a $q$ that is too wide costs more than one that is too narrow by the same
 factor.
 */
let shifts = (0...80).map { -1.5 + Double($0) * 3 / 80 }
let shifted = shifts.map { shift in
  let mean = posterior.mean + Tensor([shift, 0])
  return BoundCase(model, x, FullGaussian(mean: mean, covariance: covariance)).elbo
}
let factors = (0...80).map { Double.exp(Double.log(3) * (Double($0) / 40 - 1)) }
let scaled = factors.map { factor in
  let q = FullGaussian(mean: posterior.mean, covariance: factor * factor * covariance)
  return BoundCase(model, x, q).elbo
}
func boundChart(_ title: String, _ axis: Axis, _ places: [Double], _ bound: [Double]) -> LineChart {
  let evidence = places.map { _ in logEvidence }
  return LineChart(
    title: title,
    description: "The ELBO over the \(axis.label), below the level line of log p(x), which it"
      + " touches in one place; the space between is shaded.",
    x: axis, y: Axis("nats", range: logEvidence - 10...logEvidence + 1),
    series: [
      Series("ELBO", x: places, y: bound, band: (lower: bound, upper: evidence)),
      Series("log p(x)", x: places, y: evidence),
    ])
}
page.figure(
  Panels(
    figures: [
      boundChart("The mean of q moves", Axis("shift of the first coordinate"), shifts, shifted),
      boundChart(
        "The scale of q changes", Axis("factor on the standard deviations", scale: .log), factors,
        scaled),
    ], rowHeight: 340), "bound",
  caption: "The ELBO touches log p(x) where q is the posterior; the band is KL(q‖p(z|x)).")

/*:
 ## 4.5 Third derivation: importance weights

 Can the bound be found from an estimate of $p(x)$? Write $w(z) = p(x, z) / q(z)$, the *importance
 weight* of a point $z$. If $q$ is positive wherever $p(x, z)$ is, then $q$ cancels:

 $$
 \mathbb E_q[w(z)] = \int q(z) \frac{p(x, z)}{q(z)} dz = \int p(x, z) \thinspace dz = p(x)
 \tag{elbo-importance}
 $$

 One draw from $q$ gives an unbiased estimate of $p(x)$. What you want is the logarithm. That of the
 estimate is too low on average, by Jensen's inequality: $\mathbb E_q[\log w] \le \log p(x)$. And
 the average is the bound, since $\log w = \log p(x, z) - \log q(z)$:

 $$
 \mathbb E_q[\log w(z)] = \mathrm{ELBO}(q)
 \tag{elbo-unbiased}
 $$

 So the bound is what becomes of $\log p(x)$ when $p(x)$ is estimated from one draw. This adds two
 things. The mean of $\log w$ over draws from $q$ is an unbiased estimate of the bound: you need no
 integral for it, only points $z \sim q$ and the two log densities. And the gap is a matter of the
 spread of the estimate: a constant $w$ would leave none.

 How large is the gap? Let $\delta = w / p(x) - 1$, the relative error of the weight. Its mean is
 zero, and the gap is $-\mathbb E_q[\log(1 + \delta)]$. By Taylor's theorem there is for each
 $\delta \gt -1$ a $\xi$ between 0 and $\delta$ with

 $$
 \log(1 + \delta) = \delta - \frac{\delta^2}{2} + \frac{\delta^3}{3 (1 + \xi)^3}
 $$

 In the expectation the linear term drops out, and $\mathbb E_q[\delta^2]$ is the variance
 $\mathbb V_q$ of $w / p(x)$. If $\vert \delta \vert \le c$ with some $c \lt 1$ for all $z$, then
 $1 + \xi \ge 1 - c$, and

 $$
 \left\vert \mathrm{gap} - \frac12 \mathbb V_q \left[ \frac{w}{p(x)} \right] \right\vert \le
 \frac{c}{3 (1 - c)^3} \mathbb V_q \left[ \frac{w}{p(x)} \right]
 $$

 This is what is proved: when all weights lie within a factor $1 \pm c$ of $p(x)$, the gap is half
 the variance of $w / p(x)$, up to a relative error that vanishes with $c$. It is not proved for
 weights that reach towards zero or infinity, and those of a Gaussian $q$ other than the posterior
 do.

 For Gaussians the variance can be computed instead. Let the posterior be $\mathcal N(\mu, S)$ and
 $q = \mathcal N(m, Q)$. The normalised weight is $p(z \mid x) / q(z)$, so that the mean of its
 square is $\int p(z \mid x)^2 / q(z) \thinspace dz$. With $u = z - \mu$ and $a = m - \mu$, the
 exponent of the integrand is $-u^\top S^{-1} u + \frac12 (u - a)^\top Q^{-1} (u - a)$. Collected by
 powers of $u$, with $A = 2 S^{-1} - Q^{-1}$:

 $$
 {-\frac12} u^\top A u - u^\top Q^{-1} a + \frac12 a^\top Q^{-1} a
 $$

 If $A$ is not positive definite, the integral diverges and the variance is infinite: $q$ is too
 narrow somewhere. If it is, completing the square gives, with $h = Q^{-1} a$,

 $$
 \int \exp \left( {-\frac12} u^\top A u - h^\top u \right) du = \frac{(2 \pi)^{d/2}}{(\det A)^{1/2}}
 \exp \left( \frac12 h^\top A^{-1} h \right)
 $$

 The densities bring the factors $(2 \pi)^{-d} / \det S$ and $(2 \pi)^{d/2} (\det Q)^{1/2}$. The
 powers of $2 \pi$ cancel:

 $$
 1 + \mathbb V_q \left[ \frac{w}{p(x)} \right] = \frac{(\det Q)^{1/2}}{(\det A)^{1/2} \det S}
 \exp \left( \frac12 a^\top (Q^{-1} A^{-1} Q^{-1} + Q^{-1}) a \right)
 \tag{weight-variance}
 $$

 One family needs no approximation: a $q$ with the posterior's covariance and another mean. Put
 $Q = S$ into *weight-variance*. Then $A = S^{-1}$, the determinants cancel, and the matrix in the
 exponent is $S^{-1} S S^{-1} + S^{-1} = 2 S^{-1}$. The right side is $\exp(a^\top S^{-1} a)$. The
 gap is the divergence of two Gaussians of equal covariance, $\frac12 a^\top S^{-1} a$. So

 $$
 \mathrm{KL}(q \Vert p(z \mid x)) = \frac12 \log \left( 1 + \mathbb V_q \left[ \frac{w}{p(x)} \right]
 \right)
 \tag{elbo-gap-variance}
 $$

 which is half the variance for small variances, and far less for large ones. The table sets gap and
 variance side by side while $q$ comes nearer to the posterior, by its mean and by its scale.
 */
page.section("4.5 Third derivation: importance weights")

func gapAndVariance(_ name: String, _ q: FullGaussian) -> [String] {
  let (gap, variance) = (model.gap(of: x, under: q), model.weightVariance(of: x, under: q))
  return [name, scientific(gap, 3), scientific(variance / 2, 3), fixed(2 * gap / variance, 4)]
}
let nearer = [1.0, 0.3, 0.1, 0.03, 0.01]
page.table(
  ["q", "gap", "variance / 2", "ratio"],
  nearer.map { t in
    let mean = posterior.mean + t * Tensor([0.3, 0.3])
    return gapAndVariance(
      "mean off by \(t) × 0.3", FullGaussian(mean: mean, covariance: covariance))
  }
    + nearer.map { t in
      let q = FullGaussian(mean: posterior.mean, covariance: (1 + t) * covariance)
      return gapAndVariance("covariance × \(1 + t)", q)
    },
  caption: "The ratio tends to 1 as q tends to the posterior.")

/*:
 The average of $k$ weights is again an unbiased estimate of $p(x)$, so by Jensen's inequality its
 logarithm is on average at most $\log p(x)$. The expectation of $\log \frac1k \sum w_i$ is the
 *importance-weighted bound*; with $k = 1$ it is the ELBO, and section 6.9 shows that it never falls as $k$ grows. Here it is for the best $q$ with independent coordinates (section 4.9). That $q$ is too narrow: its
 weights have infinite variance, and the approach is slow.
 */
var weightNoise = Random(seed: page.seed, stream: 4)
let rows = page.isQuick ? 500 : 4_000
let manyDraws = diagonal.samples(rows * 64, random: &weightNoise)
let manyWeights = model.logWeights(of: x, at: manyDraws, under: diagonal)
let elboOfDiagonal = model.elbo(of: x, under: diagonal).total.scalar
page.table(
  ["k", "estimates", "mean of log (1/k) Σ w"],
  [1, 4, 16, 64].map { k in
    let estimates = logMeanWeight(manyWeights.reshaped([rows * 64 / k, k]))
    return ["\(k)", "\(estimates.count)", fixed(estimates.mean().scalar, 4)]
  })
page.say("exact ELBO: \(fixed(elboOfDiagonal, 4)), log p(x): \(fixed(logEvidence, 4)) nats")
page.say(
  "variance of the weights: \(fixed(model.weightVariance(of: x, under: diagonal.full()), 4))")

/*:
 ## 4.6 Reconstruction and rate

 What does the bound ask of $q$? Split the joint density,
 $\log p(x, z) = \log p(x \mid z) + \log p(z)$, and put the prior together with $q$. The expectation
 of $\log q(z) - \log p(z)$ is a divergence:

 $$
 \mathrm{ELBO}(q) = \mathbb E_q[\log p(x \mid z)] - \mathrm{KL}(q(z) \Vert p(z))
 \tag{elbo-reconstruction-rate}
 $$

 The first term is the *reconstruction*: how well points drawn from $q$ explain $x$, in nats. The
 second is the *rate*: the divergence of $q$ from the prior. The reconstruction is a sum over the
 $D$ coordinates of $x$, which are independent given $z$. The rate is a sum over the $d$ coordinates
 of $z$ if those of $q$ are independent (*kl-additivity*). A mean over either is another objective
 (see the common mistakes).

 In the linear-Gaussian model the reconstruction is known for every $q$ with mean $m$ and covariance
 $Q$. The log likelihood is
 $-\frac{D}{2} \log 2 \pi \sigma^2 - \Vert x - W z - b \Vert^2 / 2 \sigma^2$. Write $z = m + u$ with
 $u$ of mean zero; then $x - W z - b = r - W u$ with the residual $r = x - W m - b$. In the
 expectation of the square the mixed term $-2 r^\top W u$ vanishes. What is left of $u$ is
 $\mathbb E \Vert W u \Vert^2$, the trace of the covariance $W Q W^\top$ of $W u$. Hence

 $$
 \mathbb E_q[\log p(x \mid z)] = {-\frac{D}{2}} \log 2 \pi \sigma^2 - \frac{1}{2 \sigma^2} \left(
 \Vert x - W m - b \Vert^2 + \mathrm{tr}(W Q W^\top) \right)
 \tag{linear-gaussian-elbo}
 $$

 When $q$ has independent coordinates, $Q = \mathrm{diag}(v)$ and the trace is
 $\sum_j v_j \Vert w_j \Vert^2$, with $w_j$ the columns of $W$. The rate of such a $q$ is
 $\frac12 \sum_j (v_j + m_j^2 - 1 - \log v_j)$, as chapter 3 derived.

 The figure goes from the prior to the posterior along the line
 $\mathcal N(t \mu, (1 - t) I + t S)$.
 */
page.section("4.6 Reconstruction and rate")

let path = (0...60).map { Double($0) / 60 }
let between = path.map { t in
  let spread = (1 - t) * Tensor.identity(2) + t * covariance
  return BoundCase(model, x, FullGaussian(mean: t * posterior.mean, covariance: spread))
}
page.figure(
  LineChart(
    title: "From the prior to the posterior",
    description:
      "Over t from 0 to 1 the rate rises slowly from zero, the reconstruction rises more,"
      + " and the ELBO rises to log p(x), where it is level.",
    x: Axis("t"), y: Axis("nats"),
    series: [
      Series("rate", x: path, y: between.map(\.rate), color: 1),
      Series("reconstruction", x: path, y: between.map(\.reconstruction), color: 2),
      Series("ELBO", x: path, y: between.map(\.elbo), color: 0),
    ], references: [.horizontal(at: logEvidence, "log p(x)")]), "reconstruction-rate",
  caption: "Reconstruction is bought with rate; the ELBO is the first less the second.")
let (first, last) = (between[0], between[60])
page.say("from the prior to the posterior:")
page.say("  reconstruction \(signed(last.reconstruction - first.reconstruction, 3)) nats")
page.say("  rate \(signed(last.rate - first.rate, 3)) nats")

/*:
 At the prior the rate is zero and the reconstruction is poor: $z$ says nothing about $x$. Along the
 whole path the ELBO rises, so that each small step gains more reconstruction than it costs in rate.
 At the posterior gain and cost are equal: the ELBO is level, and equal to $\log p(x)$.

 ## 4.7 The gradient of the bound

 In which direction does the bound rise? Take one datum and a $q$ with independent coordinates,
 $v_j = e^{\lambda_j}$. Written out, with $r = x - W m - b$,

 $$
 \mathrm{ELBO} = {-\frac{D}{2}} \log 2 \pi \sigma^2 - \frac{\Vert r \Vert^2 + \sum_j v_j \Vert w_j
 \Vert^2}{2 \sigma^2} - \frac12 \sum_j (v_j + m_j^2 - 1 - \lambda_j)
 $$

 *By the mean.* Only $r$ and $m_j^2$ depend on $m$. Since $\partial r / \partial m = -W$, the
 gradient of $\Vert r \Vert^2$ is $-2 W^\top r$:

 $$
 \frac{\partial \thinspace \mathrm{ELBO}}{\partial m} = \frac{1}{\sigma^2} W^\top r - m
 \tag{elbo-gradient-mean}
 $$

 The first term pulls $m$ towards what explains $x$, the second towards the prior.

 *By the log variance.* Since $\partial v_j / \partial \lambda_j = v_j$,

 $$
 \frac{\partial \thinspace \mathrm{ELBO}}{\partial \lambda_j} = \frac12 \left( 1 - v_j -
 \frac{v_j}{\sigma^2} \Vert w_j \Vert^2 \right)
 \tag{elbo-gradient-logvariance}
 $$

 The 1 comes from the entropy, which wants $q$ wide; the other two want it narrow.

 *By the weights.* The differential of $r$ is $-dW \thinspace m$, so that of $\Vert r \Vert^2$ is
 $-2 r^\top dW \thinspace m$, whose gradient is $-2 r m^\top$. The differential of
 $v_j \Vert w_j \Vert^2$ is $2 v_j w_j^\top dw_j$, whose gradient is column $j$ of
 $2 W \mathrm{diag}(v)$:

 $$
 \frac{\partial \thinspace \mathrm{ELBO}}{\partial W} = \frac{1}{\sigma^2} \left( r m^\top - W
 \mathrm{diag}(v) \right)
 \tag{elbo-gradient-weights}
 $$

 *By the bias.* Only $r$ depends on $b$, with $\partial r / \partial b = -I$:

 $$
 \frac{\partial \thinspace \mathrm{ELBO}}{\partial b} = \frac{1}{\sigma^2} r
 \tag{elbo-gradient-bias}
 $$

 *By the log noise variance.* The first term of the bound has derivative $-\frac{D}{2}$ by
 $\log \sigma^2$; and the derivative of $1 / \sigma^2 = e^{-\log \sigma^2}$ is $-1 / \sigma^2$:

 $$
 \frac{\partial \thinspace \mathrm{ELBO}}{\partial \log \sigma^2} = \frac{\Vert r \Vert^2 + \sum_j v_j
 \Vert w_j \Vert^2}{2 \sigma^2} - \frac{D}{2}
 \tag{elbo-gradient-noise}
 $$

 For a batch, $m$, $v$ and $r$ have one row a datum, and the last three gradients are sums over
 rows. The functions are written for batches. The program compares each with reverse mode on 200
 data.
 */
page.section("4.7 The gradient of the bound")

var guessNoise = Random(seed: page.seed, stream: 5)
let guess = DiagonalGaussian<Double>.random(batch: 200, latent: 2, random: &guessNoise)
let (_, (byModel, byGuess)) = valueAndGradient(at: model, guess) { model, q in
  model.elbo(of: data, under: q).total.sum()
}
let comparisons = [
  ("m", model.elboGradientByMean(of: data, under: guess), byGuess.mean),
  ("λ", model.elboGradientByLogVariance(of: data, under: guess), byGuess.logVariance),
  ("W", model.elboGradientByWeights(of: data, under: guess), byModel.weights),
  ("b", model.elboGradientByBias(of: data, under: guess), byModel.bias),
  (
    "log σ²", model.elboGradientByLogNoiseVariance(of: data, under: guess),
    byModel.logNoiseVariance
  ),
]
page.table(
  ["parameter", "numbers", "largest", "by hand − reverse mode"],
  comparisons.map { name, byHand, reverse in
    let difference = abs(byHand - reverse).max()
    return [
      name, "\(byHand.count)", fixed(abs(byHand).max(), 2), scientific(difference, 1),
    ]
  })

/*:
 All five agree to rounding.

 ## 4.8 The gradient of the log evidence itself

 The gradient of $\log p(x)$ with respect to the model's parameters $\theta$ is what you want; the
 gradient of the bound is what you have. How are they related? Differentiate the integral, under the
 integral sign (the integrand is smooth, and Gaussian tails dominate its derivatives):

 $$
 \nabla_\theta \log p(x) = \frac{1}{p(x)} \int \nabla_\theta \thinspace p(x, z) \thinspace dz
 $$

 Write $\nabla p(x, z) = p(x, z) \nabla \log p(x, z)$ and use $p(x, z) / p(x) = p(z \mid x)$:

 $$
 \nabla_\theta \log p(x) = \mathbb E_{p(z \mid x)} \left[ \nabla_\theta \log p(x, z) \right]
 \tag{fisher-identity}
 $$

 This is Fisher's identity. The right side is the gradient of the bound by $\theta$ with $q$ *held
 fixed* at the posterior of the present $\theta$: the entropy of a fixed $q$ has no gradient. So at
 that $q$ the two gradients agree. In the formulas of 4.7, put $\mu$ for $m$ and $S$ for
 $\mathrm{diag}(v)$.

 With any other $q$ they differ, and the difference is the gradient of the gap. A step that raises
 the bound may close the gap and leave $\log p(x)$ where it was, or lower. The program takes a step
 on the weights along the gradient of the bound, twice: once with the prior as $q$, once with the
 best $q$ that has independent coordinates. It also prints the cosine of the angle between the
 gradients of $\log p(x)$ and of the bound, and the length of the first over that of the second.
 */
page.section("4.8 The gradient of the log evidence itself")

let dataCount = Double(data.shape[0])
let priors = DiagonalGaussian<Double>.prior(batch: data.shape[0], latent: 2)
let steps = [
  ("the prior", priors),
  ("independent coordinates", model.ascended(priors, sweeps: 400, for: data)),
].map { name, q in
  let ahead = model.elboGradientByWeights(of: data, under: q) / dataCount
  var moved = model
  moved.weights = model.weights + 0.1 * ahead
  let before = model.elbo(of: data, under: q).total.mean().scalar
  let after = moved.elbo(of: data, under: q).total.mean().scalar
  let evidence = model.logEvidence(of: data).mean().scalar
  let truth = model.logEvidenceGradient(of: data).weights / dataCount
  let (length, trueLength) = (sqrt(square(ahead).sum()).scalar, sqrt(square(truth).sum()).scalar)
  let cosine = (ahead * truth).sum().scalar / (length * trueLength)
  return [
    name, signed(after - before, 5),
    signed(moved.logEvidence(of: data).mean().scalar - evidence, 5), fixed(cosine, 3),
    fixed(trueLength / length, 3),
  ]
}
page.table(
  ["q", "change of ELBO", "change of log p(x)", "cosine", "ratio of lengths"], steps,
  caption: "One step on W along the gradient of the ELBO, changes in nats a datum.")

/*:
 Both steps raise the bound. With the prior as $q$, $m = 0$ and $v = 1$, so the gradient is
 $-W / \sigma^2$ a datum: the bound asks for smaller weights, and the evidence falls. In the second
 row the evidence may go either way. This model made the data, so the gradient of $\log p(x)$ is
 zero here but for chance, and shorter than the bound's, as the last column says. Most of the
 bound's gradient serves to close the gap.

 ## 4.9 What independent coordinates cost

 The posterior is correlated. How near can a $q$ with independent coordinates come? Let the
 posterior be $\mathcal N(\mu, S)$ with precision matrix $P = S^{-1}$. The divergence of
 $q = \mathcal N(m, \mathrm{diag}(v))$ from it is (chapter 3)

 $$
 \mathrm{KL} = \frac12 \left( \sum_j P_{jj} v_j + (m - \mu)^\top P (m - \mu) - d - \log \det P - \sum_j
 \log v_j \right)
 $$

 because the trace of $P \thinspace \mathrm{diag}(v)$ sees only the diagonal of $P$. The quadratic
 term is zero at $m = \mu$ and positive elsewhere. Each $P_{jj} v_j - \log v_j$ is convex in $v_j$,
 and its derivative vanishes at one place. So the best $q$ is unique:

 $$
 m = \mu, \qquad v_j = \frac{1}{P_{jj}}
 \tag{mean-field-best}
 $$

 The variance $1 / P_{jj}$ is that of $z_j$ when the other coordinates are *known*: with them held,
 the log density is $-\frac12 P_{jj} z_j^2$ plus terms that are linear in $z_j$ or constant. It is
 at most $S_{jj}$. The symmetric roots of $P$ and $S$ are inverse to each other, so with the unit
 vector $e_j$ the Cauchy–Schwarz inequality says
 $1 = (e_j^\top P^{1/2} S^{1/2} e_j)^2 \le P_{jj} S_{jj}$, with equality only if $P e_j$ is a
 multiple of $e_j$. So the best $q$ is too narrow in each coordinate that is correlated with
 another.

 Put the best $q$ into the divergence. The sum of the $P_{jj} v_j$ becomes $d$ and cancels:

 $$
 \min_q \mathrm{KL} = \frac12 \left( \sum_j \log P_{jj} - \log \det P \right)
 \tag{mean-field-gap}
 $$

 It is zero exactly when $P$ is diagonal, since a divergence is zero only if $q$ is the posterior,
 and the precision matrix of $q$ is diagonal. Here $P = (W^\top W + \sigma^2 I) / \sigma^2$, so it
 is zero exactly when the columns of $W$ are orthogonal. It does not depend on $x$. With $W R$ in
 place of $W$, where $R$ is a rotation, $W W^\top$ and with it $p(x)$ stay as they are, and the gap
 changes (exercise 5).

 How do you find the best $q$ without knowing the posterior? Raise the bound in one coordinate after
 the other. Set the derivative by $m_j$ to zero with the other means held. In
 $w_j^\top r / \sigma^2 = m_j$ split off what $m_j$ itself contributes to $r$:
 $r = (x - b - \sum_{k \ne j} w_k m_k) - w_j m_j$. Solve for $m_j$; and set the derivative by
 $\lambda_j$ to zero, which involves no other coordinate:

 $$
 m_j = \frac{w_j^\top (x - b - \sum_{k \ne j} w_k m_k)}{\Vert w_j \Vert^2 + \sigma^2}, \qquad
 v_j = \frac{\sigma^2}{\Vert w_j \Vert^2 + \sigma^2}
 \tag{coordinate-ascent}
 $$

 Along each coordinate the bound is concave, so this is its top and no step lowers it. A fixed point
 of all the updates has $\partial \mathrm{ELBO} / \partial m = 0$, that is $M m = W^\top (x - b)$:
 it is the posterior mean. The updates of the means are the Gauss–Seidel iteration for that system,
 which converges because $M$ is symmetric and positive definite. And
 $v_j = \sigma^2 / M_{jj} = 1 / P_{jj}$ after one sweep.
 */
page.section("4.9 What independent coordinates cost")

let start = DiagonalGaussian<Double>(mean: Tensor([1, 2], [-2, 2]), logVariance: .zeros([1, 2]))
let optimum = model.elbo(of: x, under: diagonal).total.scalar
page.table(
  ["sweeps", "m₁", "m₂", "ELBO", "best ELBO − ELBO"],
  [0, 1, 2, 4, 8, 16, 32, 64].map { sweeps in
    let q = model.ascended(start, sweeps: sweeps, for: x)
    let value = model.elbo(of: x, under: q).total.scalar
    return [
      "\(sweeps)", fixed(q.mean[0, 0], 6), fixed(q.mean[0, 1], 6), fixed(value, 6),
      scientific(max(0, optimum - value), 1),
    ]
  })
let final = model.ascended(start, sweeps: 400, for: x)
let loss = meanFieldGap(precision: model.posteriorPrecision)
page.say("after 400 sweeps, largest difference from the exact best q:")
page.say(
  "  mean \(scientific(abs(final.mean - diagonal.mean).max(), 1)),"
    + " log variance \(scientific(abs(final.logVariance - diagonal.logVariance).max(), 1))")
page.say("correlation⁴: \(fixed(correlation * correlation * correlation * correlation, 3))")
page.say("gap left, log p(x) − ELBO: \(fixed(logEvidence - optimum, 6)) nats")
page.say("gap by the formula:        \(fixed(loss, 6)) nats")

/*:
 The first sweep also sets the variances. From then on each sweep multiplies what is left by the
 same number, for two latents the fourth power of the posterior's correlation.

 In the figure the path climbs in steps parallel to the axes, as it must. Solid ellipses are drawn
 at one standard deviation from the centre, dashed ones at two. The ellipse of the best $q$ has the
 posterior's centre and no tilt. The two meet on the lines through the centre that are parallel to
 the axes, since the variances of $q$ are those of one coordinate with the other known. So $q$
 misses both ends of the posterior.
 */
let circle = (0...96).map { Double($0) * .pi / 48 }
func ellipse(_ name: String, _ p: FullGaussian, radius: Double, color: Int) -> Series {
  let l = p.cholesky.factor
  let x = circle.map { p.mean[0] + radius * l[0, 0] * Double.cos($0) }
  let y = circle.map {
    p.mean[1] + radius * (l[1, 0] * Double.cos($0) + l[1, 1] * Double.sin($0))
  }
  return Series(name, x: x, y: y, style: radius == 1 ? .line : .dashed, color: color)
}
let climb = (0...24).map { step in
  (0..<step).reduce(start) { q, i in model.ascended(q, coordinate: i % 2, for: x) }.mean
}
page.figure(
  LineChart(
    title: "Coordinate ascent to the best q with independent coordinates",
    description:
      "The posterior as a long tilted ellipse, the best q as a small upright one with the"
      + " same centre, and a staircase of means that leads to it.",
    x: Axis("z_{1}"), y: Axis("z_{2}"),
    series: [
      ellipse("posterior, 1 and 2 standard deviations", posterior, radius: 1, color: 0),
      ellipse("", posterior, radius: 2, color: 0),
      ellipse("best q", diagonal.full(), radius: 1, color: 1),
      ellipse("", diagonal.full(), radius: 2, color: 1),
      Series(
        "mean of q, one coordinate a step", x: climb.map { $0[0, 0] }, y: climb.map { $0[0, 1] },
        style: .linePoints, color: 2),
    ], width: 640, height: 640), "coordinate-ascent",
  caption: "The mean of q climbs in steps along the axes; q ends narrower than the posterior.")

/*:
 ## 4.10 Ascent in the model: the exact answer again

 Now raise the bound in the model too. Alternate two steps; together they are
 *expectation–maximisation*, EM. The *E step* makes the bound tight, with the exact posterior
 $\mathcal N(\mu_i, S)$ of each of $N$ data. The *M step* holds these and maximises the sum of the bounds
 over $W$ and $\sigma^2$. Put $\mu_i$ and $S$ into the gradients of 4.7, sum over the
 data, and set them to zero. The gradient by $W$ gives
 $\sum_i (x_i - b) \mu_i^\top = W \sum_i (S + \mu_i \mu_i^\top)$. The gradient by $\log \sigma^2$
 gives $N D \sigma^2$ as the sum of squares. Both are maxima: the sum is a concave quadratic in $W$,
 whose top does not depend on $\sigma^2$, and then has one maximum in $\log \sigma^2$. So

 $$
 W = \sum_i (x_i - b) \mu_i^\top \left( \sum_i (S + \mu_i \mu_i^\top) \right)^{-1}, \quad
 \sigma^2 = \frac{1}{N D} \sum_i \left( \Vert r_i \Vert^2 + \mathrm{tr}(W S W^\top) \right)
 \tag{em-step}
 $$

 with $r_i = x_i - b - W \mu_i$ and the new $W$ in the second formula. The bias is held at the mean
 of the data, which is its maximum likelihood value since $b$ is the mean of $p(x)$.

 After the E step the bound equals $\log p(x)$; the M step raises the bound; $\log p(x)$ is at least
 the bound. So no step lowers the likelihood. Where does it end? Tipping and Bishop (1999) prove
 that the highest likelihood belongs to the $d$ leading principal axes: if the covariance of the
 data has the eigenvalues $\ell_1 \ge \dots \ge \ell_D$ (no logits here), then the covariance $W W^\top + \sigma^2 I$
 of the best model keeps $\ell_1, \dots, \ell_d$ and replaces the others by their mean. So the variance, and
 the mean of $\log p(x)$ over the $N$ data, are

 $$
 \sigma^2 = \frac{1}{D - d} \sum_{j \gt d} \ell_j, \qquad
 \frac1N \sum_{i} \log p(x_i) = -\frac12 \left( D \log 2 \pi + D + \sum_{j \le d} \log \ell_j + (D - d) \log \sigma^2 \right)
 \tag{ppca-maximum}
 $$

 The proof is theirs, and so is the proof that the other stationary points are saddles; the program
 ends at the top from random starts. Why these values: for a Gaussian
 whose covariance $C$ has the same axes as that of the data, the mean of $\log p(x)$ is
 $-\frac12 \sum_j (\log 2 \pi c_j + \ell_j / c_j)$. It is highest at $c_j = \ell_j$ where $c_j$ is
 free, and at the mean of the $\ell_j$ where several $c_j$ must be equal, and in both cases the
 terms $\ell_j / c_j$ sum to $D$.

 The program makes data whose covariance has eigenvalues of our choice.
 */
page.section("4.10 Ascent in the model: the exact answer again")

let eigenvalues = [6, 3, 0.9, 0.6, 0.3]
var fitNoise = Random(seed: page.seed, stream: 6)
let sample = dataWithCovariance(eigenvalues: eigenvalues, count: 200, random: &fitNoise)
let rounds = page.isQuick ? 20 : 60
let fits = [1, 2, 3].map { latent -> (table: [String], gaps: [Double]) in
  var fit = LinearGaussianModel<Double>.random(data: 5, latent: latent, random: &fitNoise)
  fit.bias = sample.mean(axis: 0)
  let best = maximumLikelihood(eigenvalues: eigenvalues, latent: latent)
  var gaps = [best.logEvidence - fit.logEvidence(of: sample).mean().scalar]
  for _ in 1...rounds {
    fit = fit.maximized(for: sample)
    gaps.append(best.logEvidence - fit.logEvidence(of: sample).mean().scalar)
  }
  let row = [
    "\(latent)", fixed(fit.noiseVariance.scalar, 6), fixed(best.noiseVariance, 6),
    fixed(fit.logEvidence(of: sample).mean().scalar, 6), fixed(best.logEvidence, 6),
  ]
  return (row, gaps)
}
page.table(
  ["d", "σ² reached", "σ² exact", "log p(x) reached", "log p(x) exact"], fits.map(\.table),
  caption: "\(rounds) steps, mean of log p(x) over \(sample.shape[0]) data with covariance"
    + " eigenvalues \(eigenvalues.map { fixed($0, 1) }.joined(separator: ", ")).")
page.figure(
  LineChart(
    title: "Distance from the highest likelihood",
    description:
      "On a logarithmic axis the distance falls along lines that become straight; it falls"
      + " fastest for one latent coordinate.",
    x: Axis("step"),
    y: Axis("nats a datum", scale: .log, range: 1e-12...10),
    series: fits.enumerated().map { index, fit in
      Series(
        "d = \(index + 1)", x: fit.gaps.indices.map(Double.init),
        y: fit.gaps.map { $0 > 1e-12 ? $0 : .nan })
    }), "expectation-maximisation",
  caption: "In the end each step closes a constant share of the distance.")

/*:
 ## Common mistakes

 **The sign of the divergence.** Reconstruction plus rate exceeds the bound by twice the rate. The
 printed value exceeds $\log p(x)$.

 **The mean of $q$ in place of $q$.** Evaluating $\log p(x \mid z)$ at $z = m$ alone drops the term
 $\sum_j v_j \Vert w_j \Vert^2 / 2 \sigma^2$. The result can exceed $\log p(x)$. Trained, it has the
 gradient $\frac12 (1 - v_j)$ by $\lambda_j$: every variance goes to that of the prior.

 **Log densities in different units.** $p(x)$ is a density: its logarithm may be positive, and it
 depends on the unit of $x$. Dividing all data by 100 raises it by $D \log 100$.

 **The most probable latent in place of the integral.** $\log p(x, \hat z)$ at the top of the
 posterior is not $\log p(x)$. They differ by $\log p(\hat z \mid x)$, which says how narrow the
 posterior is.
 */
page.section("Common mistakes")

let atBest = BoundCase(model, x, diagonal)
let atMean = (model.logLikelihood(of: x, at: diagonal.mean) - atBest.rate).scalar
let dimensions = Double(model.dataDimensions)
var large = model
large.weights = model.weights / 100
large.bias = model.bias / 100
large.logNoiseVariance = model.logNoiseVariance - 2 * Double.log(100)
let mode = model.logJoint(of: x, at: posterior.mean.reshaped([1, 2])).scalar
page.table(
  ["quantity", "nats", "less log p(x)"],
  [
    ("log p(x)", logEvidence),
    ("ELBO of the best q with independent coordinates", atBest.elbo),
    ("reconstruction + rate", atBest.reconstruction + atBest.rate),
    ("log p(x|z) at z = m, less the rate", atMean),
    ("log p(x), all data divided by 100", large.logEvidence(of: x / 100).scalar),
    ("log p(x, z) at the top of the posterior", mode),
  ].map { name, value in [name, fixed(value, 4), signed(value - logEvidence, 4)] })

/*:
 **A mean where there is a sum.** Averaging the reconstruction over the $D$ coordinates while the
 rate is summed multiplies the rate's weight by $D$. The $q$ that is best for this objective is the
 posterior of a model with noise $D \sigma^2$: it stays too near to the prior. The program evaluates
 its true bound.
 */
var averaged = model
averaged.logNoiseVariance = model.logNoiseVariance + Double.log(dimensions)
let lazy = BoundCase(model, x, averaged.posterior(of: x))
page.say(
  "best q for the averaged reconstruction: rate \(fixed(lazy.rate, 3)) nats in place of"
    + " \(fixed(choices[2].1.rate, 3)), gap \(fixed(lazy.gap, 3)) nats in place of 0")

/*:
 **The constant left out.** Which noise variance suits the data best? With the term
 $-\frac{D}{2} \log 2 \pi \sigma^2$ the bound is highest near the true value, 0.25 (here $q$ is the
 exact posterior, so that the bound is $\log p(x)$). Without it, more noise always looks better.
 */
page.table(
  ["σ²", "ELBO a datum", "constant left out"],
  [0.0625, 0.125, 0.25, 0.5, 1, 4, 16].map { variance in
    var candidate = model
    candidate.logNoiseVariance = Tensor(Double.log(variance))
    let bound = candidate.logEvidence(of: data).mean().scalar
    let constant = -0.5 * dimensions * Double.log(2 * .pi * variance)
    return ["\(variance)", fixed(bound, 3), fixed(bound - constant, 3)]
  })

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 4`.

 1. **The bound of a mixture by hand** (2 points, pen and paper). The latent variable is one of $K$
    classes. Write the bound as a sum over the classes, find the $q$ for which it is largest, and the
    gradient by the classes' means.
 2. **Two latent variables** (3 points). Derive the bound for a model $p(x, z_1, z_2)$ and a
    $q(z_1) \thinspace q(z_2 \mid z_1)$, for two stacked linear-Gaussian layers. There $p(x)$ is
    Gaussian again: for which $q$ is the bound equal to $\log p(x)$?
 3. **Factor analysis** (3 points). Let the noise have a variance of its own in each coordinate. Derive
    the marginal, its gradient by each log variance, and the mean of the posterior.
 4. **How much the log weights vary** (3 points). Show that $\log w$ has variance zero exactly when
    $q$ is the posterior, and find the variance for Gaussian $q$.
 5. **Correlated coordinates** (4 points). Derive the gradient of the bound for a $q$ with any covariance
    $Q = L L^\top$ by $m$ and by $L$.

 Projects:

 6. **The gap closes.** Do gradient ascent with exercise 5, and show that it closes the gap of section
    4.9 completely. How many steps does it need, and on what does that depend?
 7. **Turn the latent space.** Replace $W$ by $W R$ with a rotation $R$. Which of $p(x)$, the
    posterior, and the gap of independent coordinates change? Implement `rotated(by:)`, and find the
    angle with gap zero.
 8. **The bias in the M step.** Set the gradient by $b$ to zero as well in the M step. Derive the joint
    update of $W$ and $b$, and show that the mean of the data is a fixed point. Implement
    `maximizedWithBias`, start from $b = 0$, and show that the end is *ppca-maximum*.

 ## Sources

 - M. I. Jordan, Z. Ghahramani, T. S. Jaakkola, L. K. Saul, "An introduction to variational methods
   for graphical models", Machine Learning 37, 1999, doi:10.1023/A:1007665907178: the bound by
   Jensen's inequality.
 - M. E. Tipping, C. M. Bishop, "Probabilistic principal component analysis", Journal of the Royal
   Statistical Society B 61, 1999, doi:10.1111/1467-9868.00196: the model, its posterior, and
   *ppca-maximum* with its proof.
 - R. M. Neal, G. E. Hinton, "A view of the EM algorithm that justifies incremental, sparse, and
   other variants", in Learning in Graphical Models, 1998, doi:10.1007/978-94-011-5014-9_12:
   expectation–maximisation as ascent on the bound.
 - D. P. Kingma, M. Welling, "Auto-encoding variational Bayes", 2014, arXiv:1312.6114: the bound as
   the objective of an autoencoder.
 - Y. Burda, R. Grosse, R. Salakhutdinov, "Importance weighted autoencoders", 2016,
   arXiv:1509.00519: the bound from $k$ weights.
 - D. M. Blei, A. Kucukelbir, J. D. McAuliffe, "Variational inference: a review for statisticians",
   2017, arXiv:1601.00670: a $q$ with independent coordinates, and coordinate ascent.
 */
page.finish()
