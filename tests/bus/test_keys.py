"""Keys: stable over restarts, secret in files and in prints, and the same as nkeys of other NATS clients."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nkeys
import pytest

from bus.errors import UnsafeKey
from bus.keys import Key, create, load_or_create, verify


def test_a_key_is_created_once_and_loaded_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "veto.nk"
    first = load_or_create(path)
    assert load_or_create(path).public == first.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["veto.nk"]


def test_many_first_callers_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "shared.nk"
    with ThreadPoolExecutor(8) as pool:
        publics = {key.public for key in pool.map(load_or_create, [path] * 32)}
    assert len(publics) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_that_others_may_touch_is_refused_with_the_way_to_mend_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "open.nk"
    load_or_create(path)
    path.chmod(mode)
    with pytest.raises(UnsafeKey, match=f"mode {mode:04o}.*chmod 600"):
        load_or_create(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"SUAAAA", create().seed[:-1] + b"!", create().seed[:-4]],
    ids=["empty", "words", "too short", "not base32", "cut off"],
)
def test_a_file_without_a_user_seed_is_refused_and_its_content_is_not_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.nk"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UnsafeKey, match="no user seed") as refusal:
        load_or_create(path)
    assert not content or content.decode().strip() not in str(refusal.value)


def test_the_seed_shows_in_no_print_of_the_key() -> None:
    key = create()
    assert key.seed.decode() not in f"{key!r} {key} {[key]}"
    assert key.public in repr(key)


def test_only_the_owners_signature_of_exactly_these_bytes_holds() -> None:
    key, other = create(), create()
    signature = key.sign(b"thaw at 41")
    assert verify(key.public, b"thaw at 41", signature)
    assert not verify(key.public, b"thaw at 42", signature)
    assert not verify(other.public, b"thaw at 41", signature)
    assert not verify(key.public, b"thaw at 41", signature[:-1])
    assert not verify("UNOKEY", b"thaw at 41", signature)
    assert not verify("", b"thaw at 41", signature)


def test_the_key_is_the_one_that_the_nkeys_library_reads_from_the_seed() -> None:
    key = create()
    pair = nkeys.from_seed(bytearray(key.seed))
    assert pair.public_key.decode() == key.public
    assert pair.sign(b"nonce") == key.sign(b"nonce")
    assert Key(key.seed).public == key.public
