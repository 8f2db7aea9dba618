import Notebook

let page = Page(
  "ch03-kl-divergence", "3 · The Kullback–Leibler divergence", options: [.quick, .seed, .figures])
page.finish()
