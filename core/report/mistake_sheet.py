"""The mistakes of one model for a report: its confusion matrix, and wrong examples with what the others answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.errors import confusion, held_out, right_answers
from core.evaluation.errors.given_answers import ANOMALY_NAMES, class_names, given_answer, recorded_name
from core.evaluation.errors.held_out import Answers
from core.report.item_pictures import DrawnItem, draw_item
from core.schema import Contest, Run
from core.units import format_number, format_percent
from core.wording import printable

CLASSES, EXAMPLES, MODELS, COLUMNS = 10, 6, 4, 5


@dataclass(frozen=True)
class MistakeExample:
    """One wrong answer. recorded: as text; answers: (title, words) of the models; columns: (name, value) of a table's
    row; item: the drawn copy of anything else."""

    recorded: str
    answers: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    item: DrawnItem | None


@dataclass(frozen=True)
class MistakeSheet:
    """The mistakes of the model ``title``. wrong, rows: how many of how many test rows it answers wrong; names, counts:
    of the confusion matrix, recorded classes in rows, empty for numbers."""

    title: str
    wrong: int
    rows: int
    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    examples: tuple[MistakeExample, ...]


def mistake_sheet(contest: Contest, contestant: str) -> MistakeSheet | None:
    """The mistakes of one model on the first round of folds; None where its answers were not kept."""
    folds = held_out.first_round(held_out.collect_answers(contest), contest)
    run = next((one for one in contest.runs if one.contestant == contestant), None)
    answers = held_out.answers_of(folds, contestant) if folds else None
    if run is None or answers is None or not len(answers):
        return None
    others = [one for one in contest.runs if one.contestant != contestant and one.family != "chance"]
    given = {one.contestant: held_out.answers_of(folds, one.contestant) for one in (run, *others)}
    there = [one for one in (run, *others) if given[one.contestant] is not None][:MODELS]
    worst = right_answers.worst_mistakes(answers, contest.task, len(answers))
    kept = {row: place for place, row in enumerate(contest.held_out.shown.row_numbers)}
    rows = [int(row) for row in answers.row_numbers[worst] if int(row) in kept][:EXAMPLES]
    examples = tuple(_example(contest, row, kept[row], there, given) for row in rows)
    names, counts = _matrix(contest, answers)
    return MistakeSheet(run.title, len(worst), len(answers), names, counts, examples)


def _matrix(contest: Contest, answers: Answers) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    if contest.task.kind != "classification":
        return (), ()
    whole = confusion.confusion_matrix(
        np.asarray(answers.truth, dtype=int), answers.predictions.argmax(axis=1), class_names(contest)
    )
    shown = confusion.join_small_classes(whole, CLASSES)
    return tuple(printable(name, 24) for name in shown.names), tuple(tuple(map(int, row)) for row in shown.counts)


def _example(
    contest: Contest, row: int, place: int, runs: list[Run], given: dict[str, Answers | None]
) -> MistakeExample:
    shown = contest.held_out.shown
    recorded = recorded_name(contest, str(shown.labels[place]) if place < len(shown.labels) else "")
    said = [(run.title, _words(contest, given[run.contestant], row)) for run in runs]
    columns: tuple[tuple[str, str], ...] = ()
    if shown.columns and place < len(shown.values):
        pairs = zip(_telling_columns(contest, runs), range(COLUMNS), strict=False)
        values = dict(zip(map(str, shown.columns), map(str, shown.values[place]), strict=False))
        columns = tuple((printable(name, 40), printable(values.get(name, ""), 40)) for name, _ in pairs)
    item = draw_item(shown.items[place]) if place < len(shown.items) else None
    return MistakeExample(printable(recorded, 40), tuple(one for one in said if one[1]), columns, item)


def _telling_columns(contest: Contest, runs: list[Run]) -> list[str]:
    """The kept columns, those that weigh most in an explanation first."""
    names = [str(name) for name in contest.held_out.shown.columns]
    told = next((run.explanation for run in runs if run.explanation and run.explanation.get("global")), None)
    weights = dict(zip(map(str, told["parts"]), told["global"], strict=False)) if told else {}
    return sorted(names, key=lambda name: -float(weights.get(name, 0.0)))


def _words(contest: Contest, answers: Answers | None, row: int) -> str:
    """What a model answered on a row, in words; "" where it was not asked."""
    given = given_answer(contest, answers, row)
    if given is None:
        return ""
    if given.value is not None:
        return format_number(given.value)
    if contest.task.kind == "anomaly":
        alarm = "alarm" if given.label == ANOMALY_NAMES[1] else "no alarm"
        return f"{alarm}, percentile {100 * (given.share or 0.0):.3g}"
    return f"{printable(given.label, 24)}, {format_percent(given.share)}"
