"""Tools and their versions, as plain data."""

import re
from typing import Final

import msgspec

from messages.task import Bump
from messages.tools import tool
from messages.tools.deployment import Condition, DeploymentLevel
from messages.tools.tool import Spec

PROVEN: Final = 10
"""Calls of a version from which its level says something. *derived*: actors.tools.trust judges from as many on"""


REFUSALS: Final = 10
"""Most refusals in a row that are taken for right. *chosen*: as many calls as say something; what refuses everything is
broken, whatever it was tested to raise"""


COMPOSED: Final = "composition"
"""Origin of what the search found. *derived*: actors.agents"""


class Figures(msgspec.Struct):
    """What the calls of a version came to, and how far it is trusted after them."""

    calls: int = 0
    failures: int = 0
    mean_ms: float = 0.0
    level: DeploymentLevel = "full"
    conditions: tuple[Condition, ...] = ()
    refusals: int = 0
    """Calls in a row that it refused as it was tested to."""
    clients: tuple[str, ...] = ()
    """Whose calls brought it to its level, or to a level for one of them."""
    restricted: dict[str, DeploymentLevel] = {}
    """Levels that hold for single clients alone."""

    def level_for(self, client: str) -> DeploymentLevel:
        """How far this client's calls are taken."""
        return self.restricted.get(client, self.level)

    def count(self, wall_ms: float, *, failed: bool, refused: bool = False) -> None:
        """One execution more; the mean runs along."""
        self.calls += 1
        self.failures += failed
        self.refusals = self.refusals + 1 if refused else 0
        self.mean_ms += (wall_ms - self.mean_ms) / self.calls


class Tool(msgspec.Struct):
    """All versions of one name, the first at place 0; a withdrawn one leaves its place empty."""

    versions: list[Spec | None] = []
    figures: list[Figures] = []
    """Of each version, at the same place."""
    set_back: list[int] = []
    """Versions that were rolled back: callable by number, but not meant without one."""
    disabled: str = ""
    """Why no version is called; empty if they are."""
    deprecated: str = ""
    """What a caller is told; empty if it is not deprecated."""
    replacement: str = ""
    """The tool that replaces it; empty if none does."""
    last_semver: str = ""
    """The highest semantic version that was ever given; like a number, none is given twice."""

    def newest(self) -> int | None:
        """The highest version that is neither withdrawn nor rolled back; the highest that stands if all were."""
        highest = None
        for number in range(len(self.versions), 0, -1):
            if self.versions[number - 1] is not None:
                if number not in self.set_back:
                    return number
                highest = highest or number
        return highest

    def spec(self, version: int) -> Spec | None:
        """What was registered under this version, unless it was withdrawn."""
        return self.versions[version - 1] if 1 <= version <= len(self.versions) else None

    def current(self) -> Spec | None:
        """What a call without a version reaches."""
        newest = self.newest()
        return self.spec(newest) if newest is not None else None

    def number_of(self, semver: str) -> int | None:
        """The version that has this semantic version."""
        return next((place for place, spec in enumerate(self.versions, 1) if spec and spec.semver == semver), None)

    def status(self, version: int) -> tool.Status:
        """How the version stands."""
        if self.disabled:
            return "disabled"
        if self.deprecated:
            return "deprecated"
        figures = self.figures[version - 1]
        if figures.level == "disabled":
            return "disabled"
        if figures.calls < PROVEN:
            return "experimental"
        return "stable" if figures.level == "full" else "beta"

    @property
    def calls(self) -> int:
        """Of all versions."""
        return sum(figures.calls for figures in self.figures)

    @property
    def failures(self) -> int:
        """Of all versions."""
        return sum(figures.failures for figures in self.figures)


Catalogue = dict[str, Tool]


def add(tools: Catalogue, spec: Spec, version: int) -> None:
    """The version is callable; one of an older log, that has the semantic version of another, gets the next."""
    known = tools.setdefault(spec.name, Tool())
    taken = known.number_of(spec.semver)
    if taken not in (None, version):
        spec = msgspec.structs.replace(spec, semver=next_semver(known, "patch"))
    missing = version - len(known.versions)
    known.versions.extend([None] * missing)
    known.figures.extend(Figures() for _ in range(missing))
    known.versions[version - 1] = spec
    known.last_semver = max(spec.semver, known.last_semver or spec.semver, key=_parts)


def copied_in(tools: Catalogue, name: str) -> tuple[str, ...]:
    """The tools whose code in use holds a copy of this one, as the search writes it: a function of its name."""
    heading = re.compile(rf"^def {re.escape(name)}\(", re.MULTILINE)
    in_use = ((other, known.current()) for other, known in tools.items() if other != name)
    return tuple(other for other, spec in in_use if spec and spec.origin == COMPOSED and heading.search(spec.source))


def withdraw(tools: Catalogue, name: str, version: int) -> None:
    """The version is not callable any more, and its number is not given again."""
    known = tools.get(name)
    if known is not None and 1 <= version <= len(known.versions):
        known.versions[version - 1] = None


def set_back(known: Tool, to: int) -> None:
    """Calls without a version reach this one, until another is registered."""
    later = range(to + 1, len(known.versions) + 1)
    known.set_back = sorted({*(number for number in known.set_back if number != to), *later})


def next_version(tools: Catalogue, name: str) -> int:
    """The version that the next registration under this name gets."""
    return len(tools[name].versions) + 1 if name in tools else 1


def next_semver(known: Tool | None, bump: Bump) -> str:
    """The semantic version above all that were given; the first is 1.0.0."""
    if known is None or not known.last_semver:
        return "1.0.0"
    major, minor, patch = _parts(known.last_semver)
    match bump:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case _:
            return f"{major}.{minor}.{patch + 1}"


def _parts(semver: str) -> tuple[int, ...]:
    return tuple(map(int, semver.split(".")))


def resolve(tools: Catalogue, name: str, version: int | None, semver: str | None = None) -> tuple[Spec, int] | str:
    """The tool that is meant, with its version; a text if there is none."""
    known = tools.get(name)
    newest = known.newest() if known is not None else None
    if known is None or newest is None:
        return f"no tool is registered as {name!r}"
    by_semver = known.number_of(semver) if semver is not None else None
    if semver is not None and by_semver is None:
        return f"the tool {name!r} has no version {semver}; the newest is {_told(known, newest)}"
    if None not in (version, by_semver) and version != by_semver:
        return f"the tool {name!r} has {semver} as version {by_semver}, not {version}; give one of the two"
    chosen = version or by_semver or newest
    spec = known.spec(chosen)
    if spec is None:
        return f"the tool {name!r} has no version {chosen}; the newest is {_told(known, newest)}"
    return spec, chosen


def _told(known: Tool, version: int) -> str:
    spec = known.spec(version)
    return f"{version} ({spec.semver})" if spec is not None else str(version)
