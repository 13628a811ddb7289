"""Use E: writing and drawing. The document says there is no classical way to create; n-grams and mixtures try."""

from __future__ import annotations

import gzip

import numpy as np

from core import registry
from core.judging import chance_level, use_case_rules
from core.models.generation import character_model
from core.scenarios.generative import code_study, picture_contest, picture_sections, text_study
from core.schema import Contest, Dataset, JsonObject, Plan, ProgressCallback, Scenario, Task, Verdict
from core.storage import bundled_files

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
    """Stands if the network is better on every part; a classical writer or drawer as good or better refutes it."""
    outcomes, said = [], []
    for part in use_case_rules.parts_of(contest):
        found = use_case_rules.family_comparison(part["families"], part["comparisons"], "deep", "classical")
        outcome = use_case_rules.outcome_of(found)
        outcomes.append("contradicted" if outcome == "tied" else outcome)
        if found is None:
            said.append(f"{part['title']}: not both sides finished")
            continue
        rival = "mixtures" if set(part["families"]) == set(picture_sections.TITLES) else "n-grams"
        stopped = "; stopped by its seconds, so not counted out" if "deep" in _stopped(part, found) else ""
        said.append(f"{part['title']}: deep {use_case_rules.lead_in_points(found)} against {rival}{stopped}")
    because = "; ".join(said) + ". A classical writer or drawer that does as well is the equivalent said not to exist."
    return Verdict(scenario.key, use_case_rules.combine_outcomes(outcomes), because, contest.regime)


def _stopped(part: JsonObject, found: JsonObject) -> set[str]:
    return {part["families"].get(key, "") for key in found.get("stopped") or ()}


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> dict:
    """Writes with every writer, looks for copying, and lets pictures be drawn by a network and by mixtures."""
    there = registry.discover("contestants")
    players = [there[run.contestant] for run in contest.runs if run.contestant in there and not run.error]
    dataset, task = novel(seed)
    written = text_study.text_sections(players, dataset, task, contest, seed, on_progress)
    drawn, parts = picture_contest.play_pictures(seed, contest.plan.margin, on_progress)
    return {"sections": [*drawn, *written, *code_study.code_sections(on_progress)], "parts": parts}


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
    "character occurs, 100 is zero bits. Beside them 5,000 digits and 5,000 clothes are drawn: skill 0 is told apart "
    "from real pictures every time, 100 is no better than a coin. The claim stands where the network is clearly "
    "better; it is contradicted where counting, or a mixture of Gaussians, is as good or better. A few seconds on a "
    "processor are little for a network: the verdict holds for this budget.",
    rule="the claim says that nothing classical can do this, so it holds only if the network is clearly better "
    "on both texts and on both kinds of pictures; a classical writer or drawer that is as good or better contradicts "
    "it, unless the network was stopped by its seconds.",
    own_data="a plain .txt file of at least 5,000 characters on the Compare page",
)
