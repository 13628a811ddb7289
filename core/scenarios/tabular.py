"""Use C: churn, fraud and pricing, one table each, with rare frauds and money as the unit."""

from __future__ import annotations

from core.judging import chance_level, use_case_rules
from core.schema import Contest, Dataset, Plan, Scenario, Task, Verdict


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


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """The document says boosted trees equal or beat networks: being equal is enough."""
    return use_case_rules.judge_parts(scenario, contest, "deep", equal_counts=True)


SCENARIO = Scenario(
    key="tabular",
    title="Churn, fraud and pricing",
    use_case="tabular",
    says="Classical models equal or beat networks on tables, faster and cheaper.",
    favours="classical",
    modality="table",
    load=churn,
    more=(("Card fraud", fraud), ("Hotel prices", pricing)),
    judge=judge,
    plan=Plan(budget_seconds=48.0),
    limits={"rows": 4_000},
    about="Three real tables: 1,200 phone customers, 4,000 card payments with rare frauds, 1,500 hotel bookings priced "
    "in euros.",
    rule="being equal is enough for the classical side: it holds if at 95 % it is not worse than the network "
    "by more than a point, on all three tables; one loss without a win contradicts it.",
    own_data="any table on the Compare page",
)
