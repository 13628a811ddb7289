"""What a contest needs of the memory is told before it starts; what does not fit is made smaller or refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.arena import planning
from core.arena.prepared_contest import prepare_contest
from core.ingest.inspection import inspect_dataset
from core.report.inspection_text import render_inspection
from core.schema import Column, Dataset, LoadError, Plan, Task
from core.workers import hardware, memory_need
from core.workers.contest_size import DataSize

DEFAULT = DataSize("table", 1_500, 1_500 * 20)
TASK = Task("y", "classification", "binary", positive="b")


@pytest.fixture(params=[690, 24_000])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(hardware, "memory_limit", lambda: int(request.param) * 1_000_000)
    return int(request.param)


def on(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(hardware, "memory_limit", lambda: megabytes * 1_000_000)


def table(rows: int, columns: int) -> Dataset:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(rows, columns - 1)), columns=[f"x{place}" for place in range(columns - 1)])
    frame["y"] = pd.Categorical(np.where(frame["x0"] > 0, "a", "b"))
    told = [Column(name, "numeric", distinct=rows) for name in frame.columns[:-1]]
    return Dataset("made", "table", frame, columns=(*told, Column("y", "boolean", distinct=2)))


def test_the_embedded_default_fits_both_hosts_and_takes_turns_on_the_small_one(host: int) -> None:
    need = memory_need.memory_need(DEFAULT, (), 1_500)
    assert need.fits and need.turns == (host == 690)
    assert 5.5e8 < need.in_turns < 6.9e8 and 8e8 < need.together < 1.1e9
    assert memory_need.rows_here(DEFAULT, Plan()).reason == ""
    assert "estimated" in need.words and ("take turns" in need.words) == need.turns


def test_rows_are_cut_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    size, plan = DataSize("table", 40_000, 40_000 * 30), Plan()
    on(monkeypatch, 24_000)
    assert memory_need.rows_here(size, plan).rows == 40_000
    on(monkeypatch, 690)
    cut = memory_need.rows_here(size, plan)
    assert cut.reason == "memory" and 500 <= cut.rows < 40_000 and "memory of this host" in cut.sentence
    assert memory_need.memory_need(size, (), cut.rows).fits
    assert not memory_need.memory_need(size, (), cut.rows + 1).fits
    assert memory_need.rows_here(size, replace(plan, contestants=("dummy",))).rows > cut.rows


def test_a_contest_says_that_it_was_made_smaller_and_keeps_it_in_its_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset, plan = table(20_000, 30), Plan(contestants=("table_linear", "table_deep"), folds=3, repeats=1)
    on(monkeypatch, 620)
    small = prepare_contest(dataset, TASK, plan)
    assert small.plan.rows is not None and small.plan.rows < 20_000 and len(small.dataset) == small.plan.rows
    assert any("fit into the memory of this host" in said for said in small.dataset.warnings)
    assert small.memory.turns and small.memory.fits
    on(monkeypatch, 24_000)
    again = prepare_contest(dataset, TASK, small.plan)
    assert again.digest == small.digest and not again.memory.turns


def test_what_does_not_fit_even_alone_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset, plan = table(600, 20), Plan(contestants=("table_linear", "table_deep"), folds=3, repeats=1)
    on(monkeypatch, 530)
    found = prepare_contest(dataset, TASK, plan)
    assert [one.key for one in found.contestants] == ["dummy", "table_linear"]
    assert "MB of memory (estimated) and this host allows 530 MB" in found.unsupported["table_deep"]
    with pytest.raises(LoadError, match="No contestant fits"):
        prepare_contest(dataset, TASK, replace(plan, contestants=("table_deep",)))
    told = inspect_dataset(dataset, "y")
    assert "table_deep" in told["memory"]["refused"] and told["memory"]["turns"]
    assert "table_deep needs" in render_inspection(told, "made.csv")
    assert planning.without_refused(found.contestants, {}, "made") == list(found.contestants)


def test_every_contestant_has_an_entry_or_that_of_its_family() -> None:
    assert memory_need.worker_memory("table_svm", "table") == memory_need.TABLES["classical"]
    assert memory_need.worker_memory("image_deep", "image") == memory_need.SIGNALS["deep"]
    assert memory_need.worker_memory("somebody's own", "image") == memory_need.SIGNALS["deep"]
    assert all(key in memory_need.registry.discover("contestants") for key in memory_need.WORKERS)
