"""The librarian: questions to the index, answered as messages."""

from pathlib import Path

import pytest

from actors.library.librarian import Librarian
from messages.tools import library


async def test_what_fits_the_goal_is_found_with_a_reason() -> None:
    librarian = Librarian()
    await librarian.open()
    order = library.Search(task="L", goal="wrap a text into lines of a given width", limit=5)
    said = [message async for message in librarian.on_search(order)]
    assert len(said) == 1
    assert said[0].task == "L"
    assert "textwrap.wrap" in [option.path for option in said[0].options]
    assert len(said[0].options) == 5
    assert all(option.justification for option in said[0].options)


async def test_a_folder_of_documents_is_searched_and_its_passages_are_named(tmp_path: Path) -> None:
    handbook = "# Codes\n\nHow to write.\n\n## Invoice numbers\n\nAn invoice number has 8 digits.\n"
    (tmp_path / "handbook.md").write_text(handbook)
    (tmp_path / "noise.bin").write_bytes(b"\xff\xfe")
    librarian = Librarian(Librarian.Settings(documents=str(tmp_path)))
    await librarian.open()
    search = library.Search(task="L", goal="check an invoice number", limit=2)
    (found,) = [said async for said in librarian.on_search(search)]
    document = next(option for option in found.options if option.kind == "document")
    assert (document.name, document.module) == ("Invoice numbers", "handbook.md")
    assert "8 digits" in document.summary


def test_a_folder_that_is_not_there_is_told_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="documents"):
        Librarian.Settings(documents=str(tmp_path / "none"))


async def test_a_callable_comes_with_the_place_of_its_documentation() -> None:
    librarian = Librarian()
    await librarian.open()
    search = library.Search(task="L", goal="parse an ISO date", limit=12)
    (found,) = [said async for said in librarian.on_search(search)]
    urls = {option.path: option.doc_url for option in found.options}
    assert urls["datetime.date.fromisoformat"].endswith("library/datetime.html#datetime.date.fromisoformat")
