"""A use case of its own: sequences with and without a motif."""

from __future__ import annotations

from core import registry
from core.schema import Contest, Dataset, Plan, Scenario, Task, Verdict


def load(seed: int) -> tuple[Dataset, Task]:
    """The embedded sequences and the task of telling the two classes apart."""
    dataset = registry.modality("dna").samples[0].load()
    return dataset, Task("class", "classification", "binary")


def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Supported when counting beats guessing in every fold."""
    skills = [fit.skill or 0.0 for run in contest.runs if run.family == "classical" for fit in run.fits]
    if not skills:
        return Verdict(scenario.key, "not measured", "No fold was finished.")
    outcome = "supported" if min(skills) > 0 else "contradicted"
    return Verdict(scenario.key, outcome, f"Counting reaches {min(skills):.1f} to {max(skills):.1f} points of skill.")


SCENARIO = Scenario(
    key="promoters",
    title="Promoters in DNA",
    use_case="dna",
    says="Counting triplets is enough to find a motif.",
    favours="classical",
    modality="dna",
    load=load,
    judge=judge,
    contestants=("dna_counts",),
    plan=Plan(budget_seconds=5.0, folds=3, repeats=1, fixed_folds=True),
    rule="holds if counting beats guessing in every fold.",
)
