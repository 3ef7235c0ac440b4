"""The kernel's gradient as a matrix product: dy times the same columns of patches that a convolution is lowered to.

Source: Chetlur et al. 2014, "cuDNN: efficient primitives for deep learning", section 3.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.algorithm import Tick, reversed_in_space
from convcli.engine.lower import blocks_of, windows_of
from convcli.engine.padding import padded
from convcli.engine.taps import gradient_by_taps
from convcli.spec import KernelGradientSpec


@dataclass(frozen=True, slots=True)
class LoweredGradient:
    """x (N, C, *n) with dy (N, O, *o), giving the kernel's gradient (O, C/G, *k)."""

    spec: KernelGradientSpec

    def prepared(self, x: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The input with its padding."""
        return padded(x, self.spec.forward, constant)

    def finite(self, x: NDArray[Any], dy: NDArray[Any], tick: Tick | None = None) -> NDArray[Any]:
        """The sums of a prepared input and a dy of its dtype."""
        spec = self.spec.forward
        dw = np.zeros((spec.channels_out, spec.group_in * math.prod(spec.kernels)), x.dtype)
        every = (slice(None),) * (1 + spec.rank)
        for n in range(spec.batch):
            for g in range(spec.groups):
                outs = slice(g * spec.group_out, (g + 1) * spec.group_out)
                windows = windows_of(x[n, g * spec.group_in : (g + 1) * spec.group_in], spec)  # (C/G, *K, *S)
                for block in blocks_of(spec):
                    columns = windows[every + block].reshape(dw.shape[1], -1)  # (C/G·K, S)
                    dw[outs] += dy[n, outs][every[:1] + block].reshape(spec.group_out, -1) @ columns.T
                    if tick:
                        tick(spec.group_out * columns.size)
        whole = dw.reshape(self.spec.output_shape)
        return reversed_in_space(whole) if spec.flipped else whole

    def by_taps(self, x: NDArray[Any], dy: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The sums of any operands, padding zeros left out."""
        dw = gradient_by_taps(x, dy, self.spec.forward, constant)
        return reversed_in_space(dw) if self.spec.forward.flipped else dw

    def rows(self, dy: NDArray[Any]) -> NDArray[Any]:
        """What meets in each output channel of the kernel, in a row: (O, N·S)."""
        return dy.swapaxes(0, 1).reshape(dy.shape[1], -1)

    @property
    def repeats(self) -> int:
        """Once."""
        return 1
