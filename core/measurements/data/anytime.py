"""How soon a contestant is near its best."""

from __future__ import annotations

from core.schema import Fit, FittedContestant, Measurement, MeasurementResult

SHARES = (0.95, 0.99, 1.0)


def measure(subject: FittedContestant) -> MeasurementResult:
    """CPU seconds to 99 % of its own best inner score, one value per fold; the detail has more and the curves."""
    fits = [fit for fit in subject.fits if not fit.error]
    times: dict[float, list[float]] = {share: [] for share in SHARES}
    curves = []
    for fit in fits:
        curve = best_so_far(fit)
        curves.append(curve)
        for share in SHARES:
            times[share].append(seconds_to_reach(curve, share, fit.fit_cpu_seconds))
    told = {f"{share:.0%}": found for share, found in times.items()}
    without = sum(not curve for curve in curves)
    detail = {"to": told, "curves": curves[:3], "folds_without_curve": without}
    return MeasurementResult(tuple(times[0.99]), detail)


def best_so_far(fit: Fit) -> list[tuple[float, float]]:
    """(CPU seconds, best inner score so far) at every point of a fit's history; a loss counts as its negative."""
    found: list[tuple[float, float]] = []
    for seconds, loss, score in fit.history:
        value = score if score is not None else None if loss is None else -loss
        if value is not None:
            found.append((float(seconds), max(value, found[-1][1]) if found else float(value)))
    return found


def seconds_to_reach(curve: list[tuple[float, float]], share: float, whole: float) -> float:
    """CPU seconds until this share of the way from the first score to the best; the whole fit's without a curve."""
    if not curve:
        return whole
    first, best = curve[0][1], curve[-1][1]
    goal = first + share * (best - first)
    return next(seconds for seconds, value in curve if value >= goal - 1e-12)


MEASUREMENT = Measurement(
    key="anytime",
    title="Time to 99 % of its best",
    unit="CPU-s",
    better="lower",
    about="From the curve of inner validation scores over CPU seconds: when the fit had come 99 % of the way from "
    "its first to its best score, one value per fold (95 % and 100 % in the detail). A contestant that is fitted in "
    "one step has no curve: its whole fit counts.",
    measure=measure,
    families=("classical", "deep", "hybrid"),
    group="data",
    order=4,
    question="How soon is it nearly as good as it gets?",
    answers="Inner score against the CPU-seconds spent, and the time to 95, 99 and 100 % of the best.",
    panel="anytime",
)
