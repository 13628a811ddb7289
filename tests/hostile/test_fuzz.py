"""A short run of the byte-breaking reader, and Hypothesis over the texts a table can be."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.ingest import read_as_best_modality
from core.readers.tables.formats.csv_reader import read_csv_bytes
from core.schema import LoadError
from tests.hostile.fuzz import campaign, mutate

CELLS = some.one_of(
    some.integers().map(str), some.floats().map(str), some.dates().map(str), some.text(max_size=8),
    some.sampled_from(["", "NA", "1.234,50", "$5", "7%", "(3)", "=1+1", "yes", "No", '"', "inf", "-999", "\x00"]),
)  # fmt: skip
CODECS = ("cp1251", "koi8-r", "cp1253", "cp1252", "mac-roman", "cp850", "iso8859-7", "utf-8", "utf-16")


@pytest.mark.slow
def test_short_campaign() -> None:
    # A number of files, not of seconds: the same files are tried on every machine.
    assert campaign(240, seed=3, most=400) == []


def test_mutating_changes_bytes() -> None:
    chance = random.Random(0)
    assert any(mutate(b"a,b\n1,2\n", chance) != b"a,b\n1,2\n" for _ in range(5))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.lists(CELLS, min_size=2, max_size=4), min_size=3, max_size=30), some.sampled_from(",;\t|"))
def test_any_table_of_any_cells(rows: list[list[str]], cut: str) -> None:
    text = "\n".join(cut.join(row) for row in rows)
    try:
        dataset = read_csv_bytes(text.encode("utf-8", errors="replace"), "a.csv")
    except LoadError:
        return
    assert list(dataset.inputs.columns) == [column.name for column in dataset.columns]
    assert len(set(dataset.inputs.columns)) == dataset.inputs.shape[1]


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    try:
        read_csv_bytes(data, "a.csv")
    except LoadError as error:
        assert error.what


NUMBERS = some.lists(some.one_of(some.floats(width=32), some.integers(-5, 5), some.none()), min_size=200, max_size=260)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(NUMBERS, NUMBERS, some.sampled_from(["time", "timestamp", "t", "text"]), some.booleans())
def test_any_times_and_readings_stay_a_data_set(times: list, values: list, name: str, rising: bool) -> None:
    count = min(len(times), len(values))
    first = sorted(x or 0 for x in times[:count]) if rising else times[:count]
    lines = [f"{name},heat,state", *(f"{first[i]},{values[i]},{'ab'[i % 2]}" for i in range(count))]
    try:
        dataset = read_csv_bytes("\n".join(lines).encode(), "a.csv")
        made = read_as_best_modality(dataset, "a.csv", None)
    except LoadError:
        return
    assert made.modality in ("table", "series", "text")


@settings(max_examples=40, deadline=None)
@given(some.text(alphabet="абвгдежзикabc ,;äöüßéñαβγδεжшщ", min_size=4, max_size=40), some.sampled_from(CODECS))
def test_any_letters_in_any_encoding(text: str, codec: str) -> None:
    line = text.encode(codec, errors="ignore").decode(codec).replace(",", " ").replace(";", " ").strip() or "x"
    data = "\n".join(["q,v,k", *(f"{i},{line},{'ab'[i % 2]}" for i in range(30))]).encode(codec)
    assert read_csv_bytes(data, "a.csv").inputs.shape == (30, 3)
