"""Entries survive a round trip, and every kind of damage is named instead of used."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.atlas import entries, entry_store
from core.atlas.entries import EntryError
from tests.atlas.made_entries import entry, record

DEEP, CLASSICAL = (50.0, 52.25, 51.0, 49.5, 50.5), (48.0, 50.0, 49.0, 47.5, 48.125)


def test_an_entry_comes_back_as_it_was() -> None:
    made = entry("shop", DEEP, CLASSICAL, load=None)
    assert entries.entry_from_json(entries.entry_to_json(made), "shop.1") == made


def test_numbers_are_kept_to_six_digits() -> None:
    made = entry("shop", (12.3456789, 1e-9 / 3), (1.0, 2.0))
    again = entries.entry_from_json(entries.entry_to_json(made), "shop.1")
    assert again.contestants[0].skill == (12.3457, 3.33333e-10)


def damaged(change: dict[str, object]) -> str:
    plain = json.loads(entries.entry_to_json(entry("shop", DEEP, CLASSICAL)))
    return json.dumps({**plain, **change})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "an object"),
        (damaged({"schema": 99}), "version 99"),
        (damaged({"facts": None}), "facts"),
        (damaged({"half": "both"}), "half"),
        (damaged({"fits": "ten"}), "fits"),
        (damaged({"fits": 3}), "more folds than were played"),
        (damaged({"overlap": 1.5}), "impossible"),
        (damaged({"finished": "yesterday"}), "no date"),
        (damaged({"compared": [{"left": "net", "right": "nobody", "winner": "net"}]}), "nobody"),
        (damaged({"source": "other"}), "other.1"),
        (damaged({"contestants": [{"key": "net"}]}), "contestants"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, says: str) -> None:
    with pytest.raises(EntryError, match=r"shop\.1") as caught:
        entries.entry_from_json(text, "shop.1")
    assert says in str(caught.value)


def test_scores_must_be_numbers_for_the_folds_they_claim() -> None:
    made = entry("shop", DEEP, CLASSICAL)
    for bad in (record("net", "deep", (float("nan"),)), replace(record("net", "deep", DEEP), cpu_seconds=(1.0,))):
        text = entries.entry_to_json(replace(made, contestants=(bad, made.contestants[1])))
        with pytest.raises(EntryError):
            entries.entry_from_json(text, "shop.1")
    twice = replace(made, contestants=(made.contestants[0], made.contestants[0]))
    with pytest.raises(EntryError, match="twice"):
        entries.entry_from_json(entries.entry_to_json(twice), "shop.1")


def test_a_damaged_file_costs_no_other_its_place(tmp_path: Path) -> None:
    entry_store.write_entry(entry("shop", DEEP, CLASSICAL), tmp_path)
    (tmp_path / "broken.1.json").write_text("{")
    (tmp_path / "huge.1.json").write_text(" " * (entry_store.MOST_ENTRY_BYTES + 1))
    stored = entry_store.read_entries(tmp_path)
    assert list(stored.entries) == ["shop.1"]
    assert set(stored.damaged) == {"broken.1.json", "huge.1.json"}
    assert entry_store.read_entries(tmp_path / "nowhere") == entry_store.StoredEntries({}, {})


def test_the_digest_of_the_atlas_follows_its_files(tmp_path: Path) -> None:
    entry_store.write_entry(entry("shop", DEEP, CLASSICAL), tmp_path)
    before = entry_store.entries_digest(tmp_path)
    assert before == entry_store.entries_digest(tmp_path)
    entry_store.write_entry(entry("shop", DEEP, DEEP), tmp_path)
    assert entry_store.entries_digest(tmp_path) != before


def test_times_beside_other_work_are_marked() -> None:
    assert entry("shop", DEEP, CLASSICAL, load=2.0).beside_other_work
    assert not entry("shop", DEEP, CLASSICAL, load=0.6).beside_other_work
