"""Where everything must run (`KURULTAI_TESTS_MUST_RUN=1`, as in CI) a test that is skipped has failed."""

import os
from collections.abc import Generator, Iterator
from typing import Final

import hypothesis
import pytest
import structlog

MUST_RUN: Final = "KURULTAI_TESTS_MUST_RUN"
"""The environment variable; 1 means that what a test needs is there, so that not to find it is a fault. *chosen*"""

# On a busy machine an example takes as long as it takes; how fast something is, benchmarks say.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """What a test has set up for the runtime's log, such as its own captured stderr, ends with the test."""
    yield
    structlog.reset_defaults()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip is a failure with the skip's reason; an expected failure stays one."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that is skipped as a whole."""
    report = yield
    if report.skipped:
        _forbid(report)
    return report


def _forbid(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get(MUST_RUN) == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason}: with {MUST_RUN}=1 nothing may be skipped"
