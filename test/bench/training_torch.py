"""The benchmark's models in PyTorch, on one thread: `training.ts --torch PYTHON` starts this and asks.

One request a line on stdin, one answer a line on stdout, both JSON:
  {"type": "open", "case": {...}, "folder": F}  builds the model, reads F's replica and batches
  {"type": "gradient", "into": P}               writes the gradient of the first batch into P
  {"type": "run", "seconds": S}                 steps of Adam until S seconds have passed
Replica and gradient are flat float32 in the layout's order and shapes: kernels [in, out], of
convolutions [rows, columns, in, out], images [height, width, channels]. With the argument
`channels-last` PyTorch keeps images in that order too.
"""

import ctypes
import json
import math
import os
import re
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Mlp(nn.Module):
    def __init__(self, case):
        super().__init__()
        widths = [case["features"], *case["model"]["hidden"], case["classes"]]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):  # [batch, features]
        for layer in self.dense[:-1]:
            x = F.relu(layer(x))
        return self.dense[-1](x)

    def tensors(self):
        for i, layer in enumerate(self.dense):
            yield f"dense{i}/kernel", layer.weight, turned
            yield f"dense{i}/bias", layer.bias, plain


class Cnn(nn.Module):
    """Convolutions, each with pooling and ReLU; then dense layers."""

    def __init__(self, case):
        super().__init__()
        height, width, channels = case["shape"]
        convolutions = []
        for layer in case["model"]["convolutions"]:
            kernel, same = layer["kernel"], layer["padding"] == "same"
            padding = kernel // 2 if same else 0
            convolutions.append(nn.Conv2d(channels, layer["channels"], kernel, padding=padding))
            channels = layer["channels"]
            lost = 0 if same else kernel - 1
            height, width = (height - lost) // 2, (width - lost) // 2
        self.convolutions = nn.ModuleList(convolutions)
        self.sides = (height, width, channels)
        widths = [height * width * channels, *case["model"]["hidden"], case["classes"]]
        self.dense = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):  # [batch, channels, height, width]
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        x = x.flatten(1)
        for layer in self.dense[:-1]:
            x = F.relu(layer(x))
        return self.dense[-1](x)

    def tensors(self):
        for i, convolution in enumerate(self.convolutions):
            yield f"conv{i}/kernel", convolution.weight, convolved
            yield f"conv{i}/bias", convolution.bias, plain
        for i, layer in enumerate(self.dense):
            yield f"dense{i}/kernel", layer.weight, flattened(*self.sides) if i == 0 else turned
            yield f"dense{i}/bias", layer.bias, plain


class Residual(nn.Module):
    """Two convolutions; where they halve the sides, a shortcut without parameters (option A)."""

    def __init__(self, before, channels, stride, groups):
        super().__init__()
        self.stride, self.added = stride, channels - before
        self.conv0 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.norm0 = nn.GroupNorm(groups, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm1 = nn.GroupNorm(groups, channels)

    def forward(self, x):
        y = self.norm1(self.conv1(F.relu(self.norm0(self.conv0(x)))))
        if self.stride > 1:
            x = x[:, :, :: self.stride, :: self.stride]
        if self.added > 0:
            x = F.pad(x, (0, 0, 0, 0, 0, self.added))
        return F.relu(x + y)


class ResNet20(nn.Module):
    """He et al. 2016, section 4.2, n = 3, with group normalisation."""

    BLOCKS = 3

    def __init__(self, case):
        super().__init__()
        groups = case["model"]["groups"]
        channels = 16
        self.conv = nn.Conv2d(case["shape"][2], channels, 3, 1, 1, bias=False)
        self.norm = nn.GroupNorm(groups, channels)
        blocks = []
        for stage in range(3):
            for block in range(self.BLOCKS):
                before, channels = channels, 16 << stage
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Residual(before, channels, stride, groups))
        self.blocks = nn.ModuleList(blocks)
        self.dense = nn.Linear(channels, case["classes"])

    def forward(self, x):  # [batch, channels, height, width]
        x = F.relu(self.norm(self.conv(x)))
        for block in self.blocks:
            x = block(x)
        return self.dense(x.mean((2, 3)))

    def tensors(self):
        yield "conv/kernel", self.conv.weight, convolved
        yield from norm("norm", self.norm)
        for i, block in enumerate(self.blocks):
            name = f"stage{i // self.BLOCKS}/block{i % self.BLOCKS}"
            yield f"{name}/conv0/kernel", block.conv0.weight, convolved
            yield from norm(f"{name}/norm0", block.norm0)
            yield f"{name}/conv1/kernel", block.conv1.weight, convolved
            yield from norm(f"{name}/norm1", block.norm1)
        yield "dense/kernel", self.dense.weight, turned
        yield "dense/bias", self.dense.bias, plain


class Block(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.norm0 = nn.LayerNorm(width)
        self.attention = nn.Linear(width, 3 * width, bias=False)
        self.projection = nn.Linear(width, width, bias=False)
        self.norm1 = nn.LayerNorm(width)
        self.dense0 = nn.Linear(width, 4 * width)
        self.dense1 = nn.Linear(4 * width, width)
        later = torch.triu(torch.full((context, context), -math.inf), 1)
        self.register_buffer("later", later)

    def mixed(self, y):  # [windows, time, width]
        windows, time, width = y.shape
        size = width // self.heads
        qkv = self.attention(y).view(windows, time, 3, self.heads, size)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(size) + self.later
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(windows, time, width)

    def forward(self, z):
        z = z + self.projection(self.mixed(self.norm0(z)))
        hidden = F.gelu(self.dense0(self.norm1(z)), approximate="tanh")
        return z + self.dense1(hidden)


class Gpt(nn.Module):
    """Pre-norm decoder (Radford et al. 2019), the embedding tied to the output."""

    def __init__(self, case):
        super().__init__()
        model = case["model"]
        if model["activation"] != "gelu" or not model["tied"]:
            raise ValueError("this gpt has GELU and tied embeddings only")
        width, heads, context = model["width"], model["heads"], model["context"]
        self.characters = nn.Embedding(case["classes"], width)
        self.places = nn.Parameter(torch.zeros(context, width))
        layers = range(model["layers"])
        self.blocks = nn.ModuleList(Block(width, heads, context) for _ in layers)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):  # [windows, time]
        z = self.characters(x) + self.places
        for block in self.blocks:
            z = block(z)
        return (self.norm(z) @ self.characters.weight.t()).flatten(0, 1)

    def tensors(self):
        yield "embedding/characters", self.characters.weight, plain
        yield "embedding/places", self.places, plain
        for i, block in enumerate(self.blocks):
            yield from norm(f"block{i}/norm0", block.norm0)
            yield f"block{i}/attention/kernel", block.attention.weight, turned
            yield f"block{i}/projection/kernel", block.projection.weight, turned
            yield from norm(f"block{i}/norm1", block.norm1)
            for part in ("dense0", "dense1"):
                dense = getattr(block, part)
                yield f"block{i}/{part}/kernel", dense.weight, turned
                yield f"block{i}/{part}/bias", dense.bias, plain
        yield from norm("norm", self.norm)


MODELS = {"mlp": Mlp, "cnn": Cnn, "resnet20": ResNet20, "gpt": Gpt}


def norm(name, layer):
    yield f"{name}/gain", layer.weight, plain
    yield f"{name}/bias", layer.bias, plain


# The layout's view of one of PyTorch's tensors.


def plain(tensor):
    return tensor


def turned(tensor):  # [out, in] -> [in, out]
    return tensor.t()


def convolved(tensor):  # [out, in, rows, columns] -> [rows, columns, in, out]
    return tensor.permute(2, 3, 1, 0)


def flattened(height, width, channels):
    """[out, channels height width] -> [height width channels, out]"""

    def view(tensor):
        images = tensor.view(-1, channels, height, width)
        return images.permute(2, 3, 1, 0).flatten(0, 2)

    return view


def floats(path):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


def numbers(path):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()


class Contender:
    def __init__(self, case, folder, memory):
        self.model = MODELS[case["model"]["name"]](case).to(memory_format=memory)
        self.tensors = list(self.model.tensors())
        self.check(case["tensors"])
        self.load(floats(os.path.join(folder, "replica.f32")))
        self.batches = list(batches(case, folder, memory))
        # A list: generators of parameters would be spent by the first use.
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.Adam(parameters, case["rate"])
        self.drawn = 0

    def check(self, names):
        """The layout and this model name the same tensors, and nothing is left out of either."""
        own = [name for name, _, _ in self.tensors]
        if own != names:
            raise ValueError(f"the layout's tensors are {names}, these are {own}")
        if self.parameters() != sum(p.numel() for p in self.model.parameters()):
            raise ValueError("some parameters have no name in the layout")

    def parameters(self):
        return sum(tensor.numel() for _, tensor, _ in self.tensors)

    def load(self, replica):
        offset = 0
        with torch.no_grad():
            for _, tensor, view in self.tensors:
                size = tensor.numel()
                shape = view(tensor).shape
                # Copied through the inverse: what the view shows of positions says where each goes.
                places = view(torch.arange(size).view(tensor.shape)).reshape(-1)
                flat = torch.empty(size)
                flat[places] = replica[offset : offset + size].view(shape).reshape(-1)
                tensor.copy_(flat.view(tensor.shape))
                offset += size

    def loss(self, batch):
        x, labels = batch
        return F.cross_entropy(self.model(x), labels)

    def gradient(self, path):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.batches[0])
        loss.backward()
        parts = [view(tensor.grad).reshape(-1) for _, tensor, view in self.tensors]
        with open(path, "wb") as file:
            flat = torch.cat(parts).contiguous()
            file.write(ctypes.string_at(flat.data_ptr(), 4 * flat.numel()))
        return loss.item()

    def step(self):
        batch = self.batches[self.drawn % len(self.batches)]
        self.drawn += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(batch)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def run(self, seconds):
        steps, loss = 0, 0.0
        processor, began = time.process_time(), time.perf_counter()
        while True:
            loss += self.step()
            steps += 1
            passed = time.perf_counter() - began
            if passed >= seconds:
                break
        spent = time.process_time() - processor
        return {"steps": steps, "seconds": passed, "processorSeconds": spent, "loss": loss / steps}


def batches(case, folder, memory):
    size, features, shape = case["batch"], case["features"], case["shape"]
    labels = numbers(os.path.join(folder, "labels.u8")).view(case["batches"], -1)
    if case["places"] > 1:
        text = numbers(os.path.join(folder, "x.bin")).view(-1, size, features)
        return zip(text, labels)
    rows = floats(os.path.join(folder, "x.bin")).view(-1, size, features)
    if case["model"]["name"] == "mlp":
        return zip(rows, labels)
    images = rows.view(-1, size, *shape).permute(0, 1, 4, 2, 3)
    # Cloned, as the strides of one channel fit both formats and those of the file would stay.
    return ((x.clone(memory_format=memory), y) for x, y in zip(images, labels))


def blas():
    """Which library multiplies matrices: Debian's torch takes whatever libblas.so.3 leads to."""
    try:
        with open("/proc/self/maps") as file:
            paths = set(re.findall(r"/\S*(?:blas|mkl)\S*\.so\S*", file.read()))
    except OSError:
        return "unknown"
    for path in sorted(paths):
        try:
            library = ctypes.CDLL(path)
            config, core = library.openblas_get_config, library.openblas_get_corename
        except (OSError, AttributeError):
            continue
        config.restype = core.restype = ctypes.c_char_p
        # "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." and the processor whose kernels it has chosen.
        name, version = config().decode().split()[:2]
        return f"{name} {version} ({core().decode()})"
    if torch.backends.mkl.is_available():
        return "MKL"
    return ", ".join(sorted(os.path.basename(path) for path in paths)) or "unknown"


def answers():
    contender = None
    memory = torch.channels_last if "channels-last" in sys.argv else torch.contiguous_format
    for line in sys.stdin:
        request = json.loads(line)
        if request["type"] == "open":
            contender = Contender(request["case"], request["folder"], memory)
            library = f"torch {torch.__version__}, {blas()}"
            yield {"parameters": contender.parameters(), "library": library}
        elif request["type"] == "gradient":
            yield {"loss": contender.gradient(request["into"])}
        elif request["type"] == "run":
            yield contender.run(request["seconds"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for answer in answers():
        print(json.dumps(answer), flush=True)
