"""What a contest foretells beyond its data, as CSV: a row a series, model and time, with the ends of both bands."""

from __future__ import annotations

from core.report import plain
from core.schema import Contest

HEADER = ("series", "time", "model", "median", "low_80", "high_80", "low_95", "high_95")


def forecast_rows(contest: Contest) -> list[dict[str, object]]:
    """One row a series, model and time.

    Args:
        contest: on forecasts; one that kept no next values gives none.
    """
    facts = contest.forecast or {}
    titles = {run.contestant: run.title for run in contest.runs}
    horizon = int(facts.get("horizon") or 0)
    times = list(facts.get("times") or ())[-horizon:] if horizon else []
    rows: list[dict[str, object]] = []
    for key, values in (facts.get("next") or {}).items():
        for name, steps in zip(facts["names"], values, strict=False):
            for time, (low95, low80, median, high80, high95) in zip(times, steps, strict=False):
                cells = (name, time, titles.get(key, key), median, low80, high80, low95, high95)
                rows.append(dict(zip(HEADER, cells, strict=True)))
    return rows


def forecast_csv(contest: Contest) -> str:
    """The rows as CSV; cells that a spreadsheet would run as a formula are made inert.

    Args:
        contest: on forecasts.
    """
    return plain.rows_to_csv(forecast_rows(contest))
