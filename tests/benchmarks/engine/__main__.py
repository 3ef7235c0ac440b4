"""convcalc's engine against its peers, in one process: ratios of their time to ours, family by family.

    python -m tests.benchmarks.engine [--only FAMILY ...] [--runs N] [--quick] [--markdown]

Above 1, convcalc is ahead. Ours and theirs alternate, a ratio is the median of those of neighbours, and a family's
figure is the geometric mean over its layers. Figures are printed and never asserted, but outputs are: if one differs
from a peer's, or is mostly zeros, that is said and the exit code is 1.
"""

import argparse
import sys

import numpy as np

from tests.benchmarks.engine.clock import Times, hopeful, side_by_side
from tests.benchmarks.engine.families import NAMES, Family, Part, chosen
from tests.benchmarks.engine.layers import Layer
from tests.benchmarks.engine.numbers import NUMBERS
from tests.benchmarks.engine.peers import PEERS, Call, Task, at_their_best, installed
from tests.benchmarks.engine.report import line, machine, table


def calls(family: Family, part: Part, layer: Layer) -> tuple[Call, dict[str, Call]]:
    """Ours and the peers', whose outputs are the same. Exits with 1 if they are not."""
    random, numbers = np.random.default_rng(1), NUMBERS[part.numbers]
    task = Task(layer, numbers.draw(random, layer.x), numbers.draw(random, layer.w))
    ours = PEERS[family.ours](task)
    assert ours is not None
    output = ours()
    theirs = {}
    for name in filter(installed, family.peers):
        if (call := PEERS[name](task)) is None:
            continue
        theirs[name], other = call, np.asarray(call())
        if not numbers.agree(output, other, layer.terms):
            sys.exit(f"\n{family.name}, {layer}: the outputs of {family.ours} and {name} differ")
        if 2 * np.count_nonzero(other) < other.size:
            sys.exit(f"\n{family.name}, {layer}: the outputs are mostly zeros")
    return ours, theirs


def main(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    families = chosen(arguments.only, 2 if arguments.quick else None)
    runs = arguments.runs or (3 if arguments.quick else 7)
    layers = [(family, part, layer) for family in families for part in family.parts for layer in part.layers]
    measured: dict[tuple[Family, Part, Layer], Times] = {}
    print(machine(), flush=True)
    for done, (family, part, layer) in enumerate(layers):
        print(f"\r\x1b[K{done}/{len(layers)} {part.name} {layer}", end="", file=sys.stderr, flush=True)
        ours, theirs = calls(family, part, layer)
        peers = hopeful(theirs) if family.best else theirs
        times = measured[family, part, layer] = side_by_side(ours, peers, runs if peers else 1)
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        if not arguments.markdown:
            print(line(part, layer, times), flush=True)
    print(f"\npeer time / convcalc time, medians of {runs} pairs, geometric means; above 1 convcalc is ahead\n")
    print(table(measured, markdown=arguments.markdown))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", allow_abbrev=False)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=(), metavar="FAMILY", help=", ".join(NAMES))
    parser.add_argument("--runs", type=int, help="pairs for each layer and peer (default 7)")
    parser.add_argument("--quick", action="store_true", help="three pairs, two layers of each part")
    parser.add_argument("--markdown", action="store_true", help="nothing but the table of families, as Markdown")
    with at_their_best():
        main(parser.parse_args())
