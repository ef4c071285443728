"""The phrases by which a text steers an agent, in the two forms in which they are looked for.

`PHRASES` are matched among the letters of a SOUL or a document alone, where recall comes first. `ORDERS` are matched
word by word in the texts of code and in descriptions of tools, where honest comments must pass; they are keyed by their
first word.
"""

import re
from typing import Final

from actors.text.wording import seen

_FILL = "(?:all|any|every|each|of|the|your|these|those|this|that|my|our|its|other|and|given|own)"
_KIND = (
    "(?:previous|prior|above|earlier|preceding|former|existing|original|foregoing|initial|old|past|current"
    "|safety|system|core|constitutional|security)"
)
_THING = (
    "(?:instructions?|rules?|prompts?|guidelines?|directives?|constraints?|boundaries|boundary|guardrails?|principles?"
    "|restrictions?|policies|policy|commands?|truths?|training|limits)"
)
_SET_ASIDE = (
    "(?:ignor(?:e|ing)|disregard(?:ing)?|overrid(?:e|ing)|overrule|bypass(?:ing)?|forget|circumvent|violate|abandon"
    "|neglect|dismiss|(?:do not|dont|never|no longer) (?:follow|obey|heed)|stop (?:following|obeying|heeding))"
)
_REMEMBERED = "(?:memory|memories|training|knowledge|history|identity|mind|past)"
_WIPE = "(?:erase|wipe|clear|reset|delete|purge|destroy|empty)"

PHRASES: Final = {
    "overrides-instructions": (
        f"{_SET_ASIDE} (?:{_FILL}|{_KIND})+ {_THING}",
        f"{_SET_ASIDE} (?:everything|anything|all) (?:above|before|you were told|said before|that came before)",
        "(?:the|your|all|these) (?:previous|prior|above|earlier|old) (?:instructions|rules|boundaries)"
        " (?:no longer apply|do not apply|are void|are cancelled|are obsolete)",
    ),
    "takes-over-identity": (
        "(?:you are|youre|thou art) (?:now|no longer)",
        "from now on (?:you|your|act|behave|respond|answer|obey)",
        "from this (?:moment|point) on (?:you|your)",
        "you (?:will|must|shall) now (?:be|act|become|behave|obey|serve|answer)",
        "act as (?:if|though) you",
        "pretend (?:to be|you|that you|youre)",
        "(?:assume|adopt|take on) (?:the|a|this|your|an)* (?:new)? (?:role|identity|persona|character) of",
        "your (?:new|real|true|actual) (?:name|role|identity|persona|instructions?|purpose|goal|master) (?:is|are)",
        "(?:enter|enable|activate) (?:developer|god|admin|root|jailbreak|unrestricted) mode",
    ),
    "wipes-memory": (
        f"forget (?:everything|all (?:of)? (?:your|you|that|the|what|previous|prior) {_REMEMBERED}?|all {_REMEMBERED})",
        "forget all (?:that)? (?:you|your) (?:know|knew|learned|learnt|were)",
        f"forget (?:your|thy) (?:own|whole|entire|previous|prior)* (?:{_REMEMBERED}|name|values|soul|role)",
        "forget (?:what|all|who) you (?:know|knew|learned|learnt|were|are|have)",
        f"{_WIPE} (?:all|of|out)* (?:your|thy) (?:entire|whole|own|longterm|shortterm|working|past)* {_REMEMBERED}",
        "(?:erase|wipe) (?:all|out|of|the)* (?:agents?)? (?:memory|memories)",
    ),
    "injects-system-prompt": (
        "(?:new|updated|real|actual|true|hidden|secret|begin|start|end|reveal|print|show|repeat|leak|replace|change)"
        " (?:of|the|your|this|a|my|new)* system (?:prompt|message|instructions?)",
    ),
}
"""What is looked for, as words of which only the letters count. *chosen*: specification of acquisition, section 2"""

_NAMED: Final = (
    "ai llm agent agents assistant assistants model models reviewer reviewers validator validators scanner scanners "
    "grader graders judge judges council jochi kublai temujin"
)
_WHO: Final = rf"(?:language models?|{_NAMED.replace(' ', '|')})"
_RULES: Final = (
    r"(?:instructions?|prompts?|guidelines?|directives?|polic(?:y|ies)|safety|constraints|restrictions|rules?|orders)"
)
_WHICH: Final = (
    r"(?:(?:all|any|every|each|the|your|my|of|previous|prior|above|earlier|preceding|former|existing|these|other"
    r"|system) ){1,5}"
)

_PEOPLE: Final = r"(?:user|human|operator|person|people|owner|council|anyone|developer)"
_GOOD: Final = r"(?:safe|approved|harmless|trusted|benign|passed|mastered|low risk|no risk|1 0|perfect)"
_KNOWN_GOOD: Final = r"(?:pre ?approved|approved|audited|verified|vetted|whitelisted|trusted)"
_WATCH: Final = r"(?:scan|scanner|scanning|sandbox|review|audit|reviewer|moderation)s?"
_WORK: Final = r"(?:code|function|tool|file|module|change)"
_DO: Final = (
    r"(?:approve|accept|trust|register|pass|skip|ignore|run|execute|grant|forward|send|reveal|disclose|obey|disable"
    r"|bypass|prefer|choose|use only|call only|follow|forget|delete|report|rate|score|mark|test|check|review|learn"
    r"|install|call|transfer|award|drop|read the user)"
)
_MAY: Final = r"(?:must|should|shall|has to|have to|ha[sv]e? no need to|will|may|can|need not|needn t|do not need to)"
_MIND: Final = r"(?:core (?:truths?|values?)|identity|system prompt|boundaries|safety rules|soul|loyalt(?:y|ies))"
_WHOSE: Final = r"(?:(?: (?:who|that|which)(?: \w+){1,3})? )"
_TELL: Final = rf"(?:tell|inform|alert|notify|mention (?:this|it) to) (?:the |any |your )?{_PEOPLE}\b"
_CHECKED: Final = r"(?:checked|tested|reviewed|questioned|validated|verified|scanned|audited|judged)"
_BY: Final = r"(?:operators?|humans?|owners?|council|security(?: team)?|admins?|jochi|kublai|validators?)"

_ELSEWHERE: Final = seen(
    "ignorez ignorer oubliez oublie ignoriere ignorieren vergiss vergesst missachte ignora ignorad ignoren olvida "
    "olviden olvide ignorate dimentica dimenticate ignorem esqueca esqueçam negeer vergeet zignoruj zapomnij ignorera "
    "glöm strunta glem ignorér unohda ohita ignoruj zapomeň ігноруй забудь игнорируй игнорируйте забудьте "
    "abaikan lupakan"
)
"""To ignore and to forget, as orders in the languages of Europe and in Indonesian. *chosen*"""

_ALIEN: Final = seen(
    "(?:instructions|consignes|directives|regles|anweisung(?:en)?|befehle?|regeln|vorgaben|instrucciones|ordenes|reglas|"
    "istruzioni|regole|instrucoes|regras|instructies|opdrachten|regels|instrukcje|zasady|instruktion(?:er)?|regler|"
    "ohjeet|säännöt|pokyny|pravidla|інструкції|правила|инструкции|указания|instruksi|aturan)"
)
"""What is to be ignored, in the same languages. *chosen*"""

_NOUN_FIRST: Final = seen("talimatlari talimatlarini kurallari onerileri निर्देशों नियमों التعليمات")
"""The same where the verb comes last, or stands before without blanks: Turkish, Hindi, Arabic. *chosen*"""


def _headed(*orders: tuple[str, str]) -> dict[str, str]:
    """For each first word of an order, the order as a pattern; compiled where it is met, since all take 0.1 s."""
    rests: dict[str, list[str]] = {}
    for heads, rest in orders:
        for head in heads.split():
            rests.setdefault(head, []).append(rest)
    return {head: f"{head}(?:{'|'.join(all_of)})" for head, all_of in rests.items()}


ORDERS: Final = _headed(
    ("ignore disregard forget override bypass dismiss abandon discard", rf" {_WHICH}{_RULES}\b"),
    ("you", r" are (?:now|no longer) (?:an?|the|in|bound|free|my|allowed)\b"),
    ("dear attention hey hello", rf" (?:the |any |all )?{_WHO}\b"),
    ("note notice message", rf" (?:to|for) (?:the |any |all )?{_WHO}\b"),
    ("instruction instructions", rf" (?:to|for) (?:the |any |all )?{_WHO}\b"),
    ("as", rf" an? (?:the )?{_WHO} (?:you |reading |reviewing |please |must )"),
    ("if", rf" you are (?:an? |the ){_WHO}\b"),
    (_NAMED, r" (?:who are |that are |now )?(?:reading|reviewing|grading|judging|scanning) this\b"),
    (_NAMED, rf" (?:please )?(?:drop|forget|ignore|abandon|disregard|break) {_WHICH}{_RULES}\b"),
    ("role", r" (?:system|developer) content\b"),
    ("from", r" now on (?:you|answer|ignore|obey|every agent|all agents)\b"),
    ("remember", r" (?:this |that )?(?:for (?:all|every|ever)|forever|in (?:all|every)|always)\b"),
    ("must need should may", rf" (?:not|never) be {_CHECKED}\b"),
    ("no", r" (?:further |more )?(?:tests?|checks?|reviews?|validation) (?:is |are )?(?:needed|necessary|required)\b"),
    ("without", r" (?:testing|reviewing|checking|validating) (?:it|this|the (?:code|tool|tests?))\b"),
    (
        "award give gave assign grant deserves earns",
        r"(?: \w+){0,3} (?:(?:full|top|highest|maximum|perfect|best) (?:marks?|scores?|points|grades?|ratings?)|100)\b",
    ),
    (_NOUN_FIRST, r"(?: \w+){0,3} (?:yok say|gormezden|unut\w*|अनदेखा|भूल)"),
    (f"{_ELSEWHERE} ignore", rf"(?: \w+){{0,3}} {_ALIEN}\b"),
    ("your", rf" (?:new |own |old |true |real |only )?{_MIND}\b"),
    ("reviewed approved audited vetted verified cleared", rf" (?:and \w+ )?by (?:the |an? |our )?{_BY}\b"),
    ("always", r" (?:choose|pick|select|prefer|use|call) (?:this|only this)\b"),
    ("before", r" (?:using|calling|running) this (?:tool|function)(?: \w+){0,3} (?:read|fetch|send|pass|collect)\b"),
    ("new real actual hidden updated", r" system (?:prompt|instruction|message)s?\b"),
    ("system", r" (?:prompt )?override\b"),
    (
        "reveal print repeat show leak output",
        r" (?:me )?(?:your|the) (?:system|hidden|initial|secret) (?:prompt|instructions?)",
    ),
    ("this the", rf" {_WORK} (?:is|was|has been|has) (?:already )?(?:been )?{_KNOWN_GOOD}\b"),
    (
        "mark rate classify label report register flag treat score",
        rf" (?:this|it|the \w+) (?:\w+ )?(?:as |to be )?{_GOOD}\b",
    ),
    (
        "skip disable bypass turn omit suppress",
        rf"(?: off)? (?:the |any |all |this |further |your )?"
        rf"(?:security |safety |policy |poisoning |sandbox )?{_WATCH}\b",
    ),
    ("do", rf" not {_TELL}"),
    ("don", rf" t {_TELL}"),
    ("never", rf" {_TELL}"),
    ("without", rf" (?:telling|informing|notifying|asking) (?:the |any |your )?{_PEOPLE}\b"),
    ("developer dan god jailbreak unrestricted debug", r" mode (?:is )?(?:on|enabled|active|activated|now)\b"),
    ("jailbreak jailbroken endoftext", r"\b"),
    ("im", r" (?:start|end)\b"),
    ("start", r" header id\b"),
    ("begin end", r" system (?:prompt|message)\b"),
    (_NAMED, rf"{_WHOSE}{_MAY} (?:now |always |never |first |only |at once ){{0,2}}{_DO}\b"),
    (
        "approve accept register enroll enrol merge",
        rf" (?:this|it|the (?:{_WORK}|proposal)) (?:now|at once|immediately|without)\b",
    ),
    (
        "grant give",
        r" (?:this|it|the \w+|me) (?:full|admin|root|unlimited|unrestricted|all) "
        r"(?:access|permissions?|rights|trust)\b",
    ),
)
"""What is said to an agent and not to a person who reads code. *cited*: specification, sections 2 and 6"""

FUSED: Final = re.compile(
    rf"(?:ignore|disregard|forget|override|bypass){_WHICH}{_RULES}|(?:approve|accept|register|mark)this(?:tool|code)"
    rf"|youarenow|systemprompt|newinstructions|this(?:tool|code)is{_KNOWN_GOOD}".replace(" ", "")
)
"""The plainest orders, written without blanks. *derived* from `ORDERS`"""
