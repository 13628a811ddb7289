"""Live questions to language models that continue a prompt, and visitors who ask on before explanations are ready."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import arena
from core.arena.prediction_service import PredictionService, write_answer
from core.evaluation import tasks
from core.models.generation import character_model
from core.perturbation import live_questions
from core.schema import LoadError, Plan
from core.storage import message_queue


def corpus() -> Any:
    draw = np.random.default_rng(0)
    words = np.array(["rain ", "old ", "man ", "night ", "door ", "dog "])
    pieces = ["".join(row) for row in draw.choice(words, (80, 24))]
    return character_model.corpus_dataset(pieces, "toy", np.arange(80) // 4)


def test_writers_go_on_from_what_was_typed() -> None:
    data = corpus()
    plan = Plan(contestants=("generation_ngram",), folds=5, repeats=1, fixed_folds=True, budget_seconds=5.0)
    played = arena.tournament(
        data, tasks.infer_task(data), plan, lambda news: None, worker_mode="inline", measured=False
    )
    answers: list[Any] = []

    def use(service: PredictionService) -> None:
        for how in ({"length": 40}, {"length": 40, "seed": 1}, {"length": 40}):
            answers.extend(list(service.predict({"kind": "prompt", "text": "the old ", **how}))[-1:])
        with pytest.raises(LoadError, match="no beginning"):
            list(service.predict({"kind": "prompt", "text": " \x00 "}))

    arena.open_service(played, data, lambda news: None, use, worker_mode="inline")
    first, other, again = (one["answers"]["generation_ngram"] for one in answers)
    assert len(first["text"]) == 40 and set(first["text"]) <= set("rain oldmghtegd")
    assert first["text"] == again["text"] != other["text"] and first["value"][0] > 0 and first["ms"] > 0


def test_how_to_write_is_kept_within_bounds() -> None:
    made = live_questions.prompt_question(
        corpus(), {"text": "x" * 9_000, "length": 1e9, "temperature": 0.0, "seed": -3}
    )
    assert len(made.inputs[0]) == 2_000 and made.facts["write"] == {"length": 1_000, "temperature": 0.05, "seed": 3}
    with pytest.raises(LoadError, match="not a number"):
        live_questions.prompt_question(corpus(), {"text": "x", "temperature": "hot"})


def test_who_asks_on_does_not_wait_for_reasons(tmp_path: Any) -> None:
    steps = [{"answers": {"a": {}}, "complete": False}, {"answers": {"a": {}}, "why": 1, "complete": False},
             {"answers": {"a": {}}, "why": 2, "complete": True}]  # fmt: skip
    service: Any = SimpleNamespace(session=SimpleNamespace(contestants=["a"]), predict=lambda question: iter(steps))
    message_queue.open_queue(tmp_path, {})
    write_answer(service, tmp_path, "1" * 32, {"kind": "row"})
    assert message_queue.read_answer(tmp_path, "1" * 32)["why"] == 2
    message_queue.put_question(tmp_path, {"kind": "row"})
    write_answer(service, tmp_path, "2" * 32, {"kind": "row"})
    hurried = message_queue.read_answer(tmp_path, "2" * 32)
    assert hurried["complete"] and "why" not in hurried and hurried["answers"] == {"a": {}}
