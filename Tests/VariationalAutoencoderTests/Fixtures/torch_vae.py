"""Parameters, data and values of a variational autoencoder as PyTorch computes them.

    pip install torch==2.15.0 safetensors==0.8.0 numpy==2.4.6
    python torch_vae.py            # writes torch-vae-12-8-3.safetensors beside this file
    python torch_vae.py FILE       # reads a parameter file, such as ch06-vae --export writes,
                                   # and prints the values of its model for the same kind of data

The model is that of pytorch/examples, `vae/main.py`: its layers' names, its forward pass, and its loss
(the binary cross-entropy summed over pixels, and the divergence), here with the noise as an argument and
in both precisions. Both networks take pixels of 0 and 1.
"""

import os
import sys

import safetensors
import safetensors.torch
import torch
from torch import nn
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self, pixels, hidden, latents):
        super().__init__()
        self.fc1 = nn.Linear(pixels, hidden)
        self.fc21 = nn.Linear(hidden, latents)
        self.fc22 = nn.Linear(hidden, latents)
        self.fc3 = nn.Linear(latents, hidden)
        self.fc4 = nn.Linear(hidden, pixels)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.fc21(h), self.fc22(h)

    def decode(self, z):
        return self.fc4(F.relu(self.fc3(z)))  # logits; the example puts a sigmoid behind


def values(model, x, noise):
    """What the model makes of data and noise; the last three for each datum, in nats."""
    mu, logvar = model.encode(x)
    logits = model.decode(mu + noise * torch.exp(0.5 * logvar))
    reconstruction = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    divergence = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1)
    elbo = reconstruction - divergence
    names = ["mu", "logvar", "logits", "reconstruction", "divergence", "elbo"]
    return dict(zip(names, [mu, logvar, logits, reconstruction, divergence, elbo]))


def data(pixels, latents, count=5):
    x = (torch.rand(count, pixels) < 0.4).float()
    return x, torch.randn(count, latents)


torch.manual_seed(1)
torch.set_grad_enabled(False)
if len(sys.argv) > 1:
    parameters = safetensors.torch.load_file(sys.argv[1])
    parameters = {name: value for name, value in parameters.items() if name.startswith("fc")}
    hidden, pixels = parameters["fc1.weight"].shape
    model = VAE(pixels, hidden, parameters["fc3.weight"].shape[1])
    model.load_state_dict(parameters)
    x, noise = data(pixels, parameters["fc3.weight"].shape[1])
    for name, value in values(model.double(), x.double(), noise.double()).items():
        print(name, value.flatten()[:5].tolist())
else:
    model = VAE(12, 8, 3)
    x, noise = data(12, 3)
    tensors = {name: value.clone() for name, value in model.state_dict().items()}
    tensors |= {"x": x, "noise": noise}
    for name, value in values(model, x, noise).items():
        tensors["float." + name] = value
    for name, value in values(model.double(), x.double(), noise.double()).items():
        tensors["double." + name] = value
    path = os.path.join(os.path.dirname(__file__), "torch-vae-12-8-3.safetensors")
    by = f"torch_vae.py with torch {torch.__version__}, safetensors {safetensors.__version__}"
    safetensors.torch.save_file(tensors, path, metadata={"by": by})
