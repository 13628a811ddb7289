"""Comparisons -> advice: hard limits first, then expected utility in points of skill under the user's own rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np

from core.evaluation import uncertainty
from core.schema import Contest, Facts, JsonObject, Recommendation
from core.verdicts import fold_scores, switching_points
from core.verdicts.comparisons import FEWEST_FITS
from core.verdicts.contestant_summary import ContestantSummary, summarize_contestants
from core.verdicts.verdict_wording import format_number

DRAWS = 20_000
SEED = 20_260
STRONG, LEAN = 0.95, 0.80

Strength = Literal["strong", "lean", "toss-up", "none"]


def default_rates() -> dict[str, float]:
    """The exchange rates a page starts from.

    Returns:
        Points of skill per tenfold cost, per tenfold latency, for complete, stable and simple explanations (0 to 1),
        and for an auditor's evidence (0 to 1).
    """
    return {"cost": 1.0, "latency": 0.5, "interpretability": 2.0, "regulation": 1.0}


def no_limits() -> JsonObject:
    """Every hard limit there is, switched off.

    Returns:
        latency in ms, size in bytes, USD to train, USD for a million answers with training, items of an audit.
    """
    return {"latency_ms": None, "size_bytes": None, "train_usd": None, "cost_usd": None, "audit": ()}


def recommend(
    contest: Contest, rates: Mapping[str, float] | None = None, limits: Facts | None = None
) -> Recommendation:
    """The contestant with the highest expected utility under the user's exchange rates.

    ``U = skill - cost * log10(USD) - latency * log10(ms) + interpretability * I + regulation * R``, in points. Skill is
    drawn 20,000 times from the posterior behind the comparison's own interval; P(best) is the share of draws that the
    choice wins. Advice needs no significance; a claim does.

    Args:
        contest: finished or not. rates: see ``default_rates``; missing ones are taken from there.
        limits: see ``no_limits``.

    Raises:
        ValueError: for a rate that is negative or no number, or a rate or limit that does not exist.
    """
    weights = _checked_rates({**default_rates(), **(rates or {})})
    bounds = _checked_limits({**no_limits(), **(limits or {})})
    field, out = summarize_contestants(contest)
    everyone = list(field)
    for one in everyone:
        reason = _broken_limit(one, bounds) or _missing_price(one, everyone, weights)
        if reason:
            out[one.key] = reason
    field = [one for one in everyone if one.key not in out]
    audit = _audit(contest, everyone, weights, bounds, out)
    if not field:
        because = "Nobody can be recommended: " + "; ".join(f"{key} {reason}" for key, reason in out.items()) + "."
        return Recommendation(None, "none", {}, {}, because if out else "Nobody has finished yet.", out, audit)
    draws, utility = _utilities(contest, field, weights)
    choice = int(np.argmax(utility))
    wins = np.bincount(draws.argmax(axis=1), minlength=len(field)) / len(draws)
    p_best = {one.key: float(share) for one, share in zip(field, wins, strict=True)}
    strength = _strength(contest, field, p_best[field[choice].key])
    audit |= {"utility": {one.key: float(value) for one, value in zip(field, utility, strict=True)}, "p_best": p_best}
    points = switching_points.switching_points(field, utility, weights, choice)
    because = _recommendation_sentence(field, utility, choice, p_best, contest)
    return Recommendation(field[choice].key, strength, p_best, points, because, out, audit)


def _checked_rates(rates: dict[str, float]) -> dict[str, float]:
    unknown = set(rates) - set(default_rates())
    if unknown:
        raise ValueError(f"there is no exchange rate {sorted(unknown)}; there are {sorted(default_rates())}")
    for name, rate in rates.items():
        if not (math.isfinite(rate) and rate >= 0):
            raise ValueError(f"the exchange rate of {name} must be a number of at least 0, not {rate!r}")
    return {name: float(rate) for name, rate in rates.items()}


def _checked_limits(limits: JsonObject) -> JsonObject:
    unknown = set(limits) - set(no_limits())
    if unknown:
        raise ValueError(f"there is no limit {sorted(unknown)}; there are {sorted(no_limits())}")
    return limits


def _broken_limit(one: ContestantSummary, limits: Facts) -> str | None:
    """The first hard limit a contestant breaks or cannot be shown to keep, in words; None when it keeps them all."""
    if not one.skill > 0:
        return f"does not beat the dummy (skill {format_number(one.skill)} points)"
    asked = (
        ("latency_ms", one.latency, "95th percentile (upper bound)", "ms"),
        ("size_bytes", one.size, "size", "bytes"),
        ("train_usd", one.train_cost, "training cost", "USD"),
        ("cost_usd", one.cost, "cost of training and a million answers", "USD"),
    )
    for name, value, title, unit in asked:
        limit = limits[name]
        if limit is None:
            continue
        if value is None:
            return f"{title} was not measured, so the limit of {format_number(limit)} {unit} cannot be shown to hold"
        if value > limit:
            return f"{title} of {format_number(value)} {unit} exceeds the limit of {format_number(limit)} {unit}"
    missing = [str(item) for item in limits["audit"] or () if not (one.passed or {}).get(str(item))]
    return f"required evidence is missing or failed: {', '.join(missing)}" if missing else None


def _missing_price(
    one: ContestantSummary, everyone: Sequence[ContestantSummary], rates: Mapping[str, float]
) -> str | None:
    """The reason to exclude a contestant whose cost or latency counts and was measured for others only; else None."""
    for name in ("cost", "latency"):
        if rates[name] > 0 and getattr(one, name) is None and any(getattr(other, name) for other in everyone):
            return f"its {name} was not measured, while that of others was"
    return None


def utility_without_skill(one: ContestantSummary, rates: Mapping[str, float]) -> float:
    """Everything in the utility but the skill.

    Args:
        one: the contestant. rates: name -> points, see ``default_rates``.

    Returns:
        Points of skill.
    """
    return sum(rates[name] * value for name, value in one.features.items())


def _utilities(
    contest: Contest, field: Sequence[ContestantSummary], rates: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn utilities (draws, m) and expected ones (m,), in points."""
    skills = np.stack([one.skills for one in field])
    extra = np.array([utility_without_skill(one, rates) for one in field])
    if skills.shape[1] < 2:
        rows = _row_skills(contest, field)
        if rows is not None:
            return uncertainty.posterior_draws(rows, 0.0, DRAWS, SEED) + extra, rows.mean(axis=1) + extra
    rho = fold_scores.fold_overlap(skills.shape[1], contest.plan, contest.method)
    return uncertainty.posterior_draws(skills, rho, DRAWS, SEED) + extra, skills.mean(axis=1) + extra


def _row_skills(contest: Contest, field: Sequence[ContestantSummary]) -> np.ndarray | None:
    """(m, n) skill a test row, when one hold-out is all there is and its rows were kept."""
    runs = {run.contestant: run for run in contest.runs}
    losses = [fold_scores.row_losses(runs[one.key].fits[0]) for one in field]
    if any(loss is None for loss in losses):
        return None
    return np.stack([100.0 - loss for loss in losses if loss is not None])


def _strength(contest: Contest, field: Sequence[ContestantSummary], chance: float) -> Strength:
    """From P(best); a hold-out or forward chaining gives a lean at most."""
    if len(field[0].skills) < 2 and _row_skills(contest, field) is None and len(field) > 1:
        return "toss-up"
    ordered = contest.method == "ordered"
    if chance >= STRONG and len(field[0].skills) >= FEWEST_FITS and not ordered:
        return "strong"
    return "lean" if chance >= LEAN else "toss-up"


def _recommendation_sentence(
    field: Sequence[ContestantSummary], utility: np.ndarray, choice: int, p_best: Mapping[str, float], contest: Contest
) -> str:
    """The advice in one or two sentences with its numbers."""
    best = field[choice]
    if len(field) == 1:
        return f"{best.title} is the only one left: skill {format_number(best.skill)} points."
    second = max((k for k in range(len(field)) if k != choice), key=lambda k: utility[k])
    other = field[second]
    lead, skill = format_number(utility[choice] - utility[second]), format_number(best.skill - other.skill)
    sentence = (
        f"{best.title} has the higher expected utility: {lead} points ahead of {other.title} (of which skill {skill}), "
    )
    sentence += f"best in {100 * p_best[best.key]:.0f} % of simulations."
    primary = next((one for one in contest.comparisons if one.measurement == "skill"), None)
    if primary is not None and primary.winner == "undecided":
        sentence += " This is advice, not a claim: the comparison itself is undecided."
    return sentence


def _audit(
    contest: Contest, field: Sequence[ContestantSummary], rates: Mapping[str, float], limits: Facts,
    out: Mapping[str, str],
) -> JsonObject:  # fmt: skip
    """Everything that went into the advice, JSON-able and enough to compute it again."""
    facts = {
        one.key: {**asdict(one), "skills": [float(v) for v in one.skills], "features": one.features} for one in field
    }
    silent = [name for name in ("cost", "latency") if not any(getattr(one, name) is not None for one in field)]
    return {
        "formula": "skill + sum of rate * feature; cost and latency features are -log10 of USD and ms",
        "digest": contest.digest, "rates": dict(rates), "limits": {**limits, "audit": list(limits["audit"] or ())},
        "draws": DRAWS, "seed": SEED, "facts": facts, "excluded": dict(out), "not_measured_for_anyone": silent,
        "cost_is": "USD to train once and to give a million answers", "regime": contest.regime,
    }  # fmt: skip
