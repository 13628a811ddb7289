"""The files of a contest that can be downloaded."""

from __future__ import annotations

import json
from collections.abc import Callable

from core import report
from core.report import forecast_csv
from core.report.plain import score_rows
from core.schema import Contest
from pages.backend import contest_verdicts
from pages.ui.formatting import safe_filename


def list_downloads(contest: Contest) -> dict[str, tuple[str, str, Callable[[], str]]]:
    """What can be downloaded: title -> (file name, MIME type, function that makes it when asked)."""
    name = f"crossover-{safe_filename(contest.id[:8])}"
    judge = lambda: list(contest_verdicts.judge_claims([contest]).values())  # noqa: E731
    advice = lambda: contest_verdicts.recommend(contest, {}, {})  # noqa: E731
    everything = lambda: report.contest_to_json(contest, judge(), advice())  # noqa: E731
    forecasts = {}
    if contest.forecast and contest.forecast.get("next"):
        forecasts = {"Next values (CSV)": forecast_download(contest)}
    return forecasts | {
        "Report (HTML)": (f"{name}.html", "text/html", lambda: report.render_html(contest, judge(), advice())),
        "Scores (CSV)": (f"{name}.csv", "text/csv", lambda: report.rows_to_csv(score_rows(contest))),
        "Everything (JSON)": (f"{name}.json", "application/json", lambda: json.dumps(everything(), indent=1)),
        "Notebook": (f"{name}.ipynb", "application/x-ipynb+json", lambda: report.make_notebook(contest)),
    }  # fmt: skip


def forecast_download(contest: Contest) -> tuple[str, str, Callable[[], str]]:
    """What a contest on forecasts foretells beyond its data: file name, MIME type, and what makes it when asked."""
    name = f"crossover-{safe_filename(contest.id[:8])}-forecast.csv"
    return name, "text/csv", lambda: forecast_csv.forecast_csv(contest)
