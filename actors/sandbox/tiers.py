"""The strongest walls that demonstrably stand on this host, or none."""

import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from actors.sandbox.birth import Plan, Unfit
from actors.sandbox.outcome import Profile, Tier, Walls
from actors.sandbox.probes import Findings, probe
from actors.sandbox.template import Template
from actors.sandbox.walls.numbers import MACHINE, SUPPORTED

ALL_LAYERS: Final = ("user", "rlimits", "namespaces", "landlock", "seccomp")
"""What can stand around a child. *Derived* from what the template reports."""

TIERS: Final[tuple[tuple[Tier, bool, bool], ...]] = (
    ("A", True, True),
    ("B", False, True),
    ("A-", True, False),
    ("C", False, False),
)
"""Name, namespaces, Landlock, from the strongest; seccomp is in all. *Chosen*: Landlock checks each path itself."""


class Chosen(NamedTuple):
    """The walls, the plan that gives them and a template that has it; both None where nothing stands."""

    walls: Walls
    plan: Plan | None
    template: Template | None


async def choose(preload: Sequence[str], sys_path: Sequence[str], spares: int, profile: Profile = "pure") -> Chosen:
    """The first tier whose every probe failed to get out; raises ValueError if a module cannot be preloaded."""
    files = profile == "files"
    if sys.platform != "linux" or not SUPPORTED:
        return Chosen(_none({}, f"{sys.platform} on {MACHINE} has none of the kernel's walls"), None, None)
    turned_down: dict[str, str] = {}
    for name, namespaces, landlock in TIERS:
        if files and not namespaces:
            continue
        plan = Plan(tuple(preload), tuple(sys_path), spares, namespaces=namespaces, landlock=landlock, files=files)
        try:
            template = await Template.start(plan)
        except Unfit as error:
            turned_down[name] = str(error)
            continue
        findings = await probe(template, profile)
        if not findings.leaks:
            return Chosen(_standing(name, template, findings, turned_down), plan, template)
        turned_down[name] = "; ".join(findings.leaks)
        await template.close()
    reason = "the files profile takes a mount namespace" if files else "no walls stand on this host"
    return Chosen(_none(turned_down, reason), None, None)


async def without_walls(preload: Sequence[str], sys_path: Sequence[str], spares: int) -> Chosen:
    """A template with nothing but resource limits, for those who asked for it in so many words."""
    plan = Plan(tuple(preload), tuple(sys_path), spares, namespaces=False, landlock=False, seccomp=False)
    template = await Template.start(plan)
    layers = template.hello.layers
    return Chosen(Walls(tier=None, layers=layers, missing=_missing(layers)), plan, template)


def _standing(tier: Tier, template: Template, findings: Findings, turned_down: dict[str, str]) -> Walls:
    masks = dict(template.hello.landlock or {})
    return Walls(
        tier=tier,
        layers=template.hello.layers,
        missing=_missing(template.hello.layers),
        probes=findings.probes,
        landlock_abi=masks.pop("abi", None),
        landlock_masks=masks,
        turned_down=turned_down,
    )


def _none(turned_down: dict[str, str], reason: str) -> Walls:
    details = "; ".join(f"{tier}: {why}" for tier, why in turned_down.items())
    return Walls(
        tier=None, missing=ALL_LAYERS, turned_down=turned_down, reason=f"{reason} ({details})" if details else reason
    )


def _missing(layers: Sequence[str]) -> tuple[str, ...]:
    return tuple(layer for layer in ALL_LAYERS if layer not in layers)
