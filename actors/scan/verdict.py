"""What policy has against a tool, in words; None where it has nothing."""

from actors.scan.finding import Finding
from actors.scan.names import forbidden_name
from actors.scan.poisoning import scan


def findings(source: str) -> tuple[Finding, ...]:
    """What the code does that few or no tools need, by line; source that is no Python does nothing."""
    return scan(source).findings


def objection(name: str, source: str | None, reviewed: bool = False) -> str | None:
    """Why policy refuses to have this learnt; None if it has nothing against it.

    What a person must review is refused too, unless one has.
    """
    if (tool := forbidden_name(name)) is not None:
        return f"policy: {tool} is never learnt, under no name"
    if source is None:
        return None
    found, risk, verdict = scan(source)
    told = "; ".join(map(str, found))
    if verdict == "reject":
        return f"policy: the code does what no tool may do: {told}"
    if verdict == "review" and not reviewed:
        return f"policy: a person must review what the code does (risk {risk}): {told}"
    return None
