"""Gathers every case of the corpus."""

from __future__ import annotations

from functools import cache

from tests.hostile import (
    answers,
    crates,
    disguises,
    layouts,
    media,
    numerals,
    offices,
    packages,
    parquets,
    texts_of_tables,
    tongues,
    values,
    workbooks,
)
from tests.hostile.case import Case

QUICK = (texts_of_tables, values, disguises, workbooks, parquets, packages, media)
MORE = (numerals, layouts, answers, offices, crates, tongues)
ROOMS = (*QUICK, *MORE)
# The sample of the fast suite: the first case of every kind and every sixth after it.
EVERY = 6
# Cases that take a second or more: the slow suite plays them, and the fast one others of their kind.
LONG = frozenset((
    "5,000 columns", "20,000 columns", "target 10,000 classes", "aim 10,000 classes", "gzip bomb", "xlsx zip bomb",
    "zip flat bomb", "zip 65,000 members", "sound 44 kHz", "sound of 2 hours", "office part bomb", "crate flat bomb",
    "crate text bomb", "crate many flat", "crate 65,000 members", "crate forty of 89 Mpx",
    "xlsx string bomb",
))  # fmt: skip


@cache
def rooms() -> dict[str, tuple[Case, ...]]:
    """The cases of each file of the corpus, under the file's name."""
    return {room.__name__.rsplit(".", 1)[1]: tuple(room.cases()) for room in ROOMS}


@cache
def corpus() -> tuple[Case, ...]:
    """All cases, with keys that differ."""
    found = [case for cases in rooms().values() for case in cases]
    assert len({case.key for case in found}) == len(found)
    return tuple(found)


def kinds() -> dict[tuple[str, tuple[str, ...], bool], list[Case]]:
    """The cases by their file, what must come of them and whether they are an attack."""
    found: dict[tuple[str, tuple[str, ...], bool], list[Case]] = {}
    for room, cases in rooms().items():
        for case in cases:
            found.setdefault((room, case.outcome, case.security), []).append(case)
    return found


def sample() -> set[str]:
    """The keys of the cases that the fast suite plays: the same in every run, some of every kind but the long ones."""
    short = [[case for case in cases if case.key not in LONG] for cases in kinds().values()]
    return {case.key for cases in short for case in cases[::EVERY]}
