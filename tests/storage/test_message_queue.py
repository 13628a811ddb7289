"""The mailbox: whole files, oldest first, a slider's older positions skipped, old answers make room."""

from __future__ import annotations

import pytest

from core.storage import message_queue as mailbox


def test_questions_come_out_once_in_order_and_answers_grow(tmp_path) -> None:
    assert mailbox.notice(tmp_path) is None and mailbox.pending(tmp_path) == 0
    with pytest.raises(OSError):
        mailbox.put(tmp_path, {"kind": "text"})
    mailbox.open_at(tmp_path, {"idle": 5})
    assert mailbox.notice(tmp_path) == {"idle": 5}
    first, second = (mailbox.put(tmp_path, {"text": word}) for word in ("one", "two"))
    assert mailbox.pending(tmp_path) == 2
    assert mailbox.waiting(tmp_path) == [(first, {"text": "one"}), (second, {"text": "two"})]
    assert mailbox.waiting(tmp_path) == [] and mailbox.read(tmp_path, first) is None
    for step in (1, 2):
        mailbox.answer(tmp_path, first, {"step": step})
        assert mailbox.read(tmp_path, first) == {"step": step}


def test_only_the_last_position_of_a_slider_is_asked(tmp_path) -> None:
    mailbox.open_at(tmp_path, {})
    ids = [mailbox.put(tmp_path, {"panel": "noise", "noise": k}) for k in range(3)]
    other = mailbox.put(tmp_path, {"text": "x"})
    assert [id for id, _ in mailbox.waiting(tmp_path)] == [ids[2], other]
    assert mailbox.read(tmp_path, ids[0]) == {"skipped": True, "complete": True}


def test_half_written_files_are_not_seen_and_old_answers_go(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 3)
    mailbox.open_at(tmp_path, {})
    (tmp_path / "asked" / ".half.json.0000").write_text("{")
    (tmp_path / "asked" / "0.json").write_text("{")
    assert mailbox.waiting(tmp_path) == []
    ids = [mailbox.put(tmp_path, {"k": k}) for k in range(5)]
    for id, question in mailbox.waiting(tmp_path):
        mailbox.answer(tmp_path, id, question)
    assert [mailbox.read(tmp_path, id) for id in ids] == [None, None, {"k": 2}, {"k": 3}, {"k": 4}]
