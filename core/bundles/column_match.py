"""Which columns of a new file stand for which of training, by name, spelling and what a person said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from core.bundles.input_schema import ColumnSchema


@dataclass(frozen=True)
class ColumnMatch:
    """Which column of a new file stands for which of training.

    found: schema name -> name in the file. renamed: those whose spelling differs. missing: names without one, each with
    the nearest name in the file ("" where none is near). extra: columns of the file that are not used.
    """

    found: Mapping[str, str]
    renamed: Mapping[str, str]
    missing: Mapping[str, str]
    extra: Sequence[str]


def match_schema(columns: Sequence[ColumnSchema], there: Sequence[str], renames: Mapping[str, str]) -> ColumnMatch:
    """The columns of a schema in a new file; one that is a part of another's cells ("120/80") is found there too.

    Args:
        columns: of the schema. there: names in the file. renames: name in the file -> name of training.

    Returns:
        The match; a part is found under its own name, else under that of the column it is a part of.
    """
    names = [column.name for column in columns]
    sources = [name for name in dict.fromkeys(column.part_of for column in columns) if name and name not in names]
    whole = match_columns([*names, *sources], there, renames)
    found, missing = dict(whole.found), dict(whole.missing)
    for column in columns:
        if column.name in missing and column.part_of in whole.found:
            found[column.name] = whole.found[column.part_of]
            del missing[column.name]
    return ColumnMatch(
        found, whole.renamed, {name: near for name, near in missing.items() if name in names}, whole.extra
    )


def read_as(column: ColumnSchema, given: str | None, match: ColumnMatch) -> ColumnSchema:
    """How the cells of a column are read: a part that stands in a column of its own is written plainly.

    Args:
        column: of the schema. given: the column of the file it is found in. match: of all columns.

    Returns:
        The column.
    """
    own = column.part_of and given is not None and given != match.found.get(column.part_of, column.part_of)
    return replace(column, written="", part_of="", part=0) if own else column


def match_columns(wanted: Sequence[str], there: Sequence[str], renames: Mapping[str, str]) -> ColumnMatch:
    """The columns of training in a new file.

    Args:
        wanted: names of training. there: names in the file. renames: name in the file -> name of training, as a person
            said.

    Returns:
        The match; names that differ only in case, blanks and punctuation are taken, nearer guesses are only named.
    """
    free = {name: name for name in there}
    found: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for given, name in renames.items():
        if given in free and name in wanted:
            found[name] = renamed[name] = free.pop(given)
    for name in wanted:
        if name not in found and name in free:
            found[name] = free.pop(name)
    folded: dict[str, list[str]] = {}
    for name in free:
        folded.setdefault(_fold(name), []).append(name)
    for name in wanted:
        alike = folded.get(_fold(name), []) if name not in found else []
        if len(alike) == 1 and _fold(name):
            found[name] = renamed[name] = free.pop(alike[0])
            del folded[_fold(name)]
    left = list(free)
    near = {name: next(iter(get_close_matches(name, left, 1, 0.7)), "") for name in wanted if name not in found}
    return ColumnMatch(found, renamed, near, left)


def _fold(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
