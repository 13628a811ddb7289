"""A corpus from one .txt file: what loads, what is told, what is refused in words."""

from __future__ import annotations

import pytest

from core import ingest, limits, registry
from core.evaluation import tasks
from core.schema import LoadError
from core.storage import dataset_store

PROSE = (
    "It was a dark and stormy night, and the rain fell in torrents. Nobody, said the old man, goes out;\n"
    "yet somebody knocked at the door. The dog rose, shook itself and waited for whatever came next.\n\n"
)


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text("".join(f"{PROSE}Evening number {k} of that year.\n" for k in range(80)), encoding="utf-8")
    return path


def refused(path, name=None, modality="corpus"):
    with pytest.raises(LoadError) as told:
        ingest.read(path, name or path.name, modality)
    return str(told.value)


def test_prose_in_a_txt_file_is_a_corpus_and_carries_its_task(novel):
    assert ingest.detect_modality(novel, "novel.txt") == "corpus"
    dataset = ingest.read(novel, "novel.txt")
    assert dataset.modality == "corpus" and len(dataset) > 60 and len(set(dataset.groups)) >= 15
    assert all(len(piece) == 128 for piece in dataset.inputs) and not dataset.warnings
    task = tasks.infer_task(dataset)
    assert (task.kind, task.metric, task.target) == ("generation", "bits_per_character", None)
    players = [
        one.family for one in registry.discover("contestants").values()
        if "corpus" in one.modalities and one.unsupported_reason(dataset, task) is None
    ]  # fmt: skip
    assert {"classical", "deep", "hybrid"} <= set(players)


@pytest.mark.parametrize(
    "text",
    ["a;b;c\n1;2;3\n4;5;6\n", "word\nother\nthird\n" * 9, "1 2 3\n4 5 6\n" * 9, "name,town\nAnn,Rome\nBob,Bonn\n" * 5],
)
def test_a_txt_file_that_is_a_table_stays_one(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert ingest.detect_modality(path, "a.txt") == "table"


def test_two_hundred_characters_are_told_to_be_too_few(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(PROSE[:200], encoding="utf-8")
    assert ingest.detect_modality(path, "note.txt") == "corpus"
    said = refused(path)
    assert "too little to learn to write from" in said and f"{5_000:,}" in said


def test_repetition_and_wordless_files_are_refused_in_words(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a" * 20_000, encoding="utf-8")
    assert "repeats a single character" in refused(path)
    path.write_text("!? ... " * 2_000, encoding="utf-8")
    assert "no word" in refused(path)
    (tmp_path / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert "picture" in refused(tmp_path / "b.txt").lower() or "PNG" in refused(tmp_path / "b.txt")
    assert "one text file" in refused(tmp_path)


def test_too_long_a_text_is_cut_and_many_characters_are_told(tmp_path, monkeypatch):
    path = tmp_path / "long.txt"
    path.write_text("".join(chr(0x4E00 + (k * 37) % 900) for k in range(9_000)), encoding="utf-8")
    monkeypatch.setattr(limits, "CORPUS_CHARACTERS", 8_000)
    told = " ".join(ingest.read(path, "long.txt", "corpus").warnings)
    assert "first 8,000 characters" in told and "different characters" in told


def test_it_travels_as_a_parcel_with_its_task(novel, tmp_path):
    dataset = ingest.read(novel, "novel.txt")
    card = dataset_store.read_summary(dataset_store.save(dataset, tmp_path / "parcel"))
    assert card["suggested"]["form"] == "generation" and card["items"] == len(dataset) and card["preview"]
    again = dataset_store.load(tmp_path / "parcel")
    assert list(again.inputs) == list(dataset.inputs) and tasks.infer_task(again) == tasks.infer_task(dataset)


@pytest.mark.slow
def test_a_tiny_contest_on_ones_own_text(novel):
    from core import arena
    from core.schema import Plan

    dataset = ingest.read(novel, "novel.txt")
    plan = Plan(folds=2, repeats=1, fixed_folds=True, budget_seconds=6.0)
    played = arena.tournament(dataset, tasks.infer_task(dataset), plan, lambda news: None, worker_mode="inline")
    assert {run.family for run in played.runs} >= {"classical", "deep", "hybrid"}
    assert all(run.error is None and len(run.fits) == 2 for run in played.runs)
