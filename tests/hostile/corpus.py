"""Gathers every case of the corpus."""

from __future__ import annotations

from tests.hostile import disguises, media, packages, parquets, texts_of_tables, values, workbooks
from tests.hostile.case import Case


def corpus() -> list[Case]:
    """All cases, with keys that differ."""
    rooms = (texts_of_tables, values, disguises, workbooks, parquets, packages, media)
    found = [case for room in rooms for case in room.cases()]
    assert len({case.key for case in found}) == len(found)
    return found
