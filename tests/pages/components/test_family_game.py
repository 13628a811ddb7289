"""The game of who drew a picture: pixels come back as they were, counts are right, the page keeps them."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.scenarios.generative import picture_sections
from pages.components import family_game

SOURCES = ["Real", "Network", "Mixture"]
ROWS = [
    {
        "title": SOURCES[number % 3], "family": "", "label": f"kind {number % 2}", "guessed": number >= 6,
        "pixels": picture_sections.pack_pixels(np.full(16, number / 12)),
    }
    for number in range(12)
]  # fmt: skip
SECTION: dict[str, Any] = {"title": "Draw", "rows": ROWS, "sources": SOURCES, "height": 4, "width": 4}


def game_page(section):  # type: ignore[no-untyped-def]
    from pages.components import family_game

    family_game.draw_game(section, "use_0")


def test_pixels_come_back_in_sixteen_shades() -> None:
    picture = np.linspace(0, 1, 16)
    found = family_game.unpack_pixels(picture_sections.pack_pixels(picture), 4, 4)
    assert found.shape == (4, 4)
    assert np.abs(found.ravel() / 255 - picture).max() < 0.04


@pytest.mark.parametrize("size", [15, 17, 10_000_000])
def test_a_picture_of_another_size_is_refused_without_unpacking_it_whole(size: int) -> None:
    with pytest.raises(ValueError, match="another size"):
        family_game.unpack_pixels(base64.b64encode(zlib.compress(bytes(size))).decode(), 4, 4)


def test_answers_are_counted_by_source() -> None:
    shown = [{"title": "Real"}, {"title": "Network"}, {"title": "Real"}]
    table = family_game.count_answers(shown, ["Real", "Mixture", "Network"], SOURCES)
    assert table == [["Real", 2, 1, 1, 0], ["Network", 1, 0, 0, 1], ["Mixture", 0, 0, 0, 0]]
    assert family_game.sum_up(shown, ["Real", "Mixture"], SOURCES).startswith("1 of 2 right; chance gives 0.7")


def test_the_page_draws_by_class_and_keeps_the_counts_of_the_game() -> None:
    page = AppTest.from_function(game_page, args=(SECTION,)).run()
    assert not page.exception
    assert page.selectbox[0].options == ["kind 0", "kind 1"]
    first = family_game.shuffle_pool([row for row in ROWS if row["guessed"]])[0]
    right = next(button for button in page.button if button.label == first["title"])
    page = right.click().run()
    assert not page.exception
    assert any("1 of 1 right" in str(text.value) for text in page.markdown)
    assert page.dataframe[0].value["shown"].sum() == 1
    again = next(button for button in page.button if button.label == "Start over").click().run()
    assert not again.dataframe
