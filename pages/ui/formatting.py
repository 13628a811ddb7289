"""How text and numbers are written: the one door for a user's string into Markdown, and numbers with their units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.limits import NAME_CHARACTERS
from core.units import (
    MISSING,
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
    "escape_markdown",
    "format_bytes",
    "format_count",
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
]

_TICKS = re.compile("`+")
_UNFIT = re.compile(r"[^A-Za-z0-9_-]")


def truncated(text: object, longest: int = NAME_CHARACTERS) -> str:
    """A user's string for places that print literally: controls and bidi marks shown as U+FFFD, cut at ``longest``."""
    shown = "".join(
        "\ufffd" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else letter
        for letter in str(text)[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def literal(text: object, longest: int = 2_000) -> str:
    """A sentence of the core, which may quote a user's string, for ``st.text``: line breaks stay, controls do not."""
    return "\n".join(truncated(line, longest) for line in str(text)[: longest + 1].split("\n"))


def escape_markdown(text: object) -> str:
    """A user's string as a Markdown code span: the only way one enters Markdown.

    The span is fenced by one backtick more than the longest run inside, so nothing within is ever read as Markdown.
    """
    shown = truncated(text) or " "
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def join_names(texts: Sequence[object], most: int) -> str:
    """Users' strings one after another, each inert, and how many more there are beyond ``most``."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(escape_markdown(text) for text in texts[:most]) + more


def safe_filename(text: object) -> str:
    """A string as part of a file's name: letters, digits, ``-`` and ``_`` only, whatever an imported history says."""
    return _UNFIT.sub("_", str(text))[:60] or "_"


_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:^=-])")


def md(text: object) -> str:
    """A sentence of our own declarations, with Markdown's marks escaped (``$30`` would start a formula).

    Never for a user's string: those go through ``escape_markdown``.
    """
    return _MARKS.sub(r"\\\1", truncated(text, 4_000))
