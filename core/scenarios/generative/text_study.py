"""What a contest of writers cannot show: texts they write, what they copied, bits against seconds, and drawn digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.judging import use_case_rules
from core.models.generation import character_model
from core.scenarios.generative import digit_study, pretrained_text
from core.schema import Budget, Contest, Contestant, Dataset, JsonObject, Progress, ProgressCallback, Task

TASK = Task(None, "generation", "generation", metric="bits_per_character", better="lower")
WRITTEN = 240
TEMPERATURE = 0.8
PROMPT = 40
GUESSED = 160
HELD = 0.2
SECONDS = 4.0


def text_sections(
    contestants: Sequence[Contestant],
    dataset: Dataset,
    task: Task,
    contest: Contest,
    seed: int,
    on_progress: ProgressCallback,
) -> list[JsonObject]:
    """The study's pieces for pages to draw; a player that cannot be fitted again is left out with its reason in words.

    Args:
        contest: the contest played before. seed: of the fits and the samples.
    """
    train, valid, test = split_parts(dataset, seed)
    seconds = SECONDS if contest.fit_seconds_allowed is None else contest.fit_seconds_allowed
    budget = Budget(seconds=seconds, seed=seed)
    writers, notes = [], []
    for step, player in enumerate(contestants):
        on_progress(
            Progress("measure", step, len(contestants), contestant=player.key, message=f"{player.title} writes")
        )
        try:
            writers.append((player, player.fit(train, valid, task, budget, lambda news: on_progress(_quiet(news)))))
        except (ValueError, RuntimeError, ArithmeticError) as error:
            notes.append(f"{player.title} could not write: {error}")
    made = [
        *written_texts(writers, (train, valid, test), seed, notes),
        guess_section(writers, test, seed),
        bits_by_seconds(contest),
        *pretrained_text.pretrained_sections(writers, test, seed, on_progress),
    ]
    on_progress(Progress("measure", message="drawing digits without and with a network"))
    return [*made, *digit_study.digit_sections(seed)]


def split_parts(dataset: Dataset, seed: int) -> tuple[Dataset, Dataset, Dataset]:
    """Training, inner and held-back pieces; whole groups where the corpus has them."""
    homes = dataset.groups if dataset.groups is not None else np.arange(len(dataset))
    names = np.random.default_rng((seed, 11)).permutation(np.unique(homes))
    cut = max(1, round(HELD * len(names)))
    held, inner = names[:cut], names[cut : 2 * cut]
    test, valid = np.isin(homes, held), np.isin(homes, inner)
    return tuple(dataset.take(np.flatnonzero(mask)) for mask in (~test & ~valid, valid, test))  # type: ignore[return-value]


def written_texts(
    writers: Sequence[tuple[Contestant, Any]], cut: tuple[Dataset, Dataset, Dataset], seed: int, notes: Sequence[str]
) -> list[JsonObject]:
    """What each writes after the same held-back words beside the author's own, and the longest stretch each copied."""
    train, valid, test = cut
    learned = "\n".join([*train.inputs, *valid.inputs])
    draw = np.random.default_rng((seed, 12))
    place = int(draw.integers(max(1, len(test) - 4)))
    passage = "".join(test.inputs[place : place + 4])
    prompt = passage[:PROMPT]
    own = passage[PROMPT : PROMPT + WRITTEN]
    rows = [{"title": "The author", "family": "", "text": own}]
    for player, model in writers:
        written = model.write(prompt, WRITTEN, TEMPERATURE, seed)
        rows.append({"title": player.title, "family": player.family, "text": written})
    copied = []
    for row in rows:
        span = character_model.longest_copy(str(row["text"]), learned)
        copied.append([row["title"], len(span), span.replace("\n", " ").strip()])
    return [
        use_case_rules.study_section(
            "Who wrote this?", "text",
            f"Each goes on from the same held-out words: “{prompt}”. {WRITTEN} characters at temperature"
            f" {TEMPERATURE:g}. {' '.join(notes)}".strip(),
            rows=rows, prompt=prompt, blind=True,
        ),
        use_case_rules.study_section(
            "Written or copied?", "table",
            "The longest stretch that stands word for word in the training text. The author's own held-back text is the"
            " yardstick: a writer well above it recites.",
            columns=["Writer", "Longest copy, characters", "The stretch"], rows=copied,
        ),
    ]  # fmt: skip


def guess_section(writers: Sequence[tuple[Contestant, Any]], test: Dataset, seed: int) -> JsonObject:
    """A blind test for the visitor: as many passages by the author as by machines, each after words of its own."""
    draw = np.random.default_rng((seed, 14))
    starts = draw.permutation(max(1, len(test) - 3))[: 2 * len(writers)]
    rows = []
    for number, place in enumerate(starts):
        passage = "".join(test.inputs[place : place + 3])
        if number % 2:
            player, model = writers[number // 2]
            text = model.write(passage[:PROMPT], GUESSED, TEMPERATURE, seed + number)
            rows.append({"title": player.title, "family": player.family, "real": False, "text": text})
        else:
            text = passage[PROMPT : PROMPT + GUESSED]
            rows.append({"title": "The author", "family": "", "real": True, "text": text})
    return use_case_rules.study_section(
        "Person or machine?", "guess",
        f"Passages of {GUESSED} characters, half of them by the author. None was used in training.",
        rows=rows, real="A person", drawn="A machine",
    )  # fmt: skip


def bits_by_seconds(contest: Contest) -> JsonObject:
    """Bits per character on inner texts against processor seconds of training, fold by fold."""
    rows = []
    for run in contest.runs:
        for fit in run.fits[:3]:
            best = np.inf
            for spent, _, score in fit.history:
                if score is None:
                    continue
                best = min(best, -score)
                rows.append(
                    {"x": spent, "y": best, "series": f"{run.title}, fold {fit.fold + 1}", "family": run.family}
                )
    return use_case_rules.study_section(
        "Bits against seconds", "line",
        "Fewer bits are better. Counting is done within a second; the network is still learning when its time is up.",
        rows=rows, x_title="processor seconds of training", y_title="bits per character on inner texts",
    )  # fmt: skip


def _quiet(news: Progress) -> Progress:
    return replace(news, loss=None, score=None, cpu_seconds=None)
