"""Use C: churn, fraud, pricing and demand: a table each, with rare frauds and money as the unit, and weekly sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.judging import chance_level, use_case_rules
from core.panels import panel_table
from core.panels.panel_layout import PanelLayout
from core.schema import Contest, Dataset, Plan, Scenario, Task, Verdict

# Products whose demand is foretold, so that eight origins of every contestant fit a quarter of a minute.
PRODUCTS = 50


def churn(seed: int) -> tuple[Dataset, Task]:
    """Who leaves the phone company."""
    return use_case_rules.load_sample("table", "telco_churn", 1_200, seed), use_case_rules.make_task("churn", "binary")


def fraud(seed: int) -> tuple[Dataset, Task]:
    """Card payments with rare frauds; the folds are stratified by the answer."""
    return use_case_rules.load_sample("table", "card_fraud", 4_000, seed), use_case_rules.make_task(
        "Class", "binary", drop=("Time",)
    )


def pricing(seed: int) -> tuple[Dataset, Task]:
    """Hotel prices in euros."""
    return use_case_rules.load_sample("table", "hotel_rates", 1_500, seed), use_case_rules.make_task(
        "avg_price_per_room", "regression"
    )


def demand(seed: int) -> tuple[Dataset, Task]:
    """Units that a gift shop will sell of some of its products in each of the next four weeks."""
    panel = use_case_rules.find_sample("forecast", "retail_weekly").load()
    layout = PanelLayout.from_facts(panel.facts)
    kept = np.sort(np.random.default_rng((seed, 7)).permutation(len(layout.series))[:PRODUCTS])
    chosen = replace(layout, series=tuple(layout.series[place] for place in kept))
    dataset = replace(panel_table.panel_dataset(panel.inputs[:, kept], chosen, panel.name), source=panel.source)
    return dataset, use_case_rules.make_task(layout.target, "forecast")


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """The document says boosted trees equal or beat networks: being equal is enough."""
    return use_case_rules.judge_parts(scenario, contest, "deep", equal_counts=True)


SCENARIO = Scenario(
    key="tabular",
    title="Churn, fraud, pricing and demand",
    use_case="tabular",
    says="Classical models equal or beat networks on tables, faster and cheaper.",
    favours="classical",
    modality="table",
    load=churn,
    more=(("Card fraud", fraud), ("Hotel prices", pricing), ("Demand of products", demand)),
    judge=judge,
    plan=Plan(budget_seconds=60.0),
    limits={"rows": 4_000},
    about="Four real data sets: 1,200 phone customers, 4,000 card payments with rare frauds, 1,500 hotel bookings "
    "priced in euros, and the weekly sales of 50 products, four weeks ahead at eight rolling origins.",
    rule="being equal is enough for the classical side: it holds if at 95 % it is not worse than the network "
    "by more than a point, on all four; one loss without a win contradicts it.",
    own_data="any table on the Compare page, read as series where it has dates in even steps",
)
