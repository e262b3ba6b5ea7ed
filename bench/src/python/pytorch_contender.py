"""PyTorch as the distribution packages it: takes orders as org.prunecl.bench.worker.Server does."""

import os
import sys
import time

THREADS = int(os.environ["OMP_NUM_THREADS"])
STEPS = 3  # losses by which training is checked


def weights(folder, widths):
    """The layers' weights, outputs x inputs each."""
    values = np.fromfile(os.path.join(folder, "weights.f32"), dtype="<f4")
    layers, at = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        size = inputs * outputs
        layers.append(torch.from_numpy(values[at : at + size].reshape(outputs, inputs).copy()))
        at += size
    return layers


def forward(layers, x):
    for layer in layers[:-1]:
        x = F.relu(F.linear(x, layer))
    return F.linear(x, layers[-1])


class Training:
    """Whole steps: forward, cross-entropy, backward, Adam."""

    def __init__(self, folder, words):
        numbers = [int(word) for word in words[0].split("-")]
        self.batch = int(words[1])
        self.parameters = [tensor.requires_grad_() for tensor in self.tensors(folder, numbers)]
        pixels = np.fromfile(os.path.join(folder, "pixels.u8"), dtype=np.uint8)
        labels = np.fromfile(os.path.join(folder, "labels.u8"), dtype=np.uint8)
        samples = pixels.reshape(self.shape(numbers)).astype(np.float32) * np.float32(1 / 255)
        self.samples = torch.from_numpy(samples)
        self.labels = torch.from_numpy(labels.astype(np.int64))
        # Fused on the CPU since 2.4; before, the multi-tensor form is the one recommended.
        fused = tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 4)
        options = {"fused": True} if fused else {"foreach": True}
        self.adam = torch.optim.Adam(self.parameters, lr=1e-3, **options)
        self.next = 0

    def tensors(self, folder, widths):
        return weights(folder, widths)

    def shape(self, widths):
        return -1, widths[0]

    def forward(self, x):
        return forward(self.parameters, x)

    def step(self, first):
        self.adam.zero_grad(set_to_none=True)
        logits = self.forward(self.samples[first : first + self.batch])
        loss = F.cross_entropy(logits, self.labels[first : first + self.batch])
        loss.backward()
        self.adam.step()
        return loss

    def output(self):
        return np.array([self.step(0).item() for _ in range(STEPS)], dtype="<f4")

    def call(self):
        self.step(self.next)
        following = self.next + self.batch
        self.next = following if following + self.batch <= len(self.labels) else 0


class ConvTraining(Training):
    """The same of a convolution with ReLU and max pooling, and a fully connected layer."""

    def tensors(self, folder, net):
        side, filters, kernel, self.pool, classes = net
        features = filters * ((side - kernel + 1) // self.pool) ** 2
        values = np.fromfile(os.path.join(folder, "weights.f32"), dtype="<f4")
        shapes = [(filters, 1, kernel, kernel), (filters,), (classes, features), (classes,)]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        parts = np.split(values, ends[:-1])
        return [torch.from_numpy(part.reshape(s).copy()) for part, s in zip(parts, shapes)]

    def shape(self, net):
        return -1, 1, net[0], net[0]

    def forward(self, x):
        filters, filter_biases, units, unit_biases = self.parameters
        y = F.max_pool2d(F.relu(F.conv2d(x, filters, filter_biases)), self.pool)
        return F.linear(y.flatten(1), units, unit_biases)


class Inference:
    """From a batch in host memory to logits in host memory."""

    def __init__(self, folder, words):
        widths = [int(word) for word in words[0].split("-")]
        self.layers = weights(folder, widths)
        self.x = np.fromfile(os.path.join(folder, "x.f32"), dtype="<f4").reshape(-1, widths[0])

    def call(self):
        with torch.inference_mode():
            return forward(self.layers, torch.from_numpy(self.x)).numpy()

    def output(self):
        return self.call()


def prepare(output, folder, suite, *words):
    works = {"training": Training, "training-conv": ConvTraining, "inference": Inference}
    work = works[suite](folder, words)
    np.asarray(work.output(), dtype="<f4").tofile(output)
    return work


# As long as in the Java worker.
WARM_UP_NANOS = 40_000_000


def run(work, calls):
    begin = time.perf_counter_ns()
    while time.perf_counter_ns() - begin < WARM_UP_NANOS:
        work.call()
    start = time.perf_counter_ns()
    for _ in range(calls):
        work.call()
    return time.perf_counter_ns() - start


def blas():
    """The BLAS library in use, as the loader has mapped it."""
    with open("/proc/self/maps") as maps:
        names = {os.path.realpath(line.split()[-1]) for line in maps if "blas" in line}
    return " ".join(sorted(names)) or "built in"


def serve():
    torch.set_num_threads(THREADS)
    work = None
    for line in sys.stdin:
        order, *words = line.rstrip("\n").split("\t")
        try:
            if order == "hello":
                facts = ["threads", str(torch.get_num_threads())]
                facts += ["version", torch.__version__, "blas", blas()]
                answer = "".join("\t" + fact for fact in facts)
            elif order == "prepare":
                work = None
                work = prepare(*words)
                answer = ""
            elif order == "run":
                answer = "\t%d" % run(work, int(words[0]))
            else:
                raise ValueError("unknown order " + order)
            print("@ok" + answer, flush=True)
        except Exception as e:  # told to whoever gave the order
            print("@error\t" + repr(e).replace("\t", " ").replace("\n", " "), flush=True)


if __name__ == "__main__":
    try:
        import numpy as np
        import torch
        import torch.nn.functional as F
    except ImportError as e:
        print("@error\t%s" % e, flush=True)
    else:
        serve()
