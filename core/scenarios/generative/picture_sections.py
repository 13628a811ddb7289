"""What pages draw of the contest of pictures: the table of its judges, and pictures to draw from and to guess about."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.evaluation import uncertainty
from core.judging import use_case_rules
from core.scenarios.generative.picture_generators import Generator, LatentSpace
from core.schema import Dataset, Family, JsonObject

FOLDS = 5
SHOWN = 6
SHADES = 15
FLOW, MIXTURE = "drawn_flow", "drawn_mixture"
TITLES = {FLOW: "Latent flow matching", MIXTURE: "Gaussian mixtures"}
FAMILIES: dict[str, Family] = {FLOW: "deep", MIXTURE: "classical"}
REAL = "Real"


@dataclass
class GeneratorScores:
    """What one generator reached on each fold, and what stands beside it."""

    skill: list[float] = field(default_factory=list)
    recognised: list[float] = field(default_factory=list)
    area: list[float] = field(default_factory=list)
    p_value: list[float] = field(default_factory=list)
    pixel_area: list[float] = field(default_factory=list)
    copying: list[float] = field(default_factory=list)
    draw_seconds: list[float] = field(default_factory=list)
    fit_seconds: list[float] = field(default_factory=list)
    parameters: int = 0
    converged: bool = True
    note: str = ""


@dataclass(frozen=True)
class PictureFold:
    """One cut: pictures (n, p) with classes (n,), to learn from and to compare with, and the space of the former."""

    train: np.ndarray
    train_codes: np.ndarray
    test: np.ndarray
    test_codes: np.ndarray
    space: LatentSpace
    seed: int


def score_section(title: str, scores: Mapping[str, GeneratorScores], yardstick: GeneratorScores) -> JsonObject:
    """The table of one sample: every judge's number for both generators and for real pictures.

    Args:
        title: of the part. scores: by key. yardstick: of real pictures.
    """
    rows = []
    for name, family, one in [
        *((TITLES[key], FAMILIES[key], one) for key, one in scores.items()), (REAL, "", yardstick)
    ]:  # fmt: skip
        speed = f"{1000 * np.mean(one.draw_seconds):.2f}" if one.draw_seconds else ""
        rows.append(
            [
                name, family, _interval(one.recognised), _interval(one.area), f"{np.median(one.p_value):.3f}",
                _interval(one.pixel_area), f"{np.mean(one.copying):.2f}", speed,
                f"{np.mean(one.fit_seconds):.1f}" if one.fit_seconds else "", one.note,
            ]
        )  # fmt: skip
    about = (
        f"{FOLDS} folds; in brackets the {uncertainty.INTERVAL}. Recognised: a support vector machine trained on other"
        " rows names the class asked for. Told apart: area under the curve of a classifier that learns real from drawn"
        " on half of the pictures and answers for the rest (.5: it cannot, 1: always), in the 64 principal components"
        " that both learn from; p: the share of random labellings it does as well on, middle of the folds. On pixels"
        " what the components leave out gives both away too. Copying: the distance to the nearest training picture as"
        " a share of that of new real pictures, nearest tenth of each; far below 1 is copying. Seconds are of this"
        " machine's processor."
    )
    columns = [
        "Drawer", "Family", "Recognised as asked", "Told apart", "p", "Told apart on pixels", "Copying",
        "ms per picture", "CPU-seconds of training", "Size",
    ]  # fmt: skip
    return use_case_rules.study_section(f"{title}: what the judges say", "table", about, columns=columns, rows=rows)


def _interval(values: Sequence[float]) -> str:
    found = uncertainty.corrected_t(values, uncertainty.fold_rho(FOLDS), 0.0)
    return f"{found.gap:.3f} [{max(0.0, found.low):.3f}, {min(1.0, found.high):.3f}]"


def draw_pool(fitted: Mapping[str, Generator], fold: PictureFold, labels: Sequence[str]) -> list[JsonObject]:
    """Pictures of every class by both generators, and real ones that none has learned from.

    The real ones are shown through the same principal components, so that sharpness gives none away.

    Args:
        fitted: by key. fold: they were fitted on. labels: of the classes.
    """
    asked = np.repeat(np.arange(len(labels)), SHOWN)
    rows: list[JsonObject] = []
    for key, generator in fitted.items():
        drawn = fold.space.pictures(generator.draw(asked, fold.seed + 1_000))
        for number, one in enumerate(drawn):
            rows.append(_pool_row(TITLES[key], FAMILIES[key], labels[int(asked[number])], one, number))
    seen = fold.space.pictures(fold.space.project(fold.test))
    for code, label in enumerate(labels):
        for number, one in enumerate(seen[fold.test_codes == code][:SHOWN]):
            rows.append(_pool_row(REAL, "", label, one, number))
    return rows


def _pool_row(title: str, family: str, label: str, picture: np.ndarray, number: int) -> JsonObject:
    """Every other picture of a class is kept for the game, so that none is shown by name before it is guessed about."""
    pixels = pack_pixels(picture)
    return {"title": title, "family": family, "label": label, "pixels": pixels, "guessed": bool(number % 2)}


def pack_pixels(picture: np.ndarray) -> str:
    """Sixteen shades of a picture, compressed, as text.

    Args:
        picture: (p,), shades from 0 to 1.
    """
    shades = np.rint(np.clip(picture, 0.0, 1.0) * SHADES) * (255 // SHADES)
    return base64.b64encode(zlib.compress(shades.astype(np.uint8).tobytes(), 9)).decode("ascii")


def game_section(title: str, dataset: Dataset, rows: list[JsonObject]) -> JsonObject:
    """Pictures to draw from by class, and a game of guessing who drew them.

    Args:
        title: of the part. dataset: gives the size of the pictures. rows: of ``draw_pool``.
    """
    high, wide = np.asarray(dataset.inputs).shape[1:3]
    about = (
        "Ask for a class and see what each draws, or guess of one picture at a time where it comes from. Drawn while"
        f" the use case was played, from the models of the first fold; learned from {dataset.source}. Real pictures are"
        " shown through the same 64 principal components, so that sharpness gives none away."
    )
    return use_case_rules.study_section(
        f"{title}: draw and guess", "families", about, rows=rows, height=int(high), width=int(wide),
        sources=[REAL, *TITLES.values()], switch=["Pictures drawn", title],
    )  # fmt: skip
