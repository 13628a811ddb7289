"""Text tables of fixed width: columns that begin at the same place in every line, cut there and not at blanks."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

import numpy as np

from core.schema import LoadError
from core.wording import count_of

FEWEST_LINES = 8
ALIGNED = 0.9
# Lines of one length without blanks: so many of their places hold letters only or digits only.
OF_ONE_KIND, SHORTEST = 0.95, 8
DELIMITERS = re.compile(r"[\t;|,]")


def column_places(lines: Sequence[str]) -> list[slice]:
    """Where the columns of lines of fixed width stand; none where blanks alone cut them, or they are no table.

    Args:
        lines: of a text, without blank ones; the first may hold names.
    """
    head, body = lines[:1], sorted({line.rstrip("\r\n") for line in lines[1:]})
    if len(body) < FEWEST_LINES or any(DELIMITERS.search(line) for line in body):
        return []
    width = max(map(len, body))
    filled = np.array([list(line.ljust(width)) for line in body]) != " "
    edges = np.flatnonzero(np.diff(np.concatenate([[False], filled.any(axis=0), [False]])))
    places = _named(list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)), head[0].rstrip("\r\n"))
    # Blanks alone cut lines of one number of words, in quotes or not.
    cells = (len(list(filter(None, row))) for row in csv.reader(body, delimiter=" "))
    if len(places) < 2 or len(set(cells)) == 1:
        return []
    if not all(_aligned(filled[:, start:end]) for start, end in places):
        return []
    return [
        slice(start, after) for (start, _), after in zip(places, [*(two for two, _ in places[1:]), width], strict=True)
    ]


def _named(places: list[tuple[int, int]], head: str) -> list[tuple[int, int]]:
    """The columns, of which one without a name a single blank behind another is part of it: words that all have."""
    kept = places[:1]
    for start, end in places[1:]:
        unnamed = not any(kept[-1][1] <= word.start() < end for word in re.finditer(r"\S+", head))
        if unnamed and start == kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return kept


def _aligned(filled: np.ndarray) -> bool:
    """Whether the cells of a column bool (n, width) begin at one place, or end at one."""
    some = filled[filled.any(axis=1)]
    return bool(some[:, 0].mean() >= ALIGNED or some[:, -1].mean() >= ALIGNED)


def cut_lines(lines: Sequence[str], places: Sequence[slice]) -> list[list[str]]:
    """The cells of lines of fixed width, blanks around them removed.

    Args:
        lines: without blank ones. places: of the columns; what stands behind the last one belongs to it.
    """
    ends = [one.stop for one in places[:-1]]
    starts = [0, *ends]
    rows = [
        [line[start:end].strip() for start, end in zip(starts, [*ends, None], strict=True)]
        for line in (line.rstrip("\r\n") for line in lines)
    ]
    words = lines[0].split()
    if len(words) == len(places) and any(
        lines[0][end - 1 : end + 1].strip() == lines[0][end - 1 : end + 1] for end in ends
    ):
        rows[0] = words
    return rows


def check_separated(lines: Sequence[str], name: str) -> None:
    """Returns unless the lines are of one length without anything between their columns.

    Args:
        lines: of a text, without blank ones. name: of the file, for messages.

    Raises:
        LoadError: they are; says how to cut them.
    """
    if not is_unseparated(lines):
        return
    raise LoadError(
        f"Every line has {count_of(len(lines[0].rstrip()), 'character')} and nothing separates columns: this is one "
        "column, or a table of fixed width.",
        name,
        "Say where its columns begin and save it as CSV: pandas.read_fwf(file, widths=[...]).to_csv(...).",
    )


def is_unseparated(lines: Sequence[str]) -> bool:
    """Whether lines have one length, digits in most of them and letters or digits only at each place.

    Args:
        lines: of a text, without blank ones.
    """
    body = [line.rstrip() for line in lines]
    if len(body) < FEWEST_LINES or len(set(map(len, body))) > 1 or len(body[0]) < SHORTEST:
        return False
    if any(DELIMITERS.search(line) or " " in line for line in body):
        return False
    letters = np.array([list(line) for line in body])
    digits, words = np.char.isdigit(letters), np.char.isalpha(letters)
    alike = np.maximum(digits.mean(axis=0), words.mean(axis=0)) >= OF_ONE_KIND
    return bool(digits.any(axis=1).mean() >= ALIGNED and alike.mean() >= OF_ONE_KIND)
