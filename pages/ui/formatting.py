"""How text and numbers are written: the one door for a string into Markdown, and numbers with their units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.limits import NAME_CHARACTERS
from core.units import (
    MISSING,
    column_format,
    format_bytes,
    format_count,
    format_money,
    format_number,
    format_percent,
    format_points,
    format_rows,
    format_seconds,
    round_count,
    round_seconds,
)

__all__ = [
    "MISSING",
    "column_format",
    "escape_markdown",
    "format_bytes",
    "format_count",
    "format_kept",
    "format_money",
    "format_number",
    "format_percent",
    "format_points",
    "format_rows",
    "format_seconds",
    "join_names",
    "literal",
    "md",
    "round_count",
    "round_seconds",
    "safe_filename",
    "truncated",
    "unbroken",
]

_FLOAT = re.compile(r"-?\d{1,15}\.\d+")
_TICKS = re.compile("`+")
_UNFIT = re.compile(r"[^A-Za-z0-9_-]")
_BREAK = ":red[]"
_ICON = ":material/"
_SPACES = re.compile(r"(?<= ) ")
_REPLACED = re.compile(r":(?=[\w+-]+:)|https?(?=://)|www(?=\.)|@(?=[\w-])", re.IGNORECASE)
_ARROWS = re.compile(r"(?<!\S)[-<>~=]{2,}(?!\S)")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_MARKS = re.compile(
    r"[\\`*#$~|{}\[\]]"  # marks wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word is none
    r"|<(?=[A-Za-z/!?]|$)|&(?=[#A-Za-z]|$)|!(?=\[|$)|:(?!\s)"  # tags, entities, pictures, directives
    r"|^[+=>-]"  # lists, headings, quotes
    r"|(?<=:material)/"
)


def truncated(text: object, longest: int = NAME_CHARACTERS) -> str:
    """A user's string for places that print literally: controls and bidi marks shown as U+FFFD, cut at ``longest``."""
    shown = "".join(
        "\ufffd" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else letter
        for letter in str(text)[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def format_kept(text: str, longest: int = NAME_CHARACTERS) -> str:
    """A value of a table as a result keeps it, without the digits that say nothing: "12.0" is 12."""
    if not _FLOAT.fullmatch(text):
        return truncated(text, longest)
    return f"{float(text):.6g}" if abs(float(text)) < 1e6 else text.removesuffix(".0")


def literal(text: object, longest: int = 2_000) -> str:
    """A sentence of the core, which may quote a user's string, for ``st.text``: line breaks stay, controls do not."""
    return "\n".join(truncated(line, longest) for line in str(text)[: longest + 1].split("\n"))


def escape_markdown(text: object) -> str:
    """A user's name as a Markdown code span, for names within a sentence that should stand out from it.

    The span is fenced by one backtick more than the longest run inside, so nothing within is ever read as Markdown. The
    page replaces ``:material/`` before it looks for code spans, so such a name is cut into two.
    """
    head, mark, tail = (truncated(text) or " ").partition(_ICON)
    return _code_span(head + mark[:-1]) + _BREAK + escape_markdown(mark[-1] + tail) if mark else _code_span(head)


def _code_span(shown: str) -> str:
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def unbroken(text: str) -> str:
    """A short text that no line break may part, such as a number and its sign.

    Args:
        text: with ordinary spaces.
    """
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def md(text: object, longest: int = 4_000) -> str:
    """Any string as Markdown that prints letter by letter: the one function for labels, titles, options, captions.

    Marks of Markdown get a backslash. What the page turns into something else after it has read the marks (addresses,
    names of emoji, arrows) is cut by an empty directive, which leaves no trace on the screen or in copied text. Plain
    names stay as they are, since a screen reader is given the label of an input unread.
    """
    shown = _SPACES.sub("\u00a0", truncated(text, longest).strip())
    cuts = {found.end() for found in _REPLACED.finditer(shown)}
    cuts.update(place for run in _ARROWS.finditer(shown) for place in range(run.start() + 1, run.end()))
    marks = {found.start() for found in _MARKS.finditer(shown)}
    letters = (
        ("\\" if place in marks else "") + letter + (_BREAK if place + 1 in cuts else "")
        for place, letter in enumerate(shown)
    )
    return _NUMBERED.sub(r"\1\\\2", "".join(letters))


def join_names(texts: Sequence[object], most: int) -> str:
    """Users' strings one after another, each inert, and how many more there are beyond ``most``."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(escape_markdown(text) for text in texts[:most]) + more


def safe_filename(text: object) -> str:
    """A string as part of a file's name: letters, digits, ``-`` and ``_`` only, whatever an imported history says."""
    return _UNFIT.sub("_", str(text))[:60] or "_"
