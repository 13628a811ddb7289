"""A contest as plain text and as CSV; cells that a spreadsheet would run as a formula are made inert."""

from __future__ import annotations

import csv as writer
import io
import math
import re
from collections.abc import Sequence

from core.evaluation.errors import label_quality
from core.report import quick_answer
from core.report.contract import median_reading, use_case_to_json
from core.schema import Contest, Recommendation, Run, Verdict
from core.wording import format_significant

# A cell that a spreadsheet would run; numbers as people write them ("-1,234.5", "+3e4", "-5 %") are none.
FORMULA = re.compile(
    r"^(?! *[+-]?[0-9.,]*[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)? ?%? *\Z)"
    r"[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
)


def mean_of_known(values: Sequence[float | None]) -> float | None:
    """The mean of what is there, None of nothing."""
    there = [value for value in values if value is not None and math.isfinite(value)]
    return sum(there) / len(there) if there else None


def mean_skill(run: Run) -> float | None:
    """Mean skill over the folds that finished, in points."""
    return mean_of_known([fit.skill for fit in run.fits if fit.error is None])


def render_text(contest: Contest, judged: Sequence[Verdict], advice: Recommendation | None) -> str:
    """A readable table: who played, how well, at what cost, who wins, what the document's claims come to."""
    data = contest.dataset
    lines = [
        f"{data['name']}: {data['rows_used']:,} of {data['rows']:,} rows, predicting {data['target']}"
        f" ({contest.task.form}); digest {contest.digest[:12]}",
        *_overruled(contest),
        "",
        f"{'contestant':34} {'family':10} {'skill':>9} {'fit CPU s':>10} {'p50 ms':>9} {'MB':>9}",
    ]
    for run in contest.runs:
        if run.error and mean_skill(run) is None:
            lines.append(f"{run.title[:34]:34} {run.family:10}  did not finish: {run.error}")
            continue
        size = median_reading(run, "size")
        figures = (
            mean_skill(run), mean_of_known([fit.fit_cpu_seconds for fit in run.fits]),
            median_reading(run, "latency_p50"), None if size is None else size / 1e6,
        )  # fmt: skip
        skill, cpu, latency, megabytes = (format_significant(value) for value in figures)
        lines.append(
            f"{run.title[:34]:34} {run.family:10} {skill:>9} {cpu:>10} {latency:>9} {megabytes:>9}"
            + (f"  {run.error}" if run.error else "")
        )
    lines.append("")
    if quick_answer.is_quick(contest):
        lines += [quick_answer.lead(contest), *quick_answer.dropped_sentences(contest), quick_answer.NEXT, ""]
    for one in contest.comparisons:
        if one.measurement == "skill":
            lines.append(f"{one.left} - {one.right}: {one.because or one.winner}")
    lines += [f"Data quality warning: {one.what} {one.how}" for one in contest.findings if one.level == "danger"]
    lines += [f"Data note: {one.what}" for one in contest.findings if one.key == "too_good" and one.level != "danger"]
    lines += [f"Data note: {one.what} {one.how}" for one in contest.findings if one.key == label_quality.FINDING]
    lines += ["", *[f"{verdict.claim:20} {verdict.outcome:13} {verdict.because}" for verdict in judged]]
    played = use_case_to_json(contest)["use_case"]
    if played is not None:
        says = f"the document says {played['favours']}"
        lines += ["", f"Use case {played['key']} ({says}): {played['outcome']}. {played['because']}"]
    if advice is not None:
        lines += ["", f"Advice ({advice.strength}): {advice.because}"]
    return "\n".join(replace_unprintable(line) for line in lines)


def _overruled(contest: Contest) -> list[str]:
    """A line on the columns whose type a person set, if there are any."""
    types = (contest.dataset.get("origin") or {}).get("types") or {}
    return ["read as you said: " + ", ".join(f"{name} as {kind}" for name, kind in types.items())] if types else []


def replace_unprintable(line: str) -> str:
    """A line without control or direction marks, so that no data steers a terminal."""
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in line)


def escape_formula(value: object) -> object:
    """A cell that no spreadsheet takes for a formula; real numbers stay numbers."""
    if isinstance(value, str) and FORMULA.match(value):
        return "'" + value
    return value


def rows_to_csv(rows: Sequence[dict[str, object]]) -> str:
    """Rows as CSV with a header, every text cell and heading inert."""
    out = io.StringIO()
    names = list(rows[0]) if rows else []
    table = writer.writer(out, lineterminator="\n")
    table.writerow([escape_formula(name) for name in names])
    for row in rows:
        table.writerow([escape_formula(row.get(name)) for name in names])
    return out.getvalue()


def score_rows(contest: Contest) -> list[dict[str, object]]:
    """One row a contestant and fold: what the CSV download holds."""
    return [
        {
            "contestant": run.contestant, "family": run.family, "fold": fit.fold, "skill": fit.skill,
            **dict(fit.scores), "fit_seconds": fit.fit_seconds, "fit_cpu_seconds": fit.fit_cpu_seconds,
            "trouble": fit.error,
        }
        for run in contest.runs
        for fit in run.fits
    ]  # fmt: skip
