"""What one explanation takes in reference seconds, counted on one item, so that explaining is planned and not timed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core import registry
from core.explain import maskers
from core.explain.shapley import Margin
from core.schema import Dataset, Inputs, Modality, Model
from core.workers.answer_work import measured_work


def explanation_work(model: Model, asked: Dataset, training: Dataset, outputs: np.ndarray | None) -> float:
    """Reference seconds of explaining one item; the same on every machine.

    Args:
        model: a fitted contestant. One that declares what an answer costs is not asked: its explanation plays a pair
            of permutations a stand-in, which is counted. asked: rows, of which the first is explained. training: the
            background. outputs: (n,) class explained per row, or None.
    """
    one, background = asked.take(np.arange(1)).inputs, training.inputs
    declared = getattr(model, "answer_seconds", None)
    if declared is not None:
        games = models_games(model, registry.modality(asked.modality), one, background)[1]
        if games:
            game = next(iter(games.values()))
            return float(2 * game.n_background * (len(game.active_features(0)) + 1) * declared)
    wanted = None if outputs is None else outputs[:1]
    return measured_work(lambda: model.explain(one, background, wanted))[1]


def models_games(
    model: Model, kind: Modality, rows: Inputs, background: Inputs
) -> tuple[Margin, dict[tuple[str, ...], maskers.Masker]]:
    """Who answers, and every game that an explanation of such rows may have played, by the names of its players.

    Args:
        model: fitted. kind: of the rows. rows, background: what is explained, and the stand-ins of absent parts.
    """
    game = getattr(model, "margin_and_masker", None)
    if game is not None:
        margin, players = game(rows, background)
        return margin, {players.names: players}
    games: Sequence[maskers.Masker] = ()
    own = getattr(model, "masker", None)
    if own is not None:
        games = [own(rows, background)]
    elif kind.masker is not None:
        games = kind.masker(rows, background)
    return model.margin, {game.names: game for game in games}
