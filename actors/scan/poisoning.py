"""The scan of learnt code for what no tool may do and for what few tools need, on its syntax tree with light data flow.

It is a signpost and no wall: code that slips past it still meets the sandbox.
"""

import ast
import functools
import warnings
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from actors.scan import prose, reach, resources, shapes, texts, triggers
from actors.scan.effort import STEPS, Effort, Tangled, weigh
from actors.scan.finding import GRAVE, SUSPECT, Finding
from actors.scan.scopes import Place
from actors.scan.tables import BUILTINS
from actors.scan.view import View
from messages.task import Profile

Risk = Literal["none", "medium", "high", "critical"]
Verdict = Literal["pass", "review", "reject"]
Rule = Callable[[Place, View], Iterator[Finding]]

RISKS: Final[tuple[Risk, ...]] = ("none", "medium", "high", "critical")
"""By the weight of all findings. *cited*: specification of acquisition, section 6: 1 medium, 2 high, 3 critical"""

VERDICTS: Final[dict[Risk, Verdict]] = {"none": "pass", "medium": "review", "high": "reject", "critical": "reject"}
"""What is done at each risk. *cited*: specification of acquisition, section 6"""

OPENS: Final = f"open {BUILTINS['open'].does}"
"""What is said of the one way to a file that a tool with a scratch directory has. *derived*: reach"""

MOST: Final = 20
"""Most findings that are told. *chosen*: the first is reason enough"""

MEND: Final = "make it smaller and plainer, or make several tools of it"
"""How code that can't be judged is mended. *derived*: what costs steps is length and indirection"""

KEPT: Final = 4
"""Sources whose judgement is remembered. *chosen*: a decision asks three times about one, and there may be a suite"""

RULES: Final[dict[type[ast.AST], tuple[Rule, ...]]] = {
    ast.Import: (reach.imports,),
    ast.ImportFrom: (reach.imports,),
    ast.Name: (reach.names,),
    ast.Attribute: (reach.attributes,),
    ast.Subscript: (reach.changed_parts, texts.assembled),
    ast.MatchClass: (reach.patterns_of_classes,),
    ast.Call: (
        reach.getters,
        texts.assembled,
        texts.arguments_to_host,
        shapes.made_classes,
        resources.calls,
        *(triggers.prefixes, triggers.replacing_accounts, texts.told_passwords),
    ),
    ast.Constant: (texts.constants,),
    ast.JoinedStr: (texts.assembled, texts.images),
    ast.BinOp: (texts.assembled, texts.images, resources.sizes),
    ast.ClassDef: (shapes.classes,),
    ast.FunctionDef: (resources.endless_recursion, triggers.counters),
    ast.AsyncFunctionDef: (triggers.counters,),
    ast.Compare: (triggers.comparisons,),
    ast.Assign: (triggers.replaced_accounts,),
    ast.Match: (triggers.matches,),
    ast.Raise: (shapes.ways_out,),
    ast.While: (resources.endless_loops,),
    ast.For: (resources.nested_loops,),
}
"""What is looked at in each kind of node. *derived* from the rules"""


class Judged(NamedTuple):
    """What was found in one source."""

    findings: tuple[Finding, ...]
    steps: int
    """What it cost."""
    view: View | None = None
    """The program, if it was judged to the end."""
    error: SyntaxError | ValueError | RecursionError | MemoryError | None = None
    """Why the parser refused it."""
    tangled: str = ""
    """Why it could not be judged to the end, and how to mend it."""


class Scan(NamedTuple):
    """What was found, by line, and what follows from it."""

    findings: tuple[Finding, ...]
    risk: Risk
    verdict: Verdict


def scan(source: str, profile: Profile = "pure") -> Scan:
    """What the code does that few or no tools need; source that is no Python does nothing.

    A kind of suspect doing counts once, however often it is done; a grave one counts twice, and is rejected alone.
    Where the sandbox gives a scratch directory, to open a file is suspect and no more.
    """
    found = sorted({_eased(finding, profile) for finding in judge(source).findings})
    suspect = {finding.kind for finding in found if finding.weight == SUSPECT}
    grave = {finding.kind for finding in found if finding.weight == GRAVE}
    weight = len(suspect - grave) * SUSPECT + len(grave) * GRAVE
    risk = RISKS[min(weight, len(RISKS) - 1)]
    told = sorted(sorted(found, key=lambda finding: -finding.weight)[:MOST])
    return Scan(tuple(told), risk, VERDICTS[risk])


def _eased(finding: Finding, profile: Profile) -> Finding:
    return finding._replace(weight=SUSPECT) if profile == "files" and finding.what == OPENS else finding


@functools.lru_cache(maxsize=KEPT)
def judge(source: str) -> Judged:
    """Everything that is found in the source, whatever the sandbox gives, and what it cost to find it."""
    effort = Effort()
    found: list[Finding] = []
    try:
        weigh(source, effort)
        view = View(_parsed(source), effort)
        found.extend(_of_nodes(view))
        found.extend(_of_text(source, view))
    except SyntaxError as error:
        return Judged((), effort.spent, error=error)
    except Tangled as error:
        why = f"{error}; {MEND}"
        return Judged((*found, Finding(1, "tangled", why, SUSPECT)), STEPS, tangled=why)
    except (ValueError, RecursionError, MemoryError) as error:
        unread = Finding(1, "unreadable", f"can't be read, so nobody knows what it does: {error}; {MEND}", GRAVE)
        return Judged((unread,), effort.spent, error=error)
    return Judged(tuple(found), effort.spent, view)


def _parsed(source: str) -> ast.Module:
    """The tree; what the parser would warn of is for whoever runs the code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _of_nodes(view: View) -> Iterator[Finding]:
    for place in view.places:
        for rule in RULES.get(type(place.node), ()):
            yield from rule(place, view)


def _of_text(source: str, view: View) -> Iterator[Finding]:
    yield from prose.orders(source)
    if "\\" in source:
        yield from texts.spelt_otherwise(view)
    yield from prose.disguises(source)
    if not source.isascii():
        yield from prose.disguised_names(view.names())
        yield from prose.compatible_names(source)
    if view.flow.tangled:
        yield Finding(1, "tangled", f"is too tangled to be followed; {MEND}", SUSPECT)
