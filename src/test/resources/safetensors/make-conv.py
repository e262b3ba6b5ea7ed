"""Makes the convolutional networks here, as PyTorch's users save them: pip install numpy torch safetensors (1.13 and 0.8.0
were used). Beside each network stands its sparse encoding, and samples with the logits that PyTorch gives them in float64;
half the weights are zero."""

import json

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential

torch.manual_seed(5)


def sparse(name, tensor):
    """As docs/model-files.md describes it; biases stay."""
    if tensor.dim() == 1:
        return [(name, tensor)]
    kept = tensor.numpy().view(np.uint32) != 0
    return [
        (f"{name}.shape", torch.tensor(tensor.shape)),
        (f"{name}.values", tensor[torch.from_numpy(kept)]),
        (f"{name}.bitmap", torch.from_numpy(np.packbits(kept, bitorder="little"))),
    ]


def save(name, net, image, metadata=None):
    samples = torch.randn(3, *image)
    for weight in net.parameters():
        if weight.dim() > 1:
            weight.data[weight.abs() < weight.abs().median()] = 0
    tensors = net.state_dict()
    save_file(tensors, f"{name}.safetensors", metadata)
    save_file({k: v for name in tensors for k, v in sparse(name, tensors[name])}, f"{name}-sparse.safetensors", metadata)
    logits = net.double().eval()(samples.double())
    save_file({"samples": samples.flatten(1), "logits": logits.detach()}, f"{name}-logits.safetensors")


# As in most tutorials, nothing says that images are of 28x28 and what is pooled. The library sorts the tensors by name,
# 12 before 2.
save(
    "torch-conv",
    Sequential(
        *[Dropout(0.1), Dropout(0.1), Conv2d(1, 3, 5), ReLU(), MaxPool2d(2)],
        *[Conv2d(3, 5, 3, bias=False), ReLU(), MaxPool2d(2), Flatten()],
        *[Linear(125, 12), ReLU(), Dropout(0.1), Linear(12, 10)],
    ),
    (1, 28, 28),
)

# Neither images nor kernels are square, pooling leaves out two rows: the metadata says it all.
said = {
    "schema": 1,
    "kind": "convnet",
    "layers": ["0", "3", "6"],
    "activation": "relu",
    "convolutions": {"0": {"image": [2, 9, 11], "pool": 3}, "3": {"image": [4, 2, 3], "pool": 1}},
    "normalize": None,
    "classes": 3,
    "extra": {},
}
save(
    "torch-conv-said",
    Sequential(
        *[Conv2d(2, 4, (2, 3)), ReLU(), MaxPool2d(3), Conv2d(4, 6, (1, 2)), ReLU(), Flatten(), Linear(24, 3)],
    ),
    (2, 9, 11),
    {"prunecl": json.dumps(said)},
)
