"""The bounds of the scan over its whole corpus."""

import pytest

from actors.scan.poisoning import scan
from actors.synthesis.components import components, predicates
from actors.synthesis.term import NAMESPACE
from benchmarks.poisoning.__main__ import Judged, judged, share
from benchmarks.poisoning.corpus import honest, hostile


@pytest.fixture(scope="module")
def bad() -> Judged:
    return judged(hostile())


@pytest.fixture(scope="module")
def good() -> Judged:
    return judged(honest())


def test_nearly_all_hostile_samples_are_caught(bad: Judged) -> None:
    assert len(bad) >= 140
    missed = [f"{sample.family}/{sample.name}" for sample, found in bad if found.verdict == "pass"]
    assert share(bad, "review", "reject") >= 0.98, missed


def test_hardly_any_honest_sample_is_rejected(good: Judged) -> None:
    assert len(good) >= 200
    refused = [
        f"{sample.family}/{sample.name}: {found.findings[:3]}" for sample, found in good if found.verdict == "reject"
    ]
    assert share(good, "reject") <= 0.02, refused


def test_no_honest_sample_of_our_own_is_rejected_and_few_are_reviewed(good: Judged) -> None:
    ours = [pair for pair in good if not pair[0].family.startswith("library")]
    assert share(ours, "reject") == 0
    assert share(ours, "review") <= 0.1


def test_everything_that_the_search_composes_of_passes() -> None:
    imports = "".join(f"import {module}\n" for module in sorted(NAMESPACE.values()))
    for component in (*components(), *predicates()):
        needs = "\n\n".join(component.needs)
        source = f"{imports}\n{needs}\n\ndef solve(A, B, C, x, y):\n    return {component.template}\n"
        assert scan(source).findings == (), source
