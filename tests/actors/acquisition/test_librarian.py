"""The librarian: questions to the index, answered as messages."""

from actors.acquisition.librarian import Librarian
from messages import library


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
