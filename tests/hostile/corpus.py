"""Gathers every case of the corpus."""

from __future__ import annotations

from tests.hostile import texts_of_tables, values
from tests.hostile.case import Case


def corpus() -> list[Case]:
    """All cases, with keys that differ."""
    found = [*texts_of_tables.cases(), *values.cases()]
    assert len({case.key for case in found}) == len(found)
    return found
