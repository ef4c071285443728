"""The components of a search: the tables, and the tables lifted to lists."""

import dataclasses
import functools
from typing import Final, TypeAlias

from actors.synthesis.table.dates import DATES
from actors.synthesis.table.defined import CHECKS, DEFINED
from actors.synthesis.table.higher import FILTERS, KEYS, ORDERS
from actors.synthesis.table.lists import LISTS, PREDICATES, RECORDS
from actors.synthesis.table.numbers import BOUNDED, LARGEST_BOUNDED, NUMBERS
from actors.synthesis.table.text import TEXT
from actors.synthesis.term import Component, component, renamed

Row: TypeAlias = tuple[str, str, int]

LIFT_COST: Final = 1
"""What doing a thing to every item costs beyond doing it once. *chosen*"""

LIFTED_AT_MOST: Final = 4
"""Dearest component that is lifted. *chosen*: the rare ones would only crowd the bank."""


@functools.cache
def components() -> tuple[Component, ...]:
    """Everything that gives a value."""
    plain = TEXT + NUMBERS + DATES + LISTS + RECORDS
    lifted = [_each(row) for row in plain if _liftable(row)]
    made = [component(*row) for row in (*plain, *lifted, *map(_kept, FILTERS), *_ordered())]
    return (*made, *map(_bounded, BOUNDED), *(component(*row) for row in DEFINED))


@functools.cache
def predicates() -> tuple[Component, ...]:
    """Everything that gives a truth value."""
    return (*(component(*row) for row in PREDICATES), *(component(*row) for row in CHECKS))


def _liftable(row: Row) -> bool:
    first, *others = row[0].split()
    return (
        not first.startswith("#")
        and len(others) < 2
        and all(other.startswith("#") for other in others)
        and row[2] <= LIFTED_AT_MOST
    )


def _over_items(row: Row) -> tuple[str, str]:
    first, *others = row[0].split()
    return " ".join((f"list:{first}", *others)), renamed(row[1], {"A": "x"})


def _each(row: Row) -> Row:
    slots, body = _over_items(row)
    return slots, f"[{body} for x in A]", row[2] + LIFT_COST


def _kept(row: Row) -> Row:
    slots, body = _over_items(row)
    return slots, f"[x for x in A if {body}]", row[2] + LIFT_COST


def _ordered() -> list[Row]:
    rows: list[Row] = []
    for row in KEYS:
        slots, body = _over_items(row)
        rows.extend((slots, order.format(key=body), row[2] + cost) for order, cost in ORDERS)
    return rows


def _bounded(row: Row) -> Component:
    """A component that refuses numbers on which it would run away."""
    made = component(*row)

    def run(*args: object) -> object:
        if any(isinstance(arg, (int, float)) and abs(arg) > LARGEST_BOUNDED for arg in args):
            raise ValueError("too large")
        return made.run(*args)

    return dataclasses.replace(made, run=run, all_rows=None)
