"""`kurultai peer ls` on a real council that has seen an agent at work."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from messages import task
from messages.autonomy.foundation import Observed
from tests.live.driving import driven

LEARN = {
    "goal": "twice a number",
    "name": "twice",
    "examples": [{"args": [number], "result": 2 * number} for number in (1, 2, 5)],
    "candidate": {"source": "def twice(n):\n    return 2 * n\n", "entry": "twice"},
}


def peer(home: Path, *words: str) -> str:
    command = [sys.executable, "-m", "runtime.cli.main", "--data-dir", str(home), "peer", "ls", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_agents_are_listed_as_they_are_believed_to_be(tmp_path: Path) -> None:
    actors = {"metronome": {"interval_s": 0.5}}
    async with driven(tmp_path, "actors.roster:ROSTER", actors=actors) as drive:
        await drive.publish("learn", LEARN, "learn-1")
        await drive.all_ended(["learn-1"])
        assert len(drive.log.said(task.Answered)) == 1
        seen = len(drive.log.said(Observed))
        await drive.log.until(lambda: len(drive.log.said(Observed)) >= seen + 2, "a cycle")
        (found,) = [
            each
            for each in json.loads(await asyncio.to_thread(peer, tmp_path, "-o", "json"))
            if each["agent"] == "temujin"
        ]
        table = await asyncio.to_thread(peer, tmp_path)
    assert (found["seen"], found["band"], found["kind"]) == (1, "moderate", "unknown")
    assert found["trust"] > 0.5
    assert found["capability"] == {"general": 1.0}
    assert "temujin" in table
    assert "moderate" in table
