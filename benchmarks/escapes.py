"""Every attack of the corpus is made in the jail of this host, and against each of the kernel's layers alone.

    python -m benchmarks.escapes [--all]

Prints how many were tried and how many got through, which must be 0, by the wall that stopped them; with `--all` a
line for each. Ends with 1 if one got through or was stopped by another wall than the corpus names.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from actors.sandbox.jail import Jail
from actors.sandbox.template import Template
from tests.actors.sandbox.attacks.corpus import THROUGH, Attack, among, attempt, bait, load, single_layers, told


async def in_the_jails(jails: Mapping[str, Jail], corpus: Mapping[str, Attack], host: dict[str, Any]) -> dict[str, str]:
    """What each attack came to behind all walls of its profile."""
    found = {}
    for name, attack in corpus.items():
        template = await jails[attack.profile].template()
        if template is not None:
            found[name] = told(await attempt(template, attack, host))
    return found


async def against_single_layers(
    layers: Mapping[str, Template], corpus: Mapping[str, Attack], host: dict[str, Any]
) -> dict[str, set[str]]:
    """For each attack that gets through without walls, the layers it gets through alone, `none` among them."""
    found = {}
    for name, attack in corpus.items():
        if attack.of_the_kernel:
            said = {layer: told(await attempt(template, attack, host)) for layer, template in layers.items()}
            if said["none"] == THROUGH:
                found[name] = {layer for layer, what in said.items() if what == THROUGH}
    return found


def report(corpus: Mapping[str, Attack], came_to: Mapping[str, str], open_to: Mapping[str, set[str]]) -> int:
    """The figures stand on standard output; 1 if anything is not as it must be."""
    through = [name for name, said in came_to.items() if said == THROUGH]
    otherwise = [name for name, said in came_to.items() if not among(said, corpus[name].told)]
    for wall, number in Counter(corpus[name].wall for name in came_to).most_common():
        print(f"{number:5} stopped by: {wall}")
    print(f"{len(open_to):5} of them get through where no layer of the kernel's stands; of these get through")
    for layer, number in sorted(Counter(layer for layers in open_to.values() for layer in layers).items()):
        if layer != "none":
            print(f"{number:9} {layer} alone")
    print(f"{len(corpus) - len(came_to):5} not tried, for want of their profile on this host")
    print(f"{len(came_to):5} tried, {len(through)} got through, {len(otherwise)} ended otherwise than named")
    for name in {*through, *otherwise}:
        print(f"      {name}: {came_to[name]}, not {corpus[name].told}")
    return 1 if through or otherwise else 0


async def main(every: bool) -> int:
    """0 when nothing got through."""
    corpus = load()
    with bait() as host:
        jails = {"pure": await Jail.start(), "files": await Jail.start(profile="files")}
        layers = await single_layers()
        for profile, jail in jails.items():
            print(f"{profile}: tier {jail.walls.tier}: {', '.join(jail.walls.layers)}")
        came_to = await in_the_jails(jails, corpus, host)
        open_to = await against_single_layers(layers, corpus, host)
        for template in layers.values():
            await template.close()
        for jail in jails.values():
            await jail.close()
    if every:
        for name, said in came_to.items():
            print(f"{name:<70} {said:<20} {corpus[name].wall}")
    return report(corpus, came_to, open_to)


if __name__ == "__main__":
    sys.exit(asyncio.run(main("--all" in sys.argv[1:])))
