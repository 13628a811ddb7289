"""Use E: writing. The document says there is no classical way to create; character n-grams are asked to try."""

from __future__ import annotations

import gzip

import numpy as np

from core import registry
from core.judging import chance_level, use_case_rules
from core.models.generation import character_model
from core.scenarios.generative import text_study
from core.schema import Contest, Dataset, Plan, ProgressCallback, Scenario, Task, Verdict
from core.storage import bundled_files
from core.wording import format_number

PIECES = 2_400
NAMES = 3_000


def novel(seed: int) -> tuple[Dataset, Task]:
    """Pieces of 128 characters of a novel, whole chapters held back for the test."""
    with gzip.open(bundled_files.sample_path("moby_dick.txt.gz"), "rt", encoding="utf-8") as file:
        pieces, chapters = character_model.split_chunks(file.read())
    names = np.random.default_rng((seed, 5)).permutation(np.unique(chapters))
    sizes = np.cumsum([int((chapters == name).sum()) for name in names])
    kept = names[: int(np.searchsorted(sizes, PIECES)) + 1]
    rows = np.flatnonzero(np.isin(chapters, kept))
    source = "Melville, Moby-Dick (1851), public domain"
    return character_model.corpus_dataset(
        [pieces[row] for row in rows], "Moby-Dick", chapters[rows], source
    ), text_study.TASK


def names(seed: int) -> tuple[Dataset, Task]:
    """First names, each with its end; no name is on both sides of a split."""
    import pandas as pd

    given = pd.read_parquet(bundled_files.sample_path("baby_names.parquet"))["name"].astype(str).drop_duplicates()
    picked = np.random.default_rng((seed, 6)).permutation(len(given))[:NAMES]
    pieces = [f"{name}\n" for name in given.to_numpy(dtype=object)[np.sort(picked)]]
    return character_model.corpus_dataset(
        pieces, "First names", None, "US Social Security Administration, public domain"
    ), text_study.TASK


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Stands if the network needs fewer bits on every part; a classical writer that is as good or better refutes it."""
    outcomes, said = [], []
    for part in use_case_rules.parts_of(contest):
        found = use_case_rules.family_comparison(part["families"], part["comparisons"], "deep", "classical")
        outcome = use_case_rules.outcome_of(found)
        outcomes.append("contradicted" if outcome == "tied" else outcome)
        if found is None:
            said.append(f"{part['title']}: not both sides finished")
            continue
        low, high = format_number(found["low"]), format_number(found["high"])
        said.append(f"{part['title']}: deep {found['gap']:+.1f} points of skill [{low}, {high}] against n-grams")
    because = "; ".join(said) + ". A counting writer that needs no more bits is the equivalent said not to exist."
    return Verdict(scenario.key, use_case_rules.combine_outcomes(outcomes), because, contest.regime)


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> dict:
    """Writes with every writer, looks for copying, and lets pictures be drawn without a network too."""
    there = registry.discover("contestants")
    players = [there[run.contestant] for run in contest.runs if run.contestant in there and not run.error]
    dataset, task = novel(seed)
    return {"sections": text_study.text_sections(players, dataset, task, contest, seed, on_progress)}


SCENARIO = Scenario(
    key="generative",
    title="Generative content",
    use_case="generative",
    says="Creating text and pictures needs deep networks; there is no classical equivalent.",
    favours="deep",
    modality="corpus",
    load=novel,
    more=(("First names", names),),
    judge=judge,
    study=study,
    plan=Plan(folds=5, repeats=1, fixed_folds=True, budget_seconds=46.0, explain=False),
    limits={"characters": PIECES * character_model.CHUNK},
    about="300,000 characters of a novel by chapters, and 3,000 first names. Skill 0 is knowing only how often each "
    "character occurs, 100 is zero bits. The claim stands where the network needs clearly fewer bits per character; it "
    "is contradicted where counting is as good or better. A few seconds on a processor are little for a transformer: "
    "the verdict holds for this budget.",
    rule="the claim says that nothing classical can do this, so it holds only if the network is clearly better "
    "on both texts; a counting writer that is as good or better contradicts it.",
    own_data="a plain .txt file of at least 5,000 characters on the Compare page",
)
