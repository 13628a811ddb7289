"""What comes with a model: its open-source stack with a bill of materials, and the money against rented tokens."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend import machine, price_table, report_words
from pages.charts import chart_cache, study_charts
from pages.contest import price_editor
from pages.measurements import generic_panel, measurement_summary
from pages.ui import session_state
from pages.ui.formatting import MISSING, format_money, format_number, format_seconds, literal, md, safe_filename

RENTED = ("token_low", "token_high", "token_2023")


def draw_software_stack(contest: Contest, key_prefix: str) -> None:
    """The stack of each family, its packages, and the bills of materials."""
    runs = list(
        {run.family: run for run in reversed(measurement_summary.runs_with_values(contest, "ecosystem"))}.values()
    )[::-1]
    lines = []
    for run in runs:
        detail = run.readings["ecosystem"].detail
        lines.append(
            [run.family, ", ".join(detail.get("stack", ())), format_seconds(detail.get("import_seconds")),
             format_number(detail.get("megabytes"), "MB"), str(detail.get("dependencies", MISSING)),
             str(detail.get("modules", MISSING)), str(detail.get("warnings", MISSING)), _aged(detail)]
        )  # fmt: skip
    columns = [
        "Family",
        "Built with",
        "CPU time to import",
        "Installed",
        "Packages it needs",
        "Modules loaded",
        "Deprecations",
        "Released",
    ]
    st.dataframe(
        pd.DataFrame(lines, columns=columns), hide_index=True, height="content", alt="The stack of each family"
    )
    for run in runs:
        detail = run.readings["ecosystem"].detail
        for where, key in (("on import", "heard"), ("in our own run", "heard_in_our_run")):
            for line in (detail.get(key) or ())[:3]:
                st.text(literal(f"{run.family}, {where}: {line}", 300))
        with st.expander(f"Every package of the {md(run.family)} stack"):
            generic_panel.draw_nested(run.readings["ecosystem"].detail.get("packages") or [])
    with st.container(horizontal=True):
        for run in runs:
            bill = run.readings["ecosystem"].detail.get("bill_of_materials")
            if bill:
                name = f"crossover-{safe_filename(run.family)}.cdx.json"
                st.download_button(
                    f"Bill of materials: {md(run.family)}", json.dumps(bill, indent=1, default=str),
                    name, "application/json", key=f"{key_prefix}_bill_{run.family}",
                    on_click="ignore",
                )  # fmt: skip
    st.caption(
        "Read live from the installation. Release days are those the package index gave for the locked versions; "
        "of other versions they are not known."
    )


def _aged(detail: Mapping[str, Any]) -> str:
    """How long ago what the family is built with was released: one age, or the youngest and the oldest."""
    found = machine.package_ages(detail.get("packages") or (), detail.get("stack") or (), datetime.now(UTC).date())
    if not found:
        return MISSING
    low, high = min(found.values()), max(found.values())
    return f"{low:,} days ago" if low == high else f"{low:,} to {high:,} days ago"


def draw_total_cost(contest: Contest, key_prefix: str) -> None:
    """Total money against the number of answers, own models against rented tokens, at prices one may edit."""
    runs = [
        run
        for run in measurement_summary.runs_with_values(contest, "million_cost")
        if report_words.median_value(run, "latency_p50")
    ]
    room = st.container()
    price_editor.draw_editor(key_prefix)
    assumed = price_table.load_prices(session_state.price_edits())
    rented = [float(getattr(assumed, key)) for key in RENTED]
    bills = {
        f"tokens at ${price:,.2f} per million": price_table.million_tokens_cost(price, assumed) for price in rented
    }
    own_bills = [(run, _bill(run, assumed)) for run in runs]
    lines = [study_charts.CostLine(run.title, run.family, bill.training, bill.million) for run, bill in own_bills]
    lines += [study_charts.CostLine(title, "", 0.0, million) for title, million in bills.items()]
    table, told = [], []
    for run, bill in own_bills:
        even = [_describe_break_even(bill, rented_million) for rented_million in bills.values()]
        told.append(f"{run.title}: cheaper than the cheapest tokens {even[0]}, than those of 2023 {even[-1]}.")
        volumes = [_break_even(bill.training, bill.million, dear).removeprefix("from ") for dear in bills.values()]
        amounts = (bill.training, bill.million, bill.million_at_bound)
        table.append([run.title, *(format_money(amount) for amount in amounts), *volumes])
    columns = ["", "One fit", "Million answers", "At p95 bound", *(f"Even at ${price:,.2f}" for price in rented)]
    with room:
        left, right = st.columns([3, 2], gap="large")
        with left:
            chart_cache.cached_chart_of_values(
                study_charts.total_cost_chart, lines, alt="Total cost against the number of answers"
            )
        with right:
            for line in told:
                st.text(literal(line))
            st.caption(
                "An own model is trained once and then answers; rented tokens are paid by the answer, "
                f"{format_number(assumed.tokens_per_row)} tokens per row. Latency is that of this machine."
            )
        frame = pd.DataFrame(table, columns=columns)
        st.dataframe(frame, hide_index=True, height="content", alt="Break-even volumes")
        st.caption("Even at: from which answer an own model is cheaper than tokens at that price per million.")


@dataclass(frozen=True)
class _Bill:
    """US dollars of one fit, of a million answers at the median latency, and at the promised 95th percentile."""

    training: float
    million: float
    million_at_bound: float | None


def _bill(run: Run, assumed: price_table.Prices) -> _Bill:
    """What an own model costs under these prices."""
    detail = run.readings["train_cost"].detail if "train_cost" in run.readings else {}
    gpus, threads = float(detail.get("gpus") or 0.0), float(detail.get("vcpus") or 1.0)
    trained = price_table.training_cost(
        measurement_summary.finite_mean(fit.fit_seconds for fit in run.fits) or 0.0, assumed, threads, gpus
    )
    median, bound = (
        report_words.median_value(run, "latency_p50"),
        report_words.median_value(run, "latency_p95_bound"),
    )
    million = price_table.million_answers_cost(median or 0.0, assumed, gpus)
    at_bound = None if bound is None else price_table.million_answers_cost(bound, assumed, gpus)
    return _Bill(trained, million, at_bound)


def _describe_break_even(bill: _Bill, rented_million: float) -> str:
    """From how many answers an own model is cheaper: at its median latency and, where it differs, at the bound."""
    middle, worst = (
        None if million is None else _break_even(bill.training, million, rented_million)
        for million in (bill.million, bill.million_at_bound)
    )
    return str(middle) if worst in (None, middle) else f"{middle}, at the p95 bound {worst}"


def _break_even(training: float, million: float, rented_million: float) -> str:
    answers = price_table.break_even_answers(training, million, rented_million)
    if answers is None:
        return "never"
    return "from the first answer" if answers < 1 else f"from {format_number(math.ceil(answers), digits=2)} answers"


def draw_token_cost(contest: Contest, key_prefix: str) -> None:
    """Dollars per million tokens written here, one value a message, and the rate, energy and rented prices in words."""
    generic_panel.draw_values(contest, "token_cost")
    for run in measurement_summary.runs_with_reading(contest, "token_cost"):
        detail = run.readings["token_cost"].detail
        rented = dict(detail.get("rented") or {})
        if not rented or "tokens_a_second" not in detail:
            continue
        st.text(
            literal(
                f"{run.title}: {format_number(detail['tokens_a_second'])} tokens per second, "
                f"{format_number(detail['joules_a_token'])} joules per token ({detail['energy']}), "
                f"{format_money(detail['usd_busy'])} per million tokens on a machine that never idles; rented tokens "
                f"cost {format_money(rented['token_low'])} to {format_money(rented['token_high'])}. {detail['note']}"
            )
        )
