"""The mailbox: whole files, oldest first, a slider's older positions skipped, old answers make room."""

from __future__ import annotations

import pytest

from core.storage import message_queue


def test_questions_come_out_once_in_order_and_answers_grow(tmp_path) -> None:
    assert message_queue.read_notice(tmp_path) is None and message_queue.count_pending(tmp_path) == 0
    with pytest.raises(OSError):
        message_queue.put_question(tmp_path, {"kind": "text"})
    message_queue.open_queue(tmp_path, {"idle": 5})
    assert message_queue.read_notice(tmp_path) == {"idle": 5}
    first, second = (message_queue.put_question(tmp_path, {"text": word}) for word in ("one", "two"))
    assert message_queue.count_pending(tmp_path) == 2
    assert message_queue.take_questions(tmp_path) == [(first, {"text": "one"}), (second, {"text": "two"})]
    assert message_queue.take_questions(tmp_path) == [] and message_queue.read_answer(tmp_path, first) is None
    for step in (1, 2):
        message_queue.write_answer(tmp_path, first, {"step": step})
        assert message_queue.read_answer(tmp_path, first) == {"step": step}


def test_only_the_last_position_of_a_slider_is_asked(tmp_path) -> None:
    message_queue.open_queue(tmp_path, {})
    ids = [message_queue.put_question(tmp_path, {"panel": "noise", "noise": k}) for k in range(3)]
    other = message_queue.put_question(tmp_path, {"text": "x"})
    assert [id for id, _ in message_queue.take_questions(tmp_path)] == [ids[2], other]
    assert message_queue.read_answer(tmp_path, ids[0]) == {"skipped": True, "complete": True}


def test_half_written_files_are_not_seen_and_old_answers_go(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(message_queue, "MAX_ANSWERS", 3)
    message_queue.open_queue(tmp_path, {})
    (tmp_path / "asked" / ".half.json.0000").write_text("{")
    (tmp_path / "asked" / "0.json").write_text("{")
    assert message_queue.take_questions(tmp_path) == []
    ids = [message_queue.put_question(tmp_path, {"k": k}) for k in range(5)]
    for id, question in message_queue.take_questions(tmp_path):
        message_queue.write_answer(tmp_path, id, question)
    assert [message_queue.read_answer(tmp_path, id) for id in ids] == [None, None, {"k": 2}, {"k": 3}, {"k": 4}]
