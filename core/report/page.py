"""The report for one's boss: a single HTML file, no scripts, every user text escaped, readable on A4 paper.

It says what the result page says, in the same words and order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from core import document
from core.evaluation import metrics
from core.evaluation.uncertainty import INTERVAL
from core.report import answer, drawings, leaderboard_rows, quick_answer, standings
from core.report.leaderboard_rows import LeaderboardRow
from core.report.marks import ModelMark, marks_of
from core.report.mistake_sheet import mistake_sheet
from core.schema import (
    LEFT_OUT,
    ColumnReading,
    Contest,
    JsonObject,
    Recommendation,
    Verdict,
)
from core.storage.json_codec import from_plain, to_plain
from core.units import (
    MISSING,
    format_bytes,
    format_count,
    format_money,
    format_number,
    format_percent,
    format_points,
    format_seconds,
)
from core.wording import FORM_TITLES, describe_changes, printable

HUES = {"classical": "#0072B2", "deep": "#D55E00", "hybrid": "#009E73", "chance": "#7F7F7F"}
INK, MUTED = "#1B2233", "#5A6072"
MOST_READINGS = 200
CONFIDENCE = {
    "strong": "high confidence", "lean": "moderate confidence", "toss-up": "low confidence", "none": "none",
}  # fmt: skip
# The order of what may make scores misleading, and what it is called.
LEVELS = {"danger": "Data quality warning", "warning": "Data note", "info": "Note"}


def render_html(contest: Contest, judged: Sequence[Verdict], advice: Recommendation | None) -> str:
    """HTML of one contest with its verdicts and advice. Autoescaped; its CSP allows styles and embedded pictures."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    marks = marks_of([(run.title, run.family) for run in contest.runs], HUES, INK, MUTED)
    choice = advice.choice if advice else None
    summary = answer.summarize_verdict(contest)
    best = next((one.run.contestant for one in standings.rank_contestants(contest)), None)
    return environment.get_template("page.html.jinja").render(
        contest=contest,
        summary=summary,
        dropped=[*quick_answer.dropped_sentences(contest), quick_answer.NEXT] if quick_answer.is_quick(contest) else [],
        target=summary.target or contest.task.target,
        gap=drawings.gap_drawing(summary.comparison) if summary.comparison else None,
        shares=probabilities(summary.comparison) if summary.has_interval else None,
        hues=HUES,
        alarms=[one for one in contest.findings if one.level == "danger" or one.key == "too_good"],
        recommended=next((run.title for run in contest.runs if run.contestant == choice), None),
        confidence=CONFIDENCE[advice.strength] if advice else "",
        advice=advice,
        board=leaderboard_table(contest, choice, marks),
        costs=drawings.cost_drawing(contest, marks),
        bars=drawings.importance_bars(contest, marks),
        mistakes=mistake_sheet(contest, choice or best or ""),
        findings=findings(contest),
        readings=changed_readings(contest),
        claims=claim_lines(judged),
        protocol=protocol(contest),
    )


def probabilities(found: standings.PrimaryComparison | None) -> JsonObject | None:
    """The three probabilities in words, as the result page gives them; None where there is no verdict."""
    if found is None or found.comparison.winner == "undecided":
        return None
    return {
        "classical": format_percent(found.p_classical), "tie": format_percent(found.p_tie),
        "deep": format_percent(found.p_deep),
    }  # fmt: skip


def leaderboard_table(contest: Contest, choice: str | None, marks: Mapping[str, ModelMark]) -> JsonObject:
    """The leaderboard as text, with the drawn mark and interval of every model."""
    from markupsafe import Markup

    names = leaderboard_rows.leaderboard_metrics(contest)
    rows = leaderboard_rows.leaderboard(contest, choice)
    return {
        "metrics": [metrics.SHORT_NAMES.get(name, name.replace("_", " ").capitalize()) for name in names],
        "interval": INTERVAL,
        "rows": [
            {
                "mark": Markup(drawings.mark_svg(marks[row.run.title])),
                "bar": Markup(drawings.interval_svg(row, rows, marks[row.run.title])),
                **_figures(row, names),
            }
            for row in rows
        ],
    }  # fmt: skip


def _figures(row: LeaderboardRow, names: Sequence[str]) -> JsonObject:
    return {
        "title": row.run.title,
        "badges": list(row.badges),
        "trouble": row.run.error,
        "scores": [format_number(row.scores.get(name)) for name in names],
        "skill": format_points(row.skill),
        "latency": format_number(row.latency_ms, "ms", 2),
        "training": format_seconds(row.fit_seconds),
        "million": format_money(row.million_usd),
        "size": format_bytes(row.size_bytes),
    }


def findings(contest: Contest) -> list[tuple[str, str, str]]:
    """What the data may mislead with, worst first: what it is called, what it is, what to do."""
    order = tuple(LEVELS)
    found = sorted(contest.findings, key=lambda one: order.index(one.level))
    return [(LEVELS[one.level], one.what, one.how) for one in found if one.key != "too_good"]


def claim_lines(judged: Sequence[Verdict]) -> list[JsonObject]:
    """The document's rows with their titles, outcomes and reasons; claims that no row has keep theirs in words."""
    rows = {row.key: row.title for row in document.with_plugins(document.load()).rows}
    return [
        {
            "title": rows.get(one.claim, one.claim.replace("_", " ").capitalize()), "outcome": one.outcome,
            "because": one.because,
        }
        for one in judged
    ]  # fmt: skip


def protocol(contest: Contest) -> list[tuple[str, str]]:
    """Everything that must agree for the same numbers, as the result page lists it."""
    plan, machine, data = contest.plan, contest.machine, contest.dataset
    folds = max((len(run.fits) for run in contest.runs), default=0)
    noun = answer.modality_of(contest).unit_noun
    hardware = ", ".join(str(part) for part in (machine.cpu, machine.gpu, machine.os) if part)
    return [
        ("Task", FORM_TITLES[contest.task.form]),
        ("Data", f"{data.get('rows_used') or 0:,} of {format_count(data.get('rows') or 0, noun)}"),
        ("Folds", f"{folds}, dealt {contest.method or 'by the task'}; the same for every model"),
        ("Budget", f"{format_seconds(plan.budget_seconds)} of training, {plan.configurations} setting per model"),
        ("Equivalence margin", f"{plan.margin:g} {'point' if plan.margin == 1 else 'points'} of skill"),
        ("Seed", f"{plan.seed}"),
        ("Hardware", hardware or "unknown"),
        ("Time", f"{format_seconds(contest.seconds.get('total'))} in all, finished {moment(contest.finished)}"),
        ("Versions", ", ".join(f"{name} {number}" for name, number in contest.versions.items()) or "unknown"),
        ("Digest", contest.digest),
        ("Digest of the data", str(data.get("digest") or "unknown")),
    ]


def moment(finished: str) -> str:
    """A time as date and clock with its zone: ``2 Jan 2026, 03:04 UTC``; nothing where it is no time."""
    from datetime import UTC, datetime

    try:
        when = datetime.fromisoformat(finished)
    except ValueError:
        return MISSING
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


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
