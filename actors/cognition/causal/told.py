"""Explanations, decisions and incidents as the sentences that a person reads."""

from collections.abc import Sequence
from typing import Final

from actors.cognition.causal.asking import shown
from actors.cognition.causal.deciding import ALTERNATIVES, Decision, Option
from actors.cognition.causal.explaining import Explanation, Path
from actors.cognition.causal.incident import CHANGED, Incident, Suspect

MOST_PATHS: Final = 12
"""Paths told to a person; -o json has all. *chosen*"""
SUSPECTS: Final = 5
"""Suspects told to a person. *chosen*"""
SMALL: Final = 0.01
"""Share of the whole below which a contribution is taken together with others. *chosen*"""


def paths(found: Sequence[Path], outcome: str, start: str | None) -> list[str]:
    """Paths, the strongest first."""
    if not found:
        return [f"Nothing leads {f'from {start} ' if start else ''}to {outcome} in this model."]
    lines = [f"{len(found)} paths lead to {outcome}; for one unit of where it begins, each changes it by:"]
    for each in found[:MOST_PATHS]:
        over = f" ({shown(each.low)} to {shown(each.high)})" if each.high - each.low > abs(each.effect) * SMALL else ""
        sure = "" if each.share == 1 else f", in {each.share:.0%} of the graphs that fit the data equally well"
        lines.append(f"  {' -> '.join(each.nodes)}: {shown(each.effect)}{over}{sure}")
    if len(found) > MOST_PATHS:
        lines.append(f"  and {len(found) - MOST_PATHS} more (-o json)")
    return lines


def explanation(found: Explanation, row: int) -> list[str]:
    """What each variable adds in a row."""
    off = found.seen - found.mean
    lines = [
        f"In row {row}, {found.outcome} is {shown(found.seen)}: {shown(off)} from its mean of {shown(found.mean)}."
    ]
    rest = 0.0
    whole = sum(abs(each.amount) for each in found.contributions) or 1.0
    for each in found.contributions:
        if abs(each.amount) < SMALL * whole:
            rest += each.amount
            continue
        own = "what no variable of the table explains" if each.name == found.outcome else each.name
        over = f" ({shown(each.low)} to {shown(each.high)})" if each.high - each.low > SMALL * whole else ""
        lines.append(f"  {shown(each.amount)}{over} from {own}")
    if rest:
        lines.append(f"  {shown(rest)} from the others together")
    return lines


def decision(found: Decision) -> list[str]:
    """The best action, the alternatives, and what would change the choice."""
    best, *others = found.options
    lines = [f"Best: {_option(best)}"]
    lines += [f"{number}. {_option(each)}" for number, each in enumerate(others[:ALTERNATIVES], 2)]
    if best.low <= 0 and best.action != "do nothing":
        lines.append("That it is better than doing nothing is not sure: the interval of its gain holds 0.")
    if found.turning:
        lines.append(f"What would change it: {'; '.join(found.turning)}.")
    elif len(best.changes) > 1:
        lines.append("No single weight, from a 64th to 64 times, would change the choice.")
    lines.append("A gain is in standard deviations of the outcomes, weighted.")
    return lines


def _option(each: Option) -> str:
    moved = ", ".join(
        f"{name} {mean:+.4g} ({low:.4g} to {high:.4g})" for name, (mean, low, high) in each.changes.items()
    )
    open_ = "" if each.identifiable else "; not identifiable"
    gain = f"gain {each.gain:.3g} ({each.low:.3g} to {each.high:.3g}), P(best) {each.best:.2f}"
    return f"{each.action}: {gain}; {moved}{open_}"


def incident(found: Incident) -> list[str]:
    """The root cause, how it reaches the target, and the other suspects."""
    first, *others = found.suspects
    rows = f"rows {found.first_line - 1} to {found.last_line - 1}"
    lines = []
    if found.target is not None and found.before is not None and found.during is not None:
        lines.append(
            f"In {rows} {found.target} is {shown(found.during)} on average, {shown(found.before)} in the others."
        )
    if first.change < CHANGED:
        lines.append("No mechanism changed much: what follows is weak.")
    lines.append(f"Root cause: {first.name}, {_changed(first)}; {first.share:.0%} of all that changed by itself.")
    if first.path:
        lines.append(f"It reaches the target by {' -> '.join(first.path)}.")
    lines += [f"  then {each.name}: {_changed(each)}; {each.share:.0%}" for each in others[: SUSPECTS - 1]]
    parts = [each for each in found.suspects if each.contribution]
    if parts and found.before is not None and found.during is not None:
        parts.sort(key=lambda each: -abs(each.contribution or 0.0))
        named = ", ".join(f"{each.name} {each.contribution:+.4g}" for each in parts[:SUSPECTS])
        rest = sum(each.contribution or 0.0 for each in parts[SUSPECTS:])
        more = f", others {rest:+.4g}" if rest else ""
        lines.append(f"Of the shift of {shown(found.during - found.before)}: {named}{more}.")
    return lines


def _changed(each: Suspect) -> str:
    return f"{each.shift:+.2f} standard deviations beyond what its causes explain, its spread times {each.spread:.2g}"
