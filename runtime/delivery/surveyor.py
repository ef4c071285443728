"""How far the log's readers are, as one figure: the slowest of those that ought to keep up."""

from collections.abc import Mapping
from typing import Final

import msgspec

from bus.errors import LogError
from bus.log import Connection, Survey
from bus.names import Names
from messages.base import decode
from messages.kernel.control import FREEZABLE, Level, Mode, Set
from runtime.errors import Unmeasured
from runtime.roster import Roster

UNCOUNTED: Final = frozenset((Level.AUTONOMY,))
"""Levels whose readers are left out: they are frozen and thawed by what is measured here, and a backlog from a freeze
would freeze them again. *derived*"""


def levels_of(roster: Roster) -> dict[str, Level]:
    """The level of each member."""
    return {member.name: member.level for member in roster.members}


class Surveyor:
    """Asks the server, and leaves out readers that wait because they must."""

    def __init__(self, connection: Connection, names: Names, levels: Mapping[str, Level]) -> None:
        self._connection = connection
        self._names = names
        self._levels = levels

    async def look(self) -> Survey:
        """The readers of the roster that are not frozen; raises Unmeasured if the server does not say."""
        try:
            found = await self._connection.survey()
            waiting = {level for level in FREEZABLE if await self._is_frozen(level)} | UNCOUNTED
        except (LogError, LookupError, TypeError, ValueError) as error:
            raise Unmeasured(f"the server does not say how the log is: {error!r}") from error
        counted = {
            name: left
            for name, left in found.behind.items()
            if name in self._levels and self._levels[name] not in waiting
        }
        return msgspec.structs.replace(found, behind=counted)

    async def _is_frozen(self, level: Level) -> bool:
        record = await self._connection.control(level)
        return record is not None and decode(Set, record.data).mode is Mode.FROZEN
