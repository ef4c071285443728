"""The code around both functions in the sandbox: it calls one of them and measures the time.

It stands in the sandbox with the code under trial, so its times are held against the child's processor time.
"""

from typing import Final

from actors.cognition.incubator.hypothesis import Hypothesis

ENTRY: Final = "measured"
"""The function that is called. *chosen*"""

TEMPLATE: Final = """
import copy
import json
from time import perf_counter

SOURCES = {sources!r}
ENTRIES = {entries!r}
SIDES = {{}}


def side_of(which):
    if which not in SIDES:
        space = {{"__name__": which}}
        exec(compile(SOURCES[which], which, "exec"), space)
        SIDES[which] = space[ENTRIES[which]]
    return SIDES[which]


def measured(which, args, least_s, most):
    clock, copied = perf_counter, copy.deepcopy
    call = side_of(which)
    spent, times, same, mutated, first, raised = 0.0, 0, True, False, None, ""
    began = clock()
    while times < most and (times == 0 or (spent < least_s and clock() - began < 10 * least_s)):
        own = copied(args)
        begun = clock()
        try:
            value = call(*own)
        except Exception as error:
            spent += clock() - begun
            return [spent, times + 1, True, False, type(error).__name__, None]
        spent += clock() - begun
        if times == 0:
            mutated = own != args
            first = json.dumps(value, sort_keys=True)
        elif times == 1:
            same = json.dumps(value, sort_keys=True) == first
        times += 1
    return [spent, times, same, mutated, raised, value]
"""
"""The harness. *chosen*: repetitions until there is something to measure, or copies of arguments have taken ten times
as long; two results are compared, not all"""


def source(hypothesis: Hypothesis) -> str:
    """The harness with both functions."""
    sides = {"candidate": hypothesis.candidate, "baseline": hypothesis.baseline}
    return TEMPLATE.format(
        sources={name: side.source for name, side in sides.items()},
        entries={name: side.entry for name, side in sides.items()},
    )
