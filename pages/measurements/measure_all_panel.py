"""All rows of the document from one button: what is still to be measured, how long it will take, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from core.schema import Contest, LoadError, Plan, Task, Verdict
from pages.backend import catalogue, contest_runs, datasets, document_text, task_forms
from pages.measurements import measurement_catalogue, pending_jobs
from pages.ui import alerts, session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import escape_markdown, format_seconds, md, round_seconds, truncated
from pages.ui.visitor import format_time

SAMPLE = "telco_churn"
SAMPLES_SECONDS = 60.0
BESIDE = 1.7
MOST_OFFERED = 8
CONTEST_SHARE = 0.25
SURE = 0.05


def missing_measurements(contest: Contest) -> tuple[str, ...]:
    """The studies behind the rows that mean something for this contest and have not been measured on it."""
    claims = catalogue.claims()
    keys: dict[str, None] = {}
    there = [claims[key] for key in document_text.row_keys() if key in claims]
    for named in (*(claim.needs for claim in there), *(claim.evidence for claim in there)):
        keys |= dict.fromkeys(named)
    offered = {study.key for study in measurement_catalogue.offered_questions(contest)}
    left = [key for key in keys if key in offered and not measurement_catalogue.is_measured(contest, key)]
    return _alone_first(left)


def _alone_first(keys: Sequence[str]) -> tuple[str, ...]:
    """What is timed alone comes first, so that everything else can go on side by side without a break."""
    there = catalogue.measurements()
    return tuple(sorted(keys, key=lambda key: not there[key].runs_alone))


def lacks_sample_contests(contest: Contest) -> bool:
    """Whether row 7 still waits for the short contests on embedded data of other kinds."""
    return not contest.sample_contests and bool(catalogue.modality_of(contest).structured)


def choose_contest(contests: Sequence[Contest]) -> Contest | None:
    """The contest that rows are measured on: the newest of one's own data or samples, or another one picked."""
    there = [one for one in contests if one.scenario is None][:MOST_OFFERED]
    if len(there) < 2:
        return there[0] if there else None
    names = [f"{truncated(one.dataset.get('name', ''))}, {format_time(one.finished)}" for one in there]
    key_prefix = st.selectbox("Measure on", range(len(there)), format_func=names.__getitem__, key="measure_on")
    return there[key_prefix or 0]


def draw_panel(contest: Contest | None, verdicts: Mapping[str, Verdict]) -> None:
    """One button for all rows, or the progress of what it started; found again by whoever comes back."""
    pending_jobs.draw_alerts()
    owner = session_state.owner()
    playing = _playing(owner)
    if playing is not None:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown("**A contest of yours is under way.** Rows appear here as they are measured; you can leave.")
            st.button(
                "Show it",
                key="show_running",
                on_click=session_state.request_navigation,
                args=("pages/compare.py", playing),
            )
        _until(playing, _progress(playing, owner)[0])
        return
    if contest is None:
        _first(owner)
        return
    running = pending_jobs.pending_jobs(contest, owner)
    if running:
        known = {
            row["id"]: pending_jobs.finished_measurements(
                contest_runs.run_events(row["id"], owner), pending_jobs.measurement_keys(row)
            )[0]
            for row in running
        }
        pending_jobs.draw_jobs(known, len(measurement_catalogue.measured_contestants(contest)))
        st.caption("You can leave: it goes on, and every finished row is kept.")
        return
    keys, samples = missing_measurements(contest), lacks_sample_contests(contest)
    name = truncated(contest.dataset.get("name", "your data"))
    open_rows = sum(one.outcome == "not measured" for key, one in verdicts.items() if key in _rows())
    if not keys and not samples:
        every = document_text.number_word(len(_rows()))
        st.caption(f"Everything behind the {md(every)} rows that {escape_markdown(name)} allows has been measured.")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", border=True):
        st.markdown(f"On {escape_markdown(name)} {md(_describe_open(len(keys), open_rows))}")
        st.button(
            f"Measure all rows (about {format_seconds(_total(contest, keys, samples))})", type="primary",
            key=f"measure_rows_{contest.id}", on_click=_all, args=(contest.id, keys, samples),
        )  # fmt: skip


def _rows() -> set[str]:
    return {row.key for row in document_text.load_document().rows}


def _describe_open(studies: int, rows: int) -> str:
    held = "every row has an outcome" if not rows else f"{rows} of the {len(_rows())} rows have no outcome yet"
    behind = "" if not studies else f"; {studies} measurement{'s' if studies > 1 else ''} behind them are still open"
    return f"{held}{behind}."


def _total(contest: Contest, keys: Sequence[str], samples: bool) -> float:
    took = {
        one.key: measurement_catalogue.estimate_seconds(contest, one)
        for one in measurement_catalogue.studies()
        if one.key in keys
    }
    alone = sum(value for key, value in took.items() if catalogue.measurements()[key].runs_alone)
    beside = (sum(took.values()) - alone) / BESIDE + (SAMPLES_SECONDS if samples else 0.0)
    return round_seconds(alone + beside)


def _all(contest: str, keys: tuple[str, ...], samples: bool) -> None:
    pending_jobs.start_measurements(contest, keys, samples)


def _first(owner: str) -> None:
    """Nothing played yet: the contest on the embedded table and all rows in one go."""
    if not session_state.identity_known():
        # A run started now would belong to nobody once the browser has said who it is.
        st.caption("Looking for your runs …")
        return
    ended = next(iter(contest_runs.list_runs(owner)), None)
    if ended is not None and ended["state"] in ("failed", "interrupted"):
        alerts.draw_alert(
            "warning", ended.get("reason") or "No reason was recorded.", heading="The last run ended early"
        )
    with st.container(border=True):
        st.markdown("**Nothing has been measured yet.** One button plays the embedded churn table and fills every row.")
        with st.container(horizontal=True, vertical_alignment="center"):
            every = document_text.number_word(len(_rows()))
            st.button(
                f"Measure all {md(every)} rows (about 5 min)", type="primary", key="measure_first", on_click=_start
            )
            st.page_link("pages/compare.py", label="Or run a contest on your own data →")
    if (message := session_state.pop_alert("rows")) is not None:
        alerts.draw_alert("danger", message, heading="Not started")


def _playing(owner: str) -> str | None:
    """The contest of this browser that is being played, for whichever page started it."""
    running = contest_runs.unfinished_run(owner)
    now = contest_runs.run_state(running, owner) if running else None
    return running if now is not None and now["kind"] == "contest" else None


def contest_under_measurement(owner: str) -> Contest | None:
    """A contest whose folds are all in and whose rows are being measured: what there is of it."""
    running = _playing(owner)
    return None if running is None or _progress(running, owner)[0] < 0 else contest_runs.load_contest(running, owner)


def _progress(run: str, owner: str) -> tuple[int, float, str]:
    """(measurements done, -1 before the first; share of everything; the last word) of a contest that measures too."""
    events = contest_runs.run_events(run, owner)
    keys = tuple(((contest_runs.run_state(run, owner) or {}).get("plan") or {}).get("measure") or ())
    said = next((str(one["message"]) for one in reversed(events) if one.get("message")), "")
    fits = [one for one in events if one.get("stage") == "fit" and one.get("of") and one.get("fold") is not None]
    share = (CONTEST_SHARE if keys else 1.0) * (fits[-1]["step"] / fits[-1]["of"] if fits else 0.0)
    done, of, rest = pending_jobs.finished_measurements(events, keys)
    if not keys or rest is events:
        return -1, share, said
    return done, CONTEST_SHARE + (1 - CONTEST_SHARE) * done / (of + 1), said


@st.fragment(run_every=2)
@error_boundary
def _until(run: str, known: int) -> None:
    """What the run is doing, every two seconds; the page is drawn again once it has ended or another row is in."""
    owner = session_state.owner()
    now = contest_runs.run_state(run, owner)
    done, share, said = _progress(run, owner)
    if now is None or now["state"] not in contest_runs.UNFINISHED or done != known:
        st.rerun()
        return
    spent = time.time() - float(now.get("started") or time.time())
    left = f", about {format_seconds(round_seconds(spent * (1 - share) / share))} left" if share > SURE else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, share), text=md(("starting" if said.startswith("{") else said) + left))
        st.button("Cancel", key="stop_first", on_click=contest_runs.cancel_run, args=(run, owner))


def _for_tables() -> tuple[str, ...]:
    """Everything on request that stands behind the rows and means something for a table without texts."""
    there, claims = catalogue.measurements(), catalogue.claims()
    keys: dict[str, None] = {}
    for claim in (claims[key] for key in document_text.row_keys() if key in claims):
        keys |= dict.fromkeys((*claim.needs, *claim.evidence))
    for_tables = [there[key] for key in keys if key in there and "table" in (there[key].modalities or ("table",))]
    return _alone_first([one.key for one in for_tables if one.slow and not one.column_types])


def _start() -> None:
    """The default contest with everything behind the rows measured at its end (a callback)."""
    try:
        folder = datasets.read_sample(SAMPLE)
        sample, hint = datasets.list_samples()[SAMPLE][1], datasets.describe_dataset(folder).get("suggested") or {}
        form = hint.get("form") or "binary"
        task = Task(sample.target, task_forms.task_kind(form), form, positive=hint.get("positive"))
        plan = Plan(rows=sample.rows, sensitive=sample.sensitive, measure=_for_tables())
        contest_runs.submit_run(folder, task, plan, session_state.owner(), samples=True)
    except LoadError as refused:
        session_state.queue_alert("rows", str(refused))
