"""Wall time, side by side: a noisy machine disturbs both neighbours of a pair alike."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.engine.peers import Call

SAMPLE = 0.020
"""Seconds that a sample lasts at least; quick calls are repeated."""
LONG = 0.100
"""Seconds from which on a call is timed at once; before a shorter one there is another, which wakes the threads."""
HOPELESS = 20
"""Peers so many times slower than the best of them are left out where the best counts."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that one call of ours takes, and the ratio of each peer's to ours: medians both."""

    ours: float
    ratios: Mapping[str, float]


def seconds(call: Call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def rest() -> None:
    """Wait until this process is idle: threads of BLAS and OpenMP wait for more work at full speed, OpenBLAS's for
    100 ms, and would take a core from whoever is next."""
    for _ in range(100):
        before = time.process_time()
        time.sleep(0.010)
        if time.process_time() - before < 0.001:
            break


def sample(call: Call) -> float:
    """Seconds of one call: the median of as many as a sample has room for."""
    rest()
    if (first := seconds(call)) >= LONG:
        return first
    taken = [seconds(call)]
    while sum(taken) < SAMPLE:
        taken.append(seconds(call))
    return statistics.median(taken)


def hopeful(peers: Mapping[str, Call]) -> dict[str, Call]:
    """Those that may yet be the best."""
    first = {name: sample(peer) for name, peer in peers.items()}
    limit = HOPELESS * min(first.values(), default=0.0)
    return {name: peer for name, peer in peers.items() if first[name] <= limit}


def side_by_side(ours: Call, peers: Mapping[str, Call], runs: int) -> Times:
    """Ours and each peer in turn, so many times."""
    rounds = [(sample(ours), {name: sample(peer) for name, peer in peers.items()}) for _ in range(runs)]
    return Times(
        statistics.median(mine for mine, _ in rounds),
        {name: statistics.median(theirs[name] / mine for mine, theirs in rounds) for name in peers},
    )
