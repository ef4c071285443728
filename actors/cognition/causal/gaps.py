"""Missing values: rows with gaps are left out where few are lost, otherwise gaps are filled by draws.

Draws come from a Gaussian of all columns, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977) with
categories as indicators; its noise is drawn too, so that filling strengthens no relation. Right where whether a value
is missing depends on what is there, not on the value itself.
"""

from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.table import Mask, Matrix, Table, embedded

LOST_SHARE: Final = 0.2
"""Share of rows that may be left out for a gap. *chosen*"""
FEWEST_WHOLE: Final = 50
"""Whole rows without which gaps are filled. *chosen*"""
ROUNDS: Final = 25
"""Rounds of expectation and maximisation. *chosen*: it has settled to a hundredth where half of the cells are there"""
RIDGE: Final = 1e-6
"""Share of the variance that is added to the diagonal. *chosen*: keeps indicators invertible"""


def filled(read: Table) -> Table:
    """The table without gaps, with a note on what was done."""
    gaps = np.isnan(read.rows)
    if not gaps.any():
        return read
    whole: Mask = np.asarray(~gaps.any(1))
    per = gaps.sum(0)
    told = ", ".join(f"{read.names[at]} in {per[at]}" for at in np.argsort(-per)[:4] if per[at])
    lost = int((~whole).sum())
    if lost <= LOST_SHARE * len(whole) and whole.sum() >= FEWEST_WHOLE:
        note = f"values are missing ({told}): {lost} of {len(whole)} rows were left out"
        keep = whole
        rows = read.rows[whole]
    else:
        note = f"values are missing ({told}; {lost} of {len(whole)} rows): filled by draws given the other columns"
        keep = np.asarray(~gaps.all(1))
        rows = _drawn(read, read.rows[keep], np.random.default_rng(0))
    return msgspec.structs.replace(
        read, rows=rows, acted=read.acted[keep], lines=read.lines[keep], notes=(*read.notes, note)
    )


def _drawn(read: Table, rows: Matrix, rng: np.random.Generator) -> Matrix:
    """The rows with each gap drawn given what is there."""
    whole, blocks = embedded(read.columns, rows)
    centre, scale = np.nanmean(whole, 0), np.maximum(np.nanstd(whole, 0), 1e-12)
    whole = (whole - centre) / scale
    gaps = np.isnan(whole)
    patterns, member = np.unique(gaps, axis=0, return_inverse=True)
    member = member.ravel()
    mean, spread = np.zeros(whole.shape[1]), np.eye(whole.shape[1])
    for number in range(ROUNDS + 1):
        last = number == ROUNDS
        full, extra = whole.copy(), np.zeros_like(spread)
        for at, gap in enumerate(patterns):
            if gap.any():
                _expect(full, member == at, gap, (mean, spread), extra, rng if last else None)
        mean = full.mean(0)
        off = full - mean
        spread = (off.T @ off + extra) / len(full) + RIDGE * np.eye(len(mean))
    return _back(read, rows, full * scale + centre, blocks)


def _expect(
    full: Matrix,
    which: Mask,
    gap: Mask,
    fitted: tuple[Matrix, Matrix],
    extra: Matrix,
    rng: np.random.Generator | None,
) -> None:
    """Fill the gaps of one pattern by their mean given the rest, or by a draw if there is an rng."""
    mean, spread = fitted
    there = ~gap
    slope = np.linalg.solve(spread[np.ix_(there, there)], spread[np.ix_(there, gap)]) if there.any() else None
    rest = spread[np.ix_(gap, gap)].copy()
    values = np.tile(mean[gap], (int(which.sum()), 1))
    if slope is not None:
        rest -= spread[np.ix_(gap, there)] @ slope
        values += (full[np.ix_(which, there)] - mean[there]) @ slope
    if rng is not None:
        root = np.linalg.cholesky(rest + RIDGE * np.eye(len(rest)))
        values += rng.standard_normal(values.shape) @ root.T
    extra[np.ix_(gap, gap)] += rest * which.sum()
    full[np.ix_(which, gap)] = values


def _back(read: Table, rows: Matrix, full: Matrix, blocks: list[list[int]]) -> Matrix:
    """Cells from the embedding: the category of the greatest indicator, the number itself."""
    made = rows.copy()
    for at, block in enumerate(blocks):
        gap = np.isnan(rows[:, at])
        if read.columns[at].kind == "continuous":
            made[gap, at] = full[gap, block[0]]
        else:
            shown = full[gap][:, block]
            made[gap, at] = np.column_stack([1 - shown.sum(1), shown]).argmax(1)
    return made
