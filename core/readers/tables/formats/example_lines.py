"""Lines that hold one example each with named parts: Vowpal Wabbit's features, and the series of .ts files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.schema import LoadError
from core.wording import count_of

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
LABELS = re.compile(rf"\s*({NUMBER})((?:\s+{NUMBER}){{0,2}})\s+(?:'?[^\s|]*)?\s*$")
FEATURE = re.compile(rf"([^\s|:]+)(?::({NUMBER}))?$")
SERIES_HEAD = re.compile(
    r"@(problemname|univariate|timestamps|equallength|serieslength|classlabel|targetlabel)\b", re.I
)
# From so many different words without a value on, they are a text rather than columns.
MOST_WORDS = 200
# Of the parts of all lines so many begin with a usual name, and hold so many words.
NAMED, FEW_WORDS = 0.9, 1.5


@dataclass(frozen=True)
class Examples:
    """Columns read from examples: names, float64 (n,) each, the texts or labels (n,) beside them, what to tell."""

    names: list[str]
    columns: list[np.ndarray]
    words: dict[str, list[str]]
    said: list[str]


def is_vowpal(lines: Sequence[str]) -> bool:
    """Whether lines are examples of Vowpal Wabbit: a label, then "|namespace name:value name ...".

    Args:
        lines: of a text, without blank ones.
    """
    heads = [line.split("|", 1) for line in lines]
    if not lines or not all(len(one) == 2 and (one[0][-1:].isspace() or "'" in one[0]) for one in heads):
        return False
    if not all(LABELS.match(label + " ") for label, _ in heads):
        return False
    spaces = Counter(part.split(" ", 1)[0] for _, rest in heads for part in rest.split("|"))
    parts = sum(spaces.values())
    named = sum(times for space, times in spaces.items() if space and times >= len(lines) / 2) >= NAMED * parts
    tokens = [token for _, rest in heads for part in rest.split("|") for token in part.split(" ")[1:] if token]
    valued = sum(bool((found := FEATURE.match(token)) and found[2]) for token in tokens) >= len(tokens) / 2
    several = len(tokens) >= (FEW_WORDS * parts if named and not valued else parts + 1)
    return all(map(FEATURE.match, tokens)) and (named or valued) and (several or (named and valued))


def read_vowpal(lines: Sequence[str]) -> Examples:
    """The label, and a column a feature (0 where an example does not name it) or, for many bare words, a text.

    Args:
        lines: of the file, without blank ones.
    """
    labels, weights, rows, bare = [], set(), [], Counter[str]()
    for line in lines:
        label, _, rest = line.partition("|")
        found = LABELS.match(label + " ")
        if found is None or not rest:
            continue
        labels.append(float(found[1]))
        weights.add((found[2].split() or ["1"])[0])
        row: dict[str, float] = {}
        for part in rest.split("|"):
            space, *tokens = part.split(" ")
            for token in filter(None, tokens):
                told = FEATURE.match(token)
                named, value = (told[1], told[2]) if told else (token, None)
                key = f"{space}^{named}" if space else named
                row[key] = row.get(key, 0.0) + float(value or 1)
                bare[key] += value is None
        rows.append(row)
    said = ["Read as Vowpal Wabbit: a number as the label, then features by name; those not named are 0."]
    if len(rows) < len(lines):
        said.append(f"{count_of(len(lines) - len(rows), 'line')} without a label or features left out.")
    if len(weights) > 1:
        said.append("Weights of the examples are not used.")
    words = [key for key, times in bare.items() if times]
    if len(words) > MOST_WORDS:
        told_words = set(words)
        texts = [" ".join(key.rpartition("^")[2] for key in row if key in told_words) for row in rows]
        said.append(
            f"{count_of(len(words), 'feature')} without values are words; they were read as one text an example."
        )
        valued = sorted({key for row in rows for key in row} - told_words)
        return Examples(["label", *valued], [np.array(labels), *_spread(rows, valued)], {"text": texts}, said)
    names = sorted({key for row in rows for key in row})
    return Examples(["label", *names], [np.array(labels), *_spread(rows, names)], {}, said)


def _spread(rows: Sequence[dict[str, float]], names: Sequence[str]) -> list[np.ndarray]:
    return [np.array([row.get(key, 0.0) for row in rows]) for key in names]


def is_series(lines: Sequence[str]) -> bool:
    """Whether lines are the head of a .ts or .tsf file: "@" and words of such heads, then "@data".

    Args:
        lines: of a text, without blank ones and remarks.
    """
    head = [line.strip().lower() for line in lines[:60]]
    if not head or not head[0].startswith("@"):
        return False
    return any(map(SERIES_HEAD.match, head)) and any(line.startswith("@data") for line in head)


def read_series(lines: Sequence[str], name: str) -> Examples:
    """One series a row, its values in columns, and its class or number.

    Args:
        lines: of the file, without blank ones and remarks. name: of the file, for messages.

    Raises:
        LoadError: several series belong to one example, they carry times, or a line is of another form.
    """
    start = next(place for place, line in enumerate(lines) if line.strip().lower().startswith("@data"))
    if start + 1 == len(lines):
        raise _other("a .ts file without any series", "Upload one with data.", name)
    head = {words[0].lower(): words[1:] for line in lines[:start] if (words := line.split())}
    if "@attribute" in head:
        raise _other(
            "a file of series for forecasts (tsf)", "Write a row a time: CSV with columns series, time, value.", name
        )
    if (head.get("@timestamps") or ["false"])[0].lower() == "true":
        raise _other(
            "a .ts file whose values carry times", "Write a row a time: CSV with columns id, time, value.", name
        )
    labelled = any((head.get(key) or ["false"])[0].lower() == "true" for key in ("@classlabel", "@targetlabel"))
    rows = [line.strip().split(":") for line in lines[start + 1 :]]
    if {len(row) for row in rows} != {1 + labelled}:
        raise _other(
            "a .ts file with several series an example",
            "Write a row a time: CSV with columns id, time, one a channel.",
            name,
        )
    numbers = labelled and "@targetlabel" in head
    try:
        values = [[_number(cell) for cell in row[0].split(",")] for row in rows]
        answers = [_number(row[1]) for row in rows] if numbers else []
    except ValueError:
        raise _other("a .ts file with a value that is no number", "Correct the line.", name) from None
    longest, lengths = max(map(len, values)), {len(row) for row in values}
    held = np.full((len(values), longest), np.nan)
    for row, cells in zip(held, values, strict=True):
        row[: len(cells)] = cells
    said = [
        f"Read as a .ts file: {count_of(len(rows), 'series', 'series')} of {count_of(longest, 'value')}, one a row."
    ]
    if len(lengths) > 1:
        said.append(f"Series are {min(lengths):,} to {longest:,} values long; shorter ones end in missing values.")
    names, columns = [f"t{place}" for place in range(1, longest + 1)], list(held.T)
    if numbers:
        return Examples([*names, "target"], [*columns, np.array(answers)], {}, said)
    return Examples(names, columns, {"class": [row[1].strip() for row in rows]} if labelled else {}, said)


def _number(cell: str) -> float:
    """A value, NaN for the sign of missing.

    Raises:
        ValueError: it is neither.
    """
    return np.nan if cell.strip() == "?" else float(cell)


def _other(what: str, how: str, name: str) -> LoadError:
    return LoadError(f"This is {what}; it is not read.", name, how)
