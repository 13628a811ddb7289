"""Contests of every data set played so far; further parts of use cases become contests of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import registry
from core.evaluation.tasks import KINDS
from core.schema import Comparison, Contest, DisplayRows, Facts, Fit, Run, Verdict


def is_unstructured(modality: str) -> bool:
    """Whether one unit of such data is a raw signal: pixels, words, samples or readings.

    Args:
        modality: its key.
    """
    return registry.modality(modality).structured is False


def all_contests(contests: Sequence[Contest]) -> list[Contest]:
    """The contests, each followed by its further parts as contests with the same modality, plan and date.

    Args:
        contests: as they were stored.
    """
    found: list[Contest] = []
    for contest in contests:
        found.append(contest)
        found += _as_contests(contest, contest.parts)
    return found


def short_contests(contests: Sequence[Contest]) -> list[Contest]:
    """The short contests on embedded data of other kinds, except on data sets that were played in full.

    Args:
        contests: as they were stored.
    """
    full = {str(contest.dataset.get("name")) for contest in all_contests(contests)}
    found = [made for contest in contests for made in _as_contests(contest, contest.sample_contests)]
    return [made for made in found if str(made.dataset.get("name")) not in full]


def _as_contests(contest: Contest, summaries: Sequence[Facts]) -> list[Contest]:
    made = (_of_part(contest, part) for part in summaries)
    return [part for part in made if part is not None]


def soften_verdict(verdict: Verdict) -> Verdict:
    """The verdict, or "undecided" where at least half of its votes are: a default is used for data sets to come.

    Args:
        verdict: with the votes of each data set in its evidence.
    """
    cast = [ballot["outcome"] for ballot in verdict.evidence.get("ballots", ())]
    if not cast or verdict.outcome == "undecided" or 2 * cast.count("undecided") < len(cast):
        return verdict
    because = f"At least half of the data sets are undecided. {verdict.because}"
    return replace(verdict, outcome="undecided", because=because)


def _of_part(contest: Contest, part: Facts) -> Contest | None:
    """A part's summary as a contest without folds' details; None when the summary is not complete."""
    try:
        runs = tuple(_run(one) for one in part["runs"])
        compared = tuple(
            Comparison(
                **{**one, "differences": tuple(one.get("differences", ())), "stopped": tuple(one.get("stopped", ()))}
            )
            for one in part["comparisons"]
        )
        facts = {**dict(part["dataset"]), "digest": part["digest"]}
        facts.setdefault("modality", contest.dataset.get("modality"))
        title = str(part["title"])
    except (KeyError, TypeError):
        return None
    form = part.get("task", contest.task.form)
    task = replace(contest.task, form=form, kind=KINDS.get(form, contest.task.kind))
    regime = f"{title}: {part.get('regime') or contest.regime}"
    return replace(
        contest, id=f"{contest.id}/{title}", digest=str(part["digest"]), dataset=facts, task=task, runs=runs,
        comparisons=compared, rows=DisplayRows(), parts=(), study=None, sample_contests=(), findings=(), agreement={},
        regime=regime,
    )  # fmt: skip


def _run(one: Facts) -> Run:
    seconds = [found or 0.0 for found in one.get("fit_cpu_seconds", ())] or [0.0] * len(one["skill"])
    fits = tuple(
        Fit(fold=fold, split="", skill=skill, fit_cpu_seconds=spent)
        for fold, (skill, spent) in enumerate(zip(one["skill"], seconds, strict=True))
    )
    told, facts = (one["contestant"], one["title"], one["family"]), one.get("facts", {})
    return Run(*told, fits=fits, error=one["trouble"], facts=facts)
