"""Scans the corpus and tells what was caught, what was wrongly rejected, and what was missed.

python -m benchmarks.poisoning [--split tuning|held_out|fresh|blind|again] [--families] [--review]
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from actors.scan.poisoning import Scan, scan
from benchmarks.poisoning.corpus import SPLITS, Sample, honest, hostile

Judged = list[tuple[Sample, Scan]]


def judged(samples: Sequence[Sample]) -> Judged:
    """Each sample with what the scan says of it."""
    return [(sample, scan(sample.source)) for sample in samples]


def share(results: Judged, *verdicts: str) -> float:
    """The share of the samples with one of these verdicts."""
    return sum(result.verdict in verdicts for _, result in results) / len(results) if results else 0.0


def families(results: Judged) -> None:
    """Prints what became of each family."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sample, result in results:
        counts[sample.family][result.verdict] += 1
    for family, verdicts in sorted(counts.items()):
        figures = "  ".join(f"{verdict} {verdicts[verdict]:3}" for verdict in ("pass", "review", "reject"))
        print(f"  {family:26} {sum(verdicts.values()):4}  {figures}")


def told(results: Judged, verdict: str, title: str) -> None:
    """Prints each sample with this verdict, and why."""
    for sample, result in results:
        if result.verdict == verdict:
            why = "; ".join(map(str, result.findings[:4])) or "nothing found"
            print(f"  {title} {sample.family}/{sample.name} ({sample.split}): {why}")


def main(arguments: Sequence[str]) -> int:
    """0 if recall and false rejection are within their bounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.poisoning")
    parser.add_argument("--split", choices=SPLITS, help="only the samples of this half")
    parser.add_argument("--families", action="store_true", help="print the figures of each family")
    parser.add_argument("--review", action="store_true", help="name the honest samples that a person would review")
    asked = parser.parse_args(arguments)
    wanted = (asked.split,) if asked.split else SPLITS
    began_s = time.perf_counter()
    bad = judged([sample for sample in hostile() if sample.split in wanted])
    good = judged([sample for sample in honest() if sample.split in wanted])
    took_s = time.perf_counter() - began_s
    if asked.families:
        families(bad)
        families(good)
    told(bad, "pass", "missed:")
    told(good, "reject", "wrongly rejected:")
    if asked.review:
        told(good, "review", "to review:")
    recall, false = share(bad, "review", "reject"), share(good, "reject")
    print(f"hostile {len(bad)}: caught {recall:.1%} (wanted 98 %), rejected outright {share(bad, 'reject'):.1%}")
    print(
        f"honest {len(good)}: wrongly rejected {false:.1%} (wanted at most 2 %), to review {share(good, 'review'):.1%}"
    )
    for split in wanted:
        ours = [pair for pair in good if pair[0].split == split and not pair[0].family.startswith("library")]
        theirs = [pair for pair in good if pair[0].split == split and pair[0].family.startswith("library")]
        caught = share([pair for pair in bad if pair[0].split == split], "review", "reject")
        print(
            f"  {split}: caught {caught:.1%}; wrongly rejected {share(ours, 'reject'):.1%} of {len(ours)} of our own, "
            f"{share(theirs, 'reject'):.1%} of {len(theirs)} of the library's; "
            f"to review {share(ours, 'review'):.1%} and {share(theirs, 'review'):.1%}"
        )
    print(f"{took_s / (len(bad) + len(good)) * 1e3:.2f} ms for a sample")
    return 0 if recall >= 0.98 and false <= 0.02 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
