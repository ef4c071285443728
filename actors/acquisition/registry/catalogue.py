"""Tools and their versions, as plain data."""

import msgspec

from messages import tool
from messages.tool import Spec


class Tool(msgspec.Struct):
    """All versions of one name, the first at place 0; a withdrawn one leaves its place empty."""

    versions: list[Spec | None] = []
    calls: int = 0
    failures: int = 0

    def newest(self) -> int | None:
        """The highest version that is not withdrawn."""
        return next((number for number in range(len(self.versions), 0, -1) if self.versions[number - 1]), None)

    def spec(self, version: int) -> Spec | None:
        """What was registered under this version, unless it was withdrawn."""
        return self.versions[version - 1] if 1 <= version <= len(self.versions) else None


Catalogue = dict[str, Tool]


def add(tools: Catalogue, spec: Spec, version: int) -> None:
    """The version is callable."""
    versions = tools.setdefault(spec.name, Tool()).versions
    versions.extend([None] * (version - len(versions)))
    versions[version - 1] = spec


def withdraw(tools: Catalogue, name: str, version: int) -> None:
    """The version is not callable any more, and its number is not given again."""
    known = tools.get(name)
    if known is not None and 1 <= version <= len(known.versions):
        known.versions[version - 1] = None


def next_version(tools: Catalogue, name: str) -> int:
    """The version that the next registration under this name gets."""
    return len(tools[name].versions) + 1 if name in tools else 1


def resolve(tools: Catalogue, name: str, version: int | None) -> tuple[Spec, int] | str:
    """The tool that is meant, with its version; a text if there is none."""
    known = tools.get(name)
    newest = known.newest() if known is not None else None
    if known is None or newest is None:
        return f"no tool is registered as {name!r}"
    chosen = newest if version is None else version
    spec = known.spec(chosen)
    if spec is None:
        return f"the tool {name!r} has no version {chosen}; the newest is {newest}"
    return spec, chosen


def entries(tools: Catalogue, name: str | None) -> tool.Entries:
    """All tools without their source, or the one named with it."""
    shown = []
    for known_as, known in tools.items():
        newest = known.newest()
        spec = known.spec(newest) if newest is not None else None
        if newest is None or spec is None or name not in (None, known_as):
            continue
        whole = spec if name is not None else msgspec.structs.replace(spec, source="")
        standing = sum(1 for version in known.versions if version is not None)
        shown.append(
            tool.Entry(spec=whole, version=newest, versions=standing, calls=known.calls, failures=known.failures)
        )
    return tool.Entries(tools=tuple(shown))
