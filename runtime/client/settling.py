"""A freeze on its way: who must stop, who has, and when each level is proved to be still."""

from collections.abc import Mapping, Sequence

import msgspec

from messages.kernel import actor as life
from messages.kernel import control
from messages.kernel.control import Level, Mode
from runtime.client.client import Client


class Settling:
    """A freeze of one level on its way: each host's supervisor reports on its own actors."""

    def __init__(self, level: Level, expected: frozenset[str]) -> None:
        self.level = level
        self._expected = expected
        self._reports: list[control.Settled] = []

    def hear(self, report: control.Settled) -> None:
        """One supervisor says who has stopped, and who was killed."""
        self._reports.append(report)

    @property
    def done(self) -> bool:
        """Every actor of the level has stopped or was killed."""
        stopped = {name for report in self._reports for name in (*report.verified, *report.killed)}
        return bool(self._reports) and stopped >= self._expected

    @property
    def result(self) -> control.Settled:
        """All reports in one."""
        first = self._reports[0]
        return control.Settled(
            level=first.level,
            epoch=first.epoch,
            fence=first.fence,
            verified=tuple(sorted({name for report in self._reports for name in report.verified})),
            killed=tuple(sorted({name for report in self._reports for name in report.killed})),
            took_s=max(report.took_s for report in self._reports),
        )

    def words(self) -> str:
        """The result in a line."""
        found = self.result
        return (
            f"{found.level}: FROZEN since {found.fence}, {len(found.verified)} verified, "
            f"{len(found.killed)} killed, {found.took_s * 1000:.0f} ms"
        )


async def settlings(client: Client, levels: Sequence[Level]) -> dict[Level, Settling]:
    """A freeze of each of the levels, of which nothing was heard yet.

    The actors that must stop are those that run, as the log knows them: a zone that was given up has nobody to stop.
    """
    convened = await client.latest(1, "event.actor.Convened.*")
    members = msgspec.json.decode(convened[-1].data, type=life.Convened).members if convened else ()
    runs: dict[str, bool] = {}
    async for record in client.records(convened[-1].seq if convened else 1, "event.actor.*.*"):
        match record.subject.split(".")[3]:
            case "Down":
                runs |= dict.fromkeys(msgspec.json.decode(record.data, type=life.Down).actors, False)
            case "Started":
                runs[msgspec.json.decode(record.data, type=life.Started).actor] = True
    running = [one for one in members if runs.get(one.name, True)]
    return {level: Settling(level, frozenset(one.name for one in running if one.level is level)) for level in levels}


def is_frozen(found: tuple[int, control.Set] | None) -> bool:
    """The level is frozen until somebody thaws it; a freeze of the ladder ends by itself."""
    return found is not None and found[1].mode is Mode.FROZEN and control.is_held(found[1])


def restrictions(modes: Mapping[Level, tuple[int, control.Set] | None], levels: Sequence[Level]) -> dict[Level, int]:
    """The place of the record by which each of the levels is held; none for a level that goes by the ladder."""
    return {level: now[0] for level in levels if (now := modes[level]) is not None and control.is_held(now[1])}
