"""Pooling, of any rank: every channel by itself, so that the output has the axes of the input."""

from convcli.api.pooling.average import avg_pool1d, avg_pool2d, avg_pool3d
from convcli.api.pooling.explained import explain_pool
from convcli.api.pooling.largest import max_pool1d, max_pool2d, max_pool3d
from convcli.api.pooling.norm import lp_pool1d, lp_pool2d, lp_pool3d
from convcli.api.pooling.whole import global_avg_pool, global_max_pool

__all__ = [
    "avg_pool1d", "avg_pool2d", "avg_pool3d", "explain_pool", "global_avg_pool", "global_max_pool", "lp_pool1d",
    "lp_pool2d", "lp_pool3d", "max_pool1d", "max_pool2d", "max_pool3d",
]  # fmt: skip
