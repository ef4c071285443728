"""The screens by kind of evidence, and what is checked of every dossier before its own screen reads it."""

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec

from actors.gate.screening import code, goal, parameter, soul, tool, value
from actors.gate.screening.outcome import Outcome, Scene, outcome
from actors.soul import document
from actors.tools.spec.interface import digest_of
from messages.gate import evidence
from messages.gate.change import Dossier

SCREENS: Final[dict[type[msgspec.Struct], Callable[[Dossier, Scene], Outcome]]] = {
    evidence.Tool: tool.screen,
    evidence.Soul: soul.screen,
    evidence.Value: value.screen,
    evidence.Code: code.screen,
    evidence.Parameter: parameter.screen,
    evidence.Goal: goal.screen,
}
"""The screen of each kind of evidence. *derived*: messages.gate.evidence.Evidence"""


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """The outcome for the dossier; one that contradicts itself, or that no screen knows, is refused."""
    content = dossier.content
    if content is None:
        return _refused(f"the dossier {dossier.change!r} holds no evidence that can be judged")
    if dossier.pattern != evidence.pattern_of(content):
        return _refused(f"{dossier.pattern!r} can't be judged by evidence of the kind {_kind(content)!r}")
    own_screen = SCREENS.get(type(content))
    if own_screen is None:
        return _refused(f"no screen knows changes of the kind {_kind(content)!r}")
    if dossier.digest != content_digest(content):
        return _refused("the digest is not that of what would come into force")
    named = _subject(content)
    if named is not None and dossier.subject != named:
        return _refused(f"the dossier speaks of {dossier.subject!r}, its evidence of {named!r}")
    return own_screen(dossier, scene)


def content_digest(content: evidence.Evidence) -> str:
    """SHA-256 of what would come into force; the dossier must name it."""
    match content:
        case evidence.Tool():
            return digest_of(content.source, content.entry)
        case evidence.Soul():
            return document.digest_of(content.after)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _subject(content: evidence.Evidence) -> str | None:
    """What the evidence itself says that it changes; None where it names nothing."""
    match content:
        case evidence.Soul():
            return content.agent
        case evidence.Value():
            return content.dimension
        case evidence.Code():
            return content.target
        case evidence.Parameter():
            return f"{content.actor}.{content.name}"
    return None


def _kind(content: evidence.Evidence) -> str:
    return str(type(content).__struct_config__.tag)


def _refused(reason: str) -> Outcome:
    return outcome("restricted", reason)
