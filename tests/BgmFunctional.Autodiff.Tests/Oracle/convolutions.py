"""Convolutions by PyTorch, for ConvolveTests.fs. Debian 12: apt-get install python3-torch; python3 convolutions.py > convolutions.json

Images x, weights w and factors u are sin((i + 1)(1.7 + 0.31 k) + k), element by element, k = 1, 2, 3. Of y = conv(x, w) and the loss
sum(u * tanh(y)): y, the gradients of the loss, and the gradient in w of the squared gradient in x. Padding is that of Keras.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(k, shape):
    i = torch.arange(int(torch.tensor(shape).prod()), dtype=torch.float64)
    return torch.sin((i + 1) * (1.7 + 0.31 * k) + k).reshape(shape)


def zeros_around(padding, stride, size, kernel):
    """Zeros before and after an axis."""
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size) if padding == "same" else 0
    return total // 2, total - total // 2


def conv(x, w, stride, padding):
    top, bottom = zeros_around(padding, stride, x.shape[1], w.shape[0])
    left, right = zeros_around(padding, stride, x.shape[2], w.shape[1])
    padded = F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom))
    return F.conv2d(padded, w.permute(3, 2, 0, 1).contiguous(), stride=stride).permute(0, 2, 3, 1)


def transposed(x, w, stride, padding):
    whole = F.conv_transpose2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), stride=stride).permute(0, 2, 3, 1)
    for axis in (1, 2):
        size, kernel = x.shape[axis], w.shape[axis - 1]
        wanted = size * stride + (max(0, kernel - stride) if padding == "valid" else 0)
        before = max(0, kernel - stride) // 2 if padding == "same" else 0
        missing = [0] * 8
        missing[2 * (3 - axis) + 1] = max(0, before + wanted - whole.shape[axis])
        whole = F.pad(whole, missing).narrow(axis, before, wanted)
    return whole


def case(operation, images, kernel, filters, stride, padding):
    channels = images[3]
    f, w_shape = (conv, kernel + [channels, filters]) if operation == "conv2d" else (transposed, kernel + [filters, channels])
    x, w = wave(1, images).requires_grad_(), wave(2, w_shape).requires_grad_()
    y = f(x, w, stride, padding)
    loss = (wave(3, list(y.shape)) * torch.tanh(y)).sum()
    gx, gw = torch.autograd.grad(loss, (x, w), create_graph=True)
    (penalty,) = torch.autograd.grad((gx**2).sum(), w)
    flat = lambda t: [float(f"{v:.12g}") for v in t.detach().reshape(-1)]
    return {
        "operation": operation, "stride": stride, "padding": padding, "images": images, "weights": w_shape, "outputs": list(y.shape),
        "y": flat(y), "dx": flat(gx), "dw": flat(gw), "penalty": flat(penalty),
    }


cases = [
    case("conv2d", [2, 5, 4, 2], [3, 3], 3, 1, "same"),
    case("conv2d", [1, 6, 6, 1], [3, 3], 2, 2, "same"),
    case("conv2d", [1, 7, 5, 2], [5, 5], 3, 2, "same"),
    case("conv2d", [1, 6, 7, 2], [2, 3], 2, 2, "valid"),
    case("conv2d", [1, 7, 7, 1], [4, 1], 2, 3, "same"),
    case("convTranspose2d", [2, 3, 2, 2], [3, 3], 2, 2, "same"),
    case("convTranspose2d", [1, 2, 3, 2], [5, 4], 1, 2, "valid"),
    case("convTranspose2d", [1, 3, 3, 1], [2, 2], 2, 3, "same"),
    case("convTranspose2d", [1, 4, 4, 1], [3, 3], 2, 1, "same"),
]
made_by = {"software": f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}", "command": "python3 convolutions.py > convolutions.json"}
print(json.dumps({"provenance": made_by}, indent=1)[:-2] + ',\n "cases": [\n  ' + ",\n  ".join(map(json.dumps, cases)) + "\n ]\n}")
