"""How fast convcalc's engine is, as ratios to its peers on the same machine: `python -m tests.benchmarks.engine`."""
