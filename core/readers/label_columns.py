"""Which column of a table of labels gives the classes: by its name, as a set of flags, or by its few values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import limits
from core.readers.name_meaning import name_words, word_set
from core.wording import quote_names

LABEL_WORDS = (
    "label", "class", "target", "category", "y", "species", "tag", "labels", "diagnosis", "dx", "breed", "emotion",
    "genre", "disease", "sentiment", "kind", "variety", "type", "finding", "level", "grade", "event", "word", "family",
)  # fmt: skip
GROUP_WORDS = (
    "group", "subject", "speaker", "person", "patient", "kit", "session", "user", "site", "actor", "participant",
    "lesion", "client", "fold",
)  # fmt: skip
# Words around a noun that add nothing: patient_id, class_name, label_no.
EMPTY_WORDS = word_set("id ids name names no nr number code text")
PART_COLUMNS = word_set("split part partition subset set dataset usage phase stage train test valid validation fold")
ENOUGH = 0.5


class UnusableTable(Exception):
    """The table gives no classes; the text says why."""


def called(name: str) -> str:
    """The one telling word of a column's name, "" if there are several: patient_id -> patient.

    Args:
        name: of a column.
    """
    words = name_words(name)
    telling = [word for word in words if word not in EMPTY_WORDS and not word.isdecimal()]
    return telling[0] if len(telling) == 1 else ""


def is_called(name: str, words: Sequence[str]) -> bool:
    """Whether a column's name is one of these words, but for words that add nothing (class_name, patient_id).

    Args:
        name: of a column. words: in lower case.
    """
    return called(name) in words


@dataclass(frozen=True)
class ClassColumn:
    """The class of each row ("" for none or several), where it stands in words, and whether a name said so."""

    values: tuple[str, ...]
    title: str
    named: bool = False


def find_class_column(columns: Mapping[str, Sequence[str]], key: str) -> ClassColumn:
    """The column, or the set of columns of which one is 1, that gives the classes.

    Args:
        columns: names -> cells without blanks around them, of the rows that name a file; without the key and groups.
        key: the column that names the files, for messages.

    Raises:
        UnusableTable: none does, or several could.
    """
    rows = len(next(iter(columns.values()), ()))
    named = sorted(
        (name for name in columns if is_called(name, LABEL_WORDS)), key=lambda n: LABEL_WORDS.index(called(n))
    )
    for name in named:
        distinct = len(set(columns[name]) - {""})
        if 1 <= distinct <= min(limits.CLASSES, max(1, 0.8 * rows)):
            clear = _clearest(name, columns)
            return ClassColumn(tuple(columns[clear]), f"column {quote_names([clear])}", named=True)
    hot = _one_hot(columns)
    few: list[str] = []
    for name, cells in columns.items():
        free = name not in hot and not set(name_words(name)) & PART_COLUMNS
        if free and _has_few(cells) and not any(_same_split(cells, columns[kept]) for kept in few):
            few.append(name)
    if hot and (len(hot) > 2 or not few):
        return ClassColumn(_hot_names(columns, hot), f"columns {quote_names(hot)}, one of which is 1")
    if len(few) == 1 and not hot:
        clear = _clearest(few[0], columns)
        return ClassColumn(tuple(columns[clear]), f"column {quote_names([clear])}, the one with few values")
    if few:
        raise UnusableTable(f"several columns could be the class ({quote_names([*few, *hot])}); name one of them label")
    if not columns:
        raise UnusableTable(f"beside {quote_names([key])} it has no column")
    raise UnusableTable(f"no column of it has few values that could be classes ({_describe(columns)})")


def _hot_names(columns: Mapping[str, Sequence[str]], hot: Sequence[str]) -> tuple[str, ...]:
    """The one column of each row that is 1, "" where none or several are."""
    found = []
    for cells in zip(*(columns[name] for name in hot), strict=True):
        ones = [name for name, cell in zip(hot, cells, strict=True) if _is_one(cell)]
        found.append(ones[0] if len(ones) == 1 else "")
    return tuple(found)


def _describe(columns: Mapping[str, Sequence[str]]) -> str:
    said = [f"{quote_names([name])}: {len(set(cells) - {''}):,} different" for name, cells in columns.items()]
    return ", ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "")


def _has_few(cells: Sequence[str]) -> bool:
    counts = Counter(cell for cell in cells if cell)
    return 2 <= len(counts) <= limits.CLASSES and sum(counts.values()) >= max(3 * len(counts), ENOUGH * len(cells))


def _clearest(name: str, columns: Mapping[str, Sequence[str]]) -> str:
    """The column in words that says the same as one in numbers: category beside target."""
    if not all(cell.replace(".", "").isdecimal() for cell in columns[name] if cell):
        return name
    wordy = [other for other in columns if is_called(other, LABEL_WORDS) and _same_split(columns[name], columns[other])]
    return next(
        (other for other in wordy if not any(cell.replace(".", "").isdecimal() for cell in columns[other])), name
    )


def _same_split(left: Sequence[str], right: Sequence[str]) -> bool:
    return len(set(zip(left, right, strict=True))) == len(set(left)) == len(set(right))


def _is_one(cell: str) -> bool:
    return cell.casefold() in ("1", "1.0", "true", "yes", "x")


def _one_hot(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """The longest run of columns of zeros and ones of which exactly one is 1 in nearly every row."""
    flags = {
        name: [_is_one(cell) for cell in cells]
        for name, cells in columns.items()
        if {cell.casefold() for cell in cells} <= {"0", "1", "0.0", "1.0", "true", "false", "yes", "no", "x", ""}
        and any(map(_is_one, cells))
    }
    names = list(flags)[: limits.CLASSES]
    best: list[str] = []
    for start in range(len(names)):
        sums = [0] * len(next(iter(flags.values())))
        for stop in range(start, len(names)):
            sums = [total + flag for total, flag in zip(sums, flags[names[stop]], strict=True)]
            if sum(total > 1 for total in sums) > 0.02 * len(sums):
                break
            single = sum(total == 1 for total in sums)
            if stop - start + 1 > max(1, len(best)) and single >= 0.95 * len(sums):
                best = names[start : stop + 1]
    return best
