"""Live questions: contestants fitted once more answer questions as they answered the contest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import arena, registry
from core.arena.prediction_service import PredictionService, modalities_with_questions, write_answer
from core.evaluation import splits, tasks
from core.schema import Contest, LoadError, Plan
from core.storage import message_queue
from tests.arena.scripted import contestant, room, table

PLAN = Plan(fixed_folds=True, explain=False)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> tuple[Contest, Any]:
    """A contest of a good, a poor and a failing contestant on a little table."""
    real = registry.discover
    seated = (
        contestant("good", "classical", 0.9),
        contestant("poor", "deep", 0.6),
        contestant("ill", "hybrid", 0.9, "ill"),
    )
    rooms = {"contestants": room(*seated), "measurements": room()}
    monkeypatch.setattr(registry, "discover", lambda name: rooms[name] if name in rooms else real(name))
    monkeypatch.setattr(registry, "find", lambda name, key: rooms[name][key] if name in rooms else real(name)[key])
    data = table()
    return arena.tournament(data, tasks.infer_task(data, "y"), PLAN, lambda news: None, worker_mode="inline"), data


def with_service(played: tuple[Contest, Any], use: Any) -> None:
    arena.open_service(*played, lambda news: None, use, worker_mode="inline")


def test_the_same_fold_is_asked_and_everybody_is_named(played: Any) -> None:
    contest, data = played

    def use(service: PredictionService) -> None:
        ready = tasks.prepare(data, contest.task)
        first = splits.make_splits(ready, contest.task, contest.plan)[0]
        assert len(service.test) == len(first.test)
        assert service.test.inputs.iloc[3].equals(ready.inputs.iloc[first.test[3]])
        assert [(one["key"], one["trouble"]) for one in service.describe_contestants()] == [
            ("good", None),
            ("poor", None),
            ("ill", "ill"),
        ]

    with_service(played, use)


def test_answers_arrive_one_by_one_with_reasons_last(played: Any) -> None:
    def use(service: PredictionService) -> None:
        steps = []
        for known in service.predict({"kind": "row", "row": 0, "values": {"truth": 1}, "explain": True}):
            steps.append((len(known["answers"]), "explanation" in known["answers"]["good"], known["complete"]))
        assert steps[:3] == [(1, False, False), (2, False, False), (3, False, False)] and steps[-1] == (3, True, True)
        good, poor, ill = (known["answers"][key] for key in ("good", "poor", "ill"))
        assert good["probabilities"][0] == pytest.approx([0.1, 0.9]) and good["labels"] == ["no", "yes"]
        assert poor["probabilities"][0] == pytest.approx([0.4, 0.6]) and good["ms"] > 0
        assert "did not finish" in ill["trouble"]
        reason = dict(zip(good["explanation"]["parts"], good["explanation"]["values"], strict=True))
        assert reason["truth"] == pytest.approx(np.log(9) - good["explanation"]["base"])
        assert known["shown"]["row"]["truth"] == "1.0"

    with_service(played, use)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"row": 10_000}, "no item"),
        ({"row": 0, "values": {"nowhere": 1}}, "'nowhere'"),
        ({"kind": "many", "questions": []}, "at once"),
        ({"kind": "many", "questions": [{"row": 0}, {"row": 1}]}, "one at a time"),
    ],
)
def test_a_bad_question_is_answered_in_words(played: Any, tmp_path: Any, question: dict, words: str) -> None:
    def use(service: PredictionService) -> None:
        message_queue.open_queue(tmp_path, {})
        write_answer(service, tmp_path, "0" * 32, question)
        answer = message_queue.read_answer(tmp_path, "0" * 32) or {}
        assert words in answer["trouble"] and answer["complete"]

    with_service(played, use)


def test_the_service_ends_when_nobody_asks(played: Any, tmp_path: Any) -> None:
    def use(service: PredictionService) -> None:
        message_queue.open_queue(tmp_path, {})
        id = message_queue.put_question(tmp_path, {"row": 0})
        arena.serve(service, tmp_path, idle=0.3, longest=5)
        assert (message_queue.read_notice(tmp_path) or {})["items"] == len(service.test)
        assert (message_queue.read_answer(tmp_path, id) or {})["complete"]

    with_service(played, use)


def test_every_modality_of_answers_takes_questions(played: Any) -> None:
    assert {"table", "image", "text", "sound", "series"} <= modalities_with_questions()
    contest, data = played
    from dataclasses import replace

    with pytest.raises(LoadError, match="no questions"):
        arena.open_service(
            contest, replace(data, modality="elsewhere"), lambda news: None, lambda service: None, worker_mode="inline"
        )
