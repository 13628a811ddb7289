"""Live questions to the fitted contestants of a run: opening a session, asking, and reading the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.runtime import live_sessions
from core.schema import LoadError
from core.storage.run_store import JobRejected


def open_session(run: str, owner: str) -> None:
    """Starts a session in which the contestants of a run are fitted once more and wait for questions.

    Raises:
        LoadError: with the reason, if it cannot be started now.
    """
    try:
        live_sessions.open_session(run, owner)
    except JobRejected as refused:
        raise LoadError(str(refused)) from refused


def read_session(run: str, owner: str) -> dict[str, Any]:
    """The state of a run's session: whether it is closed, starting, ready or failed, and what is known of it."""
    return live_sessions.session_state(run, owner)


def close_session(run: str, owner: str) -> None:
    """Ends the session of a run."""
    live_sessions.close_session(run, owner)


def ask_question(run: str, owner: str, question: Mapping[str, Any]) -> str:
    """Puts a question to the contestants and returns its id.

    Raises:
        LoadError: with the reason, if nobody can be asked now.
    """
    try:
        return live_sessions.ask_question(run, owner, question)
    except JobRejected as refused:
        raise LoadError(str(refused)) from refused


def read_answer(run: str, owner: str, question: str) -> dict[str, Any] | None:
    """The answers to a question so far, or None before the first one.

    Args:
        question: its id, from ``ask_question``.
    """
    return live_sessions.get_answer(run, owner, question)
