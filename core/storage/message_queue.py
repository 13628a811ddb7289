"""A queue of questions in a folder: a page writes them, a running process answers, each as one whole file."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from pathlib import Path

from core.schema import Facts, JsonObject
from core.storage import paths

OPENED, ASKED, ANSWERED = "opened.json", "asked", "answered"
MAX_ANSWERS = 200


def open_queue(folder: Path, notice: Facts) -> None:
    """Opens the queue: from now on questions may be put, and ``read_notice`` can be read."""
    for name in (ASKED, ANSWERED):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / OPENED, notice)


def read_notice(folder: Path) -> JsonObject | None:
    """What the one who answers has said of itself, or None before it is open."""
    return _read(folder / OPENED)


def put_question(folder: Path, question: Facts) -> str:
    """Puts a question and returns its number, 32 digits that rise with time.

    Raises:
        OSError: nobody is there any more.
    """
    id = f"{time.time_ns():024x}{secrets.token_hex(4)}"
    _write(folder / ASKED / f"{id}.json", question)
    return id


def count_pending(folder: Path) -> int:
    """How many questions wait."""
    try:
        return sum(name.endswith(".json") and not name.startswith(".") for name in os.listdir(folder / ASKED))
    except OSError:
        return 0


def take_questions(folder: Path) -> list[tuple[str, JsonObject]]:
    """Takes all questions that wait, oldest first.

    Of several with the same ``panel`` only the newest is handed out; a slider's way to where it stopped is no question.
    """
    taken = []
    for name in sorted(os.listdir(folder / ASKED)):
        if name.startswith(".") or not name.endswith(".json"):
            continue
        path = folder / ASKED / name
        question = _read(path)
        with contextlib.suppress(OSError):
            path.unlink()
        if question is not None:
            taken.append((name.removesuffix(".json"), question))
    newest = {question.get("panel") or id: id for id, question in taken}
    for id, question in taken:
        if newest[question.get("panel") or id] != id:
            write_answer(folder, id, {"skipped": True, "complete": True})
    return [(id, question) for id, question in taken if newest[question.get("panel") or id] == id]


def write_answer(folder: Path, id: str, content: Facts) -> None:
    """Writes what is known about a question; may be called again with more. Old answers make room."""
    _write(folder / ANSWERED / f"{id}.json", content)
    names = sorted(name for name in os.listdir(folder / ANSWERED) if not name.startswith("."))
    for name in names[:-MAX_ANSWERS]:
        with contextlib.suppress(OSError):
            (folder / ANSWERED / name).unlink()


def read_answer(folder: Path, id: str) -> JsonObject | None:
    """What is known about a question so far, or None."""
    return _read(folder / ANSWERED / f"{id}.json")


def last_question_time(folder: Path) -> float | None:
    """When a question was last put or the queue opened, Unix seconds; None where there is none."""
    moments = []
    for path in (folder / OPENED, folder / ASKED):
        with contextlib.suppress(OSError):
            moments.append(path.stat().st_mtime)
    return max(moments, default=None)


def _write(path: Path, content: Facts) -> None:
    """A question or an answer outlives no restart, so it is renamed into place but not synced to the disk."""
    paths.write_atomically(path, json.dumps(content, ensure_ascii=False, allow_nan=True), durable=False)


def _read(path: Path) -> JsonObject | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
