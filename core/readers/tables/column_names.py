"""Makes every column name usable and different, and tells which were changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from core import limits
from core.readers.visible_spelling import visible_text
from core.wording import count_of, quote_names

# A column that came of the texts of another one.
ROLE = re.compile(r"(?P<stem>.*) \((?:second|third|to|uncertainty|currency)\)'*", re.DOTALL)


def clean_names(given: Sequence[object]) -> tuple[list[str], list[str]]:
    """Names without blanks at the ends, control characters, repeats or gaps, cut to the limit.

    Returns:
        the names (same length), and sentences on what was changed.
    """
    names, empty, cut, odd, composed, hidden = [], [], [], [], [], []
    for place, raw in enumerate(given, 1):
        text = "" if raw is None else str(raw)
        name = "".join(
            "\ufffd" if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t\r" else char
            for char in text[:20_000]
        )
        bare = re.sub(r"\s+", " ", name.replace("\ufeff", "")).strip()
        name = visible_text(bare)
        if name != (whole := unicodedata.normalize("NFC", bare)):
            hidden.append(name)
        elif whole != bare:
            composed.append(name)
        if "\ufffd" in name and "\ufffd" not in text:
            odd.append(name)
        if not name or re.fullmatch(r"Unnamed: \d+", name):
            name = f"column {place}"
            empty.append(name)
        if len(name) > limits.NAME_CHARACTERS:
            name = name[: limits.NAME_CHARACTERS - 1] + "…"
            cut.append(name)
        names.append(name)
    names, twice = _different(names)
    said = [
        *_tell(empty, "column has", "columns have", "no name and got one"),
        *_tell(twice, "column name", "column names", "occurred twice and got a number"),
        *_tell(cut, "column name", "column names", f"cut to {limits.NAME_CHARACTERS} characters"),
        *_tell(composed, "column name", "column names", "with accents beside the letters got one sign for both"),
        *_tell(hidden, "column name", "column names", "freed of characters that are not shown"),
    ]
    if odd:
        said.append(f"Control characters in {count_of(len(odd), 'column name')} were replaced: {quote_names(odd)}.")
    return names, said


def _tell(names: Sequence[str], one: str, several: str, what: str) -> list[str]:
    return [f"{count_of(len(names), one, several)} {what}: {quote_names(names)}."] if names else []


def may_be_further(name: str, names: Iterable[str]) -> bool:
    """Whether a column of this name may come of the texts of one of these columns.

    Args:
        name: that is none of them. names: of the columns of a file.
    """
    found = ROLE.fullmatch(name)
    return found is not None and found["stem"] in set(names)


def _different(names: list[str]) -> tuple[list[str], list[str]]:
    seen: set[str] = set(names)
    used: set[str] = set()
    out, twice = [], []
    for name in names:
        fresh, number = name, 2
        while fresh in used or (fresh != name and fresh in seen):
            tail = f" ({number})"
            fresh = name[: limits.NAME_CHARACTERS - len(tail)] + tail
            number += 1
        if fresh != name:
            twice.append(fresh)
        used.add(fresh)
        out.append(fresh)
    return out, twice
