"""What the plan decides before any result: declared columns, who takes part, seconds a fit, how many folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import registry
from core.schema import Contestant, Dataset, Facts, Fit, LoadError, Plan, Split, Task
from core.workers.contest_size import FIRST_ROUND_SHARE

MIN_FIT_SECONDS = 1.0
# What five folds of the families that use their whole time may take of the budget; the rest is for the others, for
# predictions and for starting up.
ITERATIVE_SHARE = 0.75
# What of the budget frozen encoders may take for embedding the whole data set once, in declared seconds.
EMBEDDING_SHARE = 0.35
# Of a fit, beside its training: handing over the rows, answers on the test rows and their scores. Reference seconds.
BESIDE_SECONDS = 0.1


def with_monotone_directions(dataset: Dataset, plan: Plan) -> Dataset:
    """The data with the directions that the user declared, beside any that came with the data."""
    there = getattr(dataset.inputs, "columns", ())
    declared = {name: direction for name, direction in plan.directions if name in there}
    if not declared:
        return dataset
    declared = {**dict(dataset.facts.get("directions") or {}), **declared}
    return replace(dataset, facts={**dataset.facts, "directions": declared})


def with_prompt(dataset: Dataset, plan: Plan) -> Dataset:
    """The data with the prompt that the user worded for a language model."""
    if not (plan.prompt or plan.label_words):
        return dataset
    told = {"wording": plan.prompt, "words": list(plan.label_words)}
    return replace(dataset, facts={**dataset.facts, "prompt": told})


def sensitive_columns(dataset: Dataset, plan: Plan) -> tuple[str, ...]:
    """The declared sensitive columns; group gaps are measured on them.

    Raises:
        LoadError: a declared column does not exist.
    """
    for name in plan.sensitive:
        if name not in getattr(dataset.inputs, "columns", ()):
            raise LoadError(f"There is no column {name!r} to measure group gaps on.", dataset.name)
    return plan.sensitive


def known_contestants(keys: Sequence[str]) -> tuple[str, ...]:
    """The same keys, once it is sure that each is a contestant's.

    Args:
        keys: of contestants.

    Raises:
        LoadError: there is no contestant of that key; names those there are.
    """
    there = registry.discover("contestants") if keys else {}
    for key in keys:
        if key not in there:
            raise LoadError(f"There is no contestant {key!r}.", "", f"Choose among: {', '.join(there)}.")
    return tuple(keys)


def select_contestants(dataset: Dataset, task: Task, plan: Plan) -> tuple[list[Contestant], dict[str, str]]:
    """Who takes part, in file order, and the reasons of those who cannot by key. The dummy always takes part.

    Raises:
        LoadError: if nobody but the dummy can take part, or a named contestant does not exist.
    """
    there = registry.discover("contestants")
    known_contestants(plan.contestants)
    selected, unsupported = [], {}
    for contestant in there.values():
        chance = contestant.key == "dummy" or (task.kind == "forecast" and contestant.family == "chance")
        asked = contestant.key in plan.contestants or chance
        if not (asked if plan.contestants else contestant.default):
            continue
        fits_in = "*" in contestant.modalities or dataset.modality in contestant.modalities
        if not fits_in or task.kind not in contestant.kinds:
            if contestant.key in plan.contestants:
                unsupported[contestant.key] = f"does not play {task.kind} on {dataset.modality} data"
            continue
        if not plan.contestants and not contestant.suits(dataset):
            continue
        reason = contestant.unsupported_reason(dataset, task)
        if reason:
            unsupported[contestant.key] = reason
        else:
            selected.append(contestant)
    if not any(contestant.family != "chance" for contestant in selected):
        raise LoadError(
            f"No contestant can play {task.kind} on {dataset.modality} data.", "", "; ".join(unsupported.values())
        )
    return selected, unsupported


def without_refused(contestants: Sequence[Contestant], refused: Facts, name: str) -> list[Contestant]:
    """Those of the contestants that were not refused.

    Args:
        contestants: that could take part. refused: reasons by key. name: of the data.

    Raises:
        LoadError: nobody but guessing is left; says why.
    """
    left = [one for one in contestants if one.key not in refused]
    if len(left) < len(contestants) and not any(one.family != "chance" for one in left):
        why = "; ".join(f"{one.title} {refused[one.key]}" for one in contestants if one.key in refused)
        raise LoadError("No contestant fits into the memory of this host.", name, f"{why}.")
    return left


def fit_seconds(contestants: Sequence[Contestant], plan: Plan, folds: float = FIRST_ROUND_SHARE) -> float:
    """Seconds one fit may take, the same for every family: five folds, or all ``folds`` of forecasts, of every deep and
    hybrid contestant fill three quarters of the budget, or all of it where the number of folds is fixed anyway.
    Contestants on a frozen encoder are not counted: their data are embedded before the fits, and what is left takes a
    second or two."""
    iterative = sum(one.family in ("deep", "hybrid") and one.encoder is None for one in contestants)
    share = plan.budget_seconds * (1.0 if plan.fixed_folds else ITERATIVE_SHARE)
    return max(MIN_FIT_SECONDS, share / (folds * max(1, iterative)))


def embedding_seconds(plan: Plan) -> float:
    """Declared seconds a frozen encoder may take for the whole data set; from these follow its resolution or length."""
    return EMBEDDING_SHARE * plan.budget_seconds


def refit_plan(plan: Plan) -> Plan:
    """The plan under which the first fold of a finished contest is fitted once more, with the same seconds a fit."""
    share = 1.0 if plan.fixed_folds else ITERATIVE_SHARE
    return replace(plan, budget_seconds=share * plan.budget_seconds, fixed_folds=True)


def planned_folds(splits: Sequence[Split], seconds_per_fold: float, plan: Plan, folds: int) -> int:
    """How many folds are fitted: one full round, without which there is no verdict, and further ones that the budget
    pays for. It follows from the work of the first fold, never from a clock and never from results.

    Args:
        seconds_per_fold: reference seconds of all contestants for one fold. folds: splits in one full round.
    """
    if plan.fits:
        return min(plan.fits, len(splits))
    if plan.fixed_folds:
        return len(splits)
    paid = 1.1 * plan.budget_seconds / max(seconds_per_fold, 1e-3)
    return max(
        (count for count in range(folds, len(splits) + 1, folds) if count <= paid), default=min(folds, len(splits))
    )


def fold_seconds(fits: Sequence[Fit]) -> float:
    """Reference seconds of one fold: what its fits were charged, and what each takes beside its training.

    Args:
        fits: of all contestants on one fold. One without charged work (it was lost, or comes from a plug-in that
            charges nothing) counts nothing but the usual beside.
    """
    return sum((fit.work_seconds or 0.0) + BESIDE_SECONDS for fit in fits)
