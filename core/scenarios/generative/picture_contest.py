"""Pictures of digits and clothes by a network and by Gaussian mixtures: one contest over folds, judged from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from core.evaluation import uncertainty
from core.judging import use_case_rules
from core.scenarios.generative import picture_generators, picture_judges, picture_sections
from core.scenarios.generative.picture_generators import Generator
from core.scenarios.generative.picture_sections import (
    FAMILIES,
    FLOW,
    FOLDS,
    MIXTURE,
    TITLES,
    GeneratorScores,
    PictureFold,
)
from core.schema import Comparison, Dataset, JsonObject, Progress, ProgressCallback

SAMPLES = {"handwriting": "Digits drawn", "fashion": "Clothes drawn"}
ROWS = 4_000
JUDGE_ROWS = 1_000
ASKED = 500
# Reference seconds of a network's training on one fold, the same for a mixture, which needs less.
SECONDS = 8.0
# Nearer than this share of the distance of new real pictures to the training pictures is copying.
COPIED = 0.8


@dataclass(frozen=True)
class PictureJudge:
    """A classifier of pictures trained on rows that no generator has seen, and those rows (m, p)."""

    recognise: Callable[[np.ndarray], np.ndarray]
    rows: np.ndarray


def play_pictures(seed: int, margin: float, on_progress: ProgressCallback) -> tuple[list[JsonObject], list[JsonObject]]:
    """The contests on both samples.

    Args:
        seed: of the folds, the fits and the draws. margin: points of skill that count as equal. on_progress: told
            often; it may raise to stop.

    Returns:
        Sections for pages to draw, and one part a sample as ``use_case_rules.parts_of`` gives them.
    """
    sections: list[JsonObject] = []
    parts: list[JsonObject] = []
    for key, title in SAMPLES.items():
        dataset = use_case_rules.load_sample("image", key, ROWS + JUDGE_ROWS, seed)
        made, part = play_sample(dataset, title, seed, margin, on_progress)
        sections += made
        parts.append(part)
    return sections, parts


def play_sample(
    dataset: Dataset, title: str, seed: int, margin: float, on_progress: ProgressCallback
) -> tuple[list[JsonObject], JsonObject]:
    """The contest on one data set of pictures.

    Args:
        dataset: pictures with classes. title: of the part. seed, margin, on_progress: as in ``play_pictures``.

    Returns:
        Its sections and its part.
    """
    pictures = np.asarray(dataset.inputs, dtype=float).reshape(len(dataset), -1) / 255.0
    codes = np.asarray(dataset.target, dtype=int)
    order = np.random.default_rng((seed, 43)).permutation(len(pictures))
    apart = round(len(order) * JUDGE_ROWS / (ROWS + JUDGE_ROWS))
    judge = train_judge(pictures[order[:apart]], codes[order[:apart]])
    numbers = np.arange(len(order) - apart) % FOLDS
    scores = {FLOW: GeneratorScores(), MIXTURE: GeneratorScores()}
    yardstick = GeneratorScores()
    shown: list[JsonObject] = []
    for number in range(FOLDS):
        rows, asked = order[apart:][numbers != number], order[apart:][numbers == number][:ASKED]
        fold = PictureFold(
            pictures[rows], codes[rows], pictures[asked], codes[asked],
            picture_generators.fit_space(pictures[rows]), seed + number,
        )  # fmt: skip
        _judge_real(fold, judge, yardstick)
        fitted = _fit_fold(fold, f"{title}, part {number + 1} of {FOLDS}", scores, on_progress)
        for key, generator in fitted.items():
            judge_generator(generator, fold, judge, scores[key])
        if number == 0:
            shown = picture_sections.draw_pool(fitted, fold, dataset.labels)
    part = summarize(dataset, title, scores, margin)
    return [
        picture_sections.game_section(title, dataset, shown),
        picture_sections.score_section(title, scores, yardstick),
    ], part


def train_judge(pictures: np.ndarray, codes: np.ndarray) -> PictureJudge:
    """A support vector machine on the pixels of rows set apart.

    Args:
        pictures: (m, p). codes: (m,).
    """
    from sklearn.svm import SVC

    return PictureJudge(SVC(C=10.0).fit(pictures, codes).predict, pictures)


def _fit_fold(
    fold: PictureFold, words: str, scores: dict[str, GeneratorScores], on_progress: ProgressCallback
) -> dict[str, Generator]:
    latent = fold.space.project(fold.train)

    def heard(step: int, steps: int) -> None:
        on_progress(Progress("measure", step, steps, message=f"{words}: the network learns to draw"))

    fitted: dict[str, Generator] = {}
    for key in (MIXTURE, FLOW):
        started = time.process_time()
        if key == FLOW:
            fitted[key] = picture_generators.fit_flow(latent, fold.train_codes, fold.seed, SECONDS, heard)
        else:
            heard(0, 1)
            fitted[key] = picture_generators.fit_mixtures(latent, fold.train_codes, fold.seed)
        scores[key].fit_seconds.append(time.process_time() - started)
    return fitted


def judge_generator(generator: Generator, fold: PictureFold, judge: PictureJudge, scores: GeneratorScores) -> None:
    """Adds to the scores what a generator reaches on a fold; it is asked for the classes of the test pictures.

    Args:
        generator: fitted on the fold. fold, judge: who learned from what. scores: gains one entry a list.
    """
    started = time.process_time()
    latent = generator.draw(fold.test_codes, fold.seed)
    scores.draw_seconds.append((time.process_time() - started) / len(latent))
    scores.parameters, scores.note = generator.parameters, generator.note
    scores.converged = scores.converged and generator.converged
    _judge_rows(fold.space.pictures(latent), latent, fold, judge, scores)


def _judge_real(fold: PictureFold, judge: PictureJudge, scores: GeneratorScores) -> None:
    """The same questions about real pictures: the yardstick of every judge."""
    other = judge.rows[: len(fold.test)]
    found = picture_judges.tell_apart(fold.space.project(fold.test), fold.space.project(other), fold.seed)
    pixels = picture_judges.tell_apart(fold.test, other, fold.seed)
    scores.recognised.append(float((judge.recognise(fold.test) == fold.test_codes).mean()))
    scores.area.append(found.area)
    scores.p_value.append(found.p_value)
    scores.pixel_area.append(pixels.area)
    scores.copying.append(1.0)


def _judge_rows(
    pictures: np.ndarray, latent: np.ndarray, fold: PictureFold, judge: PictureJudge, scores: GeneratorScores
) -> None:
    fresh, known = fold.space.project(fold.test), fold.space.project(fold.train)
    found = picture_judges.tell_apart(fresh, latent, fold.seed)
    scores.recognised.append(float((judge.recognise(pictures) == fold.test_codes).mean()))
    scores.area.append(found.area)
    scores.p_value.append(found.p_value)
    scores.pixel_area.append(picture_judges.tell_apart(fold.test, pictures, fold.seed).area)
    scores.copying.append(picture_judges.copying_ratio(latent, fresh, known))
    scores.skill.append(200.0 * (1.0 - found.area))


def summarize(dataset: Dataset, title: str, scores: dict[str, GeneratorScores], margin: float) -> JsonObject:
    """The part: who took part, scores a fold, and the comparison of the two on skill.

    Args:
        dataset: what was learned from. title: of the part. scores: by key. margin: points that count as equal.
    """
    gaps = np.array(scores[FLOW].skill) - np.array(scores[MIXTURE].skill)
    found = uncertainty.corrected_t(gaps, uncertainty.fold_rho(FOLDS), margin)
    chances = {FLOW: found.p_left_better, "tie": found.p_tie, MIXTURE: found.p_right_better}
    winner = next((key for key, chance in chances.items() if chance >= uncertainty.DECISION), "undecided")
    stopped = tuple(key for key in (FLOW, MIXTURE) if not scores[key].converged)
    reach = f"[{found.low:z.1f}, {found.high:z.1f}]"
    because = f"{TITLES[FLOW]} {found.gap:+z.1f} points of skill {reach} against {TITLES[MIXTURE]}."
    if stopped:
        because += f" {TITLES[FLOW]} was stopped by its seconds ({scores[FLOW].note}): it is not counted out by this."
    if winner in scores and np.mean(scores[winner].copying) < COPIED:
        because += f" {TITLES[winner]} copies training pictures, so that there is no winner."
        winner, found = "undecided", found._replace(p_left_better=np.nan, p_tie=np.nan, p_right_better=np.nan)
    comparison = Comparison(
        "skill", FLOW, MIXTURE, **found._asdict(), n=len(gaps), winner=winner, margin=margin,
        differences=tuple(float(gap) for gap in gaps), because=because, coverage=uncertainty.COVERAGE, stopped=stopped,
    )  # fmt: skip
    runs = [
        {
            "contestant": key, "title": TITLES[key], "family": FAMILIES[key], "trouble": None, "skill": one.skill,
            "scores": {"recognised": one.recognised, "area": one.area, "copying": one.copying},
            "readings": {"seconds_a_picture": one.draw_seconds}, "fit_cpu_seconds": one.fit_seconds,
            "facts": {"parameters": one.parameters, "note": one.note},
        }
        for key, one in scores.items()
    ]  # fmt: skip
    facts = {"name": title, "rows": len(dataset), "rows_used": len(dataset), "target": "class", "modality": "image"}
    return {"title": title, "dataset": facts, "task": "generation", "runs": runs, "comparisons": [asdict(comparison)]}
