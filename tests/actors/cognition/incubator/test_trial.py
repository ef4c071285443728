"""A trial in the real jail: what is better graduates, and whatever is wrong with the rest is found in its stage."""

import msgspec
import pytest

from actors.cognition.incubator.hypothesis import Criterion, fingerprint
from actors.cognition.incubator.monitors import breach
from actors.cognition.incubator.trial import STAGES, edges, equal
from messages.tools.sandbox import Result
from tests.actors.cognition.incubator.hypotheses import CASES, QUICK, SLOW, hypothesis, tried


def test_what_is_faster_by_more_than_the_criterion_graduates_through_all_stages() -> None:
    found = tried(hypothesis())
    assert found.graduated
    assert list(found.stages) == list(STAGES)
    assert found.low is not None
    assert found.effect is not None
    assert found.high is not None
    assert 0.2 < found.low <= found.effect <= found.high < 1


def test_the_same_function_twice_has_no_effect_and_is_archived_after_the_experiments() -> None:
    found = tried(hypothesis(candidate=SLOW))
    assert not found.graduated
    assert found.ended_in == "experiments"
    assert found.probability is not None
    assert found.probability < 0.25
    assert list(found.stages) == ["experiments"]


def test_an_effect_below_the_criterion_is_not_enough() -> None:
    found = tried(hypothesis(criterion=Criterion(metric="seconds", at_least=0.999)))
    assert found.ended_in == "experiments"
    assert found.effect is not None
    assert found.effect > 0.2


@pytest.mark.parametrize(
    ("source", "monitor", "told"),
    [
        ("def f(xs):\n    while True:\n        pass\n", "resources", "timeout"),
        ("def f(xs):\n    return len([0] * 10**9)\n", "", "MemoryError"),
        ("def f(xs):\n    return xs\n", "output", "where the baseline returns"),
        ("def f(xs):\n    xs.sort()\n    return xs\n", "output", "it changes its arguments"),
        ("def f(xs):\n    print('x' * 20_000)\n    return sorted(xs)\n", "", ""),
        ("def f(xs):\n    raise KeyError\n", "output", "it raises KeyError"),
        ("n = 0\ndef f(xs):\n    global n\n    n += 1\n    return sorted(xs) + [n]\n", "output", ""),
    ],
)
def test_a_breach_ends_the_experiment_and_says_which_monitor_found_it(source: str, monitor: str, told: str) -> None:
    made = hypothesis(candidate=source)
    found = tried(made)
    assert not found.graduated
    assert found.ended_in == "experiments"
    assert found.breached
    if monitor:
        assert found.breached == monitor
    assert told in found.told


def test_a_wrong_time_is_held_against_the_processor_s() -> None:
    one = Result(status="returned", value=[0.001, 1, True, False, "", 1], cpu_ms=500.0, wall_ms=510.0)
    honest = msgspec.structs.replace(one, value=[0.490, 1, True, False, "", 1])
    found = breach([one], expected=1)
    assert found is not None
    assert found.monitor == "anomaly"
    assert breach([honest], expected=1) is None


def test_what_is_right_on_the_cases_alone_fails_on_those_kept_back() -> None:
    learnt = {str(case[0]): sorted(case[0]) for number, case in enumerate(CASES) if number % 3 != 2}
    source = f"KNOWN = {learnt!r}\ndef f(xs):\n    return KNOWN.get(str(xs), [])\n"
    found = tried(hypothesis(candidate=source, baseline=SLOW.replace("sorted(out", "sorted(list(out)")))
    assert found.ended_in == "generalisation"


def test_what_fails_on_an_empty_input_fails_in_robustness() -> None:
    found = tried(hypothesis(candidate="def f(xs):\n    xs[0]\n    return sorted(xs)\n"))
    assert found.ended_in == "robustness"
    assert "on [[]] it raises IndexError" in found.told


def test_what_policy_would_refuse_is_not_ready_for_production() -> None:
    source = "def f(xs):\n    return sorted(xs)\ndef g():\n    return eval('__import__(\"os\").environ')\n"
    found = tried(hypothesis(candidate=source))
    assert found.ended_in == "production readiness"
    assert "policy" in found.told


def test_a_score_is_held_against_the_baseline_s() -> None:
    better, worse = "def f(xs):\n    return max(xs)\n", "def f(xs):\n    return xs[0]\n"
    cases = tuple(([n, n + 3, n + 1],) for n in range(6))
    points = Criterion(metric="score", at_least=2)
    rises = tried(hypothesis(candidate=better, baseline=worse, cases=cases, criterion=points))
    falls = tried(hypothesis(candidate=worse, baseline=better, cases=cases, criterion=points))
    assert (rises.effect, falls.effect) == (3.0, -3.0)
    assert rises.ended_in == "robustness"
    assert falls.ended_in == "experiments"


def test_words_and_layout_make_no_other_hypothesis_and_a_change_of_code_does() -> None:
    made = hypothesis()
    assert fingerprint(made) == fingerprint(hypothesis(candidate=f"# a remark\n{QUICK}", claim="in other words"))
    assert fingerprint(made) != fingerprint(hypothesis(candidate=QUICK.replace("xs", "ys")))


def test_the_edges_take_each_argument_in_turn() -> None:
    assert [] in [one[0] for one in edges([[[1, 2], 3]])]
    assert [[1, 2], 0] in edges([[[1, 2], 3]])


def test_equal_means_of_the_same_type_and_within_a_billionth() -> None:
    assert equal([1.0, {"a": 0.1 + 0.2}], [1.0, {"a": 0.3}])
    assert equal(float("nan"), float("nan"))
    assert not equal(1, 1.0)
    assert not equal(True, 1)
    assert not equal([1, 2], [1])
