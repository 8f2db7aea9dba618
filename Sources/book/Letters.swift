extension Symbol {
  /// Letters whose meaning depends on the chapter, by letter, in the order of the book.
  static let letters: [Symbol] = [
    .letter("x", "any input", in: "ch01", by: "with $n$ inputs"),
    .letter("x", "a datum, of $D$ coordinates", in: "ch02", by: "is a row of $D$ numbers"),
    .letter("z", "an output", in: "ch01", by: "Now compose"),
    .letter(
      "z", "the code of a datum, of $d$ numbers", in: "ch02", by: "to a *code* $z$ of $d$ numbers"),
    .letter("z", "a latent", in: "ch03", by: "the *latent*"),
    .letter("z", "the encoding, before it is quantised", in: "ch09", by: "the *encoding*"),
    .letter("B", "the number of data in a batch", in: "ch01", by: "as the mean over the $B$ data"),
    .letter("J", "a Jacobian", in: "ch01", by: "Its *Jacobian* $J$"),
    .letter("g", "the cotangent of an output", in: "ch01", by: "The *cotangent* of $y$"),
    .letter(
      "g", "the cotangent of the decoder's input; in section 9.9 Gumbel noise", in: "ch09",
      by: "be the cotangent of the decoder's input"),
    .letter("L", "the final number, or a loss", in: "ch01", by: "be the final number"),
    .letter("L", "the reconstruction error", in: "ch02", by: "error, summed over pixels"),
    .letter(
      "L", "the Cholesky factor of a covariance", in: "ch11",
      by: "Take any Gaussian"),
    .letter(#"\sigma"#, "the logistic function", in: "ch01", by: "**Logistic function.**"),
    .letter(
      #"\sigma"#, "a standard deviation", in: "ch03", by: "What is the divergence between them?"),
    .letter(
      #"\sigma"#, "the standard deviation of the noise of $x$", in: "ch04",
      by: "is the variance of the noise of $x$"),
    .letter(#"\sigma"#, "a standard deviation of $q$ again", in: "ch05", by: "Throughout, $q_"),
    .letter(
      #"\sigma"#, "the standard deviation of the noise of $x$", in: "ch11",
      by: "In the linear-Gaussian model of chapter 4"),
    .letter(
      #"\varepsilon"#, "the rounding unit", in: "ch01", by: "the spacing of the numbers near 1"),
    .letter(
      #"\varepsilon"#, "standard normal noise", in: "ch04",
      by: #"\varepsilon \sim \mathcal N(0, I)"#),
    .letter("K", "the number of classes", in: "ch01", by: "one of $K$ classes"),
    .letter(
      "K", "the number of samples; in section 5.7 a divergence", in: "ch05",
      by: "the same batch of $K$ samples"),
    .letter("K", "the number of labels", in: "ch08", by: "With equally likely labels, $K$ of them"),
    .letter(
      "K", "the number of codes in the codebook", in: "ch09", by: "The codebook holds $K$ vectors"),
    .letter(
      "K", "the number of Gaussians of a mixture", in: "ch10", by: "**A mixture of $K$ Gaussians**"),
    .letter(
      "K", "the matrix of an affine encoder", in: "ch11",
      by: "Let the encoder be"),
    .letter("K", "the rate", in: "ch12", by: "with reconstruction $R$, rate $K$ and gap $G$"),
    .letter("D", "the number of coordinates of a datum", in: "ch02", by: "is a row of $D$ numbers"),
    .letter(
      "d", "the number of coordinates of a code or latent", in: "ch02",
      by: "to a *code* $z$ of $d$ numbers"),
    .letter("r", "a reconstruction", in: "ch02", by: "*reconstruction* $r$ of $D$ numbers"),
    .letter("r", "the ratio $p / q$", in: "ch03", by: "Let $r(x) = p(x) / q(x)$"),
    .letter("r", "a residual", in: "ch04", by: "with the residual"),
    .letter("W", "the weights of a layer", in: "ch02", by: #"is $D \times d$ and"#),
    .letter(
      "W", "the factor of $z$ in the linear-Gaussian model, its columns $w_j$", in: "ch04",
      by: "In the *linear-Gaussian model*"),
    .letter("W", "the weights of a layer again", in: "ch06", by: "One layer first."),
    .letter(
      "W", "the factor of $z$ in the linear-Gaussian model again", in: "ch11",
      by: "In the linear-Gaussian model of chapter 4"),
    .letter(#"\delta"#, "a cotangent", in: "ch02", by: "is what chapter 1 calls a cotangent"),
    .letter(#"\delta"#, "a difference of means", in: "ch03", by: #"\delta = \mu_q - \mu_p"#),
    .letter(
      #"\delta"#, "the relative error of a weight", in: "ch04",
      by: "the relative error of the weight"),
    .letter(#"\delta"#, "a difference of means", in: "ch05", by: #"Write $\delta = \mu - c$"#),
    .letter(#"\delta"#, "a cotangent", in: "ch06", by: "for the derivative of the loss"),
    .letter(
      #"\delta"#, "the relative error of a weight", in: "ch10",
      by: "the relative error of one weight"),
    .letter(#"\lambda"#, "an eigenvalue", in: "ch02", by: "with eigenvalues"),
    .letter(#"\lambda"#, "a log-variance", in: "ch03", by: "which may be any real number"),
    .letter("v", "an eigenvector", in: "ch02", by: "orthonormal eigenvectors"),
    .letter("v", "a variance of $q$", in: "ch04", by: "or the variances $v_j"),
    .letter("v", "the variance of the data of a channel", in: "ch07", by: "a set of *channels*"),
    .letter("v", "the variance of the pixels", in: "ch08", by: "Gaussian pixels of variance $v$"),
    .letter("v", "the variance of $w / p(x)$", in: "ch10", by: "let $v$ be its variance"),
    .letter(
      "v", "the share of normal data below an anomaly; in section 11.5 a unit vector", in: "ch11",
      by: "be the share of normal data below"),
    .letter("v", "a variance of $q$", in: "ch12", by: "and $v_j$ a variance of $q$"),
    .letter(
      "M", "the product of the two weight matrices", in: "ch02", by: "a matrix of rank at most $d$"),
    .letter(
      "M", #"$W^\top W + \sigma^2 I$"#, in: "ch04", by: "The matrix $M$ is positive definite"),
    .letter("M", "the commitment term", in: "ch09", by: #"with a weight $\beta$ on the last"#),
    .letter("M", "a random step", in: "ch10", by: "random step $M_t"),
    .letter(
      "M", #"$W^\top W + \sigma^2 I$"#, in: "ch11",
      by: "In the linear-Gaussian model of chapter 4"),
    .letter("C", "the covariance of the data", in: "ch02", by: "is their covariance"),
    .letter("C", "the capacity", in: "ch07", by: "if the rate may be at most $C$ nats"),
    .letter("C", "the codebook term", in: "ch09", by: "They get a term of their own"),
    .letter(
      "C", "the covariance of $x$, or of codes", in: "ch11",
      by: "The covariance of $x$ is"),
    .letter("Q", "orthonormal columns", in: "ch02", by: "Let the orthonormal columns of $Q$"),
    .letter("Q", "the covariance of $q$", in: "ch04", by: "$m$ and the covariance $Q$"),
    .letter(
      "p",
      "the model's distribution: prior, evidence, likelihood or posterior, as its arguments say",
      in: "ch03", by: "a distribution $p(z)$ before"),
    .letter(
      "q", "the distribution that stands in for the posterior", in: "ch03",
      by: "uses an approximation $q$ in its place"),
    .letter("H", "an entropy", in: "ch03", by: "*entropy* $H(p)$"),
    .letter("H", "in section 10.6 an energy", in: "ch10", by: "roll with the energy"),
    .letter(
      "H", "the share of hits; in section 11.7 an entropy", in: "ch11",
      by: "the *hits*"),
    .letter("H", "an entropy again", in: "ch12", by: "the entropy $H$"),
    .letter(#"\mu"#, "the mean of $q$", in: "ch03", by: "What is the divergence between them?"),
    .letter(#"\mu"#, "the mean of the posterior", in: "ch04", by: "The posterior has the mean"),
    .letter(#"\mu"#, "the mean of $q$ again", in: "ch05", by: "Throughout, $q_"),
    .letter("m", "the logits of $p$", in: "ch03", by: #"p = \mathrm{sigmoid}(m)"#),
    .letter("m", "the mean of $q$", in: "ch04", by: "The approximation $q$ has the mean $m$"),
    .letter(
      "m", "the decoder's means of the pixels", in: "ch06", by: "the decoder gives the means $m_i$"),
    .letter("m", "the mean of the prior", in: "ch08", by: "network gives $m_y$"),
    .letter("m", "the size of a subset of draws", in: "ch10", by: "all subsets equally likely"),
    .letter(
      "m", "a mean; in section 11.4 the number of anomalies", in: "ch11",
      by: "from a $q$ with mean $m$"),
    .letter("m", "the decoded mean", in: "ch12", by: "Here $m$ is the decoded mean"),
    .letter("N", "the number of all data", in: "ch04", by: "each of $N$ data"),
    .letter("k", "the number of draws", in: "ch04", by: #"draws $z_1, \dots, z_k$ from the prior"#),
    .letter("k", "the index of a code", in: "ch09", by: "is the index $k$"),
    .letter(
      "k", "the offset of an affine encoder", in: "ch11",
      by: "Let the encoder be"),
    .letter("S", "the covariance of the posterior", in: "ch04", by: "the covariance $S$"),
    .letter("S", "the score part of a gradient", in: "ch10", by: "and $S$ for the score"),
    .letter(
      "S", "the covariance of what is missing", in: "ch11",
      by: "Gaussian with mean $u$ and covariance $S$"),
    .letter(
      "P", "the precision of the posterior, $S^{-1}$", in: "ch04", by: "the precision matrix $P"),
    .letter("P", "the part of a gradient along the path", in: "ch10", by: "$P$ for the path"),
    .letter(
      "P", "the covariance of the posterior", in: "ch11",
      by: "In the linear-Gaussian model of chapter 4"),
    .letter("w", "an importance weight", in: "ch04", by: "how many of the draws carry the average"),
    .letter("w", "the factor of a decoder", in: "ch07", by: "decoder's distribution of $x_i$"),
    .letter(
      "w", "an importance weight; in section 10.8 the direction of a planar flow", in: "ch10",
      by: "the mean of $w$ is $p(x)$"),
    .letter("w", "a column of $W$", in: "ch12", by: "$w_j$ is a column of $W$"),
    .letter(
      "f", "the function whose expectation is differentiated", in: "ch05",
      by: "be a function that does not depend on"),
    .letter(
      #"s_\phi"#, #"the score, the gradient of $\log q_\phi$ by its parameters"#, in: "ch05",
      by: "is called the *score*"),
    .letter(
      #"\tau"#, "the standard deviation to be reached", in: "ch05",
      by: #"Fit $\mathcal N(0, \sigma^2)$ to"#),
    .letter(#"\tau"#, "a temperature", in: "ch09", by: #"at *temperature* $\tau$"#),
    .letter(
      #"\tau"#, "a level between $q$ and the posterior, from 0 to 1", in: "ch10", by: "from 0 to 1"),
    .letter(
      #"\tau"#, "the standard deviation of noise added to $x$", in: "ch11",
      by: "it can be worked out"),
    .letter(#"\tau"#, "a factor on the noise", in: "ch12", by: "a noise of 0.01"),
    .letter(#"\eta"#, "the learning rate", in: "ch05", by: "Gradient descent with rate"),
    .letter(
      #"\eta"#, "the standard normal noise of $x$", in: "ch08",
      by: "two independent Gaussian vectors"),
    .letter(
      #"\eta"#, "the standard normal noise of $x$", in: "ch12", by: #"$\eta$ is standard normal"#),
    .letter(
      #"\rho"#, "the logarithm of the pixels' variance", in: "ch06", by: #"Its logarithm is $\rho$"#
    ),
    .letter(#"\rho"#, "the log-variances of a mixture", in: "ch10", by: #"log variances $\rho_c$"#),
    .letter(
      #"\rho"#, "the proportions of classes without an attribute", in: "ch11",
      by: "Suppose that the data also fall"),
    .letter(
      #"\pi_i"#, "the probability of ink", in: "ch06", by: #"the probability $\pi_i$ of ink"#),
    .letter(
      #"\gamma"#, "the price of missing the capacity", in: "ch07", by: #"with a large $\gamma$"#),
    .letter(#"\gamma"#, "what a moving average keeps", in: "ch09", by: "*moving averages*"),
    .letter(
      "s_y", "the standard deviation of the prior", in: "ch08", by: #"The prior is $\mathcal N(m_y"#
    ),
    .letter(
      #"\pi_y"#, "the softmax of the bounds of one image under all labels", in: "ch08",
      by: "the softmax of the bounds"),
    .letter(
      "y", "a condition: a label, or half of an image", in: "ch08",
      by: "when something else, $y$, is known"),
    .letter(
      "U", "the bound for an image without a label", in: "ch08",
      by: "The second part of the sum is the classifier's entropy"),
    .letter(
      "N_k", "a moving count of the encodings of a code", in: "ch09", by: "*moving averages*"),
    .letter("f_k", "the share of a code", in: "ch09", by: "be the share of all encodings"),
    .letter(
      "s_k", "the sum of the encodings of a code in a batch", in: "ch09", by: "of the latest batch"),
    .letter("e_k", "a code", in: "ch09", by: #"$e_1, \dots, e_K$"#),
    .letter(#"\bar z"#, "the frozen copy of an encoding", in: "ch09", by: "mark a *frozen* copy"),
    .letter(
      "L_k", "the bound from $k$ draws", in: "ch10", by: "Average $k$ independent draws first"),
    .letter(
      #"f_\tau"#, "a density between $q$ and the posterior, unnormalised", in: "ch10",
      by: "Go from $q$ to the posterior"),
    .letter(
      #"\pi_c"#, "the proportions of a mixture", in: "ch10", by: #"with proportions $\pi_c$"#),
    .letter(
      #"\pi_c"#, "the proportions of classes with an attribute", in: "ch11",
      by: "Suppose that the data also fall"),
    .letter(
      #"\tilde x"#, "what corruption makes of a datum", in: "ch11",
      by: "You are given"),
    .letter(
      "c", "a corruption", in: "ch11",
      by: "A *corruption*"),
    .letter(
      #"\hat x"#, #"the mean of $p(x \mid \tilde x)$"#, in: "ch11",
      by: "be its mean"),
    .letter(
      "A", "what takes $x - b$ to the posterior mean; in section 11.4 the share of false alarms",
      in: "ch11",
      by: "the mean $a(x)"),
    .letter(
      "x_m", "the missing part of a datum", in: "ch11",
      by: "are missing, the others"),
    .letter(
      "x_o", "the seen part of a datum", in: "ch11",
      by: "are seen"),
    .letter(
      "F", "what a step of pseudo-Gibbs multiplies an error by", in: "ch11",
      by: "Through the decoder"),
    .letter(
      #"\alpha"#, "the probability of taking a proposal", in: "ch11",
      by: "take it with some"),
    .letter(
      #"\omega"#, "the angle between two latents", in: "ch11",
      by: "For unit vectors"),
    .letter(
      "T", "a temperature", in: "ch11",
      by: "called a *temperature*"),
    .letter(
      "s^2", #"the variance of the noise of $x$, which chapter 4 writes $\sigma^2$"#, in: "ch12",
      by: "the noise of $x$ has the variance $s^2$"),
    .letter(
      "R", "the reconstruction", in: "ch12", by: "with reconstruction $R$, rate $K$ and gap $G$"),
    .letter(
      "G", #"the gap between the bound and $\log p(x)$"#, in: "ch12",
      by: "with reconstruction $R$, rate $K$ and gap $G$"),
  ]
}
