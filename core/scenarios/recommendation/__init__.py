"""Use F: recommendation. Neighbours and factors, two towers, and towers under a boosted ranker suggest lecturers."""

from __future__ import annotations

from core import registry
from core.features import interaction_data
from core.judging import chance_level, use_case_rules
from core.scenarios.recommendation import list_study
from core.schema import Contest, Dataset, Outcome, Plan, ProgressCallback, Scenario, Task, Verdict
from core.storage import bundled_files

LEAST = 8


def lectures(seed: int) -> tuple[Dataset, Task]:
    """Students and the lecturers they rated; each student's newest ratings are held back."""
    import pandas as pd

    frame = pd.read_parquet(bundled_files.sample_path("copyleft/lecture_ratings.parquet"))
    dataset = interaction_data.interaction_dataset(
        frame["student"].to_numpy(), frame["lecturer"].to_numpy(), frame["rating"].to_numpy(), "Lecture ratings", seed,
        order=-frame["lecture_age"].to_numpy(), features={"department": frame["department"].to_numpy()}, least=LEAST,
        source="ETH Zurich lecture evaluations (InstEval of lme4, GPL)",
    )  # fmt: skip
    return dataset, interaction_data.TASK


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Supported if the hybrid is clearly better than the best of each pure side, contradicted if one of them is clearly
    better than the hybrid, tied if it is practically equal to both; anything else is undecided."""
    part = use_case_rules.parts_of(contest)[0]
    outcomes: list[Outcome] = []
    said = []
    for against in ("classical", "deep"):
        found = use_case_rules.family_comparison(part["families"], part["comparisons"], "hybrid", against)  # type: ignore[arg-type]
        outcomes.append(use_case_rules.outcome_of(found))
        if found is None:
            said.append(f"against {against}: not both sides finished")
            continue
        said.append(f"against {against} {use_case_rules.lead_in_points(found)}")
    outcome: Outcome = use_case_rules.combine_outcomes(outcomes)
    if "contradicted" in outcomes:
        outcome = "contradicted"
    elif "not measured" in outcomes:
        outcome = "not measured"
    waits = list_study.latency_rows(contest)
    because = f"The hybrid {'; '.join(said)}. A point of skill is about a hundredth of NDCG@10.{waits}"
    return Verdict(scenario.key, outcome, because, contest.regime)


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> dict:
    """Recall, coverage, one user's lists, and score against latency."""
    there = registry.discover("contestants")
    players = [there[run.contestant] for run in contest.runs if run.contestant in there and not run.error]
    return {"sections": list_study.list_sections(players, lectures(seed)[0], contest, seed, on_progress)}


SCENARIO = Scenario(
    key="recommendation",
    title="Real-time recommendation",
    use_case="recommendation",
    says="Embeddings from a network joined with a classical ranker serve recommendation best.",
    favours="hybrid",
    modality="interactions",
    load=lectures,
    judge=judge,
    study=study,
    plan=Plan(folds=5, repeats=1, fixed_folds=True, budget_seconds=50.0, explain=False),
    limits={"latency_ms": use_case_rules.REAL_TIME_MS},
    about="About 1,650 students who rated eight or more of 1,127 lecturers. A unit is a student: the list is made from "
    "the older ratings and judged by the newest three tenths, ranked against every lecturer, NDCG@10. Folds hold back "
    "whole students. Supported if the hybrid clearly beats both pure sides, contradicted if one clearly beats it.",
    rule="the hybrid holds if it clearly beats the best of both pure sides; it is contradicted if one of them "
    "clearly beats it.",
    own_data="a table with the columns user, item and perhaps rating and time, read as ratings on the Compare page",
)
