"""What the shipped evidence expects on data before anything is trained, and whether it held afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.atlas.data_prior import DataExpectation, DataPrior, ExpectedGap, NearCase, cases_without, measure_quality
from core.atlas.prior_facts import asked_case, describe_facts
from core.schema import Contest, Facts, Task
from pages.backend import catalogue
from pages.backend.evidence import shipped_evidence

__all__ = ["DataExpectation", "ExpectedGap", "NearCase", "PriorAnswer", "expect_for_contest", "expect_for_upload"]


@dataclass(frozen=True)
class PriorAnswer:
    """What is expected, or None and why the shipped evidence knows no better than the default."""

    expected: DataExpectation | None
    shortfall: str = ""


def expect_for_upload(card: Facts, task: Task, rows: int | None) -> PriorAnswer:
    """The expectation on data that were read, from their description alone.

    Args:
        card: as ``datasets.describe_dataset`` gives it. task: what is predicted. rows: that will be used, None: all.
    """
    return _expect(card, task, rows)


def expect_for_contest(contest: Contest) -> PriorAnswer:
    """The expectation on the data of a finished contest, as if it had not been played.

    Args:
        contest: finished.
    """
    return _expect(contest.dataset, contest.task, None)


def _expect(data: Facts, task: Task, rows: int | None) -> PriorAnswer:
    summary = shipped_evidence.load_evidence().summary
    cases = summary.prior if summary else ()
    if shortfall := _shortfall(summary.digest if summary else ""):
        return PriorAnswer(None, shortfall)
    facts = describe_facts(data, task, catalogue.modality(str(data["modality"])).structured, rows)
    asked = asked_case(str(data.get("name", "")), facts)
    return PriorAnswer(DataPrior(cases_without(cases, asked)).expect(asked))


@lru_cache(maxsize=2)
def _shortfall(digest: str) -> str:
    """Why nothing is expected, worked out once for the evidence of this digest."""
    summary = shipped_evidence.load_evidence().summary
    return measure_quality(summary.prior if summary else ()).shortfall
