"""The counter counts one part after another, several at a time, and remembers nothing."""

import re
from collections import Counter as Counts

from runtime.actor import Worker, Works
from wordcount.count import Tallied, Tally


class Counter(Worker):
    """Every part that is ordered is counted."""

    concurrency = 4
    idempotent = True

    async def on_tally(self, m: Tally) -> Works[Tallied]:
        words = Counts(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", m.text.lower()))
        yield Tallied(task=m.task, part=m.part, words=dict(sorted(words.items())))
