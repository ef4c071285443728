"""What the publisher declared of the parameters: which calls may be tried, and which ends are his own."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from actors.tools.spec.binding import by_name
from actors.tools.spec.fit import misfits
from actors.tools.spec.schema import limits
from messages.base import Json
from messages.task import Note

Unit = Literal["value", "characters", "items"]
"""What the size of an argument is counted in."""

ENDS: Final[dict[Unit, tuple[str, str]]] = {
    "value": ("minimum", "maximum"),
    "characters": ("min_length", "max_length"),
    "items": ("min_items", "max_items"),
}
"""The constraints that bound a size. *derived*: messages.task.Constraints"""


class Declared(NamedTuple):
    """The parameters as the source writes them, and the publisher's notes by their names."""

    parameters: tuple[str, ...] = ()
    notes: Mapping[str, Note] = {}

    def takes(self, args: Sequence[Json]) -> bool:
        """No declared constraint speaks against the call."""
        return not any(
            next(misfits(value, limits(self.notes[name].constraints)), None)
            for name, value in by_name(self.parameters, args).items()
            if name in self.notes
        )

    def ends(self, place: int, unit: Unit) -> tuple[float, ...]:
        """The least and the greatest size that is declared of the argument at this place."""
        note = self.notes.get(self.name(place))
        found = (getattr(note.constraints, end) for end in ENDS[unit]) if note is not None else ()
        return tuple(end for end in found if end is not None)

    def name(self, place: int) -> str:
        """The parameter's name, or its place where the source does not tell it."""
        return self.parameters[place].strip("*=") if place < len(self.parameters) else f"argument {place + 1}"
