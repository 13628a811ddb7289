"""The history as a table, and two of its runs side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.runtime import run_history
from core.schema import Contest
from core.storage import paths
from pages.summaries import run_line
from pages.views import history_list, run_comparison
from tests.pages.conftest import packed
from tests.pages.test_pages import opened, sound


def test_the_table_sorts_by_values(place: Path, owner: str, finished: str) -> None:
    app = opened("history", owner)
    table = app.dataframe[0].value
    assert table["Winner"].tolist() == ["No clear winner"] and table["Metric"].tolist() == ["Accuracy"]
    assert table["Score"].dtype == float and str(table["Started"].dtype).startswith("datetime64")
    assert table["Task"].tolist() == ["churn|*yes*: binary classification"]


def test_a_run_without_a_result_is_a_line_too() -> None:
    run = {
        "title": "", "name": "mine", "created": 1.0, "started": None, "ended": None, "state": "queued",
        "spec": {"task": {"target": "y", "form": "regression"}},
    }  # fmt: skip
    table = history_list.runs_table([(run, run_line.unread_line(run))])
    assert table["Task"].tolist() == ["y: regression (a number)"] and table["State"].tolist() == ["waiting"]
    assert table["Rows"].isna().all() and table["Score"].isna().all()


def test_two_runs_stand_side_by_side(place: Path, owner: str, finished: str, contest: Contest) -> None:
    other = replace(contest, id="cd" * 16, plan=replace(contest.plan, seed=9))
    run_history.restore_runs(owner, packed(other))
    app = opened("history", owner)
    said = sound(app)
    assert "paired fold by fold" in said and said.count("**No clear winner on your data**") == 2
    assert [one.value for one in app.subheader] == [
        "Verdicts", "Scores", "Plan and data", "Explanations", "The document's rows",
    ]  # fmt: skip
    differs = next(frame.value for frame in app.dataframe if "Differs" in frame.value)
    assert differs["Differs"].tolist() == ["Seed"]


@pytest.mark.parametrize(
    ("runs", "pair"),
    [
        ([("a", "x", "running"), ("b", "y", "finished"), ("c", "x", "finished"), ("d", "y", "finished")], ["b", "d"]),
        ([("a", "x", "finished"), ("b", "y", "finished"), ("c", "z", "finished")], ["a", "b"]),
        ([("a", "x", "cancelled"), ("b", "x", "finished")], ["a", "b"]),
    ],
)
def test_the_first_pair_on_offer_is_of_the_same_data(runs: list[tuple[str, str, str]], pair: list[str]) -> None:
    told = [{"id": id, "title": None, "name": name, "state": state} for id, name, state in runs]
    assert run_comparison.first_pair(told) == pair


def test_a_pair_that_does_not_compare_is_refused(place: Path, owner: str, finished: str, contest: Contest) -> None:
    data = {**contest.dataset, "digest": "other", "name": "rents.csv", "target": "rent"}
    run_history.restore_runs(owner, packed(replace(contest, id="cd" * 16, dataset=data)))
    app = opened("history", owner)
    assert "their scores answer different questions" in sound(app) and not app.subheader


def test_the_account_of_a_run_is_kept_and_made_anew_for_another_result(
    place: Path, owner: str, finished: str, contest: Contest
) -> None:
    asked: list[str] = []

    def load() -> Contest:
        asked.append("read")
        return contest

    make = lambda one: {"rows": one.dataset["rows"]}  # noqa: E731
    assert run_history.summarize_run(finished, owner, load, make) == {"rows": 7_043}
    assert run_history.summarize_run(finished, owner, load, make) == {"rows": 7_043} and asked == ["read"]
    result = paths.runs_folder() / finished / "result.json"
    result.write_text(result.read_text(encoding="utf-8"), encoding="utf-8")
    assert run_history.summarize_run(finished, owner, load, make) and asked == ["read", "read"]
    assert run_history.summarize_run(finished, "f" * 32, load, make) is None, "nobody else's"


@pytest.mark.parametrize("run", ["../x", "0" * 32, ""])
def test_no_account_of_what_is_no_run(place: Path, owner: str, run: str) -> None:
    assert run_history.summarize_run(run, owner, lambda: None, lambda one: {}) is None
