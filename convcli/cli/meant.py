"""What others call our commands and options; loaded when somebody does."""

OTHERS = {"--weight": "--kernel", "-w": "-k", "--pad": "--padding", "--strides": "--stride"}
"""Options as others call them."""

MEANT = {
    **{f"conv{rank}d": f"{rank}d" for rank in (1, 2, 3)},
    **{f"conv{rank}": f"{rank}d" for rank in (1, 2, 3)},
    **{f"conv_transpose{rank}d": f"{rank}d --transposed" for rank in (1, 2, 3)},
    **{f"convtranspose{rank}d": f"{rank}d --transposed" for rank in (1, 2, 3)},
    **{
        f"{kind}{sep}pool{rank}d": f"pool{rank}d --kind {kind}"
        for kind in ("max", "avg", "lp")
        for sep in ("", "_", "-")
        for rank in (1, 2, 3)
    },
    **{f"{kind}pool": f"pool2d --kind {kind}" for kind in ("max", "avg", "lp")},
    "conv": "2d",
    "pool": "pool2d",
    "transposed": "2d --transposed",
    "deconv": "2d --transposed",
    "grad": "2d --grad all",
    "pointwise": "1x1",
    "receptive-field": "shape",
}
"""Commands as others call them."""
