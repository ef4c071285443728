"""How far a capability is trusted: by its name and goal, by its domain, and by what its code touches."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from actors.scan.finding import GRAVE, Finding
from actors.scan.meaning import Begins, Known
from actors.scan.names import forbidden_goal, forbidden_name, reviewed_name, reviewed_words
from actors.scan.poisoning import judge, scan
from actors.scan.triggers import CLOCKS, DRAWS
from actors.scan.view import View
from messages.task import Domain, Profile

Rank = Literal["safe", "standard", "sensitive", "restricted", "forbidden"]

RANKS: Final[tuple[Rank, ...]] = ("safe", "standard", "sensitive", "restricted", "forbidden")
"""From most to least trusted. *cited*: specification of acquisition, section 6"""

APPROVED: Final[frozenset[Rank]] = frozenset(("sensitive", "restricted"))
"""What is learnt only after a person's approval. *cited*: specification of acquisition, section 6"""

UNSEEN: Final[dict[str, Rank]] = {
    "general": "standard",
    "ml_ai": "standard",
    "telephony": "sensitive",
    "messaging": "sensitive",
    "data_storage": "sensitive",
    "external_api": "sensitive",
    "ui_automation": "sensitive",
    "security": "sensitive",
    "system": "restricted",
}
"""Rank of a domain as long as there is no code. *derived*: what tools of the domain touch by their nature"""

SEEN: Final[dict[str, Rank]] = {"security": "sensitive", "system": "sensitive"}
"""Rank of a domain whatever the code. *cited*: specification, section 1: security is reviewed by a person"""


CHANCE: Final = CLOCKS | DRAWS
"""Functions whose results no test repeats. *derived* from triggers"""

UNCLEAR: Final = frozenset(("unknown", "tangled"))
"""Kinds of finding that say that nobody knows what the code does. *derived*: reach and poisoning"""


class Reason(NamedTuple):
    """What makes the capability belong to the class, or to a worse one."""

    rank: Rank
    why: str


class Classed(NamedTuple):
    """The class of a capability, with everything that speaks for it, worst first."""

    rank: Rank
    reasons: tuple[str, ...]

    @property
    def needs_approval(self) -> bool:
        """A person must approve it before it is learnt."""
        return self.rank in APPROVED


def classify(
    name: str,
    goal: str,
    domain: Domain,
    source: str | None,
    secrets: Sequence[str] = (),
    hosts: Sequence[str] = (),
    profile: Profile = "pure",
) -> Classed:
    """The worst class that anything speaks for; what is unclear is restricted."""
    reasons = [*_by_words(name, goal), *_by_needs(secrets, hosts)]
    if source is None:
        reasons.append(Reason(UNSEEN.get(domain, "restricted"), f"domain {domain}, and no code yet"))
        reasons += _by_seeming(name, goal)
    else:
        touched = list(_by_code(source, hosts, profile))
        reasons += touched
        if domain in SEEN:
            reasons.append(Reason(SEEN[domain], f"domain {domain}"))
        if any(
            RANKS.index(reason.rank) >= RANKS.index("sensitive") for reason in (*touched, *_by_needs(secrets, hosts))
        ):
            reasons += _by_seeming(name, goal)
    worst_first = sorted(reasons, key=lambda reason: -RANKS.index(reason.rank))
    rank = worst_first[0].rank
    return Classed(
        rank, tuple(reason.why for reason in worst_first if RANKS.index(reason.rank) >= RANKS.index("standard"))
    )


def _by_words(name: str, goal: str) -> Iterator[Reason]:
    if (tool := forbidden_name(name)) is not None:
        yield Reason("forbidden", f"{tool} is never learnt, under no name")
    elif (tool := forbidden_goal(goal)) is not None:
        yield Reason("forbidden", f"{tool} is never learnt, and the goal asks for it")
    if (tool := reviewed_name(name)) is not None:
        yield Reason("sensitive", f"{tool} is reviewed by a person")


def _by_seeming(name: str, goal: str) -> Iterator[Reason]:
    if (tool := reviewed_words(name, goal)) is not None:
        yield Reason("sensitive", f"seems to be {tool}, which is reviewed by a person")


def _by_needs(secrets: Sequence[str], hosts: Sequence[str]) -> Iterator[Reason]:
    if secrets:
        yield Reason("sensitive", f"needs secrets: {', '.join(secrets)}")
    if hosts:
        yield Reason("sensitive", f"reaches hosts: {', '.join(hosts)}")


def _by_code(source: str, hosts: Sequence[str], profile: Profile) -> Iterator[Reason]:
    judged = scan(source, profile)
    for finding in judged.findings:
        yield Reason(_rank_of(finding), str(finding))
    if judged.verdict == "reject":
        yield Reason("forbidden", f"the scan finds the risk {judged.risk}")
    view, error = judge(source).view, judge(source).error
    if view is None:
        yield Reason("restricted", f"the code can't be read: {error}" if error else "nobody knows what the code does")
        return
    yield from _asked(view, hosts)
    yield Reason(
        "standard" if _draws_or_tells(view) else "safe", "reads the clock or draws lots" * _draws_or_tells(view)
    )


def _rank_of(finding: Finding) -> Rank:
    """What nobody can tell is restricted; what can be told and is suspect, a person reviews."""
    if finding.weight == GRAVE:
        return "forbidden"
    return "restricted" if finding.kind in UNCLEAR else "sensitive"


def _asked(view: View, hosts: Sequence[str]) -> Iterator[Reason]:
    """What the code asks the host for: sensitive where it is written out and declared, else unclear."""
    for place in view.places:
        node = place.node
        if not isinstance(node, ast.Name) or node.id != "host_call" or not view.flow.is_builtin("host_call", node):
            continue
        parent = view.parent(place)
        if parent is None or not isinstance(parent.node, ast.Call) or parent.node.func is not node:
            yield Reason(
                "restricted", f"line {node.lineno}: host_call is passed on, so that nobody knows what is asked"
            )
            continue
        yield from _call(parent.node, view, hosts)


def _call(node: ast.Call, view: View, hosts: Sequence[str]) -> Iterator[Reason]:
    what = view.flow.text(node.args[0]) if node.args else None
    if what is None or any(keyword.arg is None for keyword in node.keywords):
        yield Reason("restricted", f"line {node.lineno}: asks the host for something that is not written out")
        return
    yield Reason("sensitive", f"line {node.lineno}: asks the host for {what.value}")
    for keyword in node.keywords:
        if keyword.arg not in ("url", "host", "address"):
            continue
        host = _host(keyword.value, view)
        if host is None:
            yield Reason("restricted", f"line {node.lineno}: the host that it reaches is not written out")
        elif host not in hosts:
            yield Reason("restricted", f"line {node.lineno}: reaches {host}, which it does not declare")


def _host(node: ast.expr, view: View) -> str | None:
    """The host that an address names, if it is known as far as that."""
    known = view.flow.meaning(node)
    if isinstance(known, Known) and isinstance(known.value, str):
        text, whole = known.value, True
    elif isinstance(known, Begins):
        text, whole = known.text, False
    else:
        return None
    rest = text.partition("://")[2] or text
    if not whole and "/" not in rest:
        return None
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        return None


def _draws_or_tells(view: View) -> bool:
    nodes = (place.node for place in view.places)
    return any(isinstance(node, ast.Call) and view.flow.path(node.func) in CHANCE for node in nodes)
