"""Rows with doubted labels as people and programs take them away: a list, and JSON by contract."""

from __future__ import annotations

import numpy as np

from core.evaluation.errors import held_out, label_quality
from core.evaluation.errors.given_answers import class_names
from core.evaluation.errors.label_issues import LabelIssues
from core.schema import Contest, Dataset, JsonObject, LoadError, Task

INTERVAL = 0.9


def label_rows(contest: Contest, issues: LabelIssues) -> list[dict[str, object]]:
    """One line a doubtful row: its number in the data as read, from 1, both classes and their mean probabilities.

    A result that does not tell these numbers gives those of the prepared data, under a name that says so.

    Args:
        contest: finished. issues: its doubted labels.
    """
    names, read = class_names(contest), held_out.rows_as_read(contest, issues.row_numbers)
    return [
        {
            "row" if read is not None else "row as prepared": int(number) + 1,
            "recorded": names[int(given)],
            "suggested": names[int(suggested)],
            "probability of recorded": round(float(low), 4),
            "probability of suggested": round(float(high), 4),
        }
        for number, given, suggested, low, high in zip(
            issues.row_numbers if read is None else read, issues.given, issues.suggested, issues.given_share,
            issues.suggested_share, strict=True,
        )
    ]  # fmt: skip


def label_quality_to_json(contest: Contest) -> JsonObject | None:
    """The doubted labels of a contest; null where nothing is classified or no answers were kept.

    Args:
        contest: finished.
    """
    found = label_quality.doubted_labels(contest)
    if found is None:
        return None
    wrong, names = found.wrong, label_quality.judging_contestants(contest)
    numbered = held_out.rows_as_read(contest, found.row_numbers) is not None
    return {
        "rows_checked": found.rows, "contestants": list(names), "doubted": len(found),
        "estimated_wrong_share": None if wrong is None else {
            "share": wrong.share, "low": wrong.low, "high": wrong.high, "coverage": INTERVAL, "rows": wrong.counted,
        },
        "rows": label_rows(contest, found) if numbered else [],
        "untrained_rows": len(contest.plan.doubted_labels),
    }  # fmt: skip


def doubted_in_result(result: JsonObject, dataset: Dataset, task: Task) -> tuple[int, ...]:
    """The rows with doubted labels of an earlier result, as numbers of rows of the data as read.

    Args:
        result: what ``contest_to_json`` made. dataset: as read, of the same file. task: its target.

    Raises:
        LoadError: the result holds no such list, an empty one, one of other data, or one that is too long.
    """
    told, where = result.get("label_quality"), "--leave-out-labels"
    data = dict(result.get("dataset") or {})
    if not isinstance(told, dict) or not isinstance(told.get("rows"), list):
        raise LoadError(
            "That result lists no doubtful labels.", where, "Give the JSON of a contest of this version on classes."
        )
    if data.get("rows") != len(dataset) or data.get("target") != task.target:
        raise LoadError(
            f"That result is of other data: {data.get('rows')} rows, predicting {data.get('target')}.", where,
            "Give the result of the same file and target.",
        )  # fmt: skip
    rows = [one.get("row") for one in told["rows"] if isinstance(one, dict)]
    numbers = np.array([row - 1 for row in rows if isinstance(row, int) and 1 <= row <= len(dataset)], dtype=np.int64)
    if not len(numbers):
        raise LoadError("That result doubts no label.", where, "Run without this option.")
    if len(numbers) > label_quality.MOST_SHARE * (told.get("rows_checked") or len(dataset)):
        raise LoadError(
            f"That result doubts {len(numbers):,} labels, so many that the classes overlap.", where,
            "Run without this option: leaving them out would only hide it.",
        )  # fmt: skip
    return tuple(int(number) for number in np.unique(numbers))
