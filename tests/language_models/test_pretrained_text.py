"""Use case E: bits a character of the installed language model beside the writers of the contest, on the same texts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import registry
from core.language_models import smollm_package
from core.models.generation import character_model
from core.scenarios.generative import pretrained_text


def corpus() -> Any:
    pieces = [f"the good inner thing {number} is there. " * 7 for number in range(24)]
    return character_model.corpus_dataset(pieces, "toy", np.arange(24) // 4)


def test_the_same_passages_are_read_by_all(tiny_installed):
    heard: list[list[str]] = []
    writer = SimpleNamespace(predict=lambda texts: heard.append(list(texts)) or np.full(len(texts), 3.0))
    player = registry.find("contestants", "generation_ngram")
    (section,) = pretrained_text.pretrained_sections([(player, writer)], corpus(), 0, lambda news: None)
    assert len(heard[0]) == 6 and len(set(heard[0])) == 6 and all(len(text) > 100 for text in heard[0])
    assert section["rows"][0] == [player.title, 3.0, "3.00 to 3.00"]
    read = [pretrained_text.bits_a_character(tiny_installed, text) for text in heard[0]]
    assert section["rows"][1][1] == pytest.approx(np.mean(read), abs=0.006) and "may have seen" in section["about"]


def test_its_bits_are_those_of_all_tokens_but_the_first(tiny_installed):
    text = "the good thing"
    numbers = tiny_installed.tokens.encode(text)
    step, bits = tiny_installed.begin(numbers[:1]), 0.0
    for number in numbers[1:]:
        bits -= float(step.following[number]) / np.log(2)
        step = tiny_installed.begin([number], step)
    assert pretrained_text.bits_a_character(tiny_installed, text) == pytest.approx(bits / (len(text) - 3), rel=1e-3)


def test_nothing_is_shown_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(smollm_package, "weights_path", lambda: None)
    writers: list[Any] = [(None, None)]
    assert pretrained_text.pretrained_sections(writers, corpus(), 0, lambda news: None) == []
