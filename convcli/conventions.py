"""Floor 2: what the frameworks mean by a setting, as data.

convcalc has one name for each rule; the tables say who else uses it and by what name, so that a line of an
explanation can say whose rule was used and a mistyped name can be answered.
"""

PADDING_RULES = {
    "valid": "no padding",
    "same": "output ceil(n/s), the odd element after: TensorFlow, Keras, JAX SAME, ONNX SAME_UPPER",
    "same-lower": "output ceil(n/s), the odd element before: ONNX and JAX SAME_LOWER",
    "half": "span//2 on both sides: Caffe, torchvision models",
    "full": "span-1 on both sides: every overlap counts",
    "causal": "span-1 before, none after: no output sees what comes later",
}

CROP_RULES = {
    "valid": "nothing is cropped",
    "same": "output n·s unless another size is asked for, the odd element cropped after: TensorFlow, Keras, JAX SAME, "
    "ONNX SAME_UPPER",
    "same-lower": "output n·s unless another size is asked for, the odd element cropped before: ONNX SAME_LOWER",
    "half": "span//2 on both sides, as a convolution padded by half is the adjoint of",
    "full": "span-1 on both sides: only what the kernel covers whole",
}

PADDING_MODES = {
    "zeros": "a constant",
    "reflect": "mirrored, the edge not repeated: NumPy and PyTorch reflect, ndimage mirror",
    "symmetric": "mirrored, the edge repeated: NumPy symmetric, ndimage reflect",
    "replicate": "the edge element: NumPy edge, ndimage nearest",
    "circular": "from the other end: NumPy and ndimage wrap",
}

ALIASES = {
    "padding": {
        "same-upper": "same",
        "same_upper": "same",
        "same_lower": "same-lower",
        "SAME": "same",
        "SAME_UPPER": "same",
        "SAME_LOWER": "same-lower",
        "VALID": "valid",
    },
    "dtype": {
        "fp16": "float16",
        "half": "float16",
        "fp32": "float32",
        "float": "float32",
        "fp64": "float64",
        "double": "float64",
        "int": "int64",
        "long": "int64",
        "byte": "uint8",
    },
    "kind": {
        "maximum": "max",
        **dict.fromkeys(("average", "mean"), "avg"),
        **dict.fromkeys(("norm", "l2", "L2"), "lp"),
    },
    "grad": {
        **dict.fromkeys(("x", "dx"), "input"),
        **dict.fromkeys(("w", "dw", "weight", "weights"), "kernel"),
        **dict.fromkeys(("b", "db"), "bias"),
    },
    "padding-mode": {
        "constant": "zeros",
        "edge": "replicate",
        "nearest": "replicate",
        "mirror": "reflect",
        "wrap": "circular",
    },
}
"""Names of others: those of a padding rule have one meaning and are accepted, those of a mode are suggested only."""
