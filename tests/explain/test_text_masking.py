"""Deleted words are answered as if the shorter text had been spelled out, and blocks of permutations settle."""

from __future__ import annotations

import numpy as np
import pytest

from core import registry
from core.evaluation import tasks
from core.explain import convergence, text_masking
from core.explain.maskers import Masker, sound_patch_masker, word_masker
from core.explain.shapley import exact_shapley
from core.features import text_features
from core.schema import Budget
from core.storage.bundled_files import labelled_dataset

SAID = [
    "not good, not bad; the good the bad and the good",
    "don't  pay $5!  don't",
    "我爱 海 and the sea the sea",
    "",
    "  ",
    "a b a b a b c a b " * 30,
]


@pytest.mark.parametrize("sublinear", [True, False])
def test_deleted_words_count_like_the_shorter_text(sublinear: bool) -> None:
    views = tuple(
        text_features.fit_tfidf([*SAID, *SAID], split)
        for split in (text_features.word_ngrams, text_features.char_ngrams)
    )
    views = tuple(text_features.TfidfVocabulary(one.index, one.weight, one.split, sublinear) for one in views)
    draw = np.random.default_rng(0)
    weights = draw.normal(size=(sum(len(one.index) for one in views), 3))
    bias = np.array([0.5, -1.0, 2.0])
    found = text_masking.text_masker(SAID, text_masking.tfidf_scorer(views, weights, bias), lambda raw: raw)
    assert found is not None
    plain, rows = word_masker(SAID, text_masking.MOST_PLAYERS), draw.integers(0, len(SAID), 80)
    present = draw.random((80, len(plain.names))) < draw.random((80, 1))
    present[:6], present[6:12] = True, False
    shorter = plain.mask(rows, present, rows)
    ends = np.cumsum([len(one.index) for one in views])
    slow = bias + sum(
        view.transform(shorter) @ weights[end - len(view.index) : end] for view, end in zip(views, ends, strict=True)
    )
    quick = found[0](found[1].mask(rows, present, rows))
    assert found[1].names == plain.names and np.allclose(quick, slow, atol=1e-5)


def test_texts_too_long_for_the_quick_game_are_left_to_the_slow_one() -> None:
    long = " ".join(f"word{i}" for i in range(text_masking.MOST_KINDS + 1))
    assert text_masking.text_masker([long], lambda tokens: lambda asked: asked.present, lambda raw: raw) is None


@pytest.mark.parametrize("key", ["text_tfidf", "text_nbsvm", "text_deep", "text_hybrid"])
def test_every_counted_model_and_network_plays_both_games_alike(key: str) -> None:
    draw = np.random.default_rng(0)
    kinds = (["boat", "sea", "sail"], ["engine", "road", "wheel"])
    codes = np.arange(60) % 2
    made = [" ".join(draw.choice(kinds[code] + ["the", "and", "of", "我", "爱"], 8)) for code in codes]
    toy = labelled_dataset("text", "toy", np.array(made, dtype=object), codes, ("water", "land"), "made here")
    train, valid, test = toy.take(np.arange(40)), toy.take(np.arange(40, 50)), toy.take(np.arange(50, 60))
    budget = Budget(seconds=1.0, seed=3)
    model = registry.find("contestants", key).fit(train, valid, tasks.infer_task(toy), budget, lambda news: None)
    margin, masker = model.margin_and_masker(test.inputs, None)
    rows = draw.integers(0, 10, 50)
    present = draw.random((50, len(masker.names))) < 0.6
    spelled = model.masker(test.inputs, None).mask(rows, present, rows)
    assert np.allclose(margin(masker.mask(rows, present, rows)), model.margin(spelled), atol=1e-4)
    if key in ("text_tfidf", "text_nbsvm"):
        told = model.common_explanation(test.inputs, None, None)
        assert np.allclose(told.base_value + told.values.sum(axis=1), model.margin(test.inputs), atol=1e-4)
        assert set(told.parts) == set(masker.names) and "linear" in told.method


def test_blocks_of_permutations_settle_or_stop_at_the_clock() -> None:
    draw = np.random.default_rng(1)
    pull = draw.normal(size=(14, 14))

    def margin(present: np.ndarray) -> np.ndarray:
        return np.tanh((present @ pull * present).sum(axis=1)) + present @ pull[0]

    def build(rows: np.ndarray, present: np.ndarray, copies: np.ndarray) -> np.ndarray:
        return present.astype(float)

    game = Masker(tuple("abcdefghijklmn"), 2, 1, build, lambda row: np.arange(14))
    truth = exact_shapley(margin, game)
    calm, heard = convergence.until_converged(margin, game, None, 60.0)
    hasty, loud = convergence.until_converged(margin, game, None, 0.0)
    error = np.abs(calm.values - truth.values).sum() / np.abs(truth.values).sum()
    assert error < 2 * max(heard, convergence.TARGET_ERROR) and np.isnan(loud)
    assert "Shapley, 2 antithetic" in hasty.method and hasty.completeness_error == pytest.approx(0, abs=1e-9)
    few = Masker(
        tuple("abc"), 2, 1, lambda rows, there, copies: np.pad(there, ((0, 0), (0, 11))), lambda row: np.arange(3)
    )
    assert convergence.until_converged(margin, few, None, 60.0)[1] == 0.0


def test_absent_sound_patches_fall_silent_as_if_turned_back_together() -> None:
    from scipy import signal

    draw = np.random.default_rng(2)
    own, other = (draw.normal(size=(2, 4_000)).astype(np.float32) * size for size in (1.0, 0.1))
    players = sound_patch_masker(own, other, 8_000, 4, 3)
    present = draw.random((6, len(players.names))) < 0.5
    present[0], present[1] = True, False
    made = players.mask(np.array([0, 1, 0, 1, 1, 0]), present, np.zeros(6, dtype=int))
    assert np.array_equal(made[0], own[0]), "with everyone present a sound is itself to the bit"
    waves = signal.stft(own, fs=8_000, nperseg=512)[2]
    loud = np.abs(signal.stft(other, fs=8_000, nperseg=512)[2]).mean(axis=0)
    quiet = waves[1] * np.minimum(1.0, loud / np.maximum(np.abs(waves[1]), 1e-12))
    together = own[1] + signal.istft(quiet - waves[1], fs=8_000, nperseg=512)[1][:4_000]
    assert np.allclose(made[1][300:-300], together[300:-300], atol=1e-4)


def test_stand_ins_of_windows_are_spread_over_the_background() -> None:
    from core.models.series.series_networks import BACKGROUND, default_masker

    windows = np.zeros((2, 16, 6), dtype=np.float32)
    background = np.arange(50, dtype=np.float32)[:, None, None] * np.ones((1, 16, 6), dtype=np.float32)
    game = default_masker(windows, background)
    assert game.n_background == BACKGROUND and len(game.names) <= 32
    nobody = np.zeros((BACKGROUND, len(game.names)), dtype=bool)
    shown = game.mask(np.zeros(BACKGROUND, dtype=int), nobody, np.arange(BACKGROUND))[:, 0, 0]
    assert shown[0] == 0 and shown[-1] == 49 and np.diff(shown).max() <= 8
