"""The leaderboard's numbers and badges, against hand-made contests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.schema import Contest
from pages.backend import report_words
from pages.charts import interval_bars, model_marks
from pages.contest import leaderboard_panel
from pages.ui import theme


def badges(contest: Contest, choice: str | None = None) -> dict[str, tuple[str, ...]]:
    return {row.run.contestant: row.badges for row in report_words.leaderboard(contest, choice)}


def test_rows_stand_best_first_and_failed_last(contest: Contest) -> None:
    rows = report_words.leaderboard(contest, "table_xgboost")
    skills = [row.skill for row in rows if row.skill is not None]
    assert skills == sorted(skills, reverse=True) and len(rows) == len(contest.runs)
    assert rows[-1].run.contestant == "table_transformer" and rows[-1].badges == (report_words.FAILED,)
    assert report_words.leaderboard_metrics(contest) == ["accuracy", "auc", "log_loss"]
    assert all(row.low < row.skill < row.high for row in rows[:3])  # type: ignore[operator]


def test_badges_say_what_a_model_stands_out_by(contest: Contest) -> None:
    said = badges(contest, "table_linear")
    best = report_words.leaderboard(contest, None)[0].run.contestant
    assert report_words.RECOMMENDED in said["table_linear"] and report_words.FASTEST in said["table_linear"]
    assert report_words.BEST in said[best] and report_words.TIED not in said[best]
    assert report_words.TIED not in said["table_linear"], "seven points behind is no tie"
    assert said["dummy"] == ()
    stopped = tuple(replace(run, fits=tuple(replace(fit, stopped="budget") for fit in run.fits), pretrained=True)
                    for run in contest.runs)  # fmt: skip
    assert {report_words.STOPPED, report_words.PRETRAINED} <= set(badges(replace(contest, runs=stopped))["table_deep"])


def test_a_tie_is_an_interval_that_reaches_into_the_margin(contest: Contest) -> None:
    rows = {row.run.contestant: row for row in report_words.leaderboard(contest, None)}
    close = [key for key, row in rows.items() if report_words.TIED in row.badges]
    assert "table_xgboost" in close
    first = tuple(replace(run, fits=run.fits[:1]) for run in contest.runs)
    assert not any(report_words.TIED in said for said in badges(replace(contest, runs=first)).values())


def test_the_table_holds_numbers_so_that_it_sorts(contest: Contest) -> None:
    rows = report_words.leaderboard(contest, None)
    table = leaderboard_panel.leaderboard_table(rows, report_words.leaderboard_metrics(contest), theme.LIGHT)
    for name in ("Accuracy", "Skill", "Latency p95", "Training", "Per million", "Size"):
        assert table[name].dtype == float, name
    assert table["Skill"].iloc[0] == table["Skill"].max()
    pictures = table[leaderboard_panel.RANGE].tolist()
    assert pictures[-1] == interval_bars.BLANK and len(set(pictures[:4])) == 4


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_no_two_models_of_a_contest_share_a_mark(contest: Contest, palette: theme.Palette) -> None:
    models = [(run.title, run.family) for run in contest.runs]
    marks = model_marks.model_marks([*models, ("Another", "deep"), ("One more", "deep")], palette).marks
    assert len(set(marks.values())) == len(marks) == len(models) + 2
    assert model_marks.model_marks(models, palette).marks[models[1][0]] == marks[models[1][0]]


def test_declared_models_that_meet_have_marks_of_their_own() -> None:
    from pages.backend import catalogue

    there = list(catalogue.contestants().values())
    places = model_marks.declared_places(there)
    for one in there:
        met = [two for two in there if two is not one and two.title != one.title and two.family == one.family
               and set(one.modalities) & set(two.modalities)]  # fmt: skip
        assert all(places[one.title, one.family] != places[two.title, two.family] for two in met), one.key
    assert max(places.values()) < len(model_marks.SHAPES) * len(model_marks.SHADES)
