/*:
 # 1 · Tensors, gradients and finite differences

 Everything in this book is trained by following gradients, and a wrong gradient rarely announces
 itself: the loss still falls, to a worse place. This chapter builds the two tools that the rest
 relies on. One computes gradients, the other finds out whether to believe them.

 After this chapter you will be able to

 - read a tensor's shape and say where each element lies in memory,
 - derive the backward function of an operation, and write down the ones this book uses,
 - say how far a finite difference can be trusted, and choose its step,
 - check a gradient so that a wrong sign, a lost factor or a dropped term cannot pass.

 `swift run ch01-tensors` runs the page.

 Under each numbered formula stands a line in bold: the function, the test, and what the test measured. A
 *planted error* is a wrong version of the formula, which the test must reject. *Taylor slope 2.00* is the
 mark of a right gradient; *linear* says that there is no second-order term to show it. Sections 1.9 to 1.13
 derive both; until then, read the line as: checked.
 */
import FiniteDifferences
import Notebook
import Plots
import Tensors

let page = Page(
  "ch01-tensors", "1 · Tensors, gradients and finite differences",
  options: [.seed, .quick, .figures])
/*:
 ## 1.1 A tensor is numbers and a shape

 A *tensor* is a list of numbers together with a *shape*: the extents of its axes. The shape
 $[2, 3]$ has two rows of three numbers each. A scalar has the shape $[\thinspace]$, with no axes
 and one number.

 Where does element $(i, j, k)$ of a tensor of shape $[n_1, n_2, n_3]$ lie in the list? The last
 axis varies fastest; this order is called row-major. To reach index $i$ of the first axis you pass
 $i$ blocks of $n_2 n_3$ numbers. Inside the block you pass $j$ rows of $n_3$ numbers, then $k$
 numbers. Add up, and take $n_3$ out of the first two terms:

 $$
 \mathrm{place}(i, j, k) = i n_2 n_3 + j n_3 + k = (i n_2 + j) n_3 + k \tag{row-major-offset}
 $$

 A tensor is a *value*, like a number: a change to a copy leaves the original alone. The elements
 are shared until one side changes, so that passing a tensor around costs nothing.
 */
page.section("1.1 A tensor is numbers and a shape")

let x = Tensor<Double>([2, 3], [1, 2, 3, 4, 5, 6])
var changed = x
changed[1, 2] = 60
let offset = 1 * x.shape[1] + 2
page.say("shape \(x.shape), numbers \(x.scalars)")
page.say("element (1, 2) is \(x[1, 2]); the number at place \(offset) is \(x.scalars[offset])")
page.say("in the changed copy it is \(changed[1, 2]), in the original still \(x[1, 2])")
/*:
 ## 1.2 The chain rule, backwards

 A loss is a long composition of operations with one number at the end. How does that number answer
 to each of a million parameters?

 Take one operation $y = f(x)$ with $n$ inputs and $m$ outputs. Its *Jacobian* $J$ is the
 $m \times n$ matrix of all partial derivatives, $J_{ij} = \partial y_i / \partial x_j$. If the
 inputs move by a small $v$, the outputs move by $J v$, to first order.

 Let $L$ be the final number. The *cotangent* of $y$ is the list $g_i = \partial L / \partial y_i$.
 What is the cotangent of $x$? Element $x_j$ acts on $L$ through every $y_i$, so that the chain rule
 has one term for each:

 $$
 \frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial y_i} \frac{\partial y_i}{\partial x_j} = \sum_i g_i J_{ij}
 $$

 The right side is element $j$ of $J^\top g$. This is the *vector–Jacobian product*, and it is all
 that an operation needs to know for its *backward function*: take the cotangent of the output, give
 the cotangent of the input. The matrix $J$ itself is never built.

 Now compose: $x \to y \to z \to L$ with Jacobians $J_1$, $J_2$ and last the row
 $J_3 = \partial L / \partial z$. We want the *gradient* $\nabla_x L$, which is all
 $\partial L / \partial x_j$ as a column: the cotangent of $x$. Apply the rule at each arrow, from
 the end. The cotangent of $L$ itself is $\partial L / \partial L = 1$.

 $$
 \nabla_x L = J_1^\top \left( J_2^\top \left( J_3^\top \cdot 1 \right) \right) \tag{chain-rule}
 $$

 A *tape* makes this mechanical. While a function of $x$ runs, every operation on a tensor that
 depends on $x$ writes down its inputs, its output and its backward function. Walking the tape from
 its end applies the parentheses above from the inside out. This is *reverse mode*, also called
 back-propagation. A tensor that was used twice receives two cotangents, which are added: the sum
 over $i$ above does not care whether the outputs belong to one operation or two.

 Both directions carry the same information. For any $g$ and any $v$, move the transpose across the
 inner product, $\langle a, b \rangle = a^\top b$:

 $$
 \langle g, J v \rangle = g^\top J v = (J^\top g)^\top v = \langle J^\top g, v \rangle \tag{adjoint-identity}
 $$

 So why backwards? Pushing $v$ forward gives one number, the slope along one direction. The gradient
 has $n$ numbers, so that you would push $n$ directions, each at about the cost of running $f$.
 Pulling back $g = 1$ gives all $n$ slopes at once, for a small multiple of the cost of one run (the
 two products of section 1.7 against one). With many inputs and one output, backward wins by a
 factor of about $n$.

 The program counts. It differentiates the same function of $n$ numbers by finite differences, of
 the kind that section 1.9 derives, and by one walk along the tape.
 */
page.section("1.2 The chain rule, backwards")

var random = Random(seed: page.seed, stream: 1)
let costs = (page.isQuick ? [10, 100] : [10, 100, 1000]).map { n -> [String] in
  let start: Tensor<Double> = random.normal([n])
  var evaluations = 0
  let differences = Check.differences(at: start) { x in
    evaluations += 1
    return softplus(x).sum().scalar
  }
  let (_, gradient) = valueAndGradient(at: start) { softplus($0).sum() }
  let worst = abs(gradient - Tensor(differences)).max()
  return ["\(n)", "\(evaluations)", "1", scientific(worst, 1)]
}
page.table(
  ["inputs", "runs for differences", "runs and walks back", "largest difference"], costs,
  caption: "The gradient of Σ log(1 + exp xᵢ), two ways")
/*:
 Both give the same gradient, up to rounding, which grows with the sum (section 1.10). The first
 asks for four runs an input; the second for one run and one walk back, whatever their number.

 What remains is each operation's own $J^\top g$. The sections that follow derive them. In all of
 them $g$ is the cotangent of the operation's output, and $\bar x$ that of its input $x$.

 ## 1.3 Arithmetic and broadcasting

 **Sum.** For $z = x + y$, element by element, $\partial z_i / \partial x_j$ is 1 when $i = j$ and 0
 otherwise. The Jacobian is the identity, and so is its transpose; for $y$ the same. For a
 difference $x - y$ the Jacobian for $y$ is minus the identity.

 $$
 z = x \pm y: \quad \bar x = g, \quad \bar y = \pm g \tag{tensor-add}
 $$

 **Broadcasting.** A bias of shape $[3]$ may be added to a batch of shape $[2, 3]$: each row gets
 the same bias. Axes are aligned from the last one; a missing axis, or one of extent 1, is repeated.
 What is the cotangent of something that was repeated?

 Write the repetition as an operation of its own: $y_{ij} = b_j$ for every row $i$. Then
 $\partial y_{ij} / \partial b_k$ is 1 when $j = k$, whatever $i$ is. In the chain rule the sum runs
 over all outputs $(i, j)$; the factor leaves those with $j = k$.

 $$
 \bar b_k = \sum_{i} \sum_{j} g_{ij} \frac{\partial y_{ij}}{\partial b_k} = \sum_i g_{ik} \tag{tensor-broadcast}
 $$

 The transpose of repeating is adding up. The tape undoes broadcasting in one place, for every
 operation, so that no backward function below has to speak of it.

 **Product.** For $z_i = x_i y_i$, the derivative by $x_i$ is $y_i$ and the derivative by $y_i$ is
 $x_i$. All others are zero: the Jacobians are diagonal, and the transpose of a diagonal matrix is
 itself.

 $$
 z = x \odot y: \quad \bar x = g \odot y, \quad \bar y = g \odot x \tag{tensor-product}
 $$

 **Quotient.** For $z_i = x_i / y_i$ the derivative by $x_i$ is $1 / y_i$. By $y_i$ it is the
 derivative of $x_i y_i^{-1}$, with $x_i$ held fixed, by the power rule: $-x_i y_i^{-2}$.

 $$
 z_i = \frac{x_i}{y_i}: \quad \bar x_i = \frac{g_i}{y_i}, \quad \bar y_i = -\frac{g_i x_i}{y_i^2} \tag{tensor-quotient}
 $$
 */
page.section("1.3 Arithmetic and broadcasting")

let bias = Tensor<Double>([10, 20, 30])
let (_, (ofX, ofBias)) = valueAndGradient(at: x, bias) { x, bias in (x * (x + bias)).sum() }
page.say("f(x, b) = Σ x (x + b) with x of shape \(x.shape) and b of shape \(bias.shape)")
page.say("by x, 2x + b:\n\(ofX)")
page.say("by b, the sum of x over rows: \(ofBias)")
/*:
 ## 1.4 Functions of one number

 A function applied to each element has a diagonal Jacobian, so its backward function multiplies
 $g_i$ by $f'(x_i)$. Only the derivative remains to be found.

 **Exponential.** It is its own derivative, which the forward pass has already computed.

 $$
 y = e^x: \quad \bar x = g e^x = g y \tag{tensor-exp}
 $$

 **Logarithm.** Let $x \gt 0$. The logarithm is the inverse of the exponential, and the inverse of a
 differentiable function is differentiable wherever that function's slope is not zero. So both sides
 of $e^{y} = x$ may be differentiated by $x$: $e^y y' = 1$, and $y' = e^{-y} = 1/x$.

 $$
 y = \log x: \quad \bar x = \frac{g}{x} \tag{tensor-log}
 $$

 **Square.** $(x + h)^2 - x^2 = 2xh + h^2$; divide by $h$ and let it go to zero.

 $$
 y = x^2: \quad \bar x = 2 g x \tag{tensor-square}
 $$

 **Square root.** Let $x \gt 0$. Again an inverse: differentiate both sides of $y^2 = x$, which
 gives $2 y y' = 1$.

 $$
 y = \sqrt x: \quad \bar x = \frac{g}{2 \sqrt x} = \frac{g}{2 y} \tag{tensor-sqrt}
 $$

 **Hyperbolic tangent.** By definition $\tanh x = s / c$ with $s = (e^x - e^{-x}) / 2$ and
 $c = (e^x + e^{-x}) / 2$. Differentiating these two, $s' = c$ and $c' = s$. The quotient rule gives

 $$
 \tanh' x = \frac{s' c - s c'}{c^2} = \frac{c^2 - s^2}{c^2} = 1 - \frac{s^2}{c^2}
 $$

 and the last fraction is $\tanh^2 x$.

 $$
 y = \tanh x: \quad \bar x = g (1 - \tanh^2 x) = g (1 - y^2) \tag{tensor-tanh}
 $$

 **Logistic function.** $\sigma(x) = 1 / (1 + e^{-x})$ turns a number into a probability. By the
 chain rule, the derivative of $u^{-1}$ being $-u^{-2}$ and that of $u = 1 + e^{-x}$ being
 $-e^{-x}$,

 $$
 \sigma'(x) = \frac{e^{-x}}{(1 + e^{-x})^2} = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}
 $$

 The second factor is $1 - \sigma(x)$, since the two numerators 1 and $e^{-x}$ add up to the
 denominator.

 $$
 y = \sigma(x): \quad \bar x = g \sigma(x) (1 - \sigma(x)) = g y (1 - y) \tag{tensor-sigmoid}
 $$

 **Softplus.** For $\log(1 + e^x)$ the chain rule gives $e^x / (1 + e^x)$. Divide above and below by
 $e^x$: that is $1 / (e^{-x} + 1)$.

 $$
 y = \log(1 + e^x): \quad \bar x = g \sigma(x) \tag{tensor-softplus}
 $$

 **Rectifier**, also called ReLU. $\mathrm{relu}(x) = \max(x, 0)$ is $x$ for positive $x$ and 0 for
 negative, with slopes 1 and 0. At 0 the two slopes meet and there is no derivative; the convention
 is 0.

 $$
 y = \max(x, 0): \quad \bar x = g \quad \text{where } x \gt 0, \text{ else } 0 \tag{tensor-relu}
 $$

 **Absolute value.** It is $x$ or $-x$, with slopes 1 and $-1$: the sign of $x$, with
 $\mathrm{sign}(0) = 1$ here.

 $$
 y = \vert x \vert: \quad \bar x = g \thinspace \mathrm{sign}(x) \tag{tensor-absolute}
 $$

 **Sine and cosine.** From calculus, $\sin' = \cos$ and $\cos' = -\sin$.

 $$
 y = \sin x: \quad \bar x = g \cos x \tag{tensor-sine}
 $$

 $$
 y = \cos x: \quad \bar x = -g \sin x \tag{tensor-cosine}
 $$

 With $g = 1$ the tape gives the slopes themselves. Here they are for the four functions that
 networks are made of, far to the left, in the middle and far to the right.
 */
page.section("1.4 Functions of one number")

let places = Tensor<Double>([-6, -1, 0, 1, 6])
let activations: [(Tensor<Double>) -> Tensor<Double>] = [
  { tanh($0) }, { sigmoid($0) }, { softplus($0) }, { relu($0) },
]
let slopes = activations.map { f in valueAndGradient(at: places) { f($0).sum() }.gradient }
page.table(
  ["x", "slope of tanh", "of σ", "of softplus", "of the rectifier"],
  (0..<places.count).map { i in
    [fixed(places[i], 0)] + slopes.map { fixed($0[i], 6) }
  })
/*:
 The slopes of $\tanh$ and $\sigma$ fade at both ends, so that hardly any cotangent gets through
 there. That of the softplus is $\sigma$, a smooth version of the rectifier's step.

 ## 1.5 Sums, and the logarithm of a sum of exponentials

 **Sum.** For $s = \sum_j x_j$ every $\partial s / \partial x_j$ is 1: each element receives the
 whole of $g$, not a share of it. The transpose of adding up is repeating. A mean is a sum divided
 by the number of elements $n$, so that its backward function divides by $n$ too. A sum over one
 axis is one such sum for each of the other indices.

 $$
 s_i = \sum_j x_{ij}: \quad \bar x_{ij} = g_i \tag{tensor-sum}
 $$

 **Log-sum-exp.** Probabilities are kept as logarithms, and adding probabilities then means
 $y = \log \sum_j e^{x_j}$. Computed as written, it overflows as soon as an $x_j$ exceeds the
 logarithm of the largest number there is. Take the largest element $m$ out of the sum:
 $e^{x_j} = e^m e^{x_j - m}$, so

 $$
 y = \log \left( e^m \sum_j e^{x_j - m} \right) = m + \log \sum_j e^{x_j - m}
 $$

 Now no exponent is positive and one of them is 0, so that nothing overflows and the logarithm's
 argument is at least 1. For the derivative use the first form. The outer logarithm gives one over
 the sum, the inner function gives $e^{x_j}$:

 $$
 y = \log \sum_k e^{x_k}: \quad \bar x_j = g \frac{e^{x_j}}{\sum_k e^{x_k}} = g e^{x_j - y} \tag{tensor-log-sum-exp}
 $$

 The fraction is the *softmax* of $x$: positive numbers that add up to 1.
 */
page.section("1.5 Sums, and the logarithm of a sum of exponentials")

let large = Tensor<Double>([1000, 1001, 998])
let (logSum, softmax) = valueAndGradient(at: large) { $0.logSumExp(axis: 0) }
page.say("the logarithm of the largest Double: \(fixed(Double.log(.greatestFiniteMagnitude), 6))")
page.say("log Σ exp of \(large), as written: \(log(exp(large).sum()))")
page.say("with the largest taken out: \(fixed(logSum.scalar, 6))")
page.say(
  "its gradient, the softmax: \(softmax.scalars.map { fixed($0, 6) }.joined(separator: ", ")); sum "
    + fixed(softmax.sum().scalar, 6))
/*:
 As written it is infinite, with the largest taken out it is not. The gradient adds up to 1: if
 every $x_j$ grows by $\delta$, so does $y$.

 ## 1.6 Moving elements

 Reshaping, transposing, slicing and joining compute nothing: every output element is a copy of one
 input element. Say that output $i$ is a copy of input $s(i)$. Then $\partial y_i / \partial x_j$ is
 1 when $j = s(i)$ and 0 otherwise. The chain rule collects, for each input, the cotangents of its
 copies:

 $$
 y_i = x_{s(i)}: \quad \bar x_j = \sum_{i: s(i) = j} g_i \tag{tensor-move}
 $$

 When no input is copied twice, the sum has one term or none: each cotangent goes back to where its
 element came from, and an element that was left out gets zero. So the transpose's backward function
 transposes, that of a slice puts $g$ between zeros, and that of joining cuts $g$ apart.

 **Gather.** Rows of a matrix are picked by number, some more than once. Let row $n$ of the output
 be row $k_n$ of $X$. Written with a matrix $P$ that has a single 1 in each row, at column $k_n$, it
 is $Y = P X$, and the cotangent is $P^\top g$. Row $k$ of $P^\top g$ is the sum of those rows of
 $g$ that came from row $k$.

 $$
 Y = P X: \quad \bar X = P^\top g \tag{tensor-gather}
 $$
 */
page.section("1.6 Moving elements")

let table = Tensor<Double>([3, 2], [1, 2, 3, 4, 5, 6])
let ofTable = valueAndGradient(at: table) { $0.rows(at: [2, 0, 2]).sum() }.gradient
page.say("rows 2, 0 and 2 of a table, added up: the table's gradient is\n\(ofTable)")
/*:
 Row 2 was used twice and has 2s, row 1 was not used and has zeros.

 ## 1.7 The matrix product

 What are the backward functions of $C = X Y$, with $X$ of shape $[m, k]$, $Y$ of shape $[k, n]$ and
 $C$ of shape $[m, n]$? By indices,

 $$
 C_{ij} = \sum_p X_{ip} Y_{pj}
 $$

 Which elements of $C$ does $X_{ab}$ enter? Row $a$, all columns $j$, each time with the factor
 $Y_{bj}$. So

 $$
 \bar X_{ab} = \sum_{i} \sum_{j} g_{ij} \frac{\partial C_{ij}}{\partial X_{ab}} = \sum_j g_{aj} Y_{bj}
 $$

 The sum runs over the second index of both $g$ and $Y$. To write it as a matrix product, which sums
 over the second index of the first factor and the first index of the second, transpose $Y$:
 $\bar X = g Y^\top$. Likewise $Y_{ab}$ enters column $b$ of $C$, in every row $i$, with the factor
 $X_{ia}$, so that $\bar Y_{ab} = \sum_i X_{ia} g_{ib}$, a sum over the first index of both:
 transpose $X$.

 $$
 C = X Y: \quad \bar X = g Y^\top, \quad \bar Y = X^\top g \tag{tensor-matmul}
 $$

 Shapes are a first check: $g Y^\top$ is $[m, n] [n, k] = [m, k]$, as $X$ is. They prove nothing for
 square matrices, where $g Y$ has the right shape too and is wrong.

 A layer of a network computes $C = X W + b$, one row for each datum, with the same vector $b$ added to
 every row. Adding passes $g$ on to both sides, the sum over the rows to $b$ because $b$ was repeated for
 them (*tensor-broadcast*); the product passes on what *tensor-matmul* says:

 $$
 C = X W + b: \quad \bar X = g W^\top, \quad \bar W = X^\top g, \quad \bar b_j = \sum_i g_{ij}
 \tag{tensor-affine}
 $$

 The function does in one pass over $C$ what the product and the sum do in two. With `rectified` it also
 replaces negative elements of $C$ by 0, as `relu` does; $g$ is then 0 where $C$ is.

 The tape's version of each formula is now tried, with a random cotangent. The right column is the
 report of a check, which sections 1.9 to 1.13 explain.
 */
page.section("1.7 The matrix product")

let point: Tensor<Double> = random.normal([2, 3])
let away = abs(point) + 0.5
let bothSigns = Tensor<Double>([2, 3], [-1.5, 0.7, -0.6, 2, -0.9, 1.2])
let operations: [(String, Tensor<Double>, (Tensor<Double>) -> Tensor<Double>)] = [
  ("tensor-add", point, { $0 + 3 - $0 * $0 }),
  ("tensor-broadcast", Tensor([0.3, -1.2, 2.1]), { x * $0 }),
  ("tensor-product", point, { $0 * (x + $0) }), ("tensor-quotient", away, { (x + $0) / $0 }),
  ("tensor-exp", point, { exp($0) }), ("tensor-log", away, { log($0) }),
  ("tensor-square", point, { square($0) }), ("tensor-sqrt", away, { sqrt($0) }),
  ("tensor-tanh", point, { tanh($0) }), ("tensor-sigmoid", point, { sigmoid($0) }),
  ("tensor-softplus", point, { softplus($0) }), ("tensor-relu", bothSigns, { relu($0) }),
  ("tensor-absolute", bothSigns, { abs($0) }), ("tensor-sine", point, { sin($0) }),
  ("tensor-cosine", point, { cos($0) }), ("tensor-sum", point, { $0.sum(axis: 0) }),
  ("tensor-log-sum-exp", point, { $0.logSumExp(axis: 1) }),
  ("tensor-move", point, { $0.transposed().sliced(axis: 0, 1..<3) }),
  ("tensor-gather", point, { $0.rows(at: [1, 0, 1]) }),
  ("tensor-matmul", point, { matmul($0, $0, transposingSecond: true) }),
  ("tensor-affine", point, { affine(x, $0.transposed(), $0.sum(axis: 1)) }),
]
page.table(
  ["operation", "holds", "what the check measured"],
  operations.map { name, point, operation in
    let check = Check.vectorJacobianProduct(name, at: point, of: operation)
    return [name, check.passes ? "yes" : "no", check.measured]
  })
/*:
 ## 1.8 A gradient by hand: softmax regression

 The rules compose. Softmax regression assigns one of $K$ classes to each datum: the logits of datum
 $n$ are row $n$ of $\ell = X W$, and the probability of class $j$ is the softmax
 $p_{nj} = e^{\ell_{nj}} / \sum_k e^{\ell_{nk}}$. The loss is minus the log-probability of the right
 class $y_n$, in *nats*, the unit of the natural logarithm, as the mean over the $B$ data:

 $$
 L(W) = \frac1B \sum_n \left( \log \sum_k e^{\ell_{nk}} - \ell_{n y_n} \right) \tag{softmax-regression-loss}
 $$

 Go backwards. The mean gives each datum $1/B$. The first term gives $\ell_{nj}$ the cotangent
 $p_{nj} / B$, by the rule for log-sum-exp. The second term is a gather: $-1/B$ at column $y_n$,
 zero elsewhere; that is $-Y_{nj} / B$, where row $n$ of $Y$ has its only 1 at $y_n$.
 So the cotangent of the logits is $(p - Y) / B$, and the rule for the matrix product takes it to
 $W$:

 $$
 \nabla_W L = \frac1B X^\top (p - Y) \tag{softmax-regression-gradient}
 $$
 */
page.section("1.8 A gradient by hand: softmax regression")

let inputs: Tensor<Double> = random.normal([20, 5])
let labels = (0..<20).map { _ in random.integer(below: 3) }
let weights: Tensor<Double> = random.normal([5, 3])
let loss = { (w: Tensor<Double>) in
  softmaxRegressionLoss(weights: w, inputs: inputs, labels: labels)
}
let byHand = softmaxRegressionGradient(weights: weights, inputs: inputs, labels: labels)
let (value, byTape) = valueAndGradient(at: weights, of: loss)
page.say("loss \(fixed(value.scalar, 6)) nats, gradient of shape \(byTape.shape)")
page.say(
  "largest difference, by hand against the tape: \(scientific(abs(byHand - byTape).max(), 1))")
/*:
 ## 1.9 Finite differences

 The tape and the derivation could share a misunderstanding. An independent witness knows nothing of
 the formula and only evaluates $f$. How well can values of $f$ tell its derivative?

 Taylor's theorem with the remainder in Lagrange's form: if $f$ has a continuous second derivative,
 then

 $$
 f(x + h) = f(x) + h f'(x) + \frac{h^2}{2} f''(\xi) \quad \text{for some } \xi \text{ between } x \text{ and } x + h
 $$

 Subtract $f(x)$ and divide by $h$. The *forward difference* misses the derivative by a term of
 first order in $h$:

 $$
 \frac{f(x + h) - f(x)}{h} = f'(x) + \frac{h}{2} f''(\xi) \tag{forward-difference-error}
 $$

 Two values placed symmetrically do better, if $f$ has three continuous derivatives. Expand one
 order further, on both sides:

 $$
 f(x \pm h) = f(x) \pm h f'(x) + \frac{h^2}{2} f''(x) \pm \frac{h^3}{6} f'''(\xi_{\pm})
 $$

 In the difference $f(x + h) - f(x - h)$ all even terms cancel; what stays is
 $2 h f'(x) + \frac{h^3}{6} (f'''(\xi_{+}) + f'''(\xi_{-}))$. The mean of two values of a continuous
 function is again one of its values, at some $\xi$ between, so that the parenthesis is
 $2 f'''(\xi)$. Divide by $2h$; this is the *central difference*:

 $$
 \frac{f(x + h) - f(x - h)}{2h} = f'(x) + \frac{h^2}{6} f'''(\xi) \tag{central-difference-error}
 $$

 A combination of two steps removes the next term too; the idea is Richardson's (1911). Let $D(h)$
 be the central difference, and let $f$ have seven continuous derivatives. With one more odd term
 its expansion reads

 $$
 D(h) = f' + \frac{h^2}{6} f''' + \frac{h^4}{120} f^{(5)} + O(h^6)
 $$

 because only odd powers of $h$ survive in the numerator, and $5! = 120$. In $D(2h)$ the second term
 is four times as large, the third sixteen times. So $4 D(h) - D(2h)$ has no second term; it holds
 $4 - 1 = 3$ times $f'$, and $(4 - 16) / 120 = -1/10$ times $h^4 f^{(5)}$. Divide by 3:

 $$
 \frac{4 D(h) - D(2h)}{3} = f'(x) - \frac{h^4}{30} f^{(5)}(x) + O(h^6) \tag{fourth-order-difference-error}
 $$

 Written out, this is $(8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / (12 h)$: four values
 of $f$, and an error of fourth order.
 */
page.section("1.9 Finite differences")

let rules = DifferenceRule.allCases
page.table(
  ["h"] + rules.map(\.rawValue),
  [3, 4, 5].map { k in
    let h = 1 / Double(1 << k)
    let errors = rules.map { $0.quotient(at: 1, step: h) { Double.exp($0) } - Double.exp(1) }
    return ["1/\(1 << k)"] + errors.map { scientific($0, 2) }
  }, caption: "Error of three difference quotients of exp at 1")
/*:
 From row to row the step halves, and the three errors fall by factors of about 2, 4 and 16. Their
 signs are those of the formulas: plus, plus, minus.

 ## 1.10 Rounding, and the best step

 By these formulas, a smaller $h$ is always better. The machine disagrees. It holds $f(x)$ with a
 relative error: the stored value is $f(x) (1 + \delta)$ with $\vert \delta \vert$ of the order of
 $\varepsilon$, the spacing of the numbers near 1 ($2^{-23}$ in `Float`, $2^{-52}$ in `Double`).
 Subtracting two nearly equal numbers is itself exact (if neither is more than twice the other:
 Goldberg 1991). But it leaves a small result that carries the errors of the two large ones, and
 dividing by $h$ magnifies them. In the forward difference each of two values contributes about
 $\varepsilon \vert f \vert / h$. If all contributions have the same sign, the rounding error is
 about $r \varepsilon \vert f \vert / h$, where $r$ adds up the sizes of the weights:
 $r = 1 + 1 = 2$ for the forward difference, $\frac12 + \frac12 = 1$ for the central one, and
 $(8 + 8 + 1 + 1) / 12 = \frac32$ for the one of fourth order.

 So two errors oppose each other. Let the truncation error be $c h^p M$, where $p$ is the order, $c$
 the constant ($\frac12$, $\frac16$, $\frac1{30}$), $M$ the size of the derivative of order $p + 1$
 and $F$ that of $f$, both taken as constant near $x$. An estimate of the largest error is

 $$
 E(h) = c h^p M + \frac{r \varepsilon F}{h}
 $$

 Where is it least? Set its derivative to zero: $p c h^{p-1} M - r \varepsilon F / h^2 = 0$.
 Multiply by $h^2$ and solve for $h$. For positive $h$ both terms of $E$ are convex, the second
 strictly, so this is the only minimum.

 $$
 h^{\ast} = \left( \frac{r \varepsilon F}{p c M} \right)^{1/(p+1)} \tag{optimal-step}
 $$

 For functions of ordinary size the best step is therefore about $\varepsilon^{1/2}$,
 $\varepsilon^{1/3}$ and $\varepsilon^{1/5}$. What is the error there? At $h^{\ast}$ the condition
 above says that $r \varepsilon F / h$ equals $p c h^p M$; put it into $E$:

 $$
 E(h^{\ast}) = c h^p M + p c h^p M = (p + 1) c M {h^{\ast}}^p \tag{least-error}
 $$

 It grows as $\varepsilon^{p/(p+1)}$: half of the digits are lost to the forward difference, a third
 to the central one, a fifth to the one of fourth order. And $h^{\ast}$ depends on the function. A
 large value makes for more rounding, and moves the best step to the right:
 */
page.section("1.10 Rounding, and the best step")

page.table(
  ["rule", "p", "c", "r", "h* in Double, F = M", "F = 10,000 M"],
  rules.map { rule in
    [rule.rawValue, "\(rule.order)", fixed(rule.truncation, 4), fixed(rule.rounding, 1)]
      + [1, 10_000].map {
        scientific(rule.optimalStep(epsilon: .ulpOfOne, value: $0, derivative: 1), 1)
      }
  })
/*:
 ## 1.11 The V, measured

 The function $e^x$ makes a clean experiment, since all its derivatives are $e^x$ too: relative to
 $f'$, both $F$ and $M$ are 1 at every point. The program differentiates it at 64 points between 1
 and 2, with steps $h = 2^{-1}, 2^{-2}, \ldots$, in `Float` and in `Double`, and takes the root mean
 square of the relative errors.
 */
page.section("1.11 The V, measured")

let single = rules.map { exponentialSweep($0, as: Float.self) }
let double = rules.map { exponentialSweep($0, as: Double.self) }
let types = [("Float", single), ("Double", double)]
page.table(
  [
    "type", "rule", "best step, theory", "measured", "least error, estimate", "measured",
    "right slope", "left slope",
  ],
  types.flatMap { name, sweeps in
    sweeps.map { sweep in
      [
        name, sweep.rule.rawValue, scientific(sweep.predictedStep, 1),
        scientific(sweep.bestStep, 1), scientific(sweep.predictedError, 1),
        scientific(sweep.leastError, 1), fixed(sweep.truncationSlope, 2),
        fixed(sweep.roundingSlope, 2),
      ]
    }
  })
page.figure(
  Panels(
    title: "Error of the derivative of eˣ against the step",
    description: """
      Two log-log charts, Float and Double. In each, the error of the forward, central and \
      fourth-order difference falls as the step shrinks, with slopes 1, 2 and 4, then grows again \
      with slope minus 1. Measured points lie on the dashed estimates on the right, slightly above \
      them at the largest steps, and about five times below them on the left.
      """,
    figures: types.map { name, sweeps in
      LineChart(
        title: name, x: Axis("step h", scale: .log, range: sweeps[0].steps.last!...0.5),
        y: Axis("relative error", scale: .log, range: sweeps.map(\.leastError).min()! / 4...1),
        series: sweeps.enumerated().map { i, sweep in
          Series("", x: sweep.steps, y: sweep.estimates, style: .dashed, color: i)
        }
          + sweeps.enumerated().map { i, sweep in
            Series(
              sweep.rule.rawValue, x: sweep.steps, y: sweep.errors, style: .linePoints, color: i)
          })
    }, rowHeight: 420), "difference-error",
  caption: "Truncation on the right of each V, rounding on the left; the estimates are dashed")
/*:
 Read each curve from the right. As $h$ shrinks, the error falls along a line of slope 1, 2 or 4:
 truncation. Then it turns and climbs with slope $-1$: rounding. The dashed lines are $E(h)$;
 nothing was fitted to the points. At the largest steps the points lie a little above, where the
 derivative of order $p + 1$ is not constant over the step. On the left they lie below the estimate,
 since rounding errors are rarely all as large as they can be and partly cancel. The right slopes of
 the table are the orders, the left ones all near $-1$, and the best steps come within a small
 factor of $h^{\ast}$.

 Two rules follow. Check gradients in `Double`: the least error that `Float` reaches, with the best
 rule and the best step, is larger than that of the simplest rule in `Double`. And use the
 fourth-order rule with a step that is not tiny. `Check.gradient` takes $h = 2^{-10}$, the step at
 which the table has the fourth-order rule's least error in `Double`.

 ## 1.12 The Taylor remainder

 A difference quotient comes with a tolerance: how large an error is an error? A second test looks
 at how the error falls with $h$, not at how large it is.

 Let $f$ be a function of many numbers with three continuous derivatives, $g$ a claimed gradient,
 $v$ a direction. Here $g$ is a claim, not a cotangent, and $\nabla^2 f$ is the matrix of second
 derivatives.

 Taylor's theorem along the line $x + h v$ says
 $f(x + hv) = f(x) + h \langle \nabla f(x), v \rangle + \frac{h^2}{2} v^\top \nabla^2 f(x) v + O(h^3)$.
 Subtract from $f(x + hv)$ what the claim predicts, $f(x) + h \langle g, v \rangle$:

 $$
 R(h) = h \langle \nabla f - g, v \rangle + \frac{h^2}{2} v^\top \nabla^2 f \thinspace v + O(h^3) \tag{taylor-remainder}
 $$

 If $g$ is right, the first term vanishes for every $v$, and, unless $v^\top \nabla^2 f v = 0$,
 halving a small $h$ divides $R$ by about four. On logarithmic axes that is a line of slope 2. If
 $g$ is wrong, a random $v$ has $\langle \nabla f - g, v \rangle \ne 0$ with probability 1; the
 first term outlives the second as $h$ falls, and the slope becomes 1. The test reads a slope, not a
 size, so the scale of $f$ does not enter. `Check` asks for at least 1.9; any threshold between 1 and
 2 would serve.

 The program does this for softmax regression: with the gradient derived above, with its largest
 coordinate off by a hundredth, and with the labels' term dropped.
 */
page.section("1.12 The Taylor remainder")

let direction: Tensor<Double> = random.normal(weights.shape)
let steps = (1...20).map { 1 / Double(1 << $0) }
let place = abs(byHand).reshaped([byHand.count]).argMax()[0]
var nudged = byHand
nudged[place / 3, place % 3] *= 1.01
let probabilities = exp(
  matmul(inputs, weights) - matmul(inputs, weights).logSumExp(axis: 1).expanded(axis: 1))
let unlabelled = matmul(inputs, probabilities, transposingFirst: true) / Double(labels.count)
let claims = [
  ("right", byHand), ("largest off by 1 %", nudged), ("labels dropped", unlabelled),
]
let remainders = claims.map { name, gradient in
  let values = taylorRemainders(
    at: weights, along: direction, gradient: gradient, steps: steps, of: loss)
  return (name, sizes: values.map { Swift.abs($0) })
}
page.table(
  ["gradient", "R(2⁻⁴)", "R(2⁻⁵)", "R(2⁻¹⁹)", "R(2⁻²⁰)"] + ["slope, h ≥ 2⁻¹⁰", "h ≤ 2⁻¹⁵"],
  remainders.map { name, sizes in
    [name] + [3, 4, 18, 19].map { scientific(sizes[$0], 2) } + [
      fixed(logLogSlope(Array(steps[..<10]), Array(sizes[..<10])), 2),
      fixed(logLogSlope(Array(steps[14...]), Array(sizes[14...])), 2),
    ]
  }, caption: "The size of the remainder for some steps, and its slope over large and small ones")
page.figure(
  LineChart(
    title: "Taylor remainder of the loss against the step",
    description: """
      A log-log chart. The remainder of the right gradient falls with slope 2 over the whole range. \
      That of a gradient without the labels soon falls with slope 1. That of a gradient whose \
      largest coordinate is off by one per cent begins with slope 2 and bends to slope 1.
      """,
    x: Axis("step h", scale: .log), y: Axis("|R(h)|", scale: .log),
    series: remainders.map { Series($0.0, x: steps, y: $0.sizes, style: .linePoints) }),
  "taylor-remainder", caption: "Slope 2 for a right gradient; a wrong one bends to slope 1")
/*:
 The right gradient keeps slope 2 all the way down. The gross error reaches slope 1 once its term
 outweighs the second-order one. The error of one per cent in a single coordinate hides behind the
 second-order term at large $h$ and comes out as $h$ falls; where the two terms are of one size and
 opposite signs, the remainder dips. That is why the slope in `Check.gradient` is taken over small
 steps, $2^{-8}$ to $2^{-14}$. An error too small to bend the line by $2^{-14}$ passes this test;
 the comparison of coordinates catches it.

 ## 1.13 Reading a check

 `Check.gradient` puts all of this together. For a function, a claimed gradient and a point it

 1. compares every coordinate with the difference of fourth order,
 2. measures the slope of the Taylor remainder,
 3. compares the claim with reverse mode,
 4. repeats the first comparison with planted errors, each of which must fail.

 A check that could not fail proves nothing, so the last point is part of every check in this book.
 Three errors are planted always (a sign, a factor of 2, one coordinate off by a
 hundred-thousandth); each formula adds its own.

 How large may a difference be? An absolute limit means nothing without the gradient's size, so the
 error is taken relative to the larger of the claimed and the measured number, and may be $10^{-7}$.
 There is one catch. A coordinate may be exactly or nearly zero, and then rounding alone makes its
 relative error large. What rounding leaves is about $\frac32 \varepsilon F / h$. For all
 coordinates with $\vert x_j \vert \le 1$ this is the same, whatever their derivatives are; for
 larger ones the step grows with $x_j$, and it is less. So the scale has a floor: a derivative
 smaller than a thousandth of the largest is judged as if it had that size. The program prints how
 small that rounding is, for $F = 1$. If the largest derivative is 1, the floor allows $10^{-10}$.

 Here is a check that passes, and one of a gradient with a wrong sign.
 */
page.section("1.13 Reading a check")

let rounding = DifferenceRule.fourthOrder.errorEstimate(
  step: 0x1p-10, epsilon: .ulpOfOne, value: 1, derivative: 0)
page.say("rounding in the difference of fourth order: \(scientific(rounding, 1))\n")
let good = Check.gradient(
  "softmax-regression-gradient", at: weights, of: loss,
  claim: { softmaxRegressionGradient(weights: $0, inputs: inputs, labels: labels) },
  planted: ["labels dropped": { _ in unlabelled }])
page.say("\(good)")
let bad = Check.gradient(
  "a gradient with a wrong sign", at: weights, of: loss,
  claim: { -softmaxRegressionGradient(weights: $0, inputs: inputs, labels: labels) }, planted: [:])
page.say("\n\(bad)")
/*:
 The first line of a report names the equation and says how many coordinates were tried, the worst
 relative error, the slope (or "linear", when the function has no second-order term along $v$), the
 distance from reverse mode, and how many planted errors were caught. Each further line is a
 failure: the place, the two numbers and their ratio. (In the second report the planted sign is not
 caught, because it undoes the claim's own.) The ratio often tells the mistake, and the report names
 the usual ones. A ratio of 0 is a coordinate that receives nothing. A term dropped from a sum gives
 some other ratio, which says only that a part of the formula is off.
 */
page.table(
  ["claim", "what the check says of its worst coordinate"],
  [
    ("twice the gradient", 2 * byHand), ("half the gradient", byHand / 2),
    ("zero", .zeros(byHand.shape)), ("minus twice the gradient", -2 * byHand),
    ("1.0001 times the gradient", 1.0001 * byHand), ("labels dropped", unlabelled),
  ].map { name, claim in
    let check = Check.gradient(name, at: weights, of: loss, claim: { _ in claim }, planted: [:])
    return [name, check.failures.first ?? "passes"]
  })
/*:
 ## Common mistakes

 **A step that is too small.** "Smaller is more accurate" is wrong to the left of the V. At
 $h = 2^{-50}$ the forward difference of $e^x$ at 1 has hardly a correct digit. At $h = 2^{-53}$ the
 sum $1 + h$ is 1, and the quotient is 0.
 */
page.section("Common mistakes")

let e = Double.exp(1)
page.table(
  ["h", "forward difference of exp at 1", "relative error"],
  [-13, -27, -40, -50, -53].map { k in
    let h = Double(sign: .plus, exponent: k, significand: 1)
    let slope = forwardDifference(at: 1, step: h) { Double.exp($0) }
    return ["2^\(k)", fixed(slope, 12), scientific(slope / e - 1, 1)]
  }, caption: "A step that is too small")
/*:
 **A step that the point cannot take.** The number $1 + h$ is rounded too. With $h = 10^{-9}$ the
 step really taken differs from $h$, and the quotient divides by the wrong one. A power of two is
 taken exactly here, since 1 and $h$ are both multiples of the spacing of numbers near $1 + h$. At
 other points the step is rounded too; at $h = 2^{-10} \vert x \vert$ that is far below $10^{-7}$.
 */
let wanted = 1e-9
let taken = (1 + wanted) - 1
let (power, exactly) = (0x1p-30, (1 + 0x1p-30) - 1)
page.say("step 1e-9 at 1: relative error of the step taken \(scientific(taken / wanted - 1, 1))")
page.say("step 2⁻³⁰ at 1: relative error of the step taken \(scientific(exactly / power - 1, 1))")
/*:
 **Trusting the floor too far.** The relative test has an end as well. A coordinate that is
 $10^{-11}$ of the largest is below what the floor lets differences see: when both are checked
 together, no coordinate fails although the claim for the small one is zero. Only the comparison
 with reverse mode still notices. Check such parameters apart from the large ones, and the
 coordinate fails, as it should.
 */
let ends = Tensor<Double>([1, 1])
let together = Check.gradient(
  "both together", at: ends,
  of: { x in (Tensor([1, 1e-11]) * square(x) / 2).sum() },
  claim: { Tensor([$0[0], 0]) }, planted: [:])
let apart = Check.gradient(
  "apart", at: Tensor<Double>([1]), of: { (1e-11 * square($0) / 2).sum() },
  claim: { 0 * $0 }, planted: [:])
page.say("together: \(together.failures[0])")
page.say("apart: \(apart.failures[0])")
/*:
 **Checking at a kink.** At 0 the rectifier has no derivative. Reverse mode gives 0 by convention,
 the central difference the mean of the two slopes. Neither is wrong; the question was. Check at
 points that lie further from any kink than $2h$.
 */
let kink = centralDifference(at: 0.0, step: 0x1p-10) { Swift.max($0, 0) }
let convention = valueAndGradient(at: Tensor<Double>(0)) { relu($0) }.gradient
page.say("relu at 0: central difference \(kink), reverse mode \(convention)")
/*:
 **Summing outputs.** To check a function with many outputs, its outputs must become one number, and
 the plain sum is a bad choice: errors of different outputs can cancel. A softmax adds up to 1
 whatever its input, so that the right gradient of the sum is zero. A backward function that always
 returns zero would pass. A random cotangent weighs the outputs differently, and the same claim
 fails.
 */
let logits = Tensor<Double>([0.3, -1.2, 2.1])
let softmaxOf = { (x: Tensor<Double>) in exp(x - x.logSumExp(axis: 0)) }
let ofSum = Check.differences(at: logits) { softmaxOf($0).sum().scalar }
let weighed = Check.vectorJacobianProduct(
  "a softmax whose gradient is claimed to be zero", at: logits, of: softmaxOf,
  vjp: { x, _ in 0 * x })
page.say(
  "gradient of the plain sum: at most \(scientific(Tensor(ofSum.map { Swift.abs($0) }).max(), 1))")
page.say("with a random cotangent: \(weighed.failures[0])")
/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 1`.

 1. **A new operation** (1 point). The function $x \sigma(x)$ is known as SiLU. Derive and implement
    its backward function.
 2. **Running sums** (1 point). For $y_i = x_1 + \ldots + x_i$ write down the Jacobian and its
    transpose, and implement the backward function. What does it do to the order of the elements?
 3. **Normalisation** (3 points). For $y = (x - m) / s$ with $m$ the mean and $s$ the standard
    deviation of the elements of $x$, derive $J^\top g$. Which two directions $g$ does it send to
    zero, and why?
 4. **Extrapolation** (3 points, pen and paper). From $D(h)$, $D(2h)$ and $D(4h)$ derive a rule of
    sixth order, its error, and what $r$ is.
 5. **A soft maximum** (3 points). For $y = T \log \sum_k e^{x_k / T}$ derive the gradient by $x$ and
    the derivative by $T$. Why is the latter never negative?

 Projects:

 6. **A second derivative.** Derive the error of $(f(x + h) - 2 f(x) + f(x - h)) / h^2$ as an
    approximation of $f''(x)$, its rounding error, and the best step, which is of order
    $\varepsilon^{1/4}$. Implement `secondDifference(at:step:of:)` and find the V.
 7. **Sixth order, measured.** Draw the V of exercise 4's rule beside those of section 1.11. How much
    better than the fourth order is the least error in `Double`?
 8. **The largest element.** `max(axis:)` is a constant here, so no gradient flows through it.
    Derive the backward function that it would have where the largest element is unique, implement
    `maximumBackward(_:_:)`, and show with a check what happens at a tie.

 ## Sources

 - Baur & Strassen 1983, *The complexity of partial derivatives*, doi:10.1016/0304-3975(83)90110-X:
   why one walk back suffices.
 - Griewank & Walther 2008, *Evaluating Derivatives*, 2nd edition, doi:10.1137/1.9780898717761.
 - Baydin, Pearlmutter, Radul & Siskind 2018, *Automatic differentiation in machine learning: a
   survey*, arXiv:1502.05767.
 - Goldberg 1991, *What every computer scientist should know about floating-point arithmetic*,
   doi:10.1145/103162.103163.
 - Richardson 1911, *The approximate arithmetical solution by finite differences of physical
   problems involving differential equations*, doi:10.1098/rsta.1911.0009: how two steps remove a
   term.
 - Fornberg 1988, *Generation of finite difference formulas on arbitrarily spaced grids*,
   doi:10.1090/S0025-5718-1988-0935077-0.
 - Farrell, Ham, Funke & Rognes 2013, *Automated derivation of the adjoint of high-level transient
   finite element programs*, arXiv:1204.5577: the Taylor remainder as a test of gradients.
 */
page.finish()
