"""Ratings from one table: users, items, perhaps ratings and times; what loads, what is told, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from core import ingest, limits, registry
from core.evaluation import tasks
from core.features import interaction_data
from core.schema import LoadError
from core.storage import dataset_store


def table(path, users=50, items=40, each=9, header="user,item,rating,time", shared=True, seed=0):
    """A CSV in which every user took some items; with ``shared`` off nobody meets another's items."""
    draw, lines = np.random.default_rng(seed), [header]
    for user in range(users):
        for turn, item in enumerate(draw.permutation(items)[:each]):
            name = f"i{item}" if shared else f"i{user}_{item}"
            lines.append(",".join([f"u{user}", name, str(1 + (item + user) % 5), str(1_000 + turn)]))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def read(path):
    return ingest.read(path, path.name, "interactions")


def refused(path):
    with pytest.raises(LoadError) as told:
        read(path)
    return str(told.value)


def test_ratings_become_users_with_a_past_and_a_future(tmp_path):
    dataset = read(table(tmp_path / "r.csv"))
    assert dataset.modality == "interactions" and len(dataset) >= 45 and len(dataset.facts["items"]) == 40
    assert dataset.facts["held_by"] == "time" and not dataset.warnings
    past, future = (interaction_data.histories(dataset.inputs)[0], interaction_data.held_back_items(dataset.inputs)[0])
    assert len(past) == 6 and len(future) == 3
    task = tasks.infer_task(dataset)
    assert (task.kind, task.metric, task.target) == ("ranking", "ndcg_at_10", None)
    there = [one for one in registry.discover("contestants").values() if "interactions" in one.modalities]
    assert {one.family for one in there if one.unsupported_reason(dataset, task) is None} >= {
        "classical",
        "deep",
        "hybrid",
    }


def test_without_ratings_and_times_every_item_counts_alike_and_that_is_told(tmp_path):
    path = table(tmp_path / "r.csv")
    cut = [",".join(line.split(",")[:2]) for line in path.read_text().splitlines()]
    path.write_text("\n".join(cut))
    dataset = read(path)
    assert dataset.facts["held_by"] == "chance" and any("counts alike" in one for one in dataset.warnings)
    assert (interaction_data.held_back_items(dataset.inputs)[0][:, 1] == 1).all()


def test_other_names_are_understood_and_guesses_are_told(tmp_path):
    known = read(table(tmp_path / "a.csv", header="Customer ID,movie_id,Stars,Timestamp"))
    assert not known.warnings
    guessed = read(table(tmp_path / "b.csv", header="who,what,rating,time"))
    assert any("taken for the users" in one for one in guessed.warnings) and len(guessed) == len(known)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"users": 1}, "1 user"),
        ({"shared": False}, "No item was taken by two users"),
        ({"items": 9, "each": 8}, "a ranking of ten needs more"),
        ({"each": 3}, "have 6 ratings or more"),
        ({"users": 12}, "users have"),
    ],
)
def test_what_cannot_be_ranked_is_refused_in_words(tmp_path, shape, words):
    said = refused(table(tmp_path / "r.csv", **shape))
    assert words in said


def test_equal_ratings_name_the_way_out(tmp_path):
    path = table(tmp_path / "r.csv")
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join([a, b, "3" if k else c, d]) for k, (a, b, c, d) in enumerate(lines)))
    said = refused(path)
    assert "all equal" in said and "leave the column out" in said


def test_gaps_and_repeats_are_counted(tmp_path):
    path = table(tmp_path / "r.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, "u1,,3,5", lines[1], lines[2]]))
    told = " ".join(read(path).warnings)
    assert "1 row left out: something is missing" in told and "2 rows left out: repeated later" in told


def test_too_many_items_are_cut_to_the_most_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "RATED_ITEMS", 30)
    monkeypatch.setattr(limits, "RATING_USERS", 40)
    dataset = read(table(tmp_path / "r.csv", each=14))
    assert len(dataset.facts["items"]) <= 30 and len(dataset) <= 40
    assert sum("the limit" in one for one in dataset.warnings) == 2


def test_it_travels_as_a_parcel_with_its_task(tmp_path):
    dataset = read(table(tmp_path / "r.csv"))
    card = dataset_store.read_summary(dataset_store.save(dataset, tmp_path / "parcel"))
    assert card["suggested"]["form"] == "ranking" and card["items"] is None and card["rows"] == len(dataset)
    again = dataset_store.load(tmp_path / "parcel")
    assert tasks.infer_task(again).kind == "ranking" and list(again.inputs["past"]) == list(dataset.inputs["past"])


@pytest.mark.slow
def test_a_tiny_contest_on_ones_own_ratings(tmp_path):
    from core import arena
    from core.schema import Plan

    dataset = read(table(tmp_path / "r.csv", users=80))
    plan = Plan(folds=2, repeats=1, fixed_folds=True, budget_seconds=6.0)
    played = arena.tournament(dataset, tasks.infer_task(dataset), plan, lambda news: None, worker_mode="inline")
    assert {run.family for run in played.runs} >= {"classical", "deep", "hybrid"}
    assert all(run.error is None for run in played.runs)
