"""Whether anybody in a contest beat guessing; where nobody did, fitted models say nothing about a claim."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps

from core.evaluation import uncertainty
from core.judging import contest_parts
from core.schema import Contest, Run, Scenario, Verdict

NO_VOTE = "nobody beat guessing on these data"
ScenarioRule = Callable[[Scenario, Contest], Verdict]


def nobody_beats_chance(contest: Contest) -> bool:
    """Whether none of the finished contestants is better than the dummy, whose skill is 0.

    A contestant beats guessing when the lower end of the interval of its mean skill over the folds is above 0; of
    a single fold, when its skill reaches the contest's margin. Runs without a known skill are passed over.

    Args:
        contest: finished or not.

    Returns:
        False where no skill is known at all: nothing was shown either way.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    rho = uncertainty.fold_rho(max(2, contest.plan.folds))
    known = [skills for run in contest.runs if (skills := _skills(run))]
    return bool(known) and not any(beats_chance(skills, rho, contest.plan.margin) for skills in known)


def beats_chance(skills: Sequence[float], rho: float, margin: float) -> bool:
    """Whether one contestant is better than guessing.

    Args:
        skills: points of skill, a fold each, at least one.
        rho: n_test / n_train of the folds.
        margin: points that a single fold must reach, since it has no interval.
    """
    if len(skills) < 2:
        return skills[0] >= margin
    return uncertainty.corrected_t(skills, rho, 0.0).low > 0


def _skills(run: Run) -> list[float]:
    if run.family == "chance" or run.error is not None:
        return []
    known = [fit.skill for fit in run.fits if fit.error is None and fit.skill is not None]
    return [skill for skill in known if math.isfinite(skill)]


def abstain_at_chance(rule: ScenarioRule) -> ScenarioRule:
    """The rule of a use case that gives no verdict where nobody beat guessing on its data or on one of its parts.

    Every use case is judged by fitted models, its evidence and latencies too: a model that found nothing stops early,
    stays small, and has nothing to explain.

    Args:
        rule: (use case, contest) -> verdict.
    """

    @wraps(rule)
    def judged(scenario: Scenario, contest: Contest) -> Verdict:
        played = contest_parts.all_contests([contest])
        idle = [str(one.dataset.get("name") or one.id) for one in played if nobody_beats_chance(one)]
        verdict = rule(scenario, contest)
        if not idle or verdict.outcome == "not measured":
            return verdict
        because = f"No vote: {NO_VOTE} ({', '.join(idle)}). {verdict.because}"
        return replace(verdict, outcome="not measured", because=because)

    return judged
