"""Cells of a file to a `Table`: kinds of columns, gaps, columns that say nothing, marks of interventions, lags."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.cells import SHOWN, Cells
from actors.cognition.causal.gaps import filled
from actors.cognition.causal.table import Column, Edges, Kind, Matrix, Table

ABSENT: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "missing", ".", "#n/a", "nil"})
"""What stands for a missing value, in lower case. *chosen*: what R, pandas, SQL and spreadsheets write"""
NUMERIC_SHARE: Final = 0.9
"""Share of cells that are numbers in a column of numbers; the rest is taken for missing. *chosen*"""
FEW_LEVELS: Final = 5
"""Most whole numbers that are categories in a column beside continuous ones. *chosen*: a scale of five is one"""
MOST_LEVELS: Final = 30
"""Most categories of a column; with more it is left out as text. *chosen*: bnlearn's largest has 21"""
IDENTIFYING: Final = 0.9
"""Share of different cells from which a text column is an identifier. *chosen*"""
MOST_ABSENT: Final = 0.5
"""Share of missing cells from which a column is left out. *chosen*"""
LONE_SHARE: Final = 2
"""Rows that a category must have; those of a rarer one are taken together. *derived*: one row has no spread"""
FEWEST_ROWS: Final = 8
"""Rows without which nothing is learnt. *chosen*"""
TWIN: Final = 1 - 1e-9
"""Correlation of two columns from which they are the same. *derived*: rounding of doubles"""
NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")


class Wishes(msgspec.Struct, frozen=True):
    """What the person said about the columns."""

    leave_out: tuple[str, ...] = ()
    discrete: tuple[str, ...] = ()
    continuous: tuple[str, ...] = ()
    marks: str | None = None
    """Column that names the variable (or several, with +) that was set by somebody in that row"""
    lags: int = 0
    amounts: bool = False
    """Whether whole numbers are amounts, however few, as in telemetry"""
    clocks: bool = True
    """Whether a column that only goes up by steps is kept; in telemetry it is a clock"""


def table(cells: Cells, wishes: Wishes) -> Table:
    """The table that is learnt from; raises ValueError if too little is left."""
    named = [*wishes.leave_out, *wishes.discrete, *wishes.continuous, *([wishes.marks] if wishes.marks else [])]
    for name in named:
        if name not in cells.names:
            raise ValueError(unknown(name, cells.names))
    notes = list(cells.notes)
    if len(cells.rows) < FEWEST_ROWS:
        told = "; ".join(notes)
        count = f"there are {len(cells.rows)} rows with as many fields as there are names"
        raise ValueError(f"{count}; at least {FEWEST_ROWS} are needed to learn from. {told}".strip())
    parsed = [
        (name, _column(name, [row[place] for row in cells.rows], cells, wishes, notes))
        for place, name in enumerate(cells.names)
        if name not in wishes.leave_out and name != wishes.marks
    ]
    kinds = _kinds([(name, *each) for name, each in parsed if each is not None], wishes, notes)
    columns = [column for column, _ in kinds]
    values = np.column_stack([each for _, each in kinds]) if kinds else np.empty((len(cells.rows), 0))
    acted = _acted(cells, wishes, [column.name for column in columns], notes)
    read = Table(columns=tuple(columns), rows=values, acted=acted, lines=np.array(cells.lines), notes=tuple(notes))
    read = _told_apart(filled(_lagged(read, wishes.lags)))
    return _checked(read)


def unknown(name: str, names: Sequence[str]) -> str:
    """That there is no such column, and which come near."""
    import difflib

    lower = {each.lower(): each for each in names}
    near = [lower[each] for each in difflib.get_close_matches(name.lower(), list(lower), n=3, cutoff=0.5)]
    told = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(list(names)[:20])}"
    return f"no variable is called {name!r}; {told}"


def _column(
    name: str, cells: Sequence[str | None], whole: Cells, wishes: Wishes, notes: list[str]
) -> tuple[Matrix | None, list[str | None]] | None:
    """Numbers of the column if it is one of numbers, and its words; None if it says nothing."""
    words = [None if cell is None or cell.lower() in ABSENT else cell for cell in cells]
    present = [word for word in words if word is not None]
    if len(present) < (1 - MOST_ABSENT) * len(words):
        notes.append(f"{name} is missing in {len(words) - len(present)} of {len(words)} rows; it was left out")
        return None
    if len(set(present)) == 1:
        notes.append(f"{name} is always {present[0]}; it was left out, since what never changes shows no effect")
        return None
    numbers = [_number(word, whole.separator) for word in words]
    count = sum(number is not None for number in numbers)
    if count >= NUMERIC_SHARE * len(present) and name not in wishes.discrete:
        _tell_odd(name, words, numbers, whole.lines, notes)
        values = np.array([np.nan if number is None else number for number in numbers])
        if len(np.unique(values[np.isfinite(values)])) < 2:
            notes.append(f"{name} never changes; it was left out")
            return None
        if not wishes.clocks and _clock(values):
            notes.append(f"{name} only goes up, as a clock or a counter of rows does; it was left out")
            return None
        return values, words
    levels = len(set(present))
    if levels > MOST_LEVELS or (levels >= IDENTIFYING * len(present) and levels > FEW_LEVELS):
        sort = "an identifier, a time or free text"
        notes.append(f"{name} has {levels} different texts in {len(present)} rows; it was left out as {sort}")
        return None
    return None, words


def _clock(values: Matrix) -> bool:
    """Whether the steps are all upward and nearly alike."""
    steps = np.diff(values[np.isfinite(values)])
    return bool(len(steps) and np.all(steps > 0) and steps.std() <= steps.mean())


def _number(word: str | None, separator: str) -> float | None:
    if word is None:
        return None
    text = word.replace("\u2212", "-").replace(" ", "")
    if separator != "," and re.fullmatch(r"[+-]?[\d.]*,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not NUMBER.fullmatch(text):
        return None
    number = float(text.rstrip("%"))
    return number if np.isfinite(number) and abs(number) < 1e150 else None


def _tell_odd(
    name: str, words: Sequence[str | None], numbers: Sequence[float | None], lines: Sequence[int], notes: list[str]
) -> None:
    """Say which cells of a column of numbers are none."""
    odd = [
        f"line {line}: {word[:40]!r}"
        for word, number, line in zip(words, numbers, lines, strict=True)
        if word is not None and number is None
    ]
    if odd:
        more = f" and {len(odd) - SHOWN} more" if len(odd) > SHOWN else ""
        told = f"{', '.join(odd[:SHOWN])}{more}"
        notes.append(f"{name} holds numbers, save in {told}; taken for missing")


def _kinds(
    found: Sequence[tuple[str, Matrix | None, list[str | None]]], wishes: Wishes, notes: list[str]
) -> list[tuple[Column, Matrix]]:
    """Each column with its kind: text and few whole numbers are categories, other numbers are continuous."""
    most = FEW_LEVELS
    numeric = [values for name, values, _ in found if values is not None and name not in wishes.continuous]
    if all(_whole(values) and _levels(values) <= MOST_LEVELS // 2 for values in numeric):
        most = MOST_LEVELS // 2
    made: list[tuple[Column, Matrix]] = []
    for name, values, words in found:
        few = values is not None and _whole(values) and _levels(values) <= most
        few &= name not in wishes.continuous and (not wishes.amounts or name in wishes.discrete)
        if values is not None and not few:
            made.append((Column(name=name, kind="continuous"), values))
        elif name in wishes.continuous:
            raise ValueError(f"{name} was called continuous, but its cells are no numbers")
        elif (coded := _coded(name, values, words, notes)) is not None:
            made.append(coded)
    whole = [column.name for (column, _), (_, values, _) in zip(made, found, strict=False) if values is not None]
    counted = [column.name for column, _ in made if column.kind == "discrete" and column.name in whole]
    if counted and len(counted) < len(made):
        told = ", ".join(counted[:SHOWN]) + (" and others" if len(counted) > SHOWN else "")
        notes.append(f"{told}: few whole numbers, taken for categories (--continuous if they are amounts)")
    return made


def _whole(values: Matrix) -> bool:
    finite = values[np.isfinite(values)]
    return bool(np.all(finite == np.round(finite)))


def _levels(values: Matrix) -> int:
    return len(np.unique(values[np.isfinite(values)]))


def _coded(name: str, values: Matrix | None, words: list[str | None], notes: list[str]) -> tuple[Column, Matrix] | None:
    """A discrete column; rare categories are taken together."""
    texts = [None if word is None else word for word in words]
    if values is not None:
        texts = [f"{value:g}" if np.isfinite(value) else None for value in values]
    counts = Counter(text for text in texts if text is not None)
    lone = sorted(text for text, count in counts.items() if count < LONE_SHARE)
    kept = [text for text, _ in counts.most_common() if text not in lone]
    if lone and kept:
        told = ", ".join(lone[:SHOWN]) + (" and others" if len(lone) > SHOWN else "")
        into = (
            _nearest(lone, kept) if values is not None else dict.fromkeys(lone, "other" if len(lone) > 1 else kept[0])
        )
        notes.append(f"{name}: {told} in one row each; taken for {', '.join(dict.fromkeys(into.values()))}")
        texts = [into.get(text, text) if text is not None else None for text in texts]
    levels = sorted({text for text in texts if text is not None}, key=_order)
    if len(levels) < 2:
        notes.append(f"{name} has one category only; it was left out")
        return None
    place = {text: float(at) for at, text in enumerate(levels)}
    codes = np.array([np.nan if text is None else place[text] for text in texts])
    return Column(name=name, kind="discrete", categories=tuple(levels)), codes


def _nearest(lone: Sequence[str], kept: Sequence[str]) -> dict[str, str]:
    """For each number that stands alone, the nearest that does not; of two as near the commoner one."""
    return {text: min(kept, key=lambda each: abs(float(each) - float(text))) for text in lone}


def _order(text: str) -> tuple[int, float, str]:
    number = _number(text, ",")
    return (0, number, "") if number is not None else (1, 0.0, text)


def _acted(cells: Cells, wishes: Wishes, names: list[str], notes: list[str]) -> Edges:
    """Which cells were set by somebody, by the column of marks."""
    acted = np.zeros((len(cells.rows), len(names)), dtype=bool)
    if wishes.marks is None:
        return acted
    at = cells.names.index(wishes.marks)
    strange: Counter[str] = Counter()
    for number, row in enumerate(cells.rows):
        for word in re.split(r"[+;|,\s]+", row[at] or ""):
            if word in names:
                acted[number, names.index(word)] = True
            elif word.lower() not in ABSENT and word.lower() not in {"0", "obs", "observational", "no", "false"}:
                strange[word] += 1
    if strange:
        word, count = strange.most_common(1)[0]
        raise ValueError(
            f"column {wishes.marks} marks {word!r} as set in {count} rows; a mark is the name of a variable, "
            f"several with +, or empty. {unknown(word, names)}"
        )
    told = ", ".join(f"{names[at]} in {count}" for at, count in enumerate(acted.sum(0)) if count)
    notes.append(f"set by somebody, by {wishes.marks}: {told or 'nothing'}; those rows tell nothing of its causes")
    return acted


def _lagged(read: Table, lags: int) -> Table:
    """The table with each variable's values of the rows before as variables of their own."""
    if lags == 0:
        return read
    if len(read.rows) <= lags + FEWEST_ROWS:
        raise ValueError(f"{len(read.rows)} rows are too few for {lags} lags")
    rows = [read.rows[lags:]]
    acted = [read.acted[lags:]]
    columns = list(read.columns)
    for lag in range(1, lags + 1):
        stop = len(read.rows) - lag
        rows.append(read.rows[lags - lag : stop])
        acted.append(np.zeros_like(read.acted[lags - lag : stop]))
        columns += [msgspec.structs.replace(each, name=f"{each.name}[-{lag}]", lag=lag) for each in read.columns]
    note = f"the rows are a series: name[-1] is the value of the row before; {lags} lags"
    return msgspec.structs.replace(
        read,
        columns=tuple(columns),
        rows=np.hstack(rows),
        acted=np.hstack(acted),
        lines=read.lines[lags:],
        notes=(*read.notes, note),
    )


def _told_apart(read: Table) -> Table:
    """The table without columns that repeat another."""
    out: dict[int, int] = {}
    spread = read.rows - read.rows.mean(0)
    norm = np.sqrt((spread**2).sum(0))
    alike = np.abs(spread.T @ spread) / np.maximum(np.outer(norm, norm), np.finfo(float).tiny)
    for later in range(len(read.columns)):
        for earlier in range(later):
            if earlier not in out and alike[earlier, later] >= TWIN and _same_sort(read, earlier, later):
                out[later] = earlier
                break
    flat = [at for at in range(len(read.columns)) if norm[at] <= 0 and at not in out]
    notes = [f"{read.names[a]} repeats {read.names[b]}; it was left out" for a, b in out.items()]
    notes += [f"{read.names[at]} never changes in the rows that are left; it was left out" for at in flat]
    keep = [at for at in range(len(read.columns)) if at not in out and at not in flat]
    return msgspec.structs.replace(
        read,
        columns=tuple(read.columns[at] for at in keep),
        rows=read.rows[:, keep],
        acted=read.acted[:, keep],
        notes=(*read.notes, *notes),
    )


def _same_sort(read: Table, one: int, other: int) -> bool:
    """Whether perfect correlation of the two means that they are the same."""
    a, b = read.columns[one], read.columns[other]
    if a.kind != b.kind:
        return False
    return a.kind == "continuous" or len(a.categories) == len(b.categories)


def _checked(read: Table) -> Table:
    """The table if something can be learnt from it, with a warning if it is little."""
    count, variables = len(read.rows), len(read.columns)
    if variables < 2:
        raise ValueError(f"{variables} usable column is left; at least 2 are needed. {'; '.join(read.notes)}")
    if count < FEWEST_ROWS:
        raise ValueError(f"{count} usable rows are left; at least {FEWEST_ROWS} are needed. {'; '.join(read.notes)}")
    if count < 10 * variables:
        few = "fewer than variables" if count < variables else "few"
        note = f"{count} rows for {variables} variables are {few}: weak causes will be missed"
        return msgspec.structs.replace(read, notes=(*read.notes, note))
    return read


__all__ = ["Kind", "Wishes", "table", "unknown"]
