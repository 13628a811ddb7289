"""What about a target could mislead though it can be predicted: mixed kinds, several labels a cell, contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.header_detection import is_number
from core.schema import Column
from core.wording import count_of, format_share, quote_names

if TYPE_CHECKING:
    import pandas as pd

# Shares of rows: of the rarer kind in a mixed target, of cells with several labels, of rows that contradict others.
MIXED_SHARE, SEVERAL_SHARE, CONTRADICTING_SHARE = 0.02, 0.05, 0.05
# Tables of coarse columns repeat by nature; where one column takes so many values, equal rows are no chance.
FINE_VALUES = 20
CONTRADICTING_COARSE = 0.5
SEPARATORS = ("|", ";", ",", "/", "+", "&")
BRACKETS = "[](){}"
CHECKED_ROWS, CHECKED_WORDS = 50_000, 2_000


def describe_doubts(column: Column, values: pd.Series, others: pd.DataFrame, types: Sequence[Column]) -> list[str]:
    """Sentences on a target whose labels are of several kinds, hold several labels, or differ on equal rows.

    Args:
        column: the target. values: its cells (n,). others: the columns beside it (n, d). types: their descriptions.
    """
    said = []
    if str(values.dtype) == "category":
        counts = values.value_counts()
        words = {str(word): int(count) for word, count in counts.items() if count}
        said += [*_mixed(words), *_several(words)]
    return [f"{one} (column {quote_names([column.name])})." for one in [*said, *_contradictions(values, others, types)]]


def _mixed(words: dict[str, int]) -> list[str]:
    """Numbers and words as labels of one column."""
    numbers = {word: count for word, count in words.items() if is_number(word)}
    rest = {word: count for word, count in words.items() if word not in numbers and any(map(str.isalpha, word))}
    total = sum(words.values())
    if len(numbers) < 2 or not rest or min(sum(numbers.values()), sum(rest.values())) < MIXED_SHARE * total:
        return []
    counted = f"numbers ({count_of(sum(numbers.values()), 'row')}, such as {quote_names(list(numbers)[:1])})"
    worded = f"words ({count_of(sum(rest.values()), 'row')}, such as {quote_names(list(rest)[:1])})"
    return [f"The target mixes {counted} and {worded}; each is a class. Read it as a number to leave the words out"]


def _several(words: dict[str, int]) -> list[str]:
    """Cells that hold several labels: their parts come back alone or in other company."""
    total = sum(words.values())
    for separator in SEPARATORS:
        parts = {word: _parts(word, separator) for word in list(words)[:CHECKED_WORDS]}
        held = {word: found for word, found in parts.items() if len(found) > 1}
        rows = sum(words[word] for word in held)
        times = Counter(part for found in parts.values() for part in set(found))
        joined = {part for found in held.values() for part in found}
        if len(held) < 2 or rows < SEVERAL_SHARE * total or all(map(is_number, joined)):
            continue
        if 2 * sum(times[part] > 1 for part in joined) >= len(joined) and len(joined) < 2 * len(parts):
            shown = f"{count_of(rows, 'cell')} of the target hold several labels, such as {quote_names(list(held)[:1])}"
            return [f"{shown}; each combination is a class of its own. Write one column a label, or keep one a row"]
    return []


def _parts(word: str, separator: str) -> list[str]:
    return [part for one in word.strip(BRACKETS + " ").split(separator) if (part := one.strip(" '\""))]


def _contradictions(values: pd.Series, others: pd.DataFrame, types: Sequence[Column]) -> list[str]:
    """Rows that are equal in every other column and differ in the answer."""
    import pandas as pd

    used = [one.name for one in types if one.type in ("numeric", "categorical", "boolean", "date", "text")]
    used = [name for name in used if name != values.name and name in others.columns]
    if not used:
        return []
    known = np.array(values.notna())
    known[CHECKED_ROWS:] = False
    frame, answers = others.loc[known, used], pd.factorize(values[known])[0]
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    pairs = pd.DataFrame({"row": rows, "answer": answers})
    clashing = int((pairs.groupby("row")["answer"].transform("nunique") > 1).sum())
    fine = any(one.distinct > FINE_VALUES for one in types if one.name in used)
    least = CONTRADICTING_SHARE if fine else CONTRADICTING_COARSE
    if not clashing or clashing < least * len(pairs):
        return []
    share = format_share(clashing / len(pairs))
    return [
        f"{count_of(clashing, 'row')} of {len(pairs):,} ({share}) are equal to another row in every other column and "
        "have another answer: no model can be right on all of them"
    ]
