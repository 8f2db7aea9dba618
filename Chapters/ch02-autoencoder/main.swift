/*:
 # 2 · Autoencoders

 A picture of a digit has 784 pixels. Most settings of 784 pixels are noise; digits are few among
 them. Can a digit be described by two numbers, or by sixteen, so well that it can be drawn again
 from them?

 After this chapter you can

 - derive back-propagation through a network with one hidden layer, by indices and by matrices, and
   check each step;
 - prove that a linear autoencoder finds the same subspace as principal component analysis, and say
   what of it is not determined;
 - measure the angle between two subspaces;
 - train a deep autoencoder on real digits, and compare it with the linear optimum;
 - say, with numbers, why decoding random codes does not give digits. The rest of the book answers
   that.
 */

import Autoencoder
import Datasets
import Notebook
import Plots
import Tensors
import Training

let page = Page(
  "ch02-autoencoder", "2 · Autoencoders",
  options: [.epochs(12, quick: 2), .seed, .quick, .figures])

/*:
 ## 2.1 Encoder, decoder, reconstruction error

 A datum $x$ is a row of $D$ numbers; for our digits $D = 784$, each a pixel from 0 (background) to
 1 (ink). An *encoder* maps it to a *code* $z$ of $d$ numbers, and a *decoder* maps the code to a
 *reconstruction* $r$ of $D$ numbers. The code is a bottleneck: $d$ is much smaller than $D$, so the
 copy cannot be exact for every $x$, and what the pair learns is which differences between digits
 are worth keeping.

 How good is a copy? For a batch of $B$ data $x_n$ with reconstructions $r_n$ we take the squared
 error, summed over pixels and averaged over data:

 $$
 L = \frac{1}{B} \sum_{n=1}^{B} \sum_{i=1}^{D} (r_{ni} - x_{ni})^2
 \tag{reconstruction-error}
 $$

 The mean over data makes batches of different sizes comparable. The sum over pixels is a choice,
 and the whole book keeps to it: chapter 6 reads such an error as minus a log-likelihood, up to
 constants, and the log-likelihood of independent pixels is a sum.

 Two errors to know before any training: what it costs to draw nothing, and what it costs to draw
 the mean of the training digits, whatever the datum. Any code at all should do better than the
 mean.
 */

let (images, test) = page.attempt { try ImageSource.digits.load() }
let training = page.isQuick ? images.subset(0..<1_000) : images
let digits: Tensor<Float> = training.tensor([Int](0..<training.count))
let heldOut: Tensor<Float> = test.tensor([Int](0..<test.count))
let meanDigit = digits.mean(axis: 0).expanded(axis: 0).broadcast(to: heldOut.shape)

page.section("2.1 Encoder, decoder, reconstruction error")
page.say("\(training.count) training digits, \(test.count) test digits, test error of")
page.say("  a black picture: \(fixed(Double(reconstructionError(heldOut, 0 * heldOut).scalar), 2))")
page.say("  the mean digit:  \(fixed(Double(reconstructionError(heldOut, meanDigit).scalar), 2))")

/*:
 ## 2.2 Back-propagation by hand

 The smallest autoencoder has one hidden layer, which is its code. In rows, one for each datum of a
 batch:

 $$
 a_1 = x W_1 + b_1, \qquad z = \tanh a_1, \qquad a_2 = z W_2 + b_2, \qquad r = a_2
 $$

 $W_1$ is $D \times d$ and $W_2$ is $d \times D$. The numbers $a_1$ and $a_2$ that enter a
 nonlinearity, or leave the network, are called *pre-activations*. How does $L$ change with each
 weight? Chapter 1 has the rules; here they are put together by hand, from the output back.

 **The output.** Let $\delta_2$ be the derivative of $L$ by the output's pre-activations; $\delta$
 is what chapter 1 calls a cotangent. Each $a_{2,ni}$ occurs in one term of $L$ only, the one of
 datum $n$ and pixel $i$, so there is nothing to sum:

 $$
 \delta_{2,ni} = \frac{\partial L}{\partial a_{2,ni}} = \frac{2}{B} (r_{ni} - x_{ni})
 \tag{backprop-output}
 $$

 **One layer back.** How does the code $z_{nj}$ act on $L$? It enters every pixel of its own datum,
 $a_{2,ni} = \sum_j z_{nj} W_{2,ji} + b_{2,i}$, and no other datum. The chain rule sums over all the
 ways from $z_{nj}$ to $L$, which are the pixels $i$:

 $$
 \begin{aligned}
 \frac{\partial L}{\partial z_{nj}}
 &= \sum_{i=1}^{D} \frac{\partial L}{\partial a_{2,ni}}
 \frac{\partial a_{2,ni}}{\partial z_{nj}} \cr
 &= \sum_{i=1}^{D} \delta_{2,ni} W_{2,ji}
 \end{aligned}
 $$

 The summed index $i$ is the second of both factors, so this is the matrix product
 $\delta_2 W_2^\top$, as in section 1.7: the transpose is not a trick to make shapes fit, it comes
 from the index.

 Each $z_{nj}$ depends on one pre-activation only, $z_{nj} = \tanh a_{1,nj}$, so one factor of the
 chain rule remains, and it multiplies element by element. The derivative of the hyperbolic tangent
 is $1 - \tanh^2$ (section 1.4), and $\tanh a_1$ is $z$, which is at hand:

 $$
 \delta_1 = \frac{\partial L}{\partial a_1} = (\delta_2 W_2^\top) \odot (1 - z^2)
 \tag{backprop-hidden}
 $$

 **The weights.** Take any layer $a = u W + b$ with input $u$, and let $\delta$ be the derivative of
 $L$ by $a$. The weight $W_{ji}$ enters $a_{ni} = \sum_j u_{nj} W_{ji} + b_i$ for every datum $n$,
 with the factor $u_{nj}$, and no other output $i$. The ways from the weight to $L$ are the data
 $n$:

 $$
 \frac{\partial L}{\partial W_{ji}} = \sum_{n=1}^{B} u_{nj} \delta_{ni},
 \qquad
 \frac{\partial L}{\partial b_i} = \sum_{n=1}^{B} \delta_{ni}
 $$

 The bias enters with the factor 1: it was broadcast over the batch. Now the summed index is the
 first of both factors, so that the input is transposed:

 $$
 \nabla_W L = u^\top \delta, \qquad \nabla_b L = \sum_{n=1}^{B} \delta_n
 \tag{backprop-weights}
 $$

 For the decoder $u = z$ and $\delta = \delta_2$; for the encoder $u = x$ and $\delta = \delta_1$.
 Both are sums over the batch; the mean is already in $\delta_2$, and taking it twice is a common
 error.

 `backpropagation` is these three equations in a row. On a batch of digits, with a code of 16
 numbers, compare it with reverse mode, which works out the same gradient by itself:
 */

var random = Random(seed: page.seed, stream: 1)
let batch = Tensor<Double>(digits.rows(at: [Int](0..<100)))
let twoLayers = TwoLayerAutoencoder<Double>(
  pixels: 784, code: 16, activation: .tanh, output: .squaredError, random: &random)
let byHand = twoLayers.backpropagation(batch).gradient
let byTape = valueAndGradient(at: twoLayers) { $0.loss(batch) }.gradient

page.section("2.2 Back-propagation by hand")
page.table(
  ["parameter", "shape", "largest derivative", "largest difference from reverse mode"],
  zip(twoLayers.parameterNames, zip(byHand.parameters, byTape.parameters)).map { name, pair in
    let (hand, tape) = pair
    return [
      name, "\(hand.shape)", scientific(abs(hand).max(), 2), scientific(abs(hand - tape).max(), 1),
    ]
  })

/*:
 The differences are zero to the last bit: reverse mode makes the same products in the same order.
 So the table shows that the derivation and the tape agree, not that either is right. In the tests,
 both are held against difference quotients of $L$.

 ## 2.3 A sigmoid at the output

 A pixel between 0 and 1 may be read as a probability of ink. A linear output can leave that range,
 so let the output layer's pre-activations be *logits* $\ell$ and the reconstruction
 $r = \sigma(\ell)$ with the logistic function $\sigma(\ell) = 1/(1 + e^{-\ell})$. The error that
 belongs to probabilities is the Bernoulli cross-entropy, $-x \log r - (1 - x) \log (1 - r)$ for
 each pixel.

 Computed like that, it fails when $r$ rounds to 0 or 1. Put the logits in. Multiply $\sigma$ above
 and below by $e^\ell$: $\sigma(\ell) = e^\ell / (1 + e^\ell)$, so
 $1 - \sigma(\ell) = 1 / (1 + e^\ell)$. With $\mathrm{softplus}(\ell) = \log(1 + e^\ell)$ the
 logarithms are

 $$
 \log \sigma(\ell) = \ell - \mathrm{softplus}(\ell),
 \qquad
 \log (1 - \sigma(\ell)) = \log \frac{1}{1 + e^{\ell}} = -\mathrm{softplus}(\ell)
 $$

 Multiply the first by $-x$, the second by $-(1 - x)$, and add. The softplus occurs with the factor
 $x + (1 - x) = 1$. Call this loss $H$, to keep it apart from the squared error $L$:

 $$
 H = \frac{1}{B} \sum_{n=1}^{B} \sum_{i=1}^{D}
 \left( \mathrm{softplus}(\ell_{ni}) - x_{ni} \ell_{ni} \right)
 \tag{sigmoid-cross-entropy}
 $$

 No logarithm of a rounded probability is left. The derivative of the softplus is $\sigma(\ell)$
 (section 1.4), and that of $x \ell$ is $x$. So back-propagation begins with

 $$
 \delta_2 = \frac{\partial H}{\partial \ell} = \frac{1}{B} (\sigma(\ell) - x)
 \tag{sigmoid-cross-entropy-gradient}
 $$

 and goes on as before: nothing behind the output layer changes. For a grey pixel the smallest
 cross-entropy is not zero, but it is still reached at $r = x$, where this derivative vanishes and
 the second derivative, $\sigma'(\ell) \gt 0$, makes it the minimum.

 The squared error $L$ of the same $r = \sigma(\ell)$ has another derivative. The chain rule adds
 the factor $\sigma'(\ell) = r (1 - r)$:

 $$
 \delta_2 = \frac{\partial L}{\partial \ell} = \frac{2}{B} (r - x) \odot r \odot (1 - r)
 \tag{sigmoid-squared-error-gradient}
 $$

 The factor does harm where it matters most. Take one pixel with $x = 1$ and let the network be ever
 more certain that it is dark:
 */

let wrongLogits: [Double] = [0, -2, -5, -10, -20]
let one = Tensor<Double>.ones([1, 1])
page.section("2.3 A sigmoid at the output")
page.table(
  ["logit", "reconstruction", "cross-entropy: δ₂", "squared error: δ₂"],
  wrongLogits.map { logit in
    let l = Tensor<Double>([1, 1], [logit])
    return [
      fixed(logit, 0), scientific(Double.sigmoid(logit), 1),
      fixed(crossEntropyDelta(one, logits: l).scalar, 6),
      scientific(sigmoidSquaredErrorDelta(one, logits: l).scalar, 2),
    ]
  }, caption: "The gradient at one pixel with x = 1")

/*:
 The more certain the mistake, the less the squared error's gradient says about it: the unit is
 *saturated*. The cross-entropy's gradient tends to −1. Section 2.6 therefore trains on
 cross-entropy and reports the squared error, so that it can be compared with what follows now.

 ## 2.4 The best linear autoencoder

 Leave the tanh out: $r = (x W_1 + b_1) W_2 + b_2 = x M + c$ with $M = W_1 W_2$, a matrix of rank at
 most $d$, and $c = b_1 W_2 + b_2$. What is the least error that such a network can reach, and with
 which weights? Four steps answer it.

 **Step 1: the biases take out the mean.** For a fixed $M$ the error is quadratic in $c$, and its
 derivative vanishes where the mean of $x M + c - x$ is zero, so $c = m - m M$ with the mean $m$ of
 the data. The network can have any $c$, since $b_2$ is free. With this $c$, $r - m = (x - m) M$:
 the network acts on centred data. From here on $x$ is centred, the batch is all $B$ data, and
 $C = \frac{1}{B} x^\top x$ is their covariance.

 **Step 2: the best $M$ is a projection.** The reconstructions $x M$ lie in the row space of $W_2$.
 Let the orthonormal columns of $Q$, $D \times d$, span that space (or, if $W_2$ has a lower rank, a
 space that holds it). Among all points of that space, the nearest to $x$ is its orthogonal
 projection $x Q Q^\top$, by Pythagoras. This is a map of rank $d$ that the network can represent,
 with $W_1 = Q$ and $W_2 = Q^\top$. So only projections need be looked at.

 **Step 3: the error of a projection.** What is projected and what is left are orthogonal, and $Q$
 keeps lengths, so by Pythagoras

 $$
 \Vert x - x Q Q^\top \Vert^2 = \Vert x \Vert^2 - \Vert x Q \Vert^2
 $$

 The mean over data of $\Vert x \Vert^2$ is the trace of $C$, since
 $\Vert x \Vert^2 = \mathrm{tr} \thinspace x^\top x$ for a row, and that of $\Vert x Q \Vert^2$ is
 the trace of $Q^\top C Q$:

 $$
 L(Q) = \mathrm{tr} \thinspace C - \mathrm{tr} \thinspace Q^\top C Q
 \tag{projection-error}
 $$

 **Step 4: the best subspace.** $C$ is symmetric, so it has orthonormal eigenvectors
 $v_1, \ldots, v_D$ with eigenvalues $\lambda_1 \ge \lambda_2 \ge \ldots \ge 0$, and
 $C = \sum_j \lambda_j v_j v_j^\top$. No eigenvalue is negative, because $v^\top C v$ is the mean of
 $(x v)^2$. Then

 $$
 \mathrm{tr} \thinspace Q^\top C Q = \sum_{j=1}^{D} \lambda_j p_j
 \qquad \text{with} \quad p_j = \Vert Q^\top v_j \Vert^2
 $$

 The weight $p_j$ is the squared length of the projection of a unit vector, so $0 \le p_j \le 1$.
 The weights add up to $\mathrm{tr} \thinspace Q^\top Q = d$, because $\sum_j v_j v_j^\top$ is the
 identity. Compare with the sum of the $d$ largest eigenvalues. In the first sum below, each
 $\lambda_j$ is at least $\lambda_d$, in the second at most, and the factors are not negative:

 $$
 \begin{aligned}
 \sum_{j \le d} \lambda_j - \sum_{j=1}^{D} \lambda_j p_j
 &= \sum_{j \le d} \lambda_j (1 - p_j) - \sum_{j \gt d} \lambda_j p_j \cr
 &\ge \lambda_d \sum_{j \le d} (1 - p_j) - \lambda_d \sum_{j \gt d} p_j \cr
 &= \lambda_d (d - d) = 0
 \end{aligned}
 $$

 So no projection keeps more than $\lambda_1 + \ldots + \lambda_d$, and the leading eigenvectors
 keep just that. The smallest error of any linear autoencoder is the sum of the eigenvalues left
 out:

 $$
 \min_{W_1, b_1, W_2, b_2} L =
 \mathrm{tr} \thinspace C - \sum_{j \le d} \lambda_j = \sum_{j \gt d} \lambda_j
 \tag{pca-optimum}
 $$

 If $\lambda_d \gt \lambda_{d+1}$, equality needs $p_j = 0$ for all $j \gt d$ (the difference is at
 least $(\lambda_d - \lambda_{d+1}) \sum_{j \gt d} p_j$), and then $Q$ spans the same space as
 $v_1, \ldots, v_d$: the *principal subspace*. To find it is principal component analysis, PCA.
 (That the best approximation of rank $d$ keeps the leading singular directions is the theorem of
 Eckart and Young.)

 **What is not determined.** The error depends on $W_1 W_2$ alone. Let $V_d$ have the columns
 $v_1, \ldots, v_d$. For any invertible $d \times d$ matrix $A$ the weights

 $$
 W_1 = V_d A, \qquad W_2 = A^{-1} V_d^\top
 \tag{linear-autoencoder-pca}
 $$

 have the product $V_d A A^{-1} V_d^\top = V_d V_d^\top$, and so the same least error. PCA's
 directions are orthogonal and ordered; those of a linear autoencoder are whatever mixture $A$ the
 training ends in.

 Are there other optima? Let $\lambda_d \gt \lambda_{d+1}$. At the optimum, step 2 must hold with
 equality for every datum. The nearest point is unique, so $x W_1 W_2 = x V_d V_d^\top$. These
 vectors span the principal subspace, since the variance along each of $v_1, \ldots, v_d$ is
 positive. They are combinations of the $d$ rows of $W_2$, so those span it too:
 $W_2 = A^{-1} V_d^\top$ for some invertible $A$. Put this into $x W_1 W_2$ and multiply
 $x W_1 A^{-1} V_d^\top = x V_d V_d^\top$ by $V_d A$ from the right:

 $$
 x W_1 = x V_d A
 $$

 So the codes are PCA's, mixed by $A$ (and shifted by $b_1$, which $b_2$ can undo). $W_1$ itself is
 not determined: a column $u$ with $x u = 0$ for all data can be added to any of its columns. Pixels
 that are the same in every digit give such $u$. To see what a linear autoencoder has learned, look
 at $W_2$, not at $W_1$.

 The eigenvectors come from the library's own solver: Jacobi's rotations for small matrices,
 subspace iteration for the covariance of 784 pixels. Here they are for the digits at full size,
 with the optimum for several $d$, and the error of the same projections on test digits.
 */

let digitsInDouble = training.tensor([Int](0..<training.count), as: Double.self)
let heldOutInDouble = test.tensor([Int](0..<test.count), as: Double.self)
let components = PrincipalComponents(of: digitsInDouble, count: 40, random: &random)
let linearErrors = components.errors(on: heldOutInDouble)
let eigenvectorError = abs(
  matmul(covariance(digitsInDouble), components.directions)
    - components.directions * Tensor(components.variances)
).max()

page.section("2.4 The best linear autoencoder")
page.say("largest entry of C v − λ v: \(scientific(eigenvectorError, 1))")
page.table(
  ["d", "λ_d", "Σ of discarded λ", "training error", "test error"],
  [2, 4, 8, 16, 32].map { d in
    let copy = components.reconstruct(digitsInDouble, dimensions: d)
    return [
      "\(d)", fixed(components.variances[d - 1], 4),
      fixed(components.optimalError(dimensions: d), 8),
      fixed(reconstructionError(digitsInDouble, copy).scalar, 8), fixed(linearErrors[d], 4),
    ]
  })

/*:
 The third and fourth columns are computed in different ways, from the eigenvalues and from the
 reconstructions of all training digits, and agree.

 ## 2.5 Does training find it?

 The proof says what the best weights are. It does not say that gradient descent reaches them. To
 see whether it does, we need a distance between subspaces.

 The smallest angle between two subspaces is that between their two nearest unit vectors. With
 orthonormal bases $Q_1$ and $Q_2$, unit vectors of the two subspaces are $Q_1 a$ and $Q_2 b$ with
 unit vectors $a$ and $b$ of $d$ numbers, and the cosine of their angle is their inner product:

 $$
 \cos \theta_1 = \max_{a, b} a^\top Q_1^\top Q_2 b
 $$

 This maximum is the largest singular value of $Q_1^\top Q_2$, and the maximising $a$ and $b$ are
 its singular vectors (exercise 4). Take these two directions away and ask again among vectors
 orthogonal to them: the next angle belongs to the next singular value, and so on. With $s_k$ the
 $k$-th singular value of $Q_1^\top Q_2$, the $d$ *principal angles* are

 $$
 \theta_k = \arccos s_k, \qquad k = 1, \ldots, d
 \tag{principal-angles}
 $$

 All are zero when the subspaces are the same; one of 90° says that a direction is missed
 altogether. Near zero the cosine is flat, and $\arccos$ loses half of the digits. The function
 therefore takes small angles from their sines. They are the singular values of
 $Q_2 - Q_1 Q_1^\top Q_2$, the part of $Q_2$ outside the first space, because the Gram matrix of
 that part is $I - (Q_1^\top Q_2)^\top Q_1^\top Q_2$, with eigenvalues $1 - \cos^2 \theta_k$.

 *Gradient descent* moves the weights against the gradient by a small multiple of it, the *learning
 rate*, again and again. *Adam* (Kingma and Ba 2015) follows a running mean of the gradient, and
 divides each coordinate's step by the root of a running mean of its square. When a step uses only a
 random batch of the data, one pass through all of them is an *epoch*.

 We train a linear autoencoder with a code of 6 numbers on 2,000 digits at half size, 14 × 14
 pixels, centred as in step 1, with Adam. Each step uses all data and the gradient by hand. The
 decoder's rows,
 those of $W_2$, span the subspace of its reconstructions. A second run differs from the first in
 its random initial weights only.
 */

let small = halved(digitsInDouble.sliced(axis: 0, 0..<training.count / 2), height: 28, width: 28)
let smallComponents = PrincipalComponents(of: small, count: 8, random: &random)
let centred = small - smallComponents.mean
let optimum = smallComponents.optimalError(dimensions: 6)
let steps = page.isQuick ? 40 : 200
var runs: [TwoLayerAutoencoder<Double>] = []
var angles: [[Double]] = []
var excess: [Double] = []
let linearProgress = page.progress("linear autoencoders", total: 2 * steps)
for run in 0..<2 {
  var weights = Random(seed: page.seed, stream: 10 + UInt64(run))
  var model = TwoLayerAutoencoder<Double>(
    pixels: 196, code: 6, activation: nil, output: .squaredError, random: &weights)
  var adam = Adam<Double>(rate: 0.01)
  for step in 0...steps {
    let (loss, gradient) = model.backpropagation(centred)
    if run == 0, step.isMultiple(of: 10) {
      let learned = model.decoder.weight.transposed()
      angles.append(principalAngles(learned, smallComponents.leading(6)).map { $0 * 180 / .pi })
      excess.append(loss.scalar - optimum)
    }
    adam.update(&model, gradient: gradient)
    linearProgress.update(run * steps + step)
  }
  runs.append(model)
}
linearProgress.finish()

page.section("2.5 Does training find it?")
page.say("least possible error with 6 numbers for 196 pixels: \(fixed(optimum, 4))")
page.table(
  ["step", "error above the least", "smallest angle", "largest angle"],
  stride(from: 0, to: angles.count, by: page.isQuick ? 2 : 4).map { i in
    [
      "\(10 * i)", scientific(excess[i], 2), fixed(angles[i].first!, 4) + "°",
      fixed(angles[i].last!, 4) + "°",
    ]
  })
page.figure(
  LineChart(
    title: "Angles between the learned and the principal subspace fall with training",
    description:
      "Six principal angles in degrees on a logarithmic axis, against training steps. All "
      + "fall: from between \(fixed(angles.first!.first!, 0)) and \(fixed(angles.first!.last!, 0)) "
      + "to between \(fixed(angles.last!.first!, 3)) and \(fixed(angles.last!.last!, 3)).",
    x: Axis("training step"), y: Axis("principal angle in degrees", scale: .log),
    series: (0..<6).map { k in
      Series(
        k == 0 ? "smallest" : k == 5 ? "largest" : "",
        x: angles.indices.map { 10 * Double($0) }, y: angles.map { $0[k] },
        color: k == 0 ? 0 : k == 5 ? 1 : 5)
    }),
  "principal-angles", caption: "The principal angles of the first run, step by step")
let ofEncoder = principalAngles(runs[0].encoder.weight, smallComponents.leading(6)).last!
page.say(
  "largest angle to the principal subspace: rows of W₂ \(fixed(angles.last!.last!, 3))°, "
    + "columns of W₁ \(fixed(ofEncoder * 180 / .pi, 3))°")

/*:
 Some angles fall at once, the largest last. At the end all are small and still falling. (Weights on
 other eigenvectors have zero gradient too, but are saddles: exercise 3, Baldi and Hornik 1989.)

 So the rows of $W_2$ span PCA's subspace, and the columns of $W_1$ need not. Nor are the rows PCA's
 directions, as the matrix $A$ allows. Here are the principal directions, and under them the rows of
 $W_2$ in both runs, drawn so that grey is zero.
 */

page.figure(
  ImageGrid(
    title: "The same subspace, three bases of it",
    description: "The top row shows principal components. The rows below show decoder weights of "
      + "two runs, which look like mixtures of them, and differ.",
    images: signedPictures(smallComponents.leading(6).transposed())
      + runs.flatMap { signedPictures($0.decoder.weight) },
    height: 14, width: 14, columns: 6,
    rowLabels: ["principal directions", "W₂, first run", "W₂, second run"]),
  "bases", caption: "Rows that span one subspace: PCA's, and those of two training runs")

/*:
 ## 2.6 A deep autoencoder

 A linear decoder draws every digit as a sum of the same $d$ pictures. Digits of one kind vary by
 slant and stroke, and these move ink from pixel to pixel, which no sum of a few pictures does well.
 So give encoder and decoder hidden layers with a nonlinearity between: 784–256–64–$d$ and back,
 with the rectifier of chapter 1, and a sigmoid at the output. Training lowers the cross-entropy of
 section 2.3; what is reported is the squared error, which PCA was made for. The gradient is the one
 of section 2.2 with more layers; from here on reverse mode takes it.

 Two networks, one with a code of 2 numbers and one of 16, are trained with Adam on the training
 digits and judged on test digits, which they have never seen.
 */

let codeSizes = [2, 16]
var networks: [DeepAutoencoder<Float>] = []
var errors: [(training: Double, test: Double)] = []
let progress = page.progress("deep autoencoders", total: codeSizes.count * page.epochs)
for (index, d) in codeSizes.enumerated() {
  var noise = Random(seed: page.seed, stream: 20 + UInt64(index))
  var model = DeepAutoencoder<Float>(pixels: 784, hidden: [256, 64], code: d, random: &noise)
  var adam = Adam<Float>(rate: 0.004)
  train(
    &model, with: &adam, count: digits.shape[0], batchSize: 100, epochs: page.epochs,
    random: &noise, loss: { model, batch, _ in model.loss(digits.rows(at: batch)) },
    report: { epoch, _, _ in progress.update(index * page.epochs + epoch) })
  networks.append(model)
  errors.append(
    (
      Double(reconstructionError(digits, model.reconstruct(digits)).scalar),
      Double(reconstructionError(heldOut, model.reconstruct(heldOut)).scalar)
    ))
}
progress.finish()

page.section("2.6 A deep autoencoder")
page.table(
  ["d", "PCA, test error", "deep, test error", "training error", "components PCA needs"],
  zip(codeSizes, errors).map { d, error in
    let needed = linearErrors.firstIndex { $0 <= error.test }
    return [
      "\(d)", fixed(linearErrors[d], 2), fixed(error.test, 2), fixed(error.training, 2),
      needed.map { "\($0)" } ?? "more than 40",
    ]
  })
let shown = [Int](0..<10)
page.figure(
  ImageGrid(
    title: "Test digits, drawn again from a few numbers",
    description: "Ten test digits, and their reconstructions by PCA and by a deep autoencoder with "
      + "2 and with 16 numbers. "
      + (page.isQuick
        ? "After so little training, those of the deep autoencoder are no better."
        : "Those of the deep autoencoder are often sharper, and some show another digit."),
    images: pictures(heldOut.rows(at: shown))
      + zip(codeSizes, networks).flatMap { d, network in
        pictures(components.reconstruct(heldOutInDouble.rows(at: shown), dimensions: d))
          + pictures(network.reconstruct(heldOut.rows(at: shown)))
      },
    height: 28, width: 28, columns: 10,
    rowLabels: ["digits", "PCA, 2", "deep, 2", "PCA, 16", "deep, 16"]),
  "reconstructions", caption: "Ten test digits, drawn again by PCA and by the deep autoencoders")
page.pictures(
  pictures(heldOut.rows(at: shown)) + pictures(networks[1].reconstruct(heldOut.rows(at: shown))),
  height: 28, width: 28)

/*:
 The same number of code values says more when it may bend: read off the last column how many
 principal components it takes for the same test error. (The training error is lower, since the
 network has seen the training digits at every pass. How new digits fare, the test error says.)

 The deep reconstructions are sharper than PCA's of the same size, but sharp is not right: look for
 digits that come back as another digit.

 ## 2.7 Its code space does not generate

 If a few numbers suffice to draw most digits again, can we draw new digits by choosing new numbers?
 First look at the codes that the test digits have.
 */

let codes = networks[0].encode(heldOut)
let trainingCodes = networks.map { $0.encode(digits) }
page.section("2.7 Its code space does not generate")
page.figure(
  ScatterPlot(
    title: "Codes of the test digits",
    description:
      "Two-dimensional codes, each drawn as its digit. Some classes are crowded together, "
      + "some lie in long streaks, with empty regions between them.",
    x: Axis("z₁"), y: Axis("z₂"),
    points: (
      codes.sliced(axis: 1, 0..<1).scalars.map(Double.init),
      codes.sliced(axis: 1, 1..<2).scalars.map(Double.init)
    ),
    classes: test.labels!.map(Int.init), classNames: (0...9).map { "\($0)" }, marks: .glyphs),
  "codes", caption: "The test digits in the plane of their two code values")

/*:
 Nothing in the loss asked for a particular arrangement. Classes lie as streaks, some crowded, some
 long. Even the unit is arbitrary. Multiply the codes by $s$ and let the decoder divide by $s$: with
 the last layer of the encoder, $z = u W + b$, and the first of the decoder, which begins with
 $z W'$,

 $$
 (u \thinspace s W + s b) \frac{W'}{s} = (u W + b) W'
 \tag{code-scale}
 $$

 Every reconstruction then stays the same, and so does the loss. The same holds for any invertible matrix
 in place of $s$, as in section 2.4. Here $s = 10$:
 */

let rescaled = networks[0].rescalingCodes(by: 10)
page.table(
  ["", "root of the codes' total variance", "test error"],
  [("as trained", networks[0]), ("codes × 10", rescaled)].map { name, network in
    [
      name, fixed(trace(covariance(Tensor<Double>(network.encode(heldOut)))).squareRoot(), 4),
      fixed(Double(reconstructionError(heldOut, network.reconstruct(heldOut)).scalar), 4),
    ]
  })

/*:
 ## 2.8 Decoding codes that no digit has

 So a decoder alone does not say which $z$ to feed it. We must guess a distribution. Two guesses:
 even over the smallest box that holds all training codes, and a normal distribution with their mean
 and covariance. We try both on the code of 16 numbers, the one that draws better.

 How does one measure whether a picture is a digit? Three ways, none of which needs a trained judge:

 - the squared distance to the nearest training digit;
 - among its 10 nearest training digits, the part that have the commonest label: a digit has
   neighbours of one kind;
 - the *return error*: encode the picture again, and take the mean squared distance from the code
   that it was decoded from, as a part of the variance of the codes that were fed in. On pictures
   like those it was trained on, the encoder undoes the decoder.

 Each needs a baseline. Decoded pictures are smooth, and smooth pictures are near to everything. So
 the line to compare with is not the test digits but their reconstructions, which went through the
 same decoder. The table has both.
 */

let deep = networks[1]
let fitted = PrincipalComponents(
  of: Tensor<Double>(trainingCodes[1]), count: 16, random: &random)
var draw = Random(seed: page.seed, stream: 30)
let guesses: [(name: String, codes: Tensor<Float>)] = [
  ("codes of test digits", deep.encode(heldOut)),
  ("normal distribution", Tensor<Float>(fitted.sample(test.count, random: &draw))),
  ("even over the box", boxSample(around: trainingCodes[1], count: test.count, random: &draw)),
]
page.section("2.8 Decoding codes that no digit has")
let decoded = guesses.map { name, codes in
  let pictures = deep.decode(codes)
  let missed = Double(reconstructionError(codes, deep.encode(pictures)).scalar)
  return (name, pictures, fixed(missed / trace(covariance(Tensor<Double>(codes))), 3))
}
page.table(
  ["codes from", "nearest training digit", "neighbours agree", "return error"],
  ([("not decoded: test digits", heldOut, "")] + decoded).map { name, pictures, missed in
    let neighbours = nearestNeighbours(pictures, in: digits, count: 10)
    return [
      name, fixed(Double(nearestSquaredDistances(pictures, in: digits).mean().scalar), 2),
      fixed(100 * agreement(of: neighbours, labels: training.labels!), 1) + " %", missed,
    ]
  },
  caption: "Means over \(test.count) pictures; decoded ones come from codes of 16 numbers")
page.figure(
  ImageGrid(
    title: "Pictures decoded from 16 numbers",
    description: "Most reconstructions of test digits look like digits. Of the pictures decoded "
      + "from normal samples fewer do, of those from the box fewest.",
    images: decoded.flatMap { pictures($0.1.rows(at: [Int](0..<20))) },
    height: 28, width: 28, columns: 10,
    rowLabels: ["test codes", "", "normal", "", "box", ""]),
  "samples", caption: "Decoded from codes of test digits, of the normal distribution, of the box")

/*:
 From the second row down, all three numbers become worse with each row. The decoder was trained on
 the codes of the training digits, and between them its output is whatever its weights happen to
 give. The first row shows why a baseline is needed: a copy, which is smoother, lies nearer to the
 training digits than its original.

 Nor do samples show each digit equally often. Take box samples of the code of 2 numbers, and let
 each have the label of the nearest training digit. The classes that stretch over the most room win:
 */

let boxPictures = networks[0].decode(
  boxSample(around: trainingCodes[0], count: test.count, random: &draw))
let boxLabels = nearestNeighbours(boxPictures, in: digits, count: 1)
  .map { training.labels![$0[0]] }
page.table(
  ["digit"] + (0...9).map { "\($0)" },
  [("training digits", training.labels!), ("box samples, 2 numbers", boxLabels)].map {
    name, labels in
    [name]
      + (0...9).map { digit in
        let share = Double(labels.count { $0 == UInt8(digit) }) / Double(labels.count)
        return fixed(100 * share, 0) + " %"
      }
  })

/*:
 What is missing is a distribution over $z$ that belongs to the model: one from which codes are
 drawn, and towards which the encoder is held while it learns, so that there is a unit of length, no
 holes and the right share for each kind of digit. To hold a distribution towards another we need a
 measure of how far apart two distributions are. That is chapter 3. How the measure and the
 reconstruction error become one objective is chapter 4.

 ## Common mistakes

 **Averaging over pixels without noticing.** A mean over all $B D$ numbers is a gradient 784 times
 smaller. With plain gradient descent, that is a learning rate 784 times smaller. Two equal
 networks, 16 hidden tanh units, the same rate, one pass:
 */

page.section("Common mistakes")
let start = TwoLayerAutoencoder<Float>(
  pixels: 784, code: 16, activation: .tanh, output: .squaredError, random: &random)
for (name, divisor) in [("sum over pixels ", Float(1)), ("mean over pixels", 784)] {
  var (model, sgd, order) = (start, SGD<Float>(rate: 0.01), Random(seed: page.seed, stream: 40))
  train(
    &model, with: &sgd, count: digits.shape[0], batchSize: 100, epochs: 1, random: &order,
    loss: { model, batch, _ in model.loss(digits.rows(at: batch)) / divisor })
  page.say(
    "\(name): test error \(fixed(Double(start.loss(heldOut).scalar), 2)) → "
      + fixed(Double(model.loss(heldOut).scalar), 2))
}

/*:
 Adam divides by the size of recent gradients and hides the mistake here. It returns in chapter 6,
 where a second term of the objective is not divided.

 **Starting from equal weights.** If two hidden units have the same weights in and out, their
 gradients are the same, and they stay the same for ever. From weights that are all zero, $z$ and
 $\delta_1$ vanish, and nothing but the last bias can move. Random weights break the symmetry.
 */

let zeroed = twoLayers.mapped { .zeros($0.shape) }
let stuck = zeroed.backpropagation(batch).gradient
page.say(
  "from zero, largest derivative: "
    + zip(zeroed.parameterNames, stuck.parameters).map {
      "\($0) \(fixed(abs($1).max(), 4))"
    }.joined(separator: ", "))
var alike = twoLayers.mapped { Tensor($0.shape, repeating: 0.01) }
var alikeAdam = Adam<Double>(rate: 0.01)
for _ in 0..<20 { alikeAdam.update(&alike, gradient: alike.backpropagation(batch).gradient) }
let units = alike.encoder.weight
page.say(
  "from equal weights, 20 steps: largest difference between hidden units "
    + fixed((units.max(axis: 1) + (-units).max(axis: 1)).max(), 4))

/*:
 **Comparing codes of two runs coordinate by coordinate.** In section 2.5 two linear autoencoders
 learned the same subspace. Their codes are related by an invertible matrix and a shift, not by
 equality:
 */

let (firstRun, secondRun) = (runs[0].encode(centred), runs[1].encode(centred))
let between = principalAngles(
  runs[0].decoder.weight.transposed(), runs[1].decoder.weight.transposed())
page.say(
  "correlation of z_j between two runs, j = 1 … 6: "
    + (0..<6).map { j in
      signed(
        correlation(
          firstRun.sliced(axis: 1, j..<j + 1), secondRun.sliced(axis: 1, j..<j + 1)), 2)
    }.joined(separator: " "))
page.say("largest angle between their subspaces: \(fixed(between.last! * 180 / .pi, 3))°")

/*:
 ## Exercises

 Homework that checks itself: write in `Exercises.swift`, beside this page, then
 `swift run homework 2`.

 1. **A sigmoid inside** (2 points). Derive $\delta_1$ for a sigmoid hidden layer, and implement the
    gradient by all weights by hand.
 2. **Tied weights** (3 points). Set $W_2 = W_1^\top$ and derive the gradient by the one matrix left;
    it is a sum of two terms.
 3. **A penalty that fixes no scale, and one that does** (2 points, pen and paper). Add the mean of
    $\Vert z \Vert^2$ to the loss. Derive what `rescalingCodes(by: s)` does to it, and conclude that
    it shrinks the codes and fixes no scale. With a penalty on the decoder's matrix as well there is a
    best scale: find it.
 4. **What a denoiser should say** (3 points; Vincent et al. 2008). Show that under the squared error
    the best reconstruction of $x$ from $x + \text{noise}$ is the mean of $x$ given
    $x + \text{noise}$. Find it for Gaussian data, and for data that are $\pm 1$.
 5. **Saddles** (2 points, pen and paper). Show that weights built from any $d$ eigenvectors, not the
    leading ones, have zero gradient too, and that there is a direction in which the error falls. How
    fast?

 Projects:

 6. **Two hidden layers.** Add a second hidden layer to `TwoLayerAutoencoder.backpropagation` and pass
    the checks of `TwoLayerAutoencoderTests` with it.
 7. **Leaving a saddle.** Start training near the weights of exercise 5, and measure how long it stays
    there. Does the second derivative predict it?
 8. **Angles from cosines.** Prove that the maximum of $a^\top Q_1^\top Q_2 b$ over unit vectors is the
    largest singular value, with the singular value decomposition. Implement `anglesFromCosines(_:_:)`,
    which takes all angles by the arc cosine, and find the angle below which it has no correct digit.
 9. **Denoising, trained.** Train with noise of deviation 0.3 on the inputs, and say which columns of
    section 2.8 move by more than three seeds differ.

 ## Sources

 - Rumelhart, Hinton & Williams 1986, *Learning representations by back-propagating errors*,
   doi:10.1038/323533a0.
 - Eckart & Young 1936, *The approximation of one matrix by another of lower rank*,
   doi:10.1007/BF02288367.
 - Bourlard & Kamp 1988, *Auto-association by multilayer perceptrons and singular value
   decomposition*, doi:10.1007/BF00332918.
 - Baldi & Hornik 1989, *Neural networks and principal component analysis: learning from examples
   without local minima*, doi:10.1016/0893-6080(89)90014-2.
 - Björck & Golub 1973, *Numerical methods for computing angles between linear subspaces*,
   doi:10.1090/S0025-5718-1973-0348991-3.
 - Golub & Van Loan 2013, *Matrix Computations*, 4th edition, chapter 8: Jacobi's rotations.
 - Kingma & Ba 2015, *Adam: A Method for Stochastic Optimization*, arXiv:1412.6980.
 - Hinton & Salakhutdinov 2006, *Reducing the dimensionality of data with neural networks*,
   doi:10.1126/science.1127647.
 - Vincent, Larochelle, Bengio & Manzagol 2008, *Extracting and composing robust features with
   denoising autoencoders*, doi:10.1145/1390156.1390294.
 - LeCun, Bottou, Bengio & Haffner 1998, *Gradient-based learning applied to document recognition*,
   doi:10.1109/5.726791: the digits are from its MNIST training set (LeCun, Cortes & Burges).
 */

page.finish()
