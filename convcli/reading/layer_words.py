"""Layers and settings as others call them, and what to write instead."""

import re

from convcli.errors import safe

_KINDS = {
    "conv": "conv", "convolution": "conv", "convolutional": "conv",
    "convtranspose": "transposed", "transposedconv": "transposed", "transposeconv": "transposed",
    "transpose": "transposed", "convt": "transposed", "tconv": "transposed", "upconv": "transposed",
    "deconvolution": "transposed", "transposedconvolution": "transposed",
    "maxpool": "max", "maxpooling": "max", "avgpool": "avg", "avgpooling": "avg", "averagepool": "avg",
    "averagepooling": "avg", "meanpool": "avg", "mean": "avg", "lppool": "lp",
    "adaptiveavgpool": "global avg", "globalavgpool": "global avg", "globalaveragepooling": "global avg",
    "gap": "global avg", "adaptivemaxpool": "global max", "globalmaxpool": "global max",
    "globalmaxpooling": "global max",
}  # fmt: skip
_SAME_SIZE = frozenset((
    "bn", "batchnorm", "batchnormalization", "layernorm", "groupnorm", "instancenorm", "norm", "ln", "gn", "lrn",
    "relu", "relu6", "leakyrelu", "prelu", "elu", "selu", "gelu", "silu", "swish", "mish", "hardswish", "hardsigmoid",
    "sigmoid", "tanh", "softmax", "softplus", "activation", "act", "dropout", "dropblock", "droppath", "identity",
))  # fmt: skip
_FIXES = {
    "pool": "write which pool it is: max, avg or lp, as in max k2",
    "pooling": "write which pool it is: max, avg or lp, as in max k2",
    "flatten": "leave it out: it only lays the output in a row",
    "linear": "leave it out: it has no windows",
    "dense": "leave it out: it has no windows",
    "fc": "leave it out: it has no windows",
}
_DEPTHWISE = ("dwconv", "depthwise", "depthwiseconv", "depthwiseconvolution", "dw")
_SETTINGS = {
    "kernel": "k", "kernelsize": "k", "ks": "k", "filter": "k", "size": "k", "stride": "s", "strides": "s", "st": "s",
    "pad": "p", "padding": "p", "dil": "d", "dilation": "d", "groups": "g", "group": "g", "outputpadding": "op",
}  # fmt: skip


def kind_meant(word: str) -> str | None:
    """What to write for a layer that others call so, or None.

    >>> kind_meant("ConvTranspose2d"), kind_meant("relu"), kind_meant("mux")
    ('did you mean transposed?', 'leave it out: it changes no size', None)
    """
    plain = re.sub(r"[_-]", "", word.lower())
    plain = re.sub(r"[123]d$", "", plain)
    if plain in _SAME_SIZE:
        return "leave it out: it changes no size"
    if plain in _DEPTHWISE:
        return "write conv with as many output channels and groups as input channels: conv 32 k3 g32 for 32"
    if plain in _KINDS:
        return f"did you mean {_KINDS[plain]}?"
    return _FIXES.get(plain)


def setting_meant(word: str) -> str | None:
    """What to write for a setting that others write so, or None.

    >>> setting_meant("3x3"), setting_meant("pad1"), setting_meant("smae")
    ('did you mean k3x3?', 'did you mean p1?', None)
    """
    if re.fullmatch(r"[0-9]+(?:[x×*][0-9]+)+", word):
        return f"did you mean k{safe(re.sub('[×*]', 'x', word), limit=60)}?"
    match = re.fullmatch(r"([a-z_-]+?)([0-9][0-9x,:]*)", word.lower())
    letter = match and _SETTINGS.get(re.sub(r"[_-]", "", match[1]))
    return f"did you mean {letter}{safe(match[2], limit=60)}?" if match and letter else None
