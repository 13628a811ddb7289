"""A user's string stays inert, and numbers are written with units and without false certainty."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import formatting


@given(some.text(max_size=200))
def test_inert_is_one_code_span(said: str) -> None:
    shown = formatting.escape_markdown(said)
    ticks = len(shown) - len(shown.lstrip("`"))
    fence = shown[:ticks]
    assert ticks and shown.endswith(fence)
    assert fence not in shown[ticks:-ticks].strip(), "the span may not be closed from inside"
    assert "\n" not in shown


@given(some.text(max_size=300))
def test_plain_is_short_and_has_no_controls(said: str) -> None:
    shown = formatting.truncated(said)
    assert len(shown) <= formatting.NAME_CHARACTERS
    assert all(letter.isprintable() or letter == "\ufffd" or letter.isspace() for letter in shown)
    assert "\u202e" not in shown and "\n" not in shown


HOSTILE = (
    "cost ($) minus fee ($)", "a*b*c", "__hidden__", "pH [H+](mol)", ":red[x]", "![x](http://h/x.png)", "<b>bold</b>",
    "http://example.com/x", "see www.example.com", "a.b@c.de", "# rooms", "foo #", "`tick` ``two``", ":smile:", ":+1:",
    ":material/home:", ":material_home:", ":streamlit:", "a -> b", "<->", "-->", "--", ">= 50", "<=50K", "x ~= y",
    "1. item", "12) item", "- item", "+ plus", "> quote", "===", "&lt;b&gt; &#60;", "[x](javascript:alert(1))", "~~a~~",
    "$x^2$", "|a|b|", "back\\slash", "\\", "a:b[c]{d}", "snake_case", "_a_", "a_b_", "price!", "::: note", ":a:b:c:",
)  # fmt: skip
BREAK = ":red[]"
REPLACED = re.compile(
    r":[\w+-]+:|:material/|https?://|www\.|[-.\w+]@[-\w]+\.|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", re.IGNORECASE
)
ASCII_MARKS = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def pieces(shown: str) -> list[str]:
    """The texts the page sees: cut at empty directives, without the backslashes before marks."""
    return [re.sub(rf"\\([{ASCII_MARKS}])", r"\1", piece) for piece in shown.split(BREAK)]


def check_letter_by_letter(said: str) -> None:
    shown = formatting.md(said)
    parts = pieces(shown)
    wanted = re.sub("(?<= ) ", "\u00a0", formatting.truncated(said, 4_000).strip())
    assert "".join(parts) == wanted
    assert ":material/" not in shown
    assert not [piece for piece in parts if REPLACED.search(piece.replace(":material/", ""))]
    bare = re.sub(rf"\\[{ASCII_MARKS}]", "\0", shown.replace(BREAK, "\0"))
    assert not re.search(r"[\\`*\[\]{}$~|#]|<[A-Za-z/!?]|&[#A-Za-z]|:[A-Za-z]|^\d+[.)]", bare)


@pytest.mark.parametrize("said", HOSTILE)
def test_names_print_letter_by_letter(said: str) -> None:
    check_letter_by_letter(said)


@given(some.text(alphabet="\\`*_{}[]()#+-.!|<>~$:^=&@/ abhpst1w\n", max_size=80))
def test_any_string_prints_letter_by_letter(said: str) -> None:
    check_letter_by_letter(said)


def test_plain_names_stay_as_they_are() -> None:
    for name in ("capital-gain", "snake_case_name", "Age (years)", "<=50K", "10 %", "a: b", "x^2"):
        assert formatting.md(name) == name, "a screen reader is given labels unread"


def test_icons_are_no_icons_in_code_either() -> None:
    assert ":material/" not in formatting.escape_markdown(":material/home: and :material/x:")


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234.5, "1,234"), (0.0521, "0.0521"), (0, "0"), (None, "–"), (float("nan"), "–"), (2.0, "2"), (-3.25, "-3.25")],
)
def test_number(value: float | None, said: str) -> None:
    assert formatting.format_number(value) == said


def test_units() -> None:
    assert formatting.format_number(0.317, "ms") == "0.317 ms"
    assert formatting.format_seconds(0.44) == "0.4 s"
    assert formatting.format_seconds(0.0052) == "5.2 ms"
    assert formatting.format_seconds(125) == "2 min 5 s"
    assert formatting.format_seconds(60) == "1 min"
    assert formatting.format_bytes(210_000) == "210 kB"
    assert formatting.format_money(0.0000046) == "less than a cent"
    assert formatting.format_money(0.264) == "$0.26" and formatting.format_money(12_345.6) == "$12,346"
    assert formatting.format_money(20) == "$20.00"
    assert formatting.format_rows(1) == "1 row"


def test_percent_never_claims_certainty() -> None:
    assert formatting.format_percent(1.0) == "> 99 %"
    assert formatting.format_percent(0.0) == "< 1 %"
    assert formatting.format_percent(0.954) == "95 %"


@given(some.text(max_size=200))
def test_names_of_files_hold_nothing_that_steers_a_disk_or_a_header(said: str) -> None:
    assert formatting.safe_filename(said).replace("_", "").replace("-", "").isalnum() or set(
        formatting.safe_filename(said)
    ) <= {
        "_",
        "-",
    }
    assert formatting.safe_filename(said).isascii() and 1 <= len(formatting.safe_filename(said)) <= 60


def test_a_list_of_names_is_inert_and_counted() -> None:
    assert formatting.join_names(["a", "![x](y)", "c"], 2) == "`a`, `![x](y)` and 1 more"
    assert formatting.join_names(["a"], 2) == "`a`"


def test_kept_values_lose_the_digits_that_say_nothing() -> None:
    cells = {
        "12.0": "12",
        "-3.50": "-3.5",
        "0.1234567": "0.123457",
        "1234567.0": "1234567",
        "v1.0": "v1.0",
        "a\n": "a\ufffd",
    }
    assert {text: formatting.format_kept(text) for text in cells} == cells
    assert len(formatting.format_kept("x" * 90, 30)) == 30
