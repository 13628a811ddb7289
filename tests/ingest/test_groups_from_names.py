"""File names that hold groups: told at upload, used by default where clear, chosen or refused by the command line."""

import argparse
from dataclasses import replace

import numpy as np
import pytest

from core import ingest
from core.__main__ import make_parser
from core.arena.prepared_contest import prepare_contest
from core.cli import plan_from_options
from core.evaluation import copy_checks, tasks
from core.schema import LoadError, Plan

PEOPLE = ("anna", "ben", "carla", "dora", "emil", "fay")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """A folder of texts of two classes by six people, with the names of the people in the file names."""
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdefgh"), 5)) for _ in range(200)]
    folder = tmp_path_factory.mktemp("texts")
    for label in ("calm", "loud"):
        (folder / label).mkdir()
        for person in PEOPLE:
            for take in range(8):
                text = " ".join(rng.choice(words, 12))
                (folder / label / f"rec_{person}_{take:02d}.txt").write_text(text, encoding="utf-8")
    return folder


def options(*given):
    return make_parser().parse_args(["compare", "x", *given])


def test_they_are_told_at_upload_and_kept_apart_by_default(recordings):
    data = ingest.read(recordings)
    said = [warning for warning in data.warnings if "name:2" in warning]
    assert len(said) == 1 and "6 values such as “anna”" in said[0]
    assert ingest.inspect(recordings)["outcome"] == "load_with_warning"
    task = tasks.infer_task(data)
    assert task.groups == "name:2"
    prepared = prepare_contest(data, task, Plan())
    assert prepared.method == "grouped"
    owner = np.array([name.split("_")[1] for name in data.facts["files"]])
    for split in prepared.splits:
        assert not set(owner[split.test]) & set(owner[np.r_[split.train, split.valid]])
    found = {one.key: one for one in copy_checks.check_copies(prepared.dataset, task, prepared.copies)}
    assert "6 groups such as “anna”" in found["name_groups"].what


def test_another_part_or_none_can_be_chosen(recordings):
    data = ingest.read(recordings)
    suggested = tasks.infer_task(data)
    task, _ = plan_from_options(options("--groups", "name:3"), suggested, None)
    assert len(np.unique(tasks.prepare(data, task).groups)) == 8
    task, _ = plan_from_options(options("--groups", "none"), suggested, None)
    assert task.groups is None and tasks.prepare(data, task).groups is None
    task, _ = plan_from_options(options("--groups", "folder:1"), suggested, None)
    assert len(np.unique(tasks.prepare(data, task).groups)) == 2
    assert plan_from_options(options(), suggested, None)[0].groups == "name:2"
    for wrong in ("name:7", "speaker"):
        with pytest.raises(LoadError):
            tasks.prepare(data, replace(suggested, groups=wrong))


def test_cut_data_have_no_default_and_offers_are_told_in_the_result(recordings):
    data = ingest.read(recordings)
    assert tasks.infer_task(data.take(np.arange(40))).groups is None
    task = replace(tasks.infer_task(data), groups=None)
    prepared = prepare_contest(data, task, Plan())
    found = {one.key: one for one in copy_checks.check_copies(prepared.dataset, task, prepared.copies)}
    assert found["name_groups"].level == "warning" and "they may be groups" in found["name_groups"].what


def test_a_column_that_is_not_there_is_no_silent_group(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{k * 1.37 % 7:.3f},{k % 4},{'yes' if k % 3 else 'no'}\n" for k in range(60)))
    data = ingest.read(path)
    with pytest.raises(LoadError, match="no column 'who'"):
        tasks.prepare(data, replace(tasks.infer_task(data, "y"), groups="who"))
    assert isinstance(options("--small-classes", "drop"), argparse.Namespace)
    assert (
        plan_from_options(options("--small-classes", "drop"), tasks.infer_task(data, "y"), None)[1].small_classes
        == "drop"
    )
