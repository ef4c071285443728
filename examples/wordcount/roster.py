"""The council with a zone, so a process, of our own beside it."""

from actors.roster import ROSTER as COUNCIL
from runtime.roster import zone
from wordcount.clerk import Clerk
from wordcount.count import Count
from wordcount.counter import Counter

ROSTER = COUNCIL.plus(zone("wordcount", Clerk, Counter), kinds=(Count,))
"""`kurultai up --roster wordcount.roster:ROSTER`, run from the directory above this one."""
