"""The bounds of the scan over its whole corpus."""

import json
from pathlib import Path

import pytest

from actors.acquisition.policy.poisoning import scan
from actors.acquisition.synthesis import Budget, Example, Found, synthesise
from benchmarks.poisoning.__main__ import Judged, judged, share
from benchmarks.poisoning.corpus import honest, hostile

TASKS = Path(__file__).parents[4] / "benchmarks" / "synthesis" / "tasks"


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


@pytest.mark.parametrize("task", ["initials", "csv_rows", "days_between", "hex_to_rgb", "email_domain"])
def test_programs_found_by_search_pass(task: str) -> None:
    told = json.loads((TASKS / f"{task}.json").read_text())
    examples = [Example(tuple(example["args"]), example["result"]) for example in told["examples"]]
    answer = synthesise(examples, goal=told["goal"], budget=Budget(seconds=20))
    assert isinstance(answer, Found)
    assert scan(answer.source).verdict == "pass", answer.source
