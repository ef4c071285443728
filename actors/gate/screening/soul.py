"""The screen of SOUL changes: protected sections, lost prohibitions, imitated headings, injected orders."""

from typing import Final

from actors.gate.screening.outcome import REASON_CHARS, Outcome, Scene, outcome
from actors.soul.document import Unreadable, parse
from actors.soul.judgement import Verdict, founding, judge
from messages.gate import evidence
from messages.gate.change import Dossier
from messages.gate.policy import PolicyClass
from messages.soul import Risk

CLASSES: Final[dict[Risk, PolicyClass]] = {
    "low": "safe",
    "medium": "standard",
    "high": "sensitive",
    "critical": "restricted",
}
"""The policy class of a change by its risk. *derived*: high and critical wait for a person, as these classes do"""


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused with every finding; a change of high or critical risk waits for a person."""
    content = dossier.content
    assert isinstance(content, evidence.Soul)
    try:
        verdict = verdict_on(content)
    except Unreadable as error:
        return outcome("restricted", f"the text is no SOUL: {error}")
    policy_class = CLASSES[verdict.risk]
    if verdict.findings:
        return Outcome(policy_class, verdict.told[:REASON_CHARS], findings=verdict.findings)
    what = ", ".join(verdict.sections) or "the title"
    risky = verdict.risk in ("high", "critical")
    return outcome(policy_class, None, (f"to change {what} is of {verdict.risk} risk",) if risky else ())


def verdict_on(content: evidence.Soul) -> Verdict:
    """Risk and findings of the change; the first text of all is judged by itself. Raises Unreadable."""
    after = parse(content.after)
    if not content.before:
        return Verdict("low", (), founding(after))
    return judge(parse(content.before), after, content.author)
