"""Every data set played so far, the further parts of use cases among them, each as a contest of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.vocabulary import Comparison, Contest, Fit, Run, Verdict

UNSTRUCTURED = ("image", "text", "sound", "series")


def each(contests: Sequence[Contest]) -> list[Contest]:
    """The contests, and behind each its further parts with the same modality, plan and date."""
    found: list[Contest] = []
    for contest in contests:
        found.append(contest)
        for part in contest.rows.get("parts", ()):
            made = _of_part(contest, part)
            if made is not None:
                found.append(made)
    return found


def mostly_decided(verdict: Verdict) -> Verdict:
    """The verdict, or "undecided" where at least half of its ballots are: a default speaks for data sets to come."""
    cast = [ballot["outcome"] for ballot in verdict.evidence.get("ballots", ())]
    if not cast or verdict.outcome == "undecided" or 2 * cast.count("undecided") < len(cast):
        return verdict
    because = f"At least half of the data sets are undecided. {verdict.because}"
    return replace(verdict, outcome="undecided", because=because)


def _of_part(contest: Contest, part: Mapping[str, Any]) -> Contest | None:
    """A part's summary as a contest without folds' details; None when the summary is not complete."""
    try:
        runs = tuple(_run(one) for one in part["runs"])
        compared = tuple(
            Comparison(**{**one, "differences": tuple(one.get("differences", ()))}) for one in part["comparisons"]
        )
        facts = {**dict(part["dataset"]), "modality": contest.dataset.get("modality"), "digest": part["digest"]}
        title = str(part["title"])
    except (KeyError, TypeError):
        return None
    task = replace(contest.task, form=part.get("task", contest.task.form))
    return replace(
        contest, id=f"{contest.id}/{title}", digest=str(part["digest"]), dataset=facts, task=task, runs=runs,
        comparisons=compared, rows={}, findings=(), agreement={}, regime=f"{title}: {contest.regime}",
    )  # fmt: skip


def _run(one: Mapping[str, Any]) -> Run:
    fits = tuple(Fit(fold=fold, split="", skill=skill) for fold, skill in enumerate(one["skill"]))
    return Run(one["contestant"], one["title"], one["family"], fits=fits, trouble=one["trouble"])
