"""The report for one's boss: a single HTML file, no scripts, every user text escaped, readable on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from core.report.contract import median_reading
from core.report.plain import mean_of_known, mean_skill
from core.schema import LEFT_OUT, ColumnReading, Comparison, Contest, JsonObject, Recommendation, Run, Verdict
from core.storage.json_codec import from_plain, to_plain
from core.wording import describe_changes, format_significant, printable

COLOURS = {"classical": "#0072B2", "deep": "#D55E00", "hybrid": "#009E73", "chance": "#7F7F7F"}
WIDTH = 420
MOST_READINGS = 200


def render_html(contest: Contest, judged: Sequence[Verdict], advice: Recommendation | None) -> str:
    """HTML of one contest with its verdicts and advice. Autoescaped; its CSP allows styles and nothing else."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html.jinja").render(
        contest=contest,
        rows=[table_row(run) for run in contest.runs],
        pairs=[
            comparison_drawing(one, contest)
            for one in contest.comparisons
            if one.measurement == "skill" and math.isfinite(one.gap)
        ],
        judged=judged,
        advice=advice,
        colours=COLOURS,
        bars=importance_bars(contest),
        width=WIDTH,
        readings=changed_readings(contest),
    )


def changed_readings(contest: Contest) -> JsonObject | None:
    """The columns that were not simply read: changed, doubtful, left out or overruled; None where nothing is known."""
    told = [from_plain(ColumnReading, to_plain(one)) for one in contest.dataset.get("readings") or ()]
    if not told:
        return None
    odd = [one for one in told if one.changes or one.doubts or one.overruled or one.type == LEFT_OUT]
    rows = [
        {"name": printable(one.name, 80), "type": one.type, "changed": describe_changes(one), "why": one.why}
        for one in odd[:MOST_READINGS]
    ]
    return {"all": f"{len(told):,}", "plain": f"{len(told) - len(odd):,}", "rows": rows}


def table_row(run: Run) -> JsonObject:
    """One line of the table of contestants, figures as text with their units in the heading."""
    size = median_reading(run, "size")
    return {
        "title": run.title,
        "family": run.family,
        "trouble": run.error,
        "skill": format_significant(mean_skill(run)),
        "scores": {
            name: format_significant(mean_of_known([fit.scores.get(name) for fit in run.fits]))
            for name in main_scores(run)
        },
        "cpu": format_significant(mean_of_known([fit.fit_cpu_seconds for fit in run.fits])),
        "p50": format_significant(median_reading(run, "latency_p50")),
        "p95": format_significant(median_reading(run, "latency_p95_bound")),
        "size": format_significant(None if size is None else size / 1e6),
        "energy": format_significant(median_reading(run, "energy")),
        "million": format_significant(median_reading(run, "million_cost")),
    }


def main_scores(run: Run) -> list[str]:
    """The two scores shown beside skill."""
    there = run.fits[0].scores if run.fits else {}
    wanted = ("auc", "accuracy", "rmse", "mae", "r2", "average_precision")
    return [name for name in wanted if name in there][:2]


def comparison_drawing(one: Comparison, contest: Contest) -> JsonObject:
    """A comparison with the pixel positions of its interval drawing."""
    titles = {run.contestant: (run.title, run.family) for run in contest.runs}
    low, high = (one.low, one.high) if math.isfinite(one.low + one.high) else (one.gap, one.gap)
    reach = max(abs(low), abs(high), 2 * one.margin, 1e-9)

    def x(value: float) -> float:
        return round(WIDTH / 2 + value / reach * (WIDTH / 2 - 10), 1)

    return {
        "left": titles.get(one.left, (one.left, "chance")),
        "right": titles.get(one.right, (one.right, "chance")),
        "said": one.because,
        "winner": one.winner,
        "scope": one.scope,
        "low": x(low),
        "high": x(high),
        "gap": x(one.gap),
        "margin": (x(-one.margin), x(one.margin)),
        "shares": [
            round(100 * p) if math.isfinite(p) else "?" for p in (one.p_left_better, one.p_tie, one.p_right_better)
        ],
    }


def importance_bars(contest: Contest) -> list[JsonObject]:
    """The strongest columns of every explanation, as lengths from 0 to 100."""
    shown = []
    for run in contest.runs:
        found = run.explanation or {}
        if not found.get("parts") or not found.get("global"):
            continue
        ranked = sorted(zip(found["parts"], found["global"], strict=True), key=lambda item: -item[1])[:8]
        top = ranked[0][1] or 1.0
        shown.append(
            {
                "title": run.title, "family": run.family, "method": found.get("method", ""),
                "completeness": format_significant(found.get("completeness_error")),
                "parts": [(name, round(100 * value / top, 1)) for name, value in ranked],
            }
        )  # fmt: skip
    return shown
