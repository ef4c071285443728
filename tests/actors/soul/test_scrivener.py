"""The scrivener: files that hold what they should or are as they were, with every version kept."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from actors.soul.document import digest_of
from actors.soul.scrivener import Scrivener
from actors.soul.shelf import shipped
from messages import soul
from messages.base import Message
from tests.actors.soul.soul_cases import SOUL
from tests.actors.soul.soul_desk import works

AFTER = SOUL.replace("Nothing yet.", "More.")


def scrivener(root: Path) -> Scrivener:
    return Scrivener(Scrivener.Settings(souls=str(root)))


def done(worker: Scrivener, message: Message) -> list[Message]:
    return asyncio.run(works(worker, message))


def apply(text: str = AFTER, before: str = SOUL, version: int = 2) -> soul.Apply:
    return soul.Apply(change="c-1", agent="someone", version=version, before=digest_of(before), text=text)


def names(said: list[Message]) -> list[str]:
    return [type(message).__name__ for message in said]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "someone" / "SOUL.md"
    path.parent.mkdir()
    path.write_text(SOUL)
    return path


def test_what_ships_is_laid_out_once_and_what_a_person_took_away_stays_away(tmp_path: Path) -> None:
    asyncio.run(scrivener(tmp_path).open())
    assert {path.name: (path / "SOUL.md").read_text() for path in tmp_path.iterdir()} == shipped()
    edited = tmp_path / "jochi" / "SOUL.md"
    edited.write_text("mine")
    (tmp_path / "kublai" / "SOUL.md").unlink()
    asyncio.run(scrivener(tmp_path).open())
    assert edited.read_text() == "mine"
    assert not (tmp_path / "kublai" / "SOUL.md").exists()


def test_without_a_directory_texts_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    worker = Scrivener()
    asyncio.run(worker.open())
    found = (done(worker, soul.Look(agent="jochi")))[0]
    assert isinstance(found, soul.Found)
    assert found.text == shipped()["jochi"]
    assert names(done(worker, apply())) == ["Applied"]
    assert list(tmp_path.iterdir()) == []


def test_a_text_is_announced_written_and_kept_under_its_number(file: Path) -> None:
    said = done(scrivener(file.parents[1]), apply())
    assert names(said) == ["Writing", "Applied"]
    assert file.read_text() == AFTER
    kept = file.parent / "history" / f"00002-{digest_of(AFTER)[:12]}.md"
    assert kept.read_text() == AFTER
    assert (file.parent / "SOUL.md.backup").read_text() == SOUL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (file.parent / "SOUL.md.new").exists()


def test_the_same_order_once_more_changes_nothing(file: Path) -> None:
    worker = scrivener(file.parents[1])
    first = done(worker, apply())
    before = {path: path.stat().st_mtime_ns for path in file.parent.rglob("*.md")}
    assert (done(worker, apply()))[-1] == first[-1]
    assert {path: path.stat().st_mtime_ns for path in file.parent.rglob("*.md")} == before


def test_an_order_that_was_cut_off_in_the_middle_is_carried_out_the_second_time(file: Path) -> None:
    (file.parent / "SOUL.md.new").write_text("half a te")
    (file.parent / "history").mkdir()
    assert names(done(scrivener(file.parents[1]), apply())) == ["Writing", "Applied"]
    assert file.read_text() == AFTER


def test_a_file_that_somebody_changed_is_told_and_left_alone(file: Path) -> None:
    file.write_text("mine")
    said = done(scrivener(file.parents[1]), apply())
    assert said == [soul.Found(agent="someone", digest=digest_of("mine"), text="mine")]
    assert file.read_text() == "mine"


def test_a_text_that_is_no_soul_is_rolled_back(file: Path) -> None:
    said = done(scrivener(file.parents[1]), apply("nonsense"))
    assert names(said) == ["Writing", "Failed"]
    assert isinstance(said[1], soul.Failed)
    assert "no sections" in said[1].reason
    assert file.read_text() == SOUL


def test_a_place_that_can_t_be_written_is_told_and_the_file_is_as_it_was(file: Path) -> None:
    (file.parent / "SOUL.md.new").mkdir()
    said = done(scrivener(file.parents[1]), apply())
    assert isinstance(said[-1], soul.Failed)
    assert "SOUL.md.new" in said[-1].reason
    assert file.read_text() == SOUL


def test_a_file_is_looked_at_and_only_what_differs_is_told(file: Path) -> None:
    worker = scrivener(file.parents[1])
    same = soul.Look(agent="someone", digest=digest_of(SOUL), asked=7)
    assert done(worker, same) == [soul.Found(agent="someone", digest=digest_of(SOUL), asked=7)]
    other = soul.Look(agent="someone", digest="", asked=7)
    assert done(worker, other) == [soul.Found(agent="someone", digest=digest_of(SOUL), text=SOUL, asked=7)]


@pytest.mark.parametrize("kind", ["link", "pipe", "directory", "nothing"])
def test_what_is_no_plain_file_is_neither_read_nor_followed(file: Path, kind: str) -> None:
    file.unlink()
    secret = file.parents[1] / "secret"
    secret.write_text("hidden")
    match kind:
        case "link":
            file.symlink_to(secret)
        case "pipe":
            os.mkfifo(file)
        case "directory":
            file.mkdir()
    worker = scrivener(file.parents[1])
    found = (done(worker, soul.Look(agent="someone", digest=digest_of(SOUL))))[0]
    assert isinstance(found, soul.Found)
    assert found.text is None
    assert str(file) in found.fault
    mend = soul.Mend(change="c-1", agent="someone", found="", text=SOUL, reason="r")
    assert names(done(worker, mend)) == ["Writing", "Mended"]
    assert file.read_text() == SOUL
    assert secret.read_text() == "hidden"


def test_what_is_put_aside_gets_the_next_number_and_nothing_is_written_over(file: Path) -> None:
    worker = scrivener(file.parents[1])
    for number, text in enumerate(("one", "two", "three"), 1):
        file.write_text(text)
        mend = soul.Mend(change="c-1", agent="someone", found=digest_of(text), text=SOUL, reason="r")
        mended = (done(worker, mend))[-1]
        assert isinstance(mended, soul.Mended)
        assert mended.aside.endswith(f"rejected-{number}")
    texts = [(file.parent / f"SOUL.md.rejected-{number}").read_text() for number in (1, 2, 3)]
    assert texts == ["one", "two", "three"]
    assert file.read_text() == SOUL


def test_a_file_that_was_changed_again_is_not_put_aside_unseen(file: Path) -> None:
    mend = soul.Mend(change="c-1", agent="someone", found=digest_of("first"), text=AFTER, reason="r")
    said = done(scrivener(file.parents[1]), mend)
    assert names(said) == ["Found"]
    assert file.read_text() == SOUL


def test_without_a_text_that_ships_nothing_can_be_put_right(file: Path) -> None:
    file.write_text("nonsense")
    mend = soul.Mend(change="c-1", agent="someone", found=digest_of("nonsense"), text=None, reason="r")
    failed = (done(scrivener(file.parents[1]), mend))[0]
    assert isinstance(failed, soul.Failed)
    assert str(file) in failed.reason
