"""Settings for every test: properties run without a clock, since these machines are shared, and derandomised in CI."""

import os

import pytest
from hypothesis import HealthCheck, settings

collect_ignore = ["benchmarks"]  # measured by hand, never as a timed test

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite expected texts; the diff is the review")
