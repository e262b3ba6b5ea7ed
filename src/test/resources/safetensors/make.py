"""Makes the files here with the format's own implementation: pip install numpy safetensors (0.8.0 was used)."""

import numpy as np
from safetensors import TensorSpec, serialize_file
from safetensors.numpy import save_file

values = np.array([[0.0, -0.0, 1.0], [-2.5, 65504.0, 2.0**-24]])
bits = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
save = {
    "double": ("float64", values.astype(np.float64)),
    "single": ("float32", values.astype(np.float32)),
    "half": ("float16", values.astype(np.float16)),
    "brain": ("bfloat16", bits),
    "scalar": ("float32", np.array(7.5, np.float32)),
    "empty": ("float32", np.zeros((0, 4), np.float32)),
}
serialize_file(
    {
        name: TensorSpec(dtype=t, shape=a.shape, data_ptr=a.ctypes.data, data_len=a.nbytes)
        for name, (t, a) in save.items()
    },
    "types.safetensors",
    {"made with": "safetensors", "größe": "ü"},
)

# A network whose layers chain in any order: weight i is filled with i, bias i with -i; the last has no bias.
square = {}
for i in range(7):
    square[f"{2 * i}.weight"] = np.full((2, 2), i, np.float32)
    if i < 6:
        square[f"{2 * i}.bias"] = np.full(2, -i, np.float32)
save_file(square, "square-mlp.safetensors")

save_file({"steps": np.arange(3)}, "integers.safetensors")

# Layers of 13 to 17 to 3 units, as they are and in the sparse encoding of docs/model-files.md; of the second layer
# all is 0.0 but one -0.0, and it has no bias. numpy packs the bits.
weight = np.where(np.arange(13 * 17) % 5 == 0, np.arange(13 * 17) - 100, 0).astype(np.float32).reshape(17, 13)
zeros = np.zeros((3, 17), np.float32)
zeros[1, 4] = -0.0
bias = np.arange(17, dtype=np.float32)


def sparse(name, dense):
    kept = dense.view(np.uint32) != 0
    return {
        f"{name}.shape": np.array(dense.shape, np.int64),
        f"{name}.values": dense[kept],
        f"{name}.bitmap": np.packbits(kept, bitorder="little"),
    }


save_file({"0.weight": weight, "0.bias": bias, "2.weight": zeros}, "plain-mlp.safetensors")
save_file(
    {**sparse("0.weight", weight), "0.bias": bias, **sparse("2.weight", zeros)},
    "sparse-mlp.safetensors",
)
