"""Shared by the use cases: their embedded data, and the rules that support or contradict a named winner.

Two settings are the same for every use, so that none is picked to suit an outcome. Training has what is left of about a
minute of one quiet core after the use's own measurements and study. Where the document speaks of real time an answer
may take 50 ms: half the time between two readings of a sensor, or two pictures of a page, that come ten times a second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import registry
from core.evaluation import uncertainty
from core.judging import stopped_training, votes
from core.schema import Contest, Dataset, Facts, Family, JsonObject, Modality, Outcome, Sample, Scenario, Task, Verdict

REAL_TIME_MS = 50.0


def find_sample(modality: str, key: str) -> Sample:
    """An embedded sample by modality and key.

    Args:
        modality, key: as they are declared.

    Raises:
        KeyError: there is no such sample; the message names those that are.
    """
    declared: Modality = registry.find("modalities", modality)
    there = {one.key: one for one in declared.samples}
    if key not in there:
        raise KeyError(f"no sample {key!r} among {', '.join(there)}")
    return there[key]


def load_sample(modality: str, key: str, rows: int, seed: int, even: bool = True) -> Dataset:
    """A sample cut to at most so many rows by a seeded draw, so that a use case is played within a minute.

    Args:
        modality, key: of the sample. rows: the most rows. seed: of the draw.
        even: keep the shares of the classes (only where the data set already carries its targets).
    """
    import numpy as np

    dataset = find_sample(modality, key).load()
    if len(dataset) <= rows:
        return dataset
    draw = np.random.default_rng((seed, len(dataset)))
    if even and dataset.target is not None and dataset.labels:
        parts = [np.flatnonzero(dataset.target == code) for code in range(len(dataset.labels))]
        share = rows / len(dataset)
        picked = [draw.permutation(part)[: max(3, round(share * len(part)))] for part in parts]
        return dataset.take(np.sort(np.concatenate(picked)))
    return dataset.take(np.sort(draw.permutation(len(dataset))[:rows]))


def make_task(target: str, form: str, **more: Any) -> Task:
    """A task by its target and form.

    Args:
        target: the column, or a name for targets that come with the data.
        form: "binary", "multiclass", "regression", "anomaly", "ranking", "generation" or "control".
        **more: further fields of Task.
    """
    kind = "classification" if form in ("binary", "multiclass") else form
    return replace(Task(target, kind, form), **more)  # type: ignore[arg-type]


def family_comparison(
    runs: Mapping[str, str], comparisons: Sequence[Facts], left: Family, right: Family
) -> JsonObject | None:
    """The skill comparison of two families that has numbers, left minus right.

    Args:
        runs: contestant key -> family. comparisons: as plain data. left, right: the families.

    Returns:
        The comparison, turned if it was stored the other way round; None when there is none.
    """
    for one in comparisons:
        families = (runs.get(one["left"]), runs.get(one["right"]))
        if one["measurement"] != "skill" or set(families) != {left, right} or not is_finite(one["gap"]):
            continue
        if families == (left, right):
            return dict(one)
        return {
            **one, "left": one["right"], "right": one["left"], "gap": -one["gap"], "low": -one["high"],
            "high": -one["low"], "p_left_better": one["p_right_better"], "p_right_better": one["p_left_better"],
        }  # fmt: skip
    return None


def is_finite(value: object) -> bool:
    """Whether a value is a real number, not NaN and not missing.

    Args:
        value: anything.
    """
    return isinstance(value, int | float) and math.isfinite(value)


def outcome_of(found: Facts | None, equal_counts: bool = False) -> Outcome:
    """Whether the favoured side (left) wins at 95 %, or is not worse where the document claims only that.

    A hold-out of two trained models never decides a claim about approaches, and none is decided against a side whose
    training the budget stopped.

    Args:
        found: a comparison as plain data; None where there is none.
        equal_counts: "not worse" is enough.
    """
    if found is None:
        return "not measured"
    if found.get("scope") == "these two models only" or not is_finite(found["p_left_better"]):
        return "undecided"
    if equal_counts and 1 - found["p_right_better"] >= votes.LEVEL:
        outcome: Outcome = "supported"
    else:
        outcome = votes.outcome_of(uncertainty.Posterior(*(found[name] for name in uncertainty.Posterior._fields)))
    stopped = found.get("stopped") or ()
    return stopped_training.without_stopped_loser(outcome, found.get("left") in stopped, found.get("right") in stopped)


def lead_in_points(found: Facts) -> str:
    """A lead with its interval in words: "+1.9 points of skill [-0.5, 4.2]".

    Args:
        found: what ``family_comparison`` returned.
    """
    reach = f" [{found['low']:z.1f}, {found['high']:z.1f}]" if is_finite(found["low"]) else ""
    return f"{found['gap']:+z.1f} points of skill{reach}"


def parts_of(contest: Contest) -> list[JsonObject]:
    """The contest and its further parts in the same plain form, those that its own study judged at the end.

    Args:
        contest: of a use case.

    Returns:
        Dictionaries {"title", "families": contestant key -> family, "names": key -> title, "comparisons"}, the contest
        first.
    """
    from dataclasses import asdict

    main = {
        "title": contest.dataset["name"],
        "families": {run.contestant: run.family for run in contest.runs},
        "names": {run.contestant: run.title for run in contest.runs},
        "comparisons": [asdict(one) for one in contest.comparisons],
    }
    others = [
        {
            "title": part["title"],
            "families": {run["contestant"]: run["family"] for run in part["runs"]},
            "names": {run["contestant"]: run.get("title", run["contestant"]) for run in part["runs"]},
            "comparisons": part["comparisons"],
        }
        for part in (*contest.parts, *((contest.study or {}).get("parts") or ()))
    ]
    return [main, *others]


def winning_family(part: Facts, favours: Family) -> str | None:
    """The winner of a part: a family, "tie", or None when nobody can be named.

    Where the document favours the hybrid it must win against both pure sides (or one of those against it and the
    other); elsewhere only classical and deep are compared, because the document names those.

    Args:
        part: see ``parts_of``. favours: the family that the document names.
    """
    sides: tuple[Family, ...] = ("classical", "deep", "hybrid") if favours == "hybrid" else ("classical", "deep")
    outcomes = {}
    for left in sides:
        against = [
            family_comparison(part["families"], part["comparisons"], left, right) for right in sides if right != left
        ]
        outcomes[left] = {outcome_of(one) for one in against}
    won = [side for side, found in outcomes.items() if found == {"supported"}]
    if won:
        return won[0]
    return "tie" if all(found == {"tied"} for found in outcomes.values()) else None


def judge_parts(scenario: Scenario, contest: Contest, against: Family, equal_counts: bool = False) -> Verdict:
    """The verdict on the favoured family against another; all parts must support it for "supported".

    One contradiction and no support contradicts; a mixture is undecided.

    Args:
        scenario: names the favoured family. contest: with its further parts.
        against: the other family. equal_counts: "not worse" is enough.
    """
    outcomes: list[Outcome] = []
    said = []
    for part in parts_of(contest):
        found = family_comparison(part["families"], part["comparisons"], scenario.favours, against)
        outcomes.append(outcome_of(found, equal_counts))
        if found is None:
            said.append(f"{part['title']}: not both sides finished")
            continue
        stopped = found.get("stopped") or ()
        said.append(
            f"{part['title']}: {scenario.favours} {lead_in_points(found)} against {against}"
            + (f" ({', '.join(part['names'][key] for key in stopped)} had not converged)" if stopped else "")
        )
    return Verdict(scenario.key, combine_outcomes(outcomes), "; ".join(said) + ".", contest.regime)


def combine_outcomes(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome from several parts: theirs if all agree, contradicted if none supports, else undecided.

    Args:
        outcomes: of the parts; "not measured" is passed over.
    """
    known = [one for one in outcomes if one != "not measured"]
    if not known:
        return "not measured"
    if len(set(known)) == 1:
        return known[0]
    if "contradicted" in known and "supported" not in known:
        return "contradicted"
    return "undecided"


def study_section(title: str, kind: str, about: str = "", **content: object) -> JsonObject:
    """One piece of a study for pages to draw.

    Args:
        title, about: heading and caption.
        kind: "table" (columns, rows), "line" or "bar" (rows of {"x", "y", "low", "high", "series", "family"}, x_title,
            y_title), "text" (rows of {"title", "family", "text"}), "pictures" (rows of {"title", "family", "picture":
            lists of 0-255 numbers, height by width}), "frames" (rows of {"title", "family", "frames": [[x, y, ...],
            ...], "scene"}), or "guess" (rows of texts or pictures with "real"; real, drawn: the words for both
            answers), a blind test, or "families" (rows of {"title", "family", "label", "pixels": compressed grey levels
            as base64, "guessed"}; height, width, sources), pictures to draw by class and to guess about.
        **content: what the kind needs. switch: (name, choice): sections of one name stand in one place, with a switch
            between their choices.
    """
    return {"title": title, "kind": kind, "about": about, **content}
