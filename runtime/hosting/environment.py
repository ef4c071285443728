"""What the process of a zone finds in its environment: no secret that belongs to a member of another zone."""

from collections.abc import Iterable, Mapping

import msgspec

from runtime.roster import Child, Roster, Zone


def environment_of(
    zone: Zone, roster: Roster, configured: Mapping[str, msgspec.Struct], environment: Mapping[str, str]
) -> dict[str, str]:
    """The environment without the secrets of members that live elsewhere; `configured` are the settings by name."""
    others = _secrets(roster.children, configured) - _secrets(zone.children, configured)
    return {name: value for name, value in environment.items() if name not in others}


def _secrets(children: Iterable[Child], configured: Mapping[str, msgspec.Struct]) -> set[str]:
    members = [child.member for child in children]
    return {name for member in members for name in member.secret_variables(configured[member.name])}
