"""Live questions to the fitted contestants of a run: opening a session, asking, and reading the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.runtime import live_sessions
from core.schema import LoadError
from core.storage.run_store import JobRejected


def open_session(run: str, owner: str) -> None:
    """Starts a session in which the models of a run, kept or fitted once more, wait for questions.

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


def opens_by_itself(run: str, owner: str) -> bool:
    """Whether the models of a run are to be loaded without a click: it has just ended, and there is room for them."""
    return live_sessions.opens_by_itself(run, owner)


def why_not(run: str, owner: str) -> str | None:
    """Why the models of a run can no longer be asked, in words; None where they can."""
    return live_sessions.why_not(run, owner)


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
