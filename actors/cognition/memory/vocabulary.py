"""Words that stand for each other, against each other, or beside each other, as far as statements of work use them."""

import re
from collections.abc import Iterator
from typing import Final

from actors.library.words import stem


def split(text: str) -> list[str]:
    """The words of a table, written as a text."""
    return text.split()


NEGATORS: Final = frozenset(split("not no never none nobody nothing neither nor without cannot hardly"))
"""*chosen*: words that turn a statement into its opposite"""
FAILING: Final = (
    r"\bfail(?:s|ed)? to\b",
    r"\brefus(?:es|ed) to\b",
    r"\bno longer\b",
    r"\black(?:s|ed)?\b",
    r"\bfar from\b",
)
"""Phrases that do the same. *chosen*"""
LEFT_OUT: Final = frozenset(
    split(
        "someone somebody mr ms mrs dr a an the this that these those of in on at to for with by from into "
        "onto and or is are was were be been being am has have had do does did can could it its there here as "
        "than then so very really just also clearly definitely completely indeed still now currently already "
        "today again always all every each any some both only even quite actually certainly surely fully "
        "about around roughly approximately nearly almost over under above below least most within exactly "
        "precisely no not never none nobody nothing neither nor without cannot hardly anymore longer yet "
        "which who whose whom know known knew observe observed report reported seem seems appear appears"
    )
)
"""Words that tell nothing about what a statement is about. *chosen*"""
HYPOTHETICAL: Final = re.compile(
    r"\?\s*$|\b(?:if|unless|whether|would|suppose|assuming|assume|perhaps|maybe|might|may|could be|possibly|probably)\b"
)
"""What makes a sentence no claim. *chosen*"""
VERBS: Final = frozenset(split("is are was were am has have had does do did can could will must should be been"))
"""Words behind which something is said of what stands before them. *derived*: English auxiliaries"""
PAST: Final = frozenset(split("was were had used"))
PRESENT: Final = frozenset(split("is are am has"))
IRREGULAR: Final = dict(
    pair.split(":")
    for pair in split(
        "rose:rise risen:rise fell:fall fallen:fall ran:run went:go gone:go won:win lost:lose grew:grow grown:grow "
        "sold:sell bought:buy began:begin begun:begin kept:keep left:leave shut:close shrank:shrink broke:break "
        "broken:break sent:send came:come held:hold paid:pay wrote:write written:write spoke:speak found:find "
        "met:meet built:build made:make took:take gave:give got:get slept:sleep woke:wake rang:ring stood:stand "
        "ate:eat eaten:eat drove:drive driven:drive flew:fly chose:choose chosen:choose froze:freeze frozen:freeze"
    )
)
ALIKE: Final = dict(
    pair.split(":")
    for pair in split(
        "weighs:weight weigh:weight weighed:weight heavy:weight costs:cost cost:cost price:cost priced:cost "
        "expensive:cost long:length tall:height high:height old:age aged:age fast:speed takes:duration "
        "take:duration took:duration lasts:duration last:duration lasted:duration far:distance begins:start "
        "begin:start commences:start ends:end finish:end finishes:end finished:end huge:big large:big "
        "tiny:small little:small automobile:car photo:picture image:picture shop:store purchase:buy "
        "purchased:buy reply:answer replied:answer error:fault bug:fault defect:fault issue:problem "
        "colour:color grey:gray located:live situated:live based:live resides:live resident:live"
    )
)
"""Words that are taken for another. *chosen*: measures and the verbs that tell them, and the commonest synonyms"""
_OPPOSITES: Final = """
open opened unlocked unlock | closed close shut locked lock
on | off
enabled enable activated active | disabled disable deactivated inactive
online reachable available | offline unreachable unavailable
true correct right accurate valid | false incorrect wrong inaccurate invalid
alive living | dead deceased
hot warm | cold cool
rise increase grow climb raise boost | fall decrease shrink drop decline reduce lower cut
success succeed succeeded successful pass passed | failure fail failed unsuccessful
present attend attended | absent
safe secure harmless | unsafe dangerous insecure toxic harmful poisonous
possible feasible | impossible infeasible
start run running | stop stopped halted
accept accepted approve approved grant granted | reject rejected refuse refused deny denied decline
allow allowed permit permitted legal | forbid forbidden prohibit prohibited illegal ban banned
agree agreed | disagree disagreed
win | lose
full charged | empty discharged
up | down
before | after
positive | negative
include included inclusive | exclude excluded exclusive
left-handed | right-handed
eldest oldest older | youngest younger
highest higher | lowest lower
largest larger bigger | smallest smaller
faster fastest | slower slowest
longer longest taller tallest | shorter shortest
heavier heaviest | lighter lightest
richer | poorer
warmer hotter | colder cooler
cheaper cheapest | dearer dearest
stronger strongest | weaker weakest
earlier earliest | later latest
nearer nearest closer | farther farthest further
harder | easier
safer | riskier
more | less fewer
better best | worse worst
maximum | minimum
odd | even
vertical | horizontal
male man boy | female woman girl
internal | external
domestic | foreign
temporary | permanent
voluntary | compulsory
friend ally | enemy
hire hired | fired
remember | forget
attract | repel
sober | drunk
tight | loose
smooth | rough
thick | thin
wide | narrow
deep | shallow
loud | quiet
genuine real authentic | fake forged counterfeit forgery
profit gain | loss
honest | dishonest
polite | rude
victory | defeat
confirm confirmed | deny denied
majority | minority
encrypted | plaintext
manual | automatic
synchronous | asynchronous
read-only | writable
blocking | non-blocking
early | late
healthy | sick ill unhealthy
love like enjoy | hate dislike
connected connect | disconnected disconnect
finished complete completed done ready | unfinished incomplete pending
known | unknown
stable | unstable
guilty | innocent
benign | malignant
married | single unmarried divorced
rich | poor
public | private
asleep | awake
wet | dry
light bright | dark
clean | dirty
strong | weak
difficult | easy simple
happy glad | sad unhappy
cheap | dear
fresh | stale
compatible | incompatible
visible | hidden invisible
installed install | uninstalled uninstall removed
free | busy occupied
broken break damaged blown | intact functional
exist exists | nonexistent missing
necessary required mandatory | unnecessary optional
"""
"""Words that say the opposite of each other: a line an axis, its two ends apart by a bar. *chosen*"""


def _axes() -> Iterator[tuple[str, tuple[str, int]]]:
    for line in _OPPOSITES.strip().splitlines():
        ends = [split(part) for part in line.split("|")]
        for sign, words in zip((1, -1), ends, strict=True):
            for word in words:
                yield form(word), (ends[0][0], sign)


def form(word: str) -> str:
    """The form of a lower-case word in which words of one meaning are the same."""
    word = ALIKE.get(word, IRREGULAR.get(word, word))
    return stem(ALIKE.get(word, word))


AXES: Final[dict[str, tuple[str, int]]] = {}
for _form, _end in _axes():
    AXES.setdefault(_form, _end)
CATEGORIES: Final = {
    form(word): (name, form(word))
    for name, words in {
        "color": "red blue green yellow black white brown orange purple pink gray silver gold violet",
        "weekday": "monday tuesday wednesday thursday friday saturday sunday",
        "month": "january february march april june july august september october november december",
        "season": "spring summer autumn winter",
        "side": "left right",
        "material": "wood wooden steel plastic glass stone paper leather cotton wool concrete oak pine "
        "iron copper aluminium brass brick marble rubber silk",
        "part of day": "morning afternoon evening night",
        "ordinal": "first second third fourth fifth sixth seventh eighth ninth tenth last",
        "kinship": "mother father aunt uncle sister brother daughter son cousin wife husband grandmother grandfather",
        "fuel": "diesel petrol gasoline kerosene hydrogen",
        "direction": "north south east west northern southern eastern western",
        "language": "python java rust javascript typescript cobol fortran haskell kotlin swift",
        "system": "linux windows macos freebsd android ios",
        "database": "postgres postgresql mysql sqlite mongodb oracle redis",
        "severity": "low medium critical",
    }.items()
    for word in split(words)
}
"""Words of which one excludes the others of its kind. *chosen*"""
COMPARED: Final = {
    "lighter": ("weight", "less"),
    "heavier": ("weight", "more"),
    "shorter": ("length", "less"),
    "longer": ("length", "more"),
    "taller": ("height", "more"),
    "younger": ("age", "less"),
    "older": ("age", "more"),
    "slower": ("speed", "less"),
    "faster": ("speed", "more"),
    "cheaper": ("cost", "less"),
}
"""Comparatives before an amount: the measure, and the bound that they make of it. *derived*: English"""
NOT_UN: Final = re.compile(r"^un(?:der|til|it|iq|ion|ivers|cle|less|ix)")
"""Words that begin with "un" and negate nothing. *chosen*"""
AROUND: Final = frozenset(split("before after up down more less fewer"))
"""Opposites that describe no noun. *derived*"""
OWNED: Final = frozenset(split("has have had"))
"""Verbs behind which a thing may be of several members of a kind: who has a brother may have a sister. *derived*"""
PLACES: Final = frozenset(split("in on at from under behind inside outside near beside above below by"))
"""Prepositions of place. *chosen*"""
FUNCTIONAL: Final = re.compile(
    r"\b(?:lives? in|lived in|is located in|is situated in|is based in|was born in|born in|works? (?:for|at)|"
    r"(?:is|was|are|were) (?:named|called)|"
    r"belongs to|comes from|runs on|listens? on|is scheduled for|(?:takes|took) place (?:in|on|at)|"
    r"(?:is|was|are|were|be|been) (?:[a-z]+(?:ed|en|ld|de|lt|pt|nd) )?"
    r"(?:in|on|at|from|under|behind|inside|outside|near|beside|above|below|by|married to)|"
    r"(?:made|built|composed|consists?|consisted) of)\b"
)
"""Phrases behind which one value stands and no other. *chosen*"""
ATTRIBUTES: Final = re.compile(
    r"\b(?:suspect|killer|murderer|culprit|thief|victim|chairman|mayor|captain|coach|head|supplier|provider|vendor|driver|capital|name|owner|author|leader|manager|winner|password|id|version|status|state|color|cause|deadline|"
    r"birthday|address|location|size|type|language|database|reason|result|answer|director|king|queen|president|"
    r"ceo|boss|teacher|mother|father|wife|husband|code|port|host|region|currency|destination|origin|default|root)\b"
    r"[^,;]*?\b(?:is|was|are|were)\b"
)
"""Words of which a thing has one, up to the verb behind which its value stands. *chosen*"""
