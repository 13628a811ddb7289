"""Language models against sources whose entropy is known, and what they do with too little text."""

import json

import numpy as np
import pytest

from core import registry
from core.models.generation import character_model, language_models, ngrams
from core.scenarios.generative import text_study
from core.schema import Budget, LoadError

KEYS = ("generation_ngram", "generation_transformer", "generation_hybrid")


def quiet(news):
    pass


def chain(rows, length=60, seed=0, stay=0.9):
    """Texts over "abcd" whose next letter is the following one with probability ``stay``; and the true entropy."""
    draw = np.random.default_rng(seed)
    steps = np.where(draw.random((rows, length)) < stay, 1, draw.integers(2, 5, (rows, length)))
    letters = (np.cumsum(steps, axis=1) + draw.integers(0, 4, (rows, 1))) % 4
    shares = np.array([stay, *[(1 - stay) / 3] * 3])
    return ["".join("abcd"[k] for k in row) for row in letters], float(-(shares * np.log2(shares)).sum())


def test_the_ngram_reaches_the_entropy_of_a_known_chain():
    pieces, entropy = chain(600)
    test, _ = chain(100, seed=1)
    counted = ngrams.fit_kneser_ney(pieces, character_model.Alphabet("abcd"), 2)
    found, _, mask = counted.score_texts(test)
    # The first letter of each text is drawn evenly from four: two bits once in sixty.
    expected = (2 + 59 * entropy) / 60
    assert -np.log2(found[mask]).mean() == pytest.approx(expected, abs=0.02)


def test_even_letters_cost_two_bits_and_no_less():
    draw = np.random.default_rng(0)
    made = ["".join(row) for row in draw.choice(list("abcd"), (500, 40))]
    counted = ngrams.fit_kneser_ney(made[:400], character_model.Alphabet("abcd"), 3)
    found, _, mask = counted.score_texts(made[400:])
    assert 1.99 < -np.log2(found[mask]).mean() < 2.05


def test_ngram_probabilities_sum_to_one_after_anything():
    counted = ngrams.fit_kneser_ney(chain(50)[0], character_model.Alphabet("abcd"), 4)
    for codes in ([], [0], [2, 3, 4, 5], [1, 1, 1], [5, 5, 5, 5, 5, 5, 5, 5, 5]):
        found, matched = counted.next_probabilities(np.array(codes, dtype=np.int64))
        assert found.sum() == pytest.approx(1) and found[character_model.BEGIN] == 0 and 0 <= matched <= 4
        keys = ngrams.window_keys(np.r_[np.zeros(8, dtype=np.int64), codes, 2][None, :].astype(np.int64))[:, -1]
        assert counted.probabilities(keys)[0][0] == pytest.approx(found[2], rel=0.05)


def test_mixing_finds_the_better_of_two():
    draw = np.random.default_rng(0)
    kind = draw.integers(0, 2, 4_000)
    first = np.where(kind == 0, 0.6, 0.1)
    second = np.where(kind == 0, 0.1, 0.6)
    weights = language_models.mixture_weights(first, second, kind, 3)
    assert weights[0] > 0.95 and weights[1] < 0.05 and weights[2] == pytest.approx(0.5)


def corpus(rows=160):
    return character_model.corpus_dataset(chain(rows)[0], "chain", np.arange(rows) // 8)


@pytest.mark.parametrize("key", KEYS)
def test_every_writer_answers_in_bits_and_can_be_shipped(key):
    dataset = corpus()
    train, valid, test = text_study.split_parts(dataset, 0)
    player = registry.find("contestants", key)
    assert player.unsupported_reason(dataset, text_study.TASK) is None
    told = []
    model = player.fit(train, valid, text_study.TASK, Budget(seconds=2.0, seed=1), told.append)
    bits = model.predict(test.inputs)
    assert bits.shape == (len(test),) and np.isfinite(bits).all()
    assert bits.mean() < dataset.facts["score_of_chance"] + 0.1
    assert model.predict(np.array(["", "zzz"], dtype=object))[0] == 0
    assert model.saved()[:2] == b"PK" and json.dumps(model.describe()) and model.parameters > 0
    written = model.write("abc", 30, 0.8, 3)
    assert written == model.write("abc", 30, 0.8, 3) and len(written) == 30 and set(written) <= set("abcd")
    assert any(news.score is not None for news in told)
    with pytest.raises(ValueError, match="no decision"):
        model.explain(test.inputs, train.inputs)


def test_probabilities_asked_one_by_one_are_those_of_the_whole_text():
    dataset = corpus()
    train, valid, _ = text_study.split_parts(dataset, 0)
    for key in KEYS:
        model = registry.find("contestants", key).fit(train, valid, text_study.TASK, Budget(seconds=1.0), quiet)
        logs, _ = model.log_probabilities(["abca"])
        codes = model.alphabet.codes(["abca"])[0][0]
        after = model.next_probabilities(codes[:-1])
        assert np.log2(after[codes[-1]]) == pytest.approx(logs[0, -1], abs=0.05)


def test_two_hundred_characters_are_refused_in_words():
    pieces, homes = character_model.split_chunks("Call me Ishmael. " * 12)
    with pytest.raises(LoadError, match="too little to learn to write from"):
        character_model.corpus_dataset(pieces, "note", homes)
    with pytest.raises(LoadError, match="repeats a single character"):
        character_model.corpus_dataset(["a" * 300] * 30, "a")
    small = corpus(90)
    assert "too little" in registry.find("contestants", "generation_ngram").unsupported_reason(
        small.take(np.arange(3)), None
    )


def test_the_scale_is_the_entropy_of_single_characters():
    facts = corpus().facts
    assert facts["score_of_chance"] == pytest.approx(2.0, abs=0.01) and facts["score_of_perfect"] == 0


def test_the_longest_copy_is_found():
    assert character_model.longest_copy("xx the white whale yy", "he saw the white whale once") == " the white whale "
    assert character_model.longest_copy("abc", "xyz") == ""


def test_pieces_stay_within_their_chapter():
    text = "".join(f"CHAPTER {n}. Title\n\n" + f"word{n} " * 60 + "\n\n" for n in range(6))
    pieces, homes = character_model.split_chunks(text, 50)
    assert len(set(homes)) == 6 and all(len(piece) == 50 for piece in pieces)
    assert all(f"word{home}" in piece for piece, home in zip(pieces, homes, strict=True) if "word" in piece)


def test_the_blind_test_holds_as_many_people_as_machines_on_words_of_their_own():
    from types import SimpleNamespace

    pieces = [f"{place:03d} " + "abcdefgh " * 14 for place in range(40)]
    test = character_model.corpus_dataset([*pieces * 2], "toy")
    players = [
        (SimpleNamespace(title=name, family="deep"), SimpleNamespace(write=lambda begun, *how: f"after {begun[:3]}"))
        for name in ("First", "Second", "Third")
    ]
    found = text_study.guess_section(players, test, 0)
    real = [row for row in found["rows"] if row["real"]]
    assert found["kind"] == "guess" and len(real) == 3 and len(found["rows"]) == 6
    assert (
        all(len(row["text"]) == text_study.GUESSED for row in real) and len({row["text"] for row in found["rows"]}) == 6
    )
    assert {row["title"] for row in found["rows"] if not row["real"]} == {"First", "Second", "Third"}
    assert json.dumps(found, allow_nan=False) and text_study.guess_section([], test, 0)["rows"] == []
