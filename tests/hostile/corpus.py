"""Gathers every case of the corpus."""

from __future__ import annotations

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


def corpus() -> list[Case]:
    """All cases, with keys that differ."""
    found = [case for room in (*QUICK, *MORE) for case in room.cases()]
    assert len({case.key for case in found}) == len(found)
    return found
