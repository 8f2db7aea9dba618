import Notebook

let page = Page("ch09-vq-vae", "9 · Codes from a book", options: [.quick, .seed, .figures])
page.finish()
