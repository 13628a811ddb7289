"""A short run of the byte-breaking reader, and Hypothesis over the texts a table can be."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.tools.tables.delimited import read_bytes
from core.vocabulary import LoadError
from tests.hostile.fuzz import campaign, mutate

CELLS = some.one_of(
    some.integers().map(str), some.floats().map(str), some.dates().map(str), some.text(max_size=8),
    some.sampled_from(["", "NA", "1.234,50", "$5", "7%", "(3)", "=1+1", "yes", "No", '"', "inf", "-999", "\x00"]),
)  # fmt: skip


def test_short_campaign() -> None:
    assert campaign(8, seed=3, most=400) == []


def test_mutating_changes_bytes() -> None:
    chance = random.Random(0)
    assert any(mutate(b"a,b\n1,2\n", chance) != b"a,b\n1,2\n" for _ in range(5))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.lists(CELLS, min_size=2, max_size=4), min_size=3, max_size=30), some.sampled_from(",;\t|"))
def test_any_table_of_any_cells(rows: list[list[str]], cut: str) -> None:
    text = "\n".join(cut.join(row) for row in rows)
    try:
        dataset = read_bytes(text.encode("utf-8", errors="replace"), "a.csv")
    except LoadError:
        return
    assert list(dataset.inputs.columns) == [column.name for column in dataset.columns]
    assert len(set(dataset.inputs.columns)) == dataset.inputs.shape[1]


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    try:
        read_bytes(data, "a.csv")
    except LoadError as error:
        assert error.what
