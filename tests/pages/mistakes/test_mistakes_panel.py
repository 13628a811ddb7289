"""The panels of mistakes: every kind of task and data is drawn, in words that hold, and older runs say so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.errors.decision_costs import DecisionOutcome, ThresholdChoice
from core.evaluation.errors.score_curves import FoldMean
from core.report import doubted_rows
from core.schema import Contest, DisplayRows, HeldOut
from core.storage import json_codec
from pages.backend import doubtful_labels, held_out_answers, held_out_errors
from pages.mistakes import label_section, mistake_items, threshold_section
from pages.ui.formatting import md
from tests.pages.mistakes.held_out_contests import LABELS, contest, with_planted_labels

FORMS = ("binary", "multiclass", "regression", "anomaly")


def _page(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.mistakes import mistakes_panel

    mistakes_panel.draw_panel(json_codec.loads(Path(path).read_text(encoding="utf-8")))


def drawn(found: Contest, folder: Path) -> AppTest:
    """The panel alone; a panel that stopped would say so on the page."""
    path = folder / "contest.json"
    path.write_text(json_codec.dumps(found), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception and not app.error
    return app


def words(app: AppTest) -> str:
    every = [*app.markdown, *app.caption, *app.text, *app.subheader, *app.header]
    return "\n".join(str(one.value) for one in every).replace("\\", "")


@pytest.mark.parametrize(
    ("form", "headings"),
    [
        ("binary", ["Confusion matrix", "Real mistakes", "Where the families disagree", "Decision threshold",
                    "ROC and precision-recall", "Calibration", "Likely wrong labels"]),
        ("multiclass", ["Confusion matrix", "Real mistakes", "Where the families disagree", "Decision threshold",
                        "ROC and precision-recall", "Calibration", "Likely wrong labels"]),
        ("regression", ["Residuals", "Real mistakes", "Where the families disagree"]),
        ("anomaly", ["Confusion matrix", "Real mistakes", "Where the families disagree", "Decision threshold",
                     "ROC and precision-recall"]),
    ],
)  # fmt: skip
def test_every_task_has_the_panels_that_fit_it(form: str, headings: list[str], tmp_path: Path) -> None:
    app = drawn(contest(form), tmp_path)
    assert [one.value for one in app.subheader] == headings
    assert "200 rows, each answered by models not trained on it (5 folds)" in words(app)


@pytest.mark.parametrize("modality", ["image", "sound", "text", "series"])
def test_items_are_shown_with_what_everybody_answered(modality: str, tmp_path: Path) -> None:
    app = drawn(contest("binary", modality), tmp_path)
    cards = [one.value for one in app.text if "recorded: " in one.value]
    assert len(cards) >= 8 and all("Deep network (TabM): " in card for card in cards)
    said = [str(one.proto) for kind in ("imgs", "image", "audio", "vega_lite_chart", "text") for one in app.get(kind)]
    mark = {"image": "media", "sound": "Waveform of", "series": "Channel 2 of", "text": "so <b>good</b> ![p]"}[modality]
    assert sum(mark in one for one in said) >= 8


def numbered(found: Contest, read: bool) -> Contest:
    """The contest of data whose rows stood 1,000 further down in the file, or of a result that does not tell."""
    folds = tuple(
        replace(one, rows_read=np.asarray(one.row_numbers) + 1_000 if read else ()) for one in found.held_out.folds
    )
    return replace(found, held_out=replace(found.held_out, folds=folds))


@pytest.mark.parametrize(("read", "first"), [(True, 1_001), (False, 1)])
def test_rows_of_a_table_have_the_numbers_of_the_exported_lists(read: bool, first: int, tmp_path: Path) -> None:
    found = numbered(with_planted_labels(contest("binary")), read)
    app = drawn(found, tmp_path)
    tables = [one.value for one in app.dataframe if list(one.value.columns[:2]) == ["0", "1"]]
    shown = {int(number) for table in tables for number in table["0"]}
    assert shown and min(shown) >= first and max(shown) < first + 200
    said = "of the data as read, from 1" if read else "this result does not tell those of the file"
    assert said in words(app)
    issues = held_out_errors.label_issues_of(found)
    lines = doubted_rows.label_rows(found, issues)
    listed = [line["row" if read else "row as prepared"] for line in lines]
    assert listed == [int(row) + first for row in issues.row_numbers]
    assert f"Row {listed[0]}: recorded" in words(app)


def test_cards_have_the_same_numbers(tmp_path: Path) -> None:
    app = drawn(numbered(contest("binary", "image"), True), tmp_path)
    heads = [one.value for one in app.caption if one.value.startswith("Picture ")]
    assert heads and all(int(one.split()[1]) > 1_000 for one in heads)


def test_a_user_s_words_never_become_markdown(tmp_path: Path) -> None:
    app = drawn(contest("binary"), tmp_path)
    for one in (*app.markdown, *app.caption, *app.number_input, *app.subheader):
        said = str(getattr(one, "value", "")) + str(getattr(one, "label", ""))
        assert "![p](" not in said.replace("`![p](http://example.invalid/x.png)`", "")


@pytest.mark.parametrize("form", FORMS)
def test_one_fold_is_enough_to_be_drawn_and_says_so(form: str, tmp_path: Path) -> None:
    app = drawn(contest(form, folds=1), tmp_path)
    assert "one fold" in words(app)
    if form == "binary":
        assert "One fold is too few to check the choice" in words(app)


def test_an_older_run_says_that_nothing_was_recorded(tmp_path: Path) -> None:
    app = drawn(replace(contest(), held_out=HeldOut()), tmp_path)
    assert "Not recorded in this run" in words(app) and not app.subheader


def test_tasks_without_right_and_wrong_say_so(tmp_path: Path) -> None:
    found = contest()
    app = drawn(replace(found, task=replace(found.task, kind="ranking", form="ranking")), tmp_path)
    assert "a ranked list has a score instead" in words(app)


def test_a_run_without_copies_is_drawn_without_rows(tmp_path: Path) -> None:
    found = contest()
    app = drawn(replace(found, held_out=replace(found.held_out, shown=DisplayRows())), tmp_path)
    assert "Confusion matrix" in words(app) and "no copies" in words(app)


def test_costs_move_the_threshold(tmp_path: Path) -> None:
    app = drawn(contest("binary"), tmp_path)
    before = words(app)
    assert "With these costs" in before
    app.number_input(key=f"miss_cost_{'ab' * 16}").set_value(0.0).run()
    assert words(app) != before and "costs 0 per" in words(app)


@pytest.mark.parametrize(
    ("saving", "threshold", "said"),
    [
        (FoldMean(24.0, 10.0, 38.0), 0.2, "Against 50 % it saves **24 per 1,000 rows** (90 % interval 10 to 38"),
        (FoldMean(-5.0, -9.0, -1.0), 0.2, "is not clear: \N{MINUS SIGN}5 per 1,000 rows"),
        (FoldMean(0.0, 0.0, 0.0), 0.5, "no other one is cheaper"),
        (None, 0.2, "One fold is too few"),
    ],
)
def test_a_saving_is_claimed_only_when_its_interval_holds_it(
    saving: FoldMean | None, threshold: float, said: str
) -> None:
    found, usual = contest("binary"), DecisionOutcome(0.5, 9, 9, 9, 200, 270.0)
    choice = ThresholdChoice(replace(usual, threshold=threshold, cost=246.0), usual, saving, 5)
    words = threshold_section._sentence(found, found.runs[1], choice, "a*b").replace("\\", "")
    assert said in words and "call `a*b` from" in words and "246 per 1,000" in words


def test_the_numbers_are_those_of_the_answers() -> None:
    found = contest("binary")
    assert held_out_answers.counted_rows(found) == 200
    assert held_out_answers.representatives(found) == ["table_linear", "table_deep", "table_hybrid"]
    matrix = held_out_errors.confusion_of(found, "table_hybrid")
    assert matrix is not None and matrix.rows == 200
    wrong = held_out_answers.count_mistakes(found, "table_hybrid")
    assert matrix.counts.diagonal().sum() == 200 - wrong
    worst = held_out_answers.worst_rows(found, "table_hybrid")
    first = held_out_answers.answer_on(found, "table_hybrid", worst[0])
    assert first is not None and first.right is False and first.label in LABELS
    assert held_out_answers.answer_on(found, "table_hybrid", 10_000) is None
    sets = held_out_errors.disagreement(found)
    assert sets is not None and sum(one.count for one in sets.sets) == 200


def test_repeats_count_each_row_once_and_widen_nothing() -> None:
    once, twice = contest("binary"), contest("binary", folds=10)
    assert held_out_answers.counted_rows(twice) == 200 and len(held_out_answers.recorded_folds(twice)) == 10
    choice = held_out_errors.threshold_choice(twice, "table_deep", 1, held_out_errors.ErrorCosts(1, 5))
    assert choice is not None and choice.folds == 10 and choice.best.rows == 200
    assert held_out_answers.counted_rows(once) == 200


def test_answers_in_words() -> None:
    given = held_out_answers.GivenAnswer
    assert mistake_items.describe_answer(given("cat", 0.97, None, False)) == "✗ cat, 97\N{NO-BREAK SPACE}%"
    assert mistake_items.describe_answer(given(None, None, 1234.5, None)) == "1,234"
    assert mistake_items.describe_alarm(given("anomaly", 0.995, None, True)) == "✓ alarm, percentile 99.5"
    assert mistake_items.describe_answer(None) == "–"
    assert threshold_section._threshold(contest("binary"), 0.134) == "13 %"
    assert threshold_section._signed(-1_477.2) == "\N{MINUS SIGN}1,480" and threshold_section._signed(None) == "–"
    assert threshold_section._threshold(contest("anomaly"), 0.99) == "percentile 99"


def test_titles_of_an_imported_run_are_printed_letter_by_letter(tmp_path: Path) -> None:
    found = contest("multiclass")
    titles = (":red[x] :smile:", "http://h.invalid/x.png", "![x](http://h.invalid/x.png)", "# rooms")
    runs = tuple(replace(run, title=title) for run, title in zip(found.runs, titles, strict=True))
    app = drawn(replace(found, runs=runs), tmp_path)
    options = [option.content for group in app.get("button_group") for option in group.proto.options]
    assert {md(title) for title in titles[1:]} <= set(options)
    assert not set(titles) & set(options)


def test_likely_wrong_labels_are_shown_listed_and_left_out(tmp_path: Path) -> None:
    found = with_planted_labels(contest("binary"))
    app = drawn(found, tmp_path)
    assert "Likely wrong labels" in [one.value for one in app.subheader]
    assert "not trained on them" in " ".join(one.value for one in app.caption)
    issues = held_out_errors.label_issues_of(found)
    assert {0, 1, 2} <= set(issues.row_numbers.tolist())
    lines = doubted_rows.label_rows(found, issues)
    planted = next(line for line in lines if line["row"] == 101)
    assert planted["probability of suggested"] > 0.99 and planted["recorded"] != planted["suggested"]
    assert doubtful_labels.labels_csv(found, issues).startswith("row,recorded,suggested,probability of recorded")
    step = label_section.without_rows(found, issues)
    assert step is not None and {100, 101, 102} <= set(step.plan.doubted_labels)
    assert not step.plan.leave_out
    assert "estimated" in words(app) and "suggested" in words(app) and "stay in the test" in words(app)
    again = replace(found, plan=replace(found.plan, doubted_labels=(7,)))
    assert 7 in label_section.without_rows(again, issues).plan.doubted_labels


def test_older_runs_list_doubtful_labels_without_a_button(tmp_path: Path) -> None:
    found = with_planted_labels(contest("binary"))
    older = replace(
        found, held_out=replace(found.held_out, folds=tuple(replace(one, rows_read=()) for one in found.held_out.folds))
    )
    issues = held_out_errors.label_issues_of(older)
    assert label_section.without_rows(older, issues) is None and doubted_rows.label_rows(older, issues)
    app = drawn(older, tmp_path)
    assert not any(one.label.startswith("Train without") for one in app.button)
    assert any(one.label.startswith("Train without") for one in drawn(found, tmp_path).button)
    assert held_out_errors.label_issues_of(contest("regression")) is None
