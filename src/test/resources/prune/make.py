"""Makes the golden values here with Python and NumPy 1.24.2: python3 make.py, in this folder."""

import json
from random import Random

import numpy as np

SPARSITIES = [0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1, 0.07, 0.29, 0.57, 0.333]

# counts.csv: how many of n are pruned by exact count.
with open("counts.csv", "w") as out:
    for n in [784000, 1000000, 500000, 100000, 2000, 235200, 30000, 13328, 170, 1000, 500, 200, 100, 17, 10, 7, 3, 1]:
        for s in SPARSITIES:
            out.write(f"{n},{s},{int(n * s)}\n")

# percentiles.json: which scores lie strictly below NumPy's linear percentile.
rng = Random(1)
arrays = {
    "one": [2.5],
    "two": [3.0, 1.0],
    "all equal": [0.75] * 9,
    "zeros and ones": [rng.choice([0.0, 1.0]) for _ in range(20)],
    "with ties": [rng.randrange(6) / 4 for _ in range(41)],
    "ascending": [i / 8 for i in range(101)],
    "random": [abs(rng.gauss(0, 1)) for _ in range(97)],
    "random and even": [abs(rng.gauss(0, 0.05)) for _ in range(128)],
}
cases = []
for name, values in arrays.items():
    scores = np.array(values, np.float32)
    for s in SPARSITIES:
        below = scores < np.float32(np.percentile(scores.astype(np.float64), 100 * s))
        cases.append({"name": name, "sparsity": s, "pruned": np.flatnonzero(below).tolist()})
with open("percentiles.json", "w") as out:
    scores = {name: np.array(values, np.float32).astype(np.float64).tolist() for name, values in arrays.items()}
    json.dump({"scores": scores, "cases": cases}, out, separators=(",", ":"))

# schedules.csv: TensorFlow Model Optimization's polynomial decay and constant sparsity at every step, and how many
# weights of two tensors are kept: half to even, at least one. An update at the end step is always made.
SCHEDULES = [
    # kind, initial, final, power, begin, end, frequency
    ("polynomial", 0.5, 0.8, 3, 0, 844, 100),  # the frequency doesn't divide the span
    ("polynomial", 0.5, 0.8, 3, 0, 800, 100),  # it does
    ("polynomial", 0.0, 0.97, 3, 50, 333, 7),
    ("polynomial", 0.2, 0.9, 1, 10, 10, 100),
    ("polynomial", 0.25, 0.75, 2, 20, 120, 10),
    ("constant", 0.0, 0.6, 3, 30, 205, 50),
]
with open("schedules.csv", "w") as out:
    for kind, initial, final, power, begin, end, frequency in SCHEDULES:
        for t in range(end + 20):
            if end > begin:
                p = min(max((t - begin) / (end - begin), 0.0), 1.0)
            else:
                p = 0.0 if t < begin else 1.0
            s = final + (initial - final) * (1 - p) ** power if kind == "polynomial" else final
            update = begin <= t <= end and ((t - begin) % frequency == 0 or t == end)
            kept = [max(round(n * (1 - s)), 1) for n in (108, 20280)]
            row = [kind, initial, final, power, begin, end, frequency, t, repr(s), int(update), *kept]
            out.write(",".join(map(str, row)) + "\n")

# rounded.csv: how many of n are kept when the share is rounded half to even, and at least one.
with open("rounded.csv", "w") as out:
    for n in [20280, 108, 1000, 170, 10, 7, 5, 3, 2, 1]:
        for s in SPARSITIES:
            out.write(f"{n},{s},{max(round(n * (1 - s)), 1)}\n")
