"""A further use: which DNA sequences hold a binding site? Made-up data with a planted motif."""

from __future__ import annotations

import numpy as np

from core.schema import Column, Contest, Dataset, Plan, Scenario, Task, Verdict

ROWS, LENGTH, MOTIF = 200, 60, "TATAAT"


def sequences(seed: int) -> tuple[Dataset, Task]:
    """200 random sequences of 60 letters, half of them with the motif at a random place."""
    draw = np.random.default_rng((seed, ROWS))
    codes = np.arange(ROWS, dtype=np.int64) % 2
    made = []
    for code in codes:
        letters = "".join(draw.choice(list("ACGT"), LENGTH))
        place = int(draw.integers(0, LENGTH - len(MOTIF)))
        made.append(letters[:place] + MOTIF + letters[place + len(MOTIF) :] if code else letters)
    dataset = Dataset(
        "Sequences with a motif", "sequence", np.array(made, dtype=object), codes, labels=("none", "motif"),
        columns=(Column("class", "categorical", distinct=2, examples=("none", "motif")),), source="made up",
        facts={"target": "class", "items": ROWS, "items_bad": 0},
    )  # fmt: skip
    return dataset, Task("class", "classification", "binary", positive="motif")


def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Supported when the classical contestant is better than the dummy at 95 %, contradicted when it is worse."""
    for one in contest.comparisons:
        if one.measurement == "skill" and one.right == "dummy" and one.scope == "approaches":
            outcome = "supported" if one.low > 0 else "contradicted" if one.high < 0 else "undecided"
            because = f"{one.gap:.1f} points of skill over the dummy, 95 % interval {one.low:.1f} to {one.high:.1f}."
            return Verdict(scenario.key, outcome, because, contest.regime)
    return Verdict(scenario.key, "not measured", "It takes five folds against the dummy.", contest.regime)


SCENARIO = Scenario(
    key="motif",
    title="Binding sites",
    use_case="motif",
    says="Counting short runs of letters is enough to find a known motif.",
    favours="classical",
    modality="sequence",
    load=sequences,
    judge=judge,
    contestants=("sequence_kmers",),
    plan=Plan(budget_seconds=10.0, folds=5, repeats=1, fixed_folds=True, explain=False),
    about="200 random sequences of 60 letters, half of them with TATAAT at a random place.",
    rule="supported when the classical contestant is better than the dummy at 95 %, contradicted when it is worse.",
    own_data="a FASTA file on the Compare page",
)
