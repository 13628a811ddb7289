"""A field for a number with decimals as people write it: 0.25, 0,25 or 1 234,5; what is unclear is refused in words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import streamlit as st

from pages.ui.formatting import literal, md

_SPACES = re.compile("[\\s'\u2019\u00a0\u202f_]")
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?"),
}
LONGEST = 40


@dataclass(frozen=True)
class NumberField:
    """What is asked for: its name, the number it starts with (None: empty), the ends of its range, and help."""

    label: str
    value: float | None
    key: str
    least: float | None = None
    most: float | None = None
    placeholder: str | None = None
    help: str | None = None


def draw_number(field: NumberField) -> float | None:
    """Draws a field; its number, None where it is empty, and the starting one where what stands there is refused."""
    start = "" if field.value is None else write_number(field.value)
    text = st.text_input(
        md(field.label), start, max_chars=LONGEST, key=field.key, placeholder=field.placeholder,
        help=md(field.help) if field.help else None, persist_state="session",
    )  # fmt: skip
    try:
        number = read_number(text or "")
        _check_range(number, field)
    except ValueError as refused:
        st.text(literal(f"Not used: {refused}"))
        return field.value
    return field.value if text == start else number


def read_number(text: str) -> float | None:
    """The number a person wrote; None for an empty text.

    Args:
        text: with a point or a comma before the decimals, and spaces, apostrophes, commas or points between thousands.

    Raises:
        ValueError: it is no number, or can be read in two ways; in the user's words.
    """
    plain = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-")
    if not plain:
        return None
    marks = [mark for mark in plain if mark in ",."]
    if len(set(marks)) == 2:
        last = marks[-1]
        other = "," if last == "." else "."
        if not _GROUPED[other].fullmatch(plain):
            raise ValueError(f"“{text}” is no number.")
        plain = plain.replace(other, "").replace(last, ".")
    elif len(marks) > 1:
        if not _GROUPED[marks[0]].fullmatch(plain):
            raise ValueError(f"“{text}” is no number.")
        plain = plain.replace(marks[0], "")
    elif marks == [","]:
        if _GROUPED[","].fullmatch(plain) and not plain.lstrip("+-").startswith("0"):
            whole, decimals = plain.replace(",", ""), plain.replace(",", ".")
            raise ValueError(f"“{text}” can mean {whole} or {decimals}; write one of these.")
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        raise ValueError(f"“{text}” is no number.") from None
    if not math.isfinite(number):
        raise ValueError(f"“{text}” is no number.")
    return number


def write_number(value: float) -> str:
    """A number for a field, as short as it can be read back."""
    return f"{value:.10g}"


def _check_range(number: float | None, field: NumberField) -> None:
    if number is None:
        return
    if field.least is not None and number < field.least:
        raise ValueError(f"{number:g} is below the least possible, {field.least:g}.")
    if field.most is not None and number > field.most:
        raise ValueError(f"{number:g} is above the most possible, {field.most:g}.")
