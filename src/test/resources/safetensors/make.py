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
