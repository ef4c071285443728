"""A question to an answer: figures with intervals, and the sentences in which a person reads them."""

import msgspec
import numpy as np

from actors.cognition.causal.effects import Effects, Estimate
from actors.cognition.causal.mechanisms import Mechanisms
from actors.cognition.causal.question import Question
from actors.cognition.causal.table import Column


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number of an answer."""

    of: str
    estimate: float
    low: float
    high: float
    identifiable: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is told."""

    question: str
    figures: tuple[Figure, ...]
    identifiable: bool
    sentences: tuple[str, ...]


def answer(asked: Question, text: str, effects: Effects) -> Answer:
    """The answer; raises ValueError if the question can't be answered by this model."""
    sort = {"effect": _effect, "do": _do, "causes": _causes, "counterfactual": _counterfactual}[asked.sort]
    figures, sentences = sort(asked, effects)
    return Answer(
        question=text,
        figures=tuple(figures),
        identifiable=all(figure.identifiable for figure in figures),
        sentences=tuple(sentences),
    )


def shown(number: float) -> str:
    """Four digits."""
    return f"{number:.4g}" if number else "0"


def worded(column: Column, number: float) -> str:
    """A value as a person knows it."""
    return shown(number) if column.kind == "continuous" else column.categories[int(number)]


def open_told(estimate: Estimate, cause: str, outcome: str) -> str:
    """Why an effect is not identifiable and what would tell."""
    values = sorted({shown(each.estimate) for each in estimate.members}, key=float)
    cases = [
        f"{shown(each.estimate)} if {' and '.join(each.parents) or 'nothing'} "
        f"{'cause' if len(each.parents) > 1 else 'causes'} {cause}"
        for each in estimate.members[:4]
    ]
    edges = " and ".join(f"{each} - {cause}" for each in estimate.open)
    return (
        f"Not identifiable: graphs that fit the data equally well give {', '.join(values)} ({'; '.join(cases)}). "
        f"What would tell: setting {cause} (or {' or '.join(estimate.open)}) in some rows and marking them "
        f"with --marks, or knowing the direction of {edges} (--knowledge)."
    )


def categories(asked: Question, column: Column) -> list[int | None]:
    """The categories that are told of; None for a mean."""
    if column.kind == "continuous":
        return [None]
    if asked.category is not None:
        return [asked.category]
    return [1] if len(column.categories) == 2 and asked.sort == "effect" else list(range(len(column.categories)))


def titled(column: Column, category: int | None) -> str:
    """What a figure is of."""
    return column.name if category is None else f"P({column.name}={column.categories[category]})"


def _figure(of: str, found: Estimate) -> Figure:
    return Figure(of=of, estimate=found.estimate, low=found.low, high=found.high, identifiable=found.identifiable)


def _effect(asked: Question, effects: Effects) -> tuple[list[Figure], list[str]]:
    assert asked.cause is not None
    cause, outcome = effects.columns[asked.cause], effects.columns[asked.outcome]
    figures, sentences = [], []
    for span in _spans(asked, effects, cause):
        moved = f"from {worded(cause, span[0])} to {worded(cause, span[1])}"
        for category in categories(asked, outcome):
            found = effects.change(asked.cause, span, asked.outcome, category)
            of = titled(outcome, category)
            figures.append(_figure(f"{of}, {cause.name} {moved}", found))
            told = f"Setting {cause.name} {moved} changes {of} by {_between(found)}."
            sentences.append(told)
            if not found.identifiable:
                sentences.append(open_told(found, cause.name, outcome.name))
            elif found.bent:
                sentences.append("The relation is not a line: for another step, ask with 'from A to B'.")
            elif all(each.estimate == 0 for each in found.members):
                sentences.append(f"In this model {outcome.name} comes before {cause.name}, so that nothing changes.")
            elif found.low <= 0 <= found.high:
                sentences.append("No effect was found: the interval holds 0.")
    return figures, sentences


def _spans(asked: Question, effects: Effects, cause: Column) -> list[tuple[float, float]]:
    """The steps of the cause: as asked, one unit around the middle, or each category instead of the first."""
    if asked.span is not None:
        return [asked.span]
    if cause.kind == "discrete":
        return [(0.0, float(code)) for code in range(1, len(cause.categories))]
    middle = float(np.median(effects.table.rows[:, asked.cause]))
    start = float(f"{middle - 0.5:.6g}")
    return [(start, start + 1.0)]


def _between(found: Estimate) -> str:
    middle = f"{shown(found.estimate)} " if found.identifiable else ""
    return f"{middle}({shown(found.low)} to {shown(found.high)}, 95 %)"


def _do(asked: Question, effects: Effects) -> tuple[list[Figure], list[str]]:
    outcome = effects.columns[asked.outcome]
    if any(at == asked.outcome for at, _ in asked.do):
        raise ValueError(f"{outcome.name} is set and asked about; ask about another variable")
    acts = " and ".join(
        f"{effects.columns[at].name} to {worded(effects.columns[at], number)}" for at, number in asked.do
    )
    figures, sentences = [], []
    for category in categories(asked, outcome):
        found = _joint(asked, effects, category)
        plain = effects.plain(asked.outcome, category)[0]
        of = titled(outcome, category)
        figures.append(_figure(f"{of} | do", found))
        sentences.append(f"Setting {acts}, {of} is {_between(found)}; as things are it is {shown(plain)}.")
        if not found.identifiable:
            sentences.append(open_told(found, effects.columns[asked.do[0][0]].name, outcome.name))
    sentences += far(asked.do, effects)
    return figures, sentences


def _joint(asked: Question, effects: Effects, category: int | None) -> Estimate:
    if len(asked.do) == 1:
        (cause, number), *_ = asked.do
        return effects.mean(cause, number, asked.outcome, category)
    return Mechanisms(effects.model).mean(asked.do, asked.outcome, category)


def far(do: tuple[tuple[int, float], ...], effects: Effects) -> list[str]:
    """A warning for each value that was never near in the data."""
    told = []
    for at, number in do:
        values, column = effects.table.rows[:, at], effects.columns[at]
        low, high = float(values.min()), float(values.max())
        if column.kind == "continuous" and not low <= number <= high:
            told.append(
                f"{column.name} was between {shown(low)} and {shown(high)} in the data: "
                f"{shown(number)} relies on the relation going on as it is there."
            )
    return told


def _causes(asked: Question, effects: Effects) -> tuple[list[Figure], list[str]]:
    name = effects.columns[asked.outcome].name
    figures, sentences = [], []
    for edge in effects.model.edges:
        if edge.effect == name and edge.directed:
            of = f"{edge.cause} -> {name}"
            if edge.coefficient is not None and edge.low is not None and edge.high is not None:
                figures.append(Figure(of=of, estimate=edge.coefficient, low=edge.low, high=edge.high))
            sentences.append(
                f"{edge.cause} causes {name} ({edge.form}; in {edge.confidence:.0%} of bootstrap samples)."
            )
        elif not edge.directed and name in (edge.cause, edge.effect):
            other = edge.cause if edge.effect == name else edge.effect
            sentences.append(f"{other} causes {name} or {name} causes {other}: the data can't tell.")
    return figures, sentences or [f"No cause of {name} was found among the {len(effects.columns) - 1} other variables."]


def _counterfactual(asked: Question, effects: Effects) -> tuple[list[Figure], list[str]]:
    outcome = effects.columns[asked.outcome]
    mechanisms = Mechanisms(effects.model)
    case, told = mechanisms.case(asked.row, asked.given)
    acts = " and ".join(
        f"{effects.columns[at].name} been {worded(effects.columns[at], number)}" for at, number in asked.do
    )
    figures, sentences = [], []
    for category in categories(asked, outcome):
        found = mechanisms.counterfactual(case, asked.do, asked.outcome, category)
        of = titled(outcome, category)
        figures.append(_figure(f"{of} in {told}", found))
        was = "" if np.isnan(case[asked.outcome]) else f" (it was {worded(outcome, case[asked.outcome])})"
        sentences.append(f"In {told}, had {acts}, {of} would have been {_between(found)}{was}.")
        if not found.identifiable:
            sentences.append("Not identifiable: graphs that fit the data equally well disagree on it.")
    return figures, sentences + far(asked.do, effects)
