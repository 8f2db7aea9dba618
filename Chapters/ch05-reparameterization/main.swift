/*:
 # 5 · Gradients through samples

 After this chapter you will be able to
 - derive both estimators of the gradient of an expectation whose distribution has parameters, and
   prove them unbiased;
 - reduce the variance of the first with a baseline, and find the best constant one;
 - predict the variance of both in closed form, and say how it grows with the dimension;
 - send a gradient through a sample and a whole decoder, and check it against finite differences;
 - recognise the usual mistakes by the numbers they leave.
 */
import Notebook
import Plots
import Reparameterization
import Tensors

let page = Page(
  "ch05-reparameterization", "5 · Gradients through samples", options: [.quick, .seed, .figures])
let sampleCount = page.isQuick ? 10_000 : 100_000

/*:
 ## 5.1 The question

 The evidence lower bound of chapter 4 holds an expectation over the encoder's distribution. To
 train the encoder you need its derivative by the parameters of the distribution itself. Let
 $q_\phi(z)$ be a density with parameters $\phi$, let $f$ be a function that does not depend on
 $\phi$, and let

 $$
 L(\phi) = \mathbb E_{q_\phi(z)}[f(z)] = \int q_\phi(z) f(z) \thinspace dz .
 $$

 **What is $\nabla_\phi L$, and how do you estimate it from samples?**

 The value $L$ is estimated by drawing $z$ from $q_\phi$ and averaging $f(z)$. The average holds
 $\phi$ only in the act of sampling. If you differentiate $f(z)$ by $\phi$ with $z$ taken as given,
 the answer is 0. Section 5.9 shows what training does with that 0.

 Throughout, $q_\phi = \mathcal N(\mu, \mathrm{diag} \thinspace \sigma^2)$ on $d$ dimensions. Its
 parameters are $\mu$ and $\lambda = \log \sigma^2$; section 5.7 says why $\lambda$ and not
 $\sigma$. Noise from $\mathcal N(0, I)$ is written $\varepsilon$.

 To hold an estimate against the truth, you need functions whose $L$ has a closed form. Four are,
 for one dimension or one coordinate of a sum:

 - $z^2$: write $z = \mu + (z - \mu)$ and expand. The middle term has mean 0, because
   $\mathbb E[z - \mu] = 0$; the last has mean $\sigma^2$.
 - $e^{az}$: the exponent of $q(z) e^{az}$ is $az - (z - \mu)^2 / 2\sigma^2$. Completing the square
   makes it $a\mu + \frac12 a^2 \sigma^2 - (z - \mu - a\sigma^2)^2 / 2\sigma^2$. The part with $z$
   is again a Gaussian, of mean $\mu + a\sigma^2$, and integrates to 1.
 - $\sin z$: the same calculation holds for the imaginary rate $a = i$, because both sides are
   analytic in $a$. It gives $\mathbb E[e^{iz}] = e^{i\mu - \sigma^2/2}$, whose imaginary part is
   wanted.
 - $\Vert z - c \Vert^2$: a sum of $d$ squares, each of a Gaussian number with mean $\mu_j - c_j$
   and variance $\sigma_j^2$.

 $$
 \begin{aligned}
 \mathbb E[z^2] &= \mu^2 + \sigma^2, \qquad \mathbb E[e^{az}] = e^{a\mu + a^2\sigma^2/2}, \cr
 \mathbb E[\sin z] &= e^{-\sigma^2/2} \sin \mu, \qquad
 \mathbb E \Vert z - c \Vert^2 = \Vert \mu - c \Vert^2 + \textstyle\sum_j \sigma_j^2
 \end{aligned} \tag{exact-expectations}
 $$

 A `KnownExpectation` is such a function with its closed form, which is differentiated for the exact
 gradient.
 */
page.section("5.1 The question")
let mean = Tensor([0.7])
let logVariance = Tensor([-0.4])
let functions: [KnownExpectation] = [.square, .exponential(rate: 0.8), .sine]
page.table(
  ["f", "E[f(z)]", "by μ", "by λ"],
  functions.map { known in
    let gradient = known.gradient(mean: mean, logVariance: logVariance)
    return [
      known.name, fixed(known.expectation(mean, logVariance).scalar, 5),
      fixed(gradient[0], 5), fixed(gradient[1], 5),
    ]
  },
  caption: "Exact expectations and their gradients at μ = 0.7, λ = −0.4.")

/*:
 ## 5.2 Differentiate the density

 The first way keeps the samples as they are, and asks how much more or less likely each becomes
 when $\phi$ changes.

 **Step 1. The derivative moves under the integral.** This is allowed when $\phi \mapsto q_\phi(z)$
 is differentiable for every $z$, and when one integrable function $g(z)$ bounds
 $\vert f(z) \thinspace \partial q_\phi(z) / \partial \phi_i \vert$ for all $\phi$ in a
 neighbourhood of the point (dominated convergence). For a Gaussian,
 $\partial q_\phi / \partial \phi_i$ is a polynomial in $z$ times the density. So $g$ exists
 whenever $\vert f(z) \vert \le C e^{a \Vert z \Vert}$ for some $a$ and $C$. The derivative of $f$
 need not exist.

 **Step 2. Make it an expectation again.** Now
 $\nabla_\phi L = \int f(z) \thinspace \nabla_\phi q_\phi(z) \thinspace dz$. This has no density in
 it, so it cannot be sampled. But $\nabla \log q = \nabla q / q$ wherever $q \gt 0$, by the chain
 rule, so $\nabla_\phi q_\phi = q_\phi \nabla_\phi \log q_\phi$. Put that in:

 $$
 \nabla_\phi \thinspace \mathbb E_{q_\phi}[f(z)] =
 \mathbb E_{q_\phi}[f(z) \thinspace s_\phi(z)], \qquad s_\phi(z) = \nabla_\phi \log q_\phi(z)
 \tag{score-function}
 $$

 The vector $s_\phi$ is called the *score*. Draw $z$ from $q_\phi$, and $f(z) \thinspace s_\phi(z)$
 is an unbiased estimate of the gradient. Reinforcement learning calls it REINFORCE.

 For the Gaussian, the coordinates are independent, and the logarithm of their density is

 $$
 \log q_\phi(z) = \textstyle\sum_j \left( -\tfrac12 \log 2\pi - \tfrac12 \lambda_j -
 \tfrac12 (z_j - \mu_j)^2 e^{-\lambda_j} \right) .
 $$

 Differentiate term by term, with $z$ fixed:

 $$
 \frac{\partial \log q}{\partial \mu_j} = \frac{z_j - \mu_j}{\sigma_j^2}, \qquad
 \frac{\partial \log q}{\partial \lambda_j} =
 \frac12 \left( \frac{(z_j - \mu_j)^2}{\sigma_j^2} - 1 \right) \tag{gaussian-score}
 $$

 With $z = \mu + \sigma \varepsilon$ these are $\varepsilon_j / \sigma_j$ and
 $\frac12 (\varepsilon_j^2 - 1)$.

 **The score has mean 0.** Take $f = 1$ in step 1. A density integrates to 1 whatever its parameters
 are, and the derivative of 1 is 0:

 $$
 \mathbb E_{q_\phi}[s_\phi(z)] = \int \nabla_\phi q_\phi(z) \thinspace dz =
 \nabla_\phi \int q_\phi(z) \thinspace dz = 0 \tag{score-mean-zero}
 $$

 The function returns one estimate from each sample. The last column of the table counts how many
 standard errors lie between their mean and the exact value. A right estimator stays below 4 except
 about once in 16,000 trials.
 */
page.section("5.2 Differentiate the density")
var scoreRandom = Random(seed: page.seed, stream: 1)
let noise: Tensor<Double> = scoreRandom.normal([sampleCount, 1])
let score = GradientStatistics(
  ScoreFunction.score(
    reparameterize(mean: mean, logVariance: logVariance, noise: noise),
    mean: mean, logVariance: logVariance))
for (i, name) in ["μ", "λ"].enumerated() {
  let (found, error) = (signed(score.mean[i], 4), fixed(score.standardError[i], 4))
  page.say("Mean of the score by \(name): \(found) ± \(error)")
}

func comparison(_ estimates: (KnownExpectation) -> Tensor<Double>) -> [[String]] {
  functions.flatMap { known in
    let exact = known.gradient(mean: mean, logVariance: logVariance)
    let found = GradientStatistics(estimates(known))
    let distance = abs(found.mean - exact) / found.standardError
    return [0, 1].map { i in
      [known.name, ["μ", "λ"][i]]
        + [exact, found.mean, found.standardError].map { fixed($0[i], 4) } + [fixed(distance[i], 2)]
    }
  }
}
let comparisonHeader = ["f", "by", "exact", "mean of estimates", "standard error", "distance"]
page.table(
  comparisonHeader,
  comparison {
    ScoreFunction.gradients(of: $0.function, mean: mean, logVariance: logVariance, noise: noise)
  }, caption: "The score-function estimator, \(sampleCount) samples.")

/*:
 ## 5.3 A baseline

 **Why does the estimate depend on the level of $f$?** Add 100 to $f$. The gradient stays the same,
 since $\mathbb E[100]$ has no $\phi$ in it. But each estimate $f(z) s(z)$ changes by $100 s(z)$: no
 change on average, by (score-mean-zero), and a large one in variance. So subtract a number $b$, the
 *baseline*, that does not depend on $z$:

 $$
 \mathbb E[(f(z) - b) \thinspace s(z)] =
 \mathbb E[f(z) \thinspace s(z)] - b \thinspace \mathbb E[s(z)] = \nabla_\phi L \tag{score-baseline}
 $$

 **Which $b$ is best?** Each coordinate $s$ of the score may have its own. Let $g$ be the coordinate
 of the gradient that is estimated. The mean is $g$ for every $b$, so the variance is the second
 moment minus $g^2$, and only the second moment depends on $b$. It is a parabola:

 $$
 \mathbb E[(f - b)^2 s^2] = \mathbb E[f^2 s^2] - 2 b \thinspace \mathbb E[f s^2] +
 b^2 \thinspace \mathbb E[s^2] .
 $$

 Complete the square in $b$. What remains beside the square does not depend on $b$:

 $$
 \mathbb E[(f - b)^2 s^2] =
 \mathbb E[(f - b^\star)^2 s^2] + (b - b^\star)^2 \thinspace \mathbb E[s^2],
 \qquad b^\star = \frac{\mathbb E[f s^2]}{\mathbb E[s^2]} \tag{optimal-baseline}
 $$

 The best constant is a mean of $f$ in which samples with a large score count more.

 For $f(z) = \Vert z - c \Vert^2$ it has a closed form. Write $\delta = \mu - c$. (Chapters 2 and 6
 call a cotangent $\delta$; in this chapter a cotangent has a bar.) Then
 $f = \sum_j (\delta_j + \sigma_j \varepsilon_j)^2$. The score of coordinate $i$ depends on
 $\varepsilon_i$ alone, so the other terms of $f$ contribute their plain means
 $\delta_j^2 + \sigma_j^2$. The term $i$ needs moments of the standard normal: those of
 $\varepsilon^2$, $\varepsilon^4$, $\varepsilon^6$ and $\varepsilon^8$ are 1, 3, 15 and 105, and odd
 ones are 0.

 - By $\mu_i$ the weight is $s^2 \propto \varepsilon^2$, of mean 1. The mean of
   $(\delta + \sigma\varepsilon)^2 \varepsilon^2$ is $\delta^2 + 3\sigma^2$. That is $2\sigma^2$
   more than the plain mean $\delta^2 + \sigma^2$.
 - By $\lambda_i$ the weight is $s^2 \propto (\varepsilon^2 - 1)^2$, of mean $3 - 2 + 1 = 2$. The
   mean of $\varepsilon^2 (\varepsilon^2 - 1)^2$ is $15 - 6 + 1 = 10$. So the mean of
   $(\delta + \sigma\varepsilon)^2 (\varepsilon^2 - 1)^2$ is $2\delta^2 + 10\sigma^2$, and its ratio
   to 2 is $\delta^2 + 5\sigma^2$: $4\sigma^2$ more than the plain mean.

 $$
 b^\star_{\mu_i} = \mathbb E[f] + 2 \sigma_i^2, \qquad
 b^\star_{\lambda_i} = \mathbb E[f] + 4 \sigma_i^2 \tag{optimal-baseline-quadratic}
 $$

 The table and the figure measure the variance for $f = z^2$.
 */
page.section("5.3 A baseline")
let exactSquare = KnownExpectation.square.gradient(mean: mean, logVariance: logVariance)
let expectedSquare = KnownExpectation.square.expectation(mean, logVariance).scalar
let best = QuadraticVariance.optimalBaseline(offset: mean, logVariance: logVariance)
let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
let sampledBest = ScoreFunction.optimalBaseline(
  values: KnownExpectation.square.function(z),
  scores: ScoreFunction.score(z, mean: mean, logVariance: logVariance))
func scoreVariance(_ baseline: Tensor<Double>) -> Tensor<Double> {
  GradientStatistics(
    ScoreFunction.gradients(
      of: KnownExpectation.square.function, mean: mean, logVariance: logVariance, noise: noise,
      baseline: baseline)
  ).variance
}
page.table(
  ["baseline", "b by μ", "variance", "formula", "b by λ", "variance", "formula"],
  [
    ("none", .zeros([2])), ("E[f]", Tensor([2], repeating: expectedSquare)), ("best", best),
    ("best, from samples", sampledBest),
  ].map { name, b in
    let measured = scoreVariance(b)
    let formula = QuadraticVariance.score(offset: mean, logVariance: logVariance, baseline: b)
    return [name] + [0, 1].flatMap { [b[$0], measured[$0], formula[$0]].map { fixed($0, 3) } }
  },
  caption: "Variance of one estimate; the formulas are those of section 5.6.")

let baselines = stride(from: -2.0, through: 6.01, by: 0.25).map { $0 }
page.figure(
  LineChart(
    title: "Variance of the score-function estimator by μ, f(z) = z²",
    description: "A parabola in the baseline, lowest at the optimal baseline; "
      + "measured points lie on the curve of the formula.",
    x: Axis("baseline b"), y: Axis("variance of one estimate"),
    series: [
      Series(
        "formula", x: baselines,
        y: baselines.map {
          QuadraticVariance.score(offset: mean, logVariance: logVariance, baseline: Tensor($0))[0]
        }),
      Series(
        "measured", x: baselines, y: baselines.map { scoreVariance(Tensor($0))[0] },
        style: .points),
    ],
    references: [
      .vertical(at: best[0], "best"), .vertical(at: 0, "none"),
      .vertical(at: expectedSquare, "E[f]"),
    ]),
  "baseline")

/*:
 The measured points follow the parabola. By $\mu$ the mean of $f$ gets most of the gain of the best
 baseline, by $\lambda$ about half (the table).

 In practice $\mathbb E[f]$ is unknown, and is estimated from the same batch of $K$ samples. Then a
 sample must not help to make its own baseline: $b$ would depend on $z$, and (score-baseline) would
 no longer hold. The mean over the *other* $K - 1$ samples is safe, because it is independent of the
 one it is used with. With $\bar f$ the mean over all $K$, the sum of the others is
 $K \bar f - f_k$, and

 $$
 f_k - \frac{1}{K - 1} \sum_{j \ne k} f_j =
 f_k - \frac{K \bar f - f_k}{K - 1} = \frac{K}{K - 1} (f_k - \bar f) \tag{leave-one-out}
 $$

 So the deviation from the mean of all $K$ gives a gradient that is too small, exactly by the factor
 $(K - 1) / K$ (mistake 6).

 ## 5.4 Differentiate the sample

 The score-function estimator looks only at values of $f$. **Can the derivative of $f$ help?**

 **Step 1. Separate the randomness from the parameters.** If $\varepsilon$ is from
 $\mathcal N(0, I)$, then

 $$
 z = \mu + \exp(\tfrac12 \lambda) \odot \varepsilon = \mu + \sigma \odot \varepsilon,
 \qquad \log q_\phi(z) = \log \mathcal N(\varepsilon; 0, I) - \textstyle\sum_j \tfrac12 \lambda_j
 \tag{reparameterization}
 $$

 has the density $q_\phi$: the map from $\varepsilon$ to $z$ is one to one, with the diagonal
 Jacobian $dz_j / d\varepsilon_j = \sigma_j$, so a density in $\varepsilon$ is divided by
 $\prod_j \sigma_j = \exp \sum_j \frac12 \lambda_j$.

 **Step 2. Change the variable of integration** from $z$ to $\varepsilon$. The factor of the
 Jacobian cancels against that of $dz$:

 $$
 L(\phi) = \int q_\phi(z) f(z) \thinspace dz =
 \int \mathcal N(\varepsilon; 0, I) \thinspace f(\mu + \sigma \odot \varepsilon)
 \thinspace d\varepsilon .
 $$

 The distribution is now fixed, and $\phi$ is inside $f$.

 **Step 3. The derivative moves inside.** Again by dominated convergence. The function $f$ must be
 locally Lipschitz. It then has no jumps, and a derivative except at places that $z$ meets with
 probability 0 (a ReLU is fine). That derivative must be bounded by $C e^{a \Vert z \Vert}$, or by
 some other function integrable near the point. A jump in $f$ breaks this step (section 5.10).

 **Step 4. The chain rule** for fixed $\varepsilon$. Let $\bar g$ be the derivative of a scalar by
 $z$ (its cotangent). From $\partial z_j / \partial \mu_j = 1$ and
 $\partial z_j / \partial \lambda_j = \frac12 \exp(\frac12 \lambda_j) \varepsilon_j$:

 $$
 \bar g_\mu = \bar g, \qquad
 \bar g_\lambda = \tfrac12 \thinspace \bar g \odot \sigma \odot \varepsilon
 \tag{reparameterization-vjp}
 $$

 With the derivative of $f$ as $\bar g$, the gradient of $L$ is

 $$
 \nabla_\mu L = \mathbb E_\varepsilon[f'(\mu + \sigma \odot \varepsilon)] \tag{pathwise-mean}
 $$

 $$
 \nabla_\lambda L = \mathbb E_\varepsilon[\tfrac12 \thinspace f'(\mu + \sigma \odot \varepsilon)
 \odot \sigma \odot \varepsilon] \tag{pathwise-logvariance}
 $$

 Here $f'$ is the vector of partial derivatives. By $\sigma$ itself it would be
 $\mathbb E[f' \odot \varepsilon]$. Draw $\varepsilon$, and what stands in the brackets is an
 unbiased estimate. It is called *pathwise*, because it follows the path of a sample as the
 parameters change. The function takes $f$ as a program: reverse mode gives $f'$.
 */
page.section("5.4 Differentiate the sample")
page.table(
  comparisonHeader,
  comparison {
    Pathwise.gradients(of: $0.function, mean: mean, logVariance: logVariance, noise: noise)
  }, caption: "The pathwise estimator on the same noise.")

/*:
 The standard errors are smaller in every row.

 **Second derivatives.** Equation (pathwise-mean) is Bonnet's theorem. Price's theorem is its
 companion for $\sigma^2$, in one dimension. Since $d\sigma / d\sigma^2 = 1 / 2\sigma$, the pathwise
 form is $\partial L / \partial \sigma^2 = \mathbb E[f'(z) \thinspace \varepsilon] / 2\sigma$. The
 derivative of the normal density is $-\varepsilon$ times itself. So integration by parts turns the
 factor $\varepsilon$ into a derivative of $f'(\mu + \sigma\varepsilon)$ by $\varepsilon$, which is
 $\sigma f''(z)$. If $f'$ grows slowly enough, no boundary terms remain:

 $$
 \frac{\partial}{\partial \sigma^2} \mathbb E[f(z)] = \tfrac12 \thinspace \mathbb E[f''(z)]
 \tag{price-identity}
 $$
 */
let sineSecond = GradientStatistics(
  Pathwise.varianceGradients(
    secondDerivative: KnownExpectation.sine.secondDerivative, mean: mean,
    logVariance: logVariance, noise: noise))
let sineExact =
  KnownExpectation.sine.gradient(mean: mean, logVariance: logVariance)[1] / exp(logVariance).scalar
page.say(
  "d/dσ² E[sin z]: exact \(fixed(sineExact, 4)), from ½ f″ \(fixed(sineSecond.mean[0], 4)) "
    + "± \(fixed(sineSecond.standardError[0], 4))")

/*:
 ## 5.5 Two views of one sample

 **Where does the difference come from?** For $f = z^2$ the pathwise estimate by $\mu$ is $2z$, and
 the score-function estimate is $z^2 (z - \mu) / \sigma^2$. Under $q_\phi$ the two curves have the
 same mean. The figure draws them over the range that holds nearly all samples.
 */
page.section("5.5 Two views of one sample")
let grid: Tensor<Double> = .linspace(-3, 3, count: 121).reshaped([121, 1])
let places = reparameterize(mean: mean, logVariance: logVariance, noise: grid).scalars
let colors = [1, 2, 0]  // of the three estimators, in this figure and the next
page.figure(
  LineChart(
    title: "What one sample says about the derivative by μ, f(z) = z²",
    description: "The pathwise estimate is a straight line in z; the score-function estimate is a "
      + "cubic that leaves the exact value far at both ends, less so with the best baseline.",
    x: Axis("sample z, from μ − 3σ to μ + 3σ"), y: Axis("estimate"),
    series: zip(QuadraticEstimator.allCases, colors).map { estimator, color in
      let estimates = estimator.gradients(
        target: Tensor([0]), mean: mean, logVariance: logVariance, noise: grid)
      let byMean = estimates.sliced(axis: 1, 0..<1).scalars
      return Series(estimator.rawValue, x: places, y: byMean, color: color)
    },
    references: [.horizontal(at: exactSquare[0], "exact"), .vertical(at: mean.scalar, "μ")]),
  "one-sample")

/*:
 The pathwise line leaves the exact value slowly. The score-function curves leave it fast, most of
 all for large $z$: the rare samples there make most of the variance. The baseline flattens the
 curve, but cannot make it a line.

 ## 5.6 Variances

 **How large are the variances, and how do they grow with the dimension?** For
 $f(z) = \Vert z - c \Vert^2$ both have closed forms. Let $\delta = \mu - c$ as before, and write
 $V$ for the variance of one estimate.

 *Pathwise.* The estimate by $\mu_i$ is $2(\delta_i + \sigma_i \varepsilon_i)$. Its variance is
 $4\sigma_i^2$. The estimate by $\lambda_i$ is half of $2(\delta_i + \sigma_i\varepsilon_i)$ times
 $\sigma_i\varepsilon_i$, which is $\delta_i\sigma_i\varepsilon_i + \sigma_i^2\varepsilon_i^2$. Its
 two terms are uncorrelated, because $\mathbb E[\varepsilon^3] = 0$. The first has variance
 $\delta_i^2\sigma_i^2$. The second has $\sigma_i^4 (\mathbb E[\varepsilon^4] - 1) = 2\sigma_i^4$.

 $$
 V_{\mu_i} = 4 \sigma_i^2, \qquad V_{\lambda_i} = \delta_i^2 \sigma_i^2 + 2 \sigma_i^4
 \tag{pathwise-variance-quadratic}
 $$

 The dimension $d$ does not appear.

 *Score function.* The estimate by $\mu_i$ is $(f - b) \varepsilon_i / \sigma_i$. Split
 $f - b = A + 2\delta_i\sigma_i\varepsilon_i + \sigma_i^2\varepsilon_i^2$, where

 $$
 A = \delta_i^2 - b + \textstyle\sum_{j \ne i} (\delta_j + \sigma_j\varepsilon_j)^2
 $$

 gathers all that does not depend on $\varepsilon_i$. Its mean and variance are

 $$
 m = \delta_i^2 - b + \textstyle\sum_{j \ne i} (\delta_j^2 + \sigma_j^2), \qquad
 v = \textstyle\sum_{j \ne i} (4 \delta_j^2 \sigma_j^2 + 2\sigma_j^4) .
 $$

 Square $(f - b) \varepsilon_i$. Terms odd in $\varepsilon_i$ have mean 0, and $A$ is independent of
 $\varepsilon_i$, so $\mathbb E[A^2] = m^2 + v$ and $\mathbb E[A] = m$ are all that is needed of it.
 With the moments 1, 3, 15 of $\varepsilon^2, \varepsilon^4, \varepsilon^6$:

 $$
 \mathbb E[(f - b)^2 \varepsilon_i^2] =
 (m^2 + v) + 3 (2 m \sigma_i^2 + 4 \delta_i^2 \sigma_i^2) + 15 \sigma_i^4 .
 $$

 Divide by $\sigma_i^2$, and subtract the square of the mean $2\delta_i$. By $\lambda_i$ the factor
 $\varepsilon_i^2$ becomes $\frac14(\varepsilon_i^2 - 1)^2$. In place of the moments 1, 3, 15 stand
 the means of $\varepsilon^{2k} (\varepsilon^2 - 1)^2$ for $k = 0, 1, 2$, which are 2, 10 and
 $105 - 30 + 3 = 78$. The mean to be squared and subtracted is $\sigma_i^2$.

 $$
 \begin{aligned}
 V_{\mu_i} &= \frac{m^2 + v}{\sigma_i^2} + 6 m + 8 \delta_i^2 + 15 \sigma_i^2 \cr
 V_{\lambda_i} &= \tfrac12 (m^2 + v) + 5 m \sigma_i^2 + 10 \delta_i^2 \sigma_i^2 +
 \tfrac{37}{2} \sigma_i^4
 \end{aligned} \tag{score-variance-quadratic}
 $$

 Read off the growth. Without a baseline $m$ is a sum over all coordinates, so the variance grows as
 $d^2$. The best baseline (optimal-baseline-quadratic) makes $m = -3\sigma_i^2$ by $\mu_i$ and
 $-5\sigma_i^2$ by $\lambda_i$. What stays is $v$, which grows as $d$: the noise of all other
 coordinates, which no constant can remove.

 The figure holds the formulas (lines) against measured variances (points), with $\delta_j = -1$ and
 $\sigma_j = 1$ for all coordinates.
 */
page.section("5.6 Variances")
let dimensions = page.isQuick ? [1, 2, 4, 8, 16, 32, 64] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
var dimensionRandom = Random(seed: page.seed, stream: 2)
// All coordinates are alike here: the mean over them, by μ and by λ.
func perCoordinate(_ x: Tensor<Double>) -> Tensor<Double> {
  x.reshaped([2, x.count / 2]).mean(axis: 1)
}
let sweep = dimensions.map { d in
  let noise: Tensor<Double> = dimensionRandom.normal([page.isQuick ? 1_000 : 4_000, d])
  return QuadraticEstimator.allCases.map { estimator in
    let estimates = estimator.gradients(
      target: .ones([d]), mean: .zeros([d]), logVariance: .zeros([d]), noise: noise)
    let formula = estimator.variance(offset: -Tensor.ones([d]), logVariance: .zeros([d]))
    return (
      measured: perCoordinate(GradientStatistics(estimates).variance),
      formula: perCoordinate(formula)
    )
  }
}
let names = QuadraticEstimator.allCases.map(\.rawValue)
page.table(
  ["d"] + names.flatMap { [$0, "formula"] },
  zip(dimensions, sweep).map { d, results in
    ["\(d)"] + results.flatMap { [fixed($0.measured[0], 1), fixed($0.formula[0], 1)] }
  },
  caption: "Variance of one estimate of the derivative by μ, averaged over coordinates.")
let sizes = dimensions.map(Double.init)
for (i, name) in names.enumerated() {
  let slopes = [0, 1].map { parameter in
    let last = sweep.suffix(3).map { $0[i].measured[parameter] }
    return fixed(logLogSlope(x: sizes.suffix(3), y: last), 2)
  }
  page.say("Growth over the last three d, \(name): d^\(slopes[0]) by μ, d^\(slopes[1]) by λ")
}
let panels = [0, 1].map { parameter in
  LineChart(
    title: ["by μ", "by λ"][parameter],
    description: "On logarithmic axes the slope of the score function rises towards 2, with the "
      + "best baseline towards 1; the pathwise estimator is level.",
    x: Axis("dimension d", scale: .log), y: Axis("variance", scale: .log),
    series: zip(names, colors).enumerated().flatMap { i, style in
      let formula = sweep.map { $0[i].formula[parameter] }
      let measured = sweep.map { $0[i].measured[parameter] }
      return [
        Series(style.0, x: sizes, y: formula, color: style.1),
        Series("", x: sizes, y: measured, style: .points, color: style.1),
      ]
    })
}
page.figure(
  Panels(
    title: "Variance of one estimate against the dimension, f(z) = ‖z − c‖²", figures: panels,
    rowHeight: 380),
  "variance-dimension")

/*:
 Averaging $K$ independent estimates divides any variance by $K$: on logarithmic axes, slope −1 for
 every estimator. The distance of the lines says how many samples of one estimator are worth a
 single sample of another.
 */
let d = 8
var countRandom = Random(seed: page.seed, stream: 3)
let manyDraws: Tensor<Double> = countRandom.normal([page.isQuick ? 16_384 : 131_072, d])
let counts = page.isQuick ? [1, 4, 16, 64] : [1, 4, 16, 64, 256, 1_024]
let sampleSizes = counts.map(Double.init)
let byCount = QuadraticEstimator.allCases.map { estimator in
  let estimates = estimator.gradients(
    target: .ones([d]), mean: .zeros([d]), logVariance: .zeros([d]), noise: manyDraws)
  return counts.map { perCoordinate(varianceOfMeans(estimates, of: $0))[0] }
}
for (name, variances) in zip(names, byCount) {
  page.say("Slope in K, \(name): \(fixed(logLogSlope(x: sampleSizes, y: variances), 3))")
}
page.say(
  "One pathwise sample is worth \(fixed(byCount[0][0] / byCount[2][0], 0)) score-function "
    + "samples, or \(fixed(byCount[1][0] / byCount[2][0], 0)) with the best baseline.")
page.figure(
  LineChart(
    title: "Variance of the mean of K estimates by μ, d = \(d)",
    description: "Three parallel lines of slope −1 on logarithmic axes; pathwise lowest.",
    x: Axis("samples K", scale: .log), y: Axis("variance", scale: .log),
    series: zip(zip(names, colors), byCount).map { style, variances in
      Series(style.0, x: sampleSizes, y: variances, style: .linePoints, color: style.1)
    }),
  "variance-samples")

/*:
 The pathwise estimator is not better for every $f$. Where $f$ oscillates fast, its derivative is
 large although its values are bounded, and the score function can win (exercise 2).

 ## 5.7 Why σ, and why log σ²

 **Why is the noise multiplied by $\sigma$ and not by $\sigma^2$?** Because $\varepsilon$ has
 variance 1, and a factor comes out of a variance squared: $\mathbb V[a\varepsilon] = a^2$. With
 $\sigma^2$ as the factor:

 $$
 \mathbb V[\mu + \sigma^2 \varepsilon] = \sigma^4 \tag{noise-scale}
 $$

 In code the mistake reads $\exp(\lambda) \odot \varepsilon$: a ½ is forgotten.
 */
page.section("5.7 Why σ, and why log σ²")
page.table(
  ["λ", "σ²", "variance of μ + σ ε", "variance of μ + σ² ε", "σ⁴"],
  [-2.0, -1, 0, 1].map { λ in
    let logVariance = Tensor([λ])
    let right = GradientStatistics(
      reparameterize(mean: mean, logVariance: logVariance, noise: noise))
    let wrong = GradientStatistics(
      misscaledSample(mean: mean, logVariance: logVariance, noise: noise))
    return [
      fixed(λ, 1), fixed(Double.exp(λ), 4), fixed(right.variance[0], 4),
      fixed(wrong.variance[0], 4), fixed(Double.exp(2 * λ), 4),
    ]
  })

/*:
 At $\lambda = 0$ the two agree, and near 0 is where most encoders start. So the mistake shows only
 after some training: the samples are too narrow for the divergence term, which believes in
 $\sigma^2$. Mistake 1 shows what becomes of the bound.

 **Why does the encoder put out $\lambda = \log \sigma^2$?** One reason is positivity. Every real
 $\lambda$ stands for a positive variance. A gradient step on $\sigma$ or $\sigma^2$ can land at
 zero or below, where the logarithm in the divergence does not exist.

 The other is scale. Fit $\mathcal N(0, \sigma^2)$ to $\mathcal N(0, \tau^2)$. Chapter 3 gives what
 is minimised, $K = \sigma^2 / 2\tau^2 - \log \sigma + \log \tau - \frac12$. Its derivative by each
 candidate follows from the one by $\sigma$ with $d\sigma / d\sigma^2 = 1 / 2\sigma$ and
 $d\sigma / d\lambda = \frac12 \sigma$:

 $$
 \frac{dK}{d\sigma} = \frac{\sigma}{\tau^2} - \frac{1}{\sigma}, \qquad
 \frac{dK}{d\sigma^2} = \frac12 \left( \frac{1}{\tau^2} - \frac{1}{\sigma^2} \right), \qquad
 \frac{dK}{d\lambda} = \frac12 \left( \frac{\sigma^2}{\tau^2} - 1 \right) \tag{scale-slope}
 $$

 Differentiate each once more by its own parameter, and put in $\sigma = \tau$, where the minimum
 is. (The first gives $1/\tau^2 + 1/\sigma^2$, the second $1/2\sigma^4$, the third
 $\sigma^2 / 2\tau^2$.)

 $$
 \frac{d^2 K}{d\sigma^2} = \frac{2}{\tau^2}, \qquad
 \frac{d^2 K}{d(\sigma^2)^2} = \frac{1}{2\tau^4}, \qquad
 \frac{d^2 K}{d\lambda^2} = \frac12 \tag{scale-curvature}
 $$

 Gradient descent with rate $\eta$ near a minimum of curvature $\kappa$ multiplies the error by
 $1 - \eta\kappa$ each step. For $\sigma$ and $\sigma^2$ the right rate depends on the answer
 $\tau$. For $\lambda$ it does not. One rate serves all latent dimensions, however narrow or wide.
 */
let targets = [10, 1, 0.3, 0.1, 0.01]
page.table(
  ["τ"] + ScaleParameter.allCases.flatMap { ["curvature by \($0.rawValue)", "ends at σ/τ"] },
  targets.map { τ in
    [fixed(τ, 2)]
      + ScaleParameter.allCases.flatMap { parameter in
        let outcome =
          switch parameter.descend(from: 2 * τ, target: τ, rate: 0.1, steps: 200) {
          case .deviation(let reached): fixed(reached / τ, 4)
          case .leftDomain(let step): "left at step \(step)"
          }
        return [scientific(parameter.curvatureAtOptimum(target: τ), 1), outcome]
      }
  },
  caption: "200 steps of gradient descent with rate 0.1 from σ = 2τ.")

/*:
 The columns of $\lambda$ are the same in every row. Descent on $\sigma$ is slow where $\tau$ is
 large, and leaves its domain where $\tau$ is small; descent on $\sigma^2$ does both sooner.

 ## 5.8 Through a whole decoder

 **Does the gradient survive a network?** Take the first term of the ELBO,
 $\mathbb E_{q}[\log p_\theta(x \mid z)]$, with a Bernoulli decoder. Its hidden layer is
 $u = \tanh y$ with $y = zV + a$, the logits of the pixels are $\ell = uW + b$, and
 $\log p_\theta(x \mid z) = \sum_i (x_i \ell_i - \log(1 + e^{\ell_i}))$. Chapter 6 derives this
 form. Its derivative by $\ell_i$ is $x_i - \mathrm{sigmoid}(\ell_i)$. Fix the draws
 $\varepsilon^{(1)}, \dots, \varepsilon^{(S)}$ once and for all. The Monte Carlo estimate
 $\hat L = \frac1S \sum_s \log p_\theta(x \mid \mu + \sigma \odot \varepsilon^{(s)})$ is then an
 ordinary function of $\mu$, $\lambda$ and $\theta$. The chain rule applies, layer by layer from the
 pixels back. For one draw:

 $$
 \begin{aligned}
 \bar\ell &= x - \mathrm{sigmoid}(\ell), &
 \bar W &= u^\top \bar\ell, \quad \bar b = \bar\ell, \cr
 \bar y &= (\bar\ell \thinspace W^\top) \odot (1 - u^2), &
 \bar V &= z^\top \bar y, \quad \bar a = \bar y, \cr
 \bar z &= \bar y \thinspace V^\top, &
 \bar\mu &= \bar z, \quad \bar\lambda = \tfrac12 \thinspace \bar z \odot \sigma \odot \varepsilon
 \end{aligned} \tag{decoder-pathwise}
 $$

 The last line is (reparameterization-vjp). The estimate averages over draws and rows of the batch;
 weights get the sum over rows.

 Finite differences need frozen noise. With fresh noise at each evaluation, the two values of a
 difference belong to two different functions. Their distance does not shrink with the step $h$, and
 is divided by $h$. The figure shows the root mean square error of both over all parameters,
 relative to the root mean square of the gradient.
 */
page.section("5.8 Through a whole decoder")
var modelRandom = Random(seed: page.seed, stream: 4)
let model = FrozenReconstruction<Double>(
  mean: modelRandom.normal([4, 2]), logVariance: modelRandom.normal([4, 2]),
  decoder: ToyDecoder(latent: 2, hidden: 8, pixels: 12, random: &modelRandom))
let coins: Tensor<Double> = modelRandom.uniform([4, 12])
let x = Tensor(coins.shape, coins.scalars.map { $0 < 0.5 ? 0 : 1 })
let draws: Tensor<Double> = modelRandom.normal([16, 4, 2])

let byHand = Tensor(model.gradient(of: x, noise: draws).parameters.flatMap(\.scalars))
let byReverse = Tensor(
  valueAndGradient(at: model) { $0.value(of: x, noise: draws) }.gradient.parameters
    .flatMap(\.scalars))
page.say("Parameters (μ, λ and all weights): \(byHand.count)")
let distance = abs(byHand - byReverse).max()
page.say("Largest difference between hand and reverse mode: \(scientific(distance, 1))")

var freshRandom = Random(seed: page.seed, stream: 5)
let steps = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]
func error(_ step: Double, _ value: (FrozenReconstruction<Double>) -> Double) -> Double {
  let differences = Tensor(Check.differences(at: model, step: step, of: value))
  return (square(differences - byHand).sum() / square(byHand).sum()).scalar.squareRoot()
}
let frozenErrors = steps.map { error($0) { $0.value(of: x, noise: draws).scalar } }
let freshErrors = steps.map {
  error($0) { $0.value(of: x, noise: freshRandom.normal([16, 4, 2])).scalar }
}
page.table(
  ["step h", "frozen noise", "fresh noise"],
  steps.indices.map { at in
    [scientific(steps[at], 0), scientific(frozenErrors[at], 1), scientific(freshErrors[at], 1)]
  },
  caption: "Relative error of finite differences against the gradient by hand.")
page.figure(
  LineChart(
    title: "Finite differences of a Monte Carlo estimate",
    description: "With frozen noise the error falls to rounding; with fresh noise it exceeds the "
      + "gradient itself and grows as the step shrinks.",
    x: Axis("step h", scale: .log), y: Axis("relative error", scale: .log),
    series: [
      Series("fresh noise", x: steps, y: freshErrors, style: .linePoints, color: 1),
      Series("frozen noise", x: steps, y: frozenErrors, style: .linePoints, color: 0),
    ],
    references: [.horizontal(at: 1, "as large as the gradient")]),
  "frozen-fresh")

/*:
 With frozen noise, the error falls with the fourth power of $h$ (the differences are of fourth
 order), until rounding takes over and it rises as $1/h$. With fresh noise it rises as $1/h$ from
 the start, and is larger than the gradient at every step.

 ## 5.9 Without the path

 **What happens if $z$ is drawn outside the graph?** Then reverse mode sees a constant, and gives 0
 for every parameter of $q$. No error is raised. The decoder still learns. The encoder hears only
 the divergence, which is least at the prior.

 A small model shows it: $p(z) = \mathcal N(0, I)$ and $p(x \mid z) = \mathcal N(z, \tau^2 I)$. Its
 posterior is known from chapter 4: $\mathcal N(x / (1 + \tau^2), \tau^2 / (1 + \tau^2) I)$. So is
 the gap $\log p(x) - \mathrm{ELBO}$, which is the divergence of $q$ from the posterior. Start with
 $q$ at the prior and ascend the ELBO. Take the divergence's gradient exactly, and the other term's
 by one of four estimators, among them the score function with the baseline of (leave-one-out). All
 take the same number of samples a step, at the same rate. The lines are medians over seeds, the
 bands reach from the tenth percentile to the ninetieth.
 */
page.section("5.9 Without the path")
var datumRandom = Random(seed: page.seed, stream: 6)
let fit = PosteriorFit(x: datumRandom.normal([8]) * 1.5, noiseVariance: 0.25)
let stepCount = page.isQuick ? 200 : 600
let seeds = page.isQuick ? 5 : 21
let bands = PosteriorFit.Estimator.allCases.map { estimator in
  CurveBand(
    (0..<seeds).map { run in
      // The same noise for every estimator.
      var random = Random(seed: page.seed, stream: 100 + UInt64(run))
      return fit.curve(estimator, steps: stepCount, rate: 0.01, samples: 16, random: &random)
    })
}
page.table(
  ["estimator", "gap at the start", "median at the end", "10 %", "90 %"],
  zip(PosteriorFit.Estimator.allCases, bands).map { estimator, band in
    [
      estimator.rawValue, fixed(band.median[0], 4), fixed(band.median[stepCount], 4),
      fixed(band.lower[stepCount], 4), fixed(band.upper[stepCount], 4),
    ]
  },
  caption: "log p(x) − ELBO in nats, \(stepCount) steps, \(seeds) seeds.")
let shown = Array(stride(from: 0, through: stepCount, by: 5))
page.figure(
  LineChart(
    title: "Fitting a posterior by its ELBO",
    description: "The pathwise estimator closes the gap; the score function levels off at a larger "
      + "gap, without a baseline sooner; with the sample cut off, the gap does not move.",
    x: Axis("step"), y: Axis("log p(x) − ELBO, nats", scale: .log),
    series: zip(PosteriorFit.Estimator.allCases, bands).enumerated().map { i, item in
      func thinned(_ curve: [Double]) -> [Double] { shown.map { curve[$0] } }
      return Series(
        item.0.rawValue, x: shown.map(Double.init), y: thinned(item.1.median),
        band: (thinned(item.1.lower), thinned(item.1.upper)),
        style: item.0 == .severed ? .dashed : .line, color: [0, 2, 1, 5][i])
    }),
  "learning-curves")

/*:
 The dashed line is level: the start is the prior, so the divergence asks for no change, and the
 other term has nothing to say. A fit that starts elsewhere moves to the prior. In a real training
 run this looks like posterior collapse. Check the encoder's gradient first.

 ## 5.10 Limits

 *Where $f$ jumps.* Let $f(z) = 1$ for $z \gt 0$ and 0 elsewhere. Its derivative is 0 wherever it
 exists, so every pathwise estimate is 0. But $L = P(z \gt 0)$ does depend on $\mu$. Its derivative:
 a shift of $\mu$ is a shift of the density, so
 $\partial q / \partial \mu = -\partial q / \partial z$, and

 $$
 \frac{\partial}{\partial \mu} P(z \gt 0) = -
 \int_0^\infty \frac{\partial q}{\partial z} \thinspace dz = q(0) =
 \frac{1}{\sigma\sqrt{2\pi}} \exp \left( -\frac{\mu^2}{2\sigma^2} \right) \tag{step-gradient}
 $$

 The score function asks for no derivative of $f$, and is right.
 */
page.section("5.10 Limits")
let exactStep = stepProbabilitySlope(
  mean: mean.scalar, deviation: exp(0.5 * logVariance).scalar)
let stepScore = GradientStatistics(
  ScoreFunction.gradients(of: unitStep, mean: mean, logVariance: logVariance, noise: noise))
let stepPathwise = GradientStatistics(
  Pathwise.gradients(of: unitStep, mean: mean, logVariance: logVariance, noise: noise))
page.table(
  ["d/dμ P(z > 0)", "value", "standard error"],
  [
    ["exact", fixed(exactStep, 4), ""],
    ["score function", fixed(stepScore.mean[0], 4), fixed(stepScore.standardError[0], 4)],
    ["pathwise", fixed(stepPathwise.mean[0], 4), fixed(stepPathwise.standardError[0], 4)],
  ])

/*:
 The pathwise standard error is 0 as well. A small spread is no evidence of a right answer.

 *Where $z$ is discrete.* For fixed noise a code from a finite list jumps from one value to another,
 and the same argument gives 0.

 *Other families.* Wherever the distribution function $F_\phi$ is smooth and can be inverted,
 $z = F_\phi^{-1}(u)$ with $u$ uniform on $(0, 1)$ is a path (exercise 4).

 ## Common mistakes

 **1. $\sigma^2 \odot \varepsilon$ for $\sigma \odot \varepsilon$.** In the model of section 5.9
 with the best mean and $\sigma^2 = 0.3$, the "lower bound" comes out above $\log p(x)$.
 */
page.section("Common mistakes")
let bestMean = fit.x / (1 + fit.noiseVariance)
let chosen = Tensor([8], repeating: Double.log(0.3))
var boundRandom = Random(seed: page.seed, stream: 7)
let boundNoise: Tensor<Double> = boundRandom.normal([sampleCount, 8])
page.say("1. log p(x) = \(fixed(fit.logEvidence, 3)) nats")
for (name, z) in [
  ("σ ε", reparameterize(mean: bestMean, logVariance: chosen, noise: boundNoise)),
  ("σ² ε", misscaledSample(mean: bestMean, logVariance: chosen, noise: boundNoise)),
] {
  let bound = GradientStatistics(
    fit.bounds(z, mean: bestMean, logVariance: chosen).expanded(axis: 1))
  page.say(
    "   with \(name): \(fixed(bound.mean[0], 3)) ± \(fixed(bound.standardError[0], 3)), "
      + "\(signed(bound.mean[0] - fit.logEvidence, 3)) from it")
}

/*:
 **2. The ½ forgotten in a hand-written backward pass.** The samples are right. The gradient by
 $\lambda$ is too large by a factor of 2, and the check says so.
 */
let wrongHalf = Check.vectorJacobianProduct(
  "a VJP without its ½", at: model.logVariance,
  of: { reparameterize(mean: model.mean, logVariance: $0, noise: draws.sliced(axis: 0, 0..<1)) },
  vjp: { logVariance, g in
    (g * exp(0.5 * logVariance) * draws.sliced(axis: 0, 0..<1)).sum(axis: 0)
  })
page.say("2. \(wrongHalf.failures[0])")

/*:
 **3. One draw of noise for the whole batch.** Every row then errs in the same direction, and the
 mean over the batch does not become more exact.
 */
var sharedRandom = Random(seed: page.seed, stream: 8)
let repeats = page.isQuick ? 500 : 4_000
page.say("3. Variance of the batch's mean gradient by μ, f(z) = z²:")
page.table(
  ["batch", "noise for each row", "noise shared"],
  [1, 4, 16, 64].map { batch in
    let own: Tensor<Double> = sharedRandom.normal([repeats * batch, 1])
    let shared = sharedRandom.normal([repeats, 1], as: Double.self).broadcast(to: [repeats, batch])
      .reshaped([repeats * batch, 1])
    return ["\(batch)"]
      + [own, shared].map { noise in
        let estimates = Pathwise.gradients(
          of: KnownExpectation.square.function, mean: mean, logVariance: logVariance, noise: noise)
        return fixed(varianceOfMeans(estimates, of: batch)[0], 4)
      }
  })

/*:
 **4. Fresh noise inside a finite difference** (section 5.8). A correct gradient fails its test.

 **5. The sample cut off from the graph**, as by `stopGradient` (section 5.9).
 */
page.say(
  "4. Relative error at h = 1e-04: \(scientific(frozenErrors[3], 1)) frozen, "
    + "\(scientific(freshErrors[3], 1)) fresh")
page.say(
  "5. Gap before and after \(stepCount) steps: \(fixed(bands[3].median[0], 4)), "
    + "\(fixed(bands[3].median[stepCount], 4))")

/*:
 **6. The batch's own mean as a baseline.** By (leave-one-out) the gradient shrinks by the factor
 $(K - 1) / K$. With $K = 2$ it is halved.
 */
let pairs = sampleCount / 2
let values = KnownExpectation.square.function(z)
let ownMean = values.reshaped([pairs, 2]).mean(axis: 1).expanded(axis: 1)
  .broadcast(to: [pairs, 2]).reshaped([sampleCount, 1])
let otherOne = 2 * ownMean - values.expanded(axis: 1)
page.say("6. Gradient by μ of E[z²], exact \(fixed(exactSquare[0], 4)):")
for (name, baseline) in [("mean of the pair", ownMean), ("the other of the pair", otherOne)] {
  let found = GradientStatistics(
    ScoreFunction.gradients(
      of: KnownExpectation.square.function, mean: mean, logVariance: logVariance, noise: noise,
      baseline: baseline
    ).reshaped([pairs, 2, 2]).mean(axis: 1))
  page.say("   baseline \(name): \(fixed(found.mean[0], 4)) ± \(fixed(found.standardError[0], 4))")
}
page.finish()

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 5`.

 1. **By σ** (2 points, pen and paper). Derive both estimators of the derivative of
    $\mathbb E[z^2]$ by $\sigma$, and their variances.
 2. **Laplace** (2 points). Derive $z = F^{-1}(u)$ for the Laplace distribution, and the derivatives
    of $z$ by its location and by the logarithm of its scale.
 3. **Between walls** (3 points; Figurnov et al. 2018, arXiv:1805.08498). For a Gaussian that is cut
    off outside an interval, differentiate $F(z) = u$ with $u$ held. Implement the derivatives of $z$
    by $\mu$ and by $\sigma$, without inverting $F$.
 4. **Gamma by rejection** (3 points; Naesseth et al. 2017, arXiv:1610.05683). Implement the
    proposal of Marsaglia and Tsang, its decision, and the derivative of $z$ by the shape. Why is its
    mean not the whole gradient?
 5. **Antithetic noise** (2 points, pen and paper). Use each $\varepsilon$ twice, as $\varepsilon$
    and $-\varepsilon$. Show that the pathwise gradient by $\mu$ of any quadratic then has variance 0,
    and find what happens by $\lambda$.
 6. **Full covariance** (2 points). With $z = \mu + C \varepsilon$ and a lower triangular $C$,
    derive the density of $z$, the gradient by $C$, and that of the entropy.

 Projects:

 7. **Where the score function wins.** For $f(z) = \sin(kz + \frac14 \pi)$ at $\mu = 0$, derive the
    variances of both estimators by $\mu$ in closed form. Find the $k\sigma$ at which they are
    equal, and draw both variances against $k$.
 8. **Another family.** The exponential distribution has $F(z) = 1 - e^{-rz}$. Implement
    `reparameterizeExponential(logRate:uniform:)` and its product `reparameterizeExponentialVJP`, and
    check them as `ReparameterizeTests` does.
 9. **Leave-one-out.** For $f = z^2$, derive the variance of the mean of $K$ score-function estimates
    with the baseline of (leave-one-out), and compare it with the best constant baseline as $K$
    grows.
 10. **The rest of the gradient.** Measure the bias of exercise 4 against $\alpha$, with
     $f(z) = z$ and $f(z) = \log z$.

 ## Sources

 - Williams 1992, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
   Learning*, doi:10.1007/BF00992696: the score-function estimator, as REINFORCE.
 - Greensmith, Bartlett & Baxter 2004, *Variance Reduction Techniques for Gradient Estimates in
   Reinforcement Learning*, Journal of Machine Learning Research 5, pages 1471–1530: the best
   baseline.
 - Mnih & Rezende 2016, *Variational Inference for Monte Carlo Objectives*, arXiv:1602.06725: the
   leave-one-out baseline.
 - Kingma & Welling 2014, *Auto-Encoding Variational Bayes*, arXiv:1312.6114: the path through a
   sample.
 - Rezende, Mohamed & Wierstra 2014, *Stochastic Backpropagation and Approximate Inference in Deep
   Generative Models*, arXiv:1401.4082: the same, with Bonnet's and Price's theorems.
 - Price 1958, *A Useful Theorem for Nonlinear Devices Having Gaussian Inputs*,
   doi:10.1109/TIT.1958.1057444: (price-identity).
 - Mohamed, Rosca, Figurnov & Mnih 2020, *Monte Carlo Gradient Estimation in Machine Learning*,
   arXiv:1906.10652: a survey of both estimators and others.
 */
