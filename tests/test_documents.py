"""README and docs, tried word by word: every block that can be run is run, on a real council, and says what it says."""

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest

from bus.keys import load_or_create
from bus.log import Draft
from bus.nats.connection import NatsConnection
from messages.base import encode
from messages.kernel import actor as life
from messages.task import Learn
from runtime.cli.tasks.form import faults_of

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LIMIT_S = 120
"""Longest that one command may take."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
KURULTAI = f'kurultai() {{ {shlex.quote(sys.executable)} -m runtime.cli.main "$@"; }}; '
NOT_RUN = ("make ", ". .venv", "pip ")
"""Commands that set up what the tests have already."""
ACT, DIGEST, HELD = "c-812", "1f3a90c27e44", "8121"
"""What stands in the pages for an act that waits, its digest, and an input whose effect is held."""
MASK = {
    "id": "mask-1",
    "name": "mask",
    "goal": "hide all but the first two letters of a text",
    "domain": "security",
    "examples": [{"args": [text], "result": f"{text[:2]}***"} for text in ("abcdef", "xyz", "hello")],
    "candidate": {"source": "def mask(text):\n    return text[:2] + '***'\n", "entry": "mask"},
}


def blocks(page: Path, language: str) -> list[str]:
    """The page's blocks in this language."""
    return [text for found, text in FENCE.findall(page.read_text()) if found == language]


def steps(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block, with the lines that it shows below it."""
    command, shown = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)
    if command:
        yield command, shown


class Shell:
    """A user's terminal in a folder of his own, and the council that he launched last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.url = ""
        self._council: subprocess.Popen[str] | None = None
        (folder / "examples").symlink_to(ROOT / "examples")
        (folder / "keys").symlink_to(self.home / "keys")

    def environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("KURULTAI", "NATS_", "XDG_"))}
        path = f"{ROOT}{os.pathsep}{self.folder}"
        return {**kept, "PYTHONPATH": path, "HOME": str(self.folder), "KURULTAI_DATA_DIR": str(self.home)}

    def up(self, words: list[str]) -> None:
        """The council runs as these words launch it, and no other."""
        self.end()
        with (self.folder / "up.txt").open("w") as said:
            self._council = subprocess.Popen(
                [sys.executable, "-m", "runtime.cli.main", *words],
                cwd=self.folder,
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        assert self._council.stdout is not None
        self.url = self._council.stdout.readline().strip()
        assert self.url.startswith("nats://"), (self.folder / "up.txt").read_text()

    def end(self) -> None:
        if self._council is not None:
            self._council.send_signal(signal.SIGTERM)
            self._council.wait(LIMIT_S)
            self._council = None

    def run(self, command: str) -> str:
        """All that the command writes; it ends well."""
        done = subprocess.run(
            ["bash", "-c", KURULTAI + command],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def data(self, command: str) -> Any:
        done = subprocess.run(
            ["bash", "-c", KURULTAI + command], cwd=self.folder, env=self.environment(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal with a council, which has learnt what the pages call."""
    made = Shell(tmp_path_factory.mktemp("reader"))
    with contextlib.ExitStack() as stack:
        stack.callback(made.end)
        made.up(["up", "--no-sync"])
        made.run("kurultai task submit --id a-name --wait examples/tasks/clean_name.json")
        yield made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_as_data_can_be_read_and_its_links_lead_somewhere(page: Path) -> None:
    for block in blocks(page, "json"):
        found = json.loads(block)
        if "goal" in found:
            assert list(faults_of(found, Learn)) == []
    for block in blocks(page, "toml"):
        assert tomllib.loads(block)
    for target in LINK.findall(page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


def test_every_page_is_found_from_the_first() -> None:
    text = PAGES[0].read_text()
    assert [page.name for page in PAGES[1:] if f"docs/{page.name}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_has_typed_does_what_it_says(shell: Shell, page: Path) -> None:
    for number, block in enumerate(blocks(page, "python")):
        name = re.match(r"# (\w+\.py)\n", block)
        script = shell.folder / (name[1] if name else f"block_{number}.py")
        script.write_text(block)
        shell.run(f"{shlex.quote(sys.executable)} {script.name}")
    for block in blocks(page, "console"):
        if not block.startswith("$ make"):
            for command, shown in steps(block):
                said = typed(shell, command)
                for line in shown:
                    if said is not None and "…" not in line:
                        assert line in said, f"{command}\n{said}"


def typed(shell: Shell, command: str) -> str | None:
    """What the command says; None for one that is not tried here."""
    if command.startswith(NOT_RUN):
        return None
    words = shlex.split(command, comments=True)
    if words[:2] == ["kurultai", "up"]:
        shell.up([*words[1:], "--no-sync"])
        return None
    if words[0] == "nats":
        return asyncio.run(requested(shell, words))
    return shell.run(filled_in(shell, command))


async def requested(shell: Shell, words: list[str]) -> str:
    """What `nats req` would show: the client's own inbox, the key and the subject of the line, and no more."""
    flags = {word: words[place + 1] for place, word in enumerate(words) if word.startswith("--")}
    assert set(flags) <= {"--server", "--nkey", "--timeout"}
    subject, body = words[words.index("req") + 1 :][:2]
    client = await nats.connect(shell.url, nkeys_seed=str(shell.folder / flags["--nkey"]))
    try:
        answer = await client.request(subject, body.encode(), timeout=float(flags.get("--timeout", "5s").rstrip("s")))
        assert "error" not in json.loads(answer.data)
        return answer.data.decode()
    finally:
        await client.close()


def filled_in(shell: Shell, command: str) -> str:
    """The command with what there is in place of what stands for it."""
    if ACT in command:
        if not any(view["task"] == MASK["id"] for view in shell.data("kurultai task ls -o json")):
            (shell.folder / "mask.json").write_text(json.dumps(MASK))
            shell.run("kurultai task submit mask.json")
        until = time.monotonic() + LIMIT_S
        while not (waiting := shell.data("kurultai approve -o json")):
            assert time.monotonic() < until
        return command.replace(ACT, waiting[0]["act"]).replace(DIGEST, waiting[0]["digest"][:12])
    if HELD in command:
        asyncio.run(hold(shell, 1))
    return command.replace(HELD, "1")


async def hold(shell: Shell, seq: int) -> None:
    """The model's worker holds an effect for this input."""
    key = load_or_create(shell.home / "keys" / "model.nk")
    connection = await NatsConnection.open(shell.url, "model", seed=key.seed)
    try:
        held = encode(life.Held(actor="model", input=seq, intent={"task": "a-name"}))
        await connection.commit([Draft("kurultai.event.actor.Held.model", held, "test-held", {})], None)
    finally:
        await connection.close()


def test_the_answer_that_a_page_cuts_short_begins_as_it_shows(shell: Shell) -> None:
    words = ["--nkey", "keys/publisher.nk", "req", "kurultai.query.task.Find", '{"task": "a-name"}']
    found = asyncio.run(requested(shell, words))
    assert found.startswith('{"tasks":[{"task":"a-name","kind":"learn","phase":"answered",')
    assert msgspec.json.decode(found)["tasks"][0]["outcome"]["tool"] == "clean_name"
