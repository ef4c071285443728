"""The corpus of escapes: each is stopped by the wall that is named, and would reach its aim where that wall is not."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from actors.sandbox.jail import Jail
from actors.sandbox.template import Template
from tests.actors.sandbox.attacks.corpus import THROUGH, among, attempt, bait, load, single_layers, told

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls"),
    pytest.mark.asyncio(loop_scope="module"),
]

CORPUS = load() if sys.platform == "linux" else {}


@pytest.fixture(scope="module")
def host() -> Iterator[dict[str, Any]]:
    with bait() as there_is:
        yield there_is


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jail(host: dict[str, Any]) -> AsyncIterator[Jail]:
    jail = await Jail.start()
    yield jail
    await jail.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def files(host: dict[str, Any]) -> AsyncIterator[Jail]:
    jail = await Jail.start(profile="files")
    yield jail
    await jail.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def layers(host: dict[str, Any]) -> AsyncIterator[dict[str, Template]]:
    found = await single_layers()
    yield found
    for template in found.values():
        await template.close()


async def test_the_corpus_is_large_and_each_attack_says_where_it_was_seen() -> None:
    assert len(CORPUS) >= 200
    assert all(attack.seen and attack.wall for attack in CORPUS.values())


@pytest.mark.parametrize("name", [name for name, attack in CORPUS.items() if attack.profile == "pure"])
async def test_an_attack_is_stopped_by_the_wall_that_is_named(jail: Jail, host: dict[str, Any], name: str) -> None:
    attack, template = CORPUS[name], await jail.template()
    assert template is not None, jail.walls.reason
    outcome = await attempt(template, attack, host)
    assert among(told(outcome), attack.told), outcome
    assert len(outcome.stdout) <= attack.limits.stdout_bytes
    assert len(outcome.error or "") <= 2000
    assert outcome.max_rss_kb < 800_000


@pytest.mark.parametrize("name", [name for name, attack in CORPUS.items() if attack.profile == "files"])
async def test_files_are_no_way_out_either(files: Jail, host: dict[str, Any], name: str) -> None:
    template = await files.template()
    if template is None:
        pytest.skip(files.walls.reason or "no files profile here")
    outcome = await attempt(template, CORPUS[name], host)
    assert among(told(outcome), CORPUS[name].told), outcome


@pytest.mark.parametrize("name", [name for name, attack in CORPUS.items() if attack.of_the_kernel])
async def test_without_walls_an_attack_goes_as_told_and_each_layer_alone_stops_what_it_is_said_to(
    layers: dict[str, Template], host: dict[str, Any], name: str
) -> None:
    attack = CORPUS[name]
    said = {layer: told(await attempt(template, attack, host)) for layer, template in layers.items()}
    assert among(said["none"], attack.bare), said
    assert among(said["seccomp"], attack.told), "the poorest tier must stop it in the same words"
    if said["none"] == THROUGH == attack.bare:
        assert {layer for layer in said if said[layer] == THROUGH} == set(said) - set(attack.alone), said


async def test_after_all_of_it_an_honest_call_works(jail: Jail) -> None:
    assert (await jail.call("def add(a, b):\n    return a + b", "add", [2, 3])).value == 5
