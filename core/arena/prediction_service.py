"""The desk: after a contest its contestants are fitted once more and stay to answer a visitor's questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core import registry
from core.arena import refit_session as anew
from core.arena import result_details as shown
from core.arena.session import Chair, Seats, Table
from core.explain import item_thumbnails
from core.schema import Cancelled, Contest, Dataset, LoadError, ProgressCallback, check_cancelled
from core.storage import message_queue as mailbox

MOST_AT_ONCE = 41
EAGER_SECONDS, LAZY_SECONDS, EAGER_FOR = 0.01, 0.08, 10.0


@dataclass
class Desk:
    """Contestants who have taken their seats, and what they need to be asked."""

    table: Table
    test: Dataset
    background: np.ndarray
    ask: Callable[[Dataset, Mapping[str, Any]], Dataset]
    tell: ProgressCallback

    def who(self) -> list[dict[str, Any]]:
        """Every contestant: key, title, family, and why it cannot answer if it cannot."""
        return [
            {
                "key": chair.contestant.key, "title": chair.contestant.title, "family": chair.contestant.family,
                "trouble": chair.trouble or next((fit.error for fit in chair.fits if fit.error), None),
            }
            for chair in self.table.chairs
        ]  # fmt: skip

    def answers(self, question: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What is known after each further contestant (and explanation): the last one is "complete".

        question: one as ``Modality.ask`` takes it, {"kind": "many", "questions": [...]} for up to 41 at once, and
        "explain": true for reasons, "turn": true for the smallest change of a row that turns a two-class answer, and
        "fixed": columns that must stay as they are.

        Raises:
            LoadError: the question makes no sense; in the user's words.
        """
        asked = self._asked(question)
        known: dict[str, Any] = {"answers": {}, "shown": self._shown(asked), "complete": False}
        for chair in self.table.chairs:
            replied = chair.ask("reply", self.tell, None, asked=asked) or {"trouble": _loss(chair)}
            known["answers"][chair.contestant.key] = self._told(chair, replied)
            yield known
        first = asked.take(np.array([0]))
        if question.get("explain"):
            yield from self._reasons(known, first)
        if question.get("turn") and self.table.task.form == "binary" and hasattr(first.inputs, "columns"):
            fixed = tuple(map(str, question.get("fixed") or ()))
            for chair in self.table.chairs:
                if chair.contestant.family != "chance":
                    turned = chair.ask("turn", self.tell, None, asked=first, fixed=fixed)
                    known["answers"][chair.contestant.key]["turn"] = turned or {"trouble": _loss(chair)}
                    yield known
        known["complete"] = True
        yield known

    def _reasons(self, known: dict[str, Any], first: Dataset) -> Iterator[dict[str, Any]]:
        """What is known after the reasons of each further contestant; all explain the same output."""
        output = self._output(known["answers"])
        if output is not None:
            known["shown"]["explained"] = self.test.labels[output]
        outputs = None if output is None else np.array([output])
        for chair in self.table.chairs:
            if chair.contestant.family == "chance":
                continue
            why = chair.ask("why", self.tell, None, asked=first, background=self.background, outputs=outputs)
            known["answers"][chair.contestant.key]["explanation"] = why or {"trouble": _loss(chair)}
            yield known

    def _asked(self, question: Mapping[str, Any]) -> Dataset:
        several = question.get("questions") if question.get("kind") == "many" else [question]
        if not isinstance(several, list) or not 1 <= len(several) <= MOST_AT_ONCE:
            raise LoadError(f"Between 1 and {MOST_AT_ONCE} questions can be asked at once.")
        asked = [self.ask(self.test, one) for one in several]
        if len(asked) == 1:
            return asked[0]
        if hasattr(asked[0].inputs, "columns"):
            raise LoadError("Rows of a table are asked one at a time.")
        inputs = np.concatenate([one.inputs for one in asked])
        return replace(asked[0], inputs=inputs, target=None, groups=None, order=None)

    def _shown(self, asked: Dataset) -> dict[str, Any]:
        """The items as the contestants saw them, and the recorded answer where there is one."""
        if hasattr(asked.inputs, "columns"):
            row = asked.inputs.iloc[0]
            seen: dict[str, Any] = {"row": {str(k): "" if v is None or v != v else str(v) for k, v in row.items()}}
        else:
            seen = {"items": item_thumbnails.items(asked, np.arange(min(len(asked), 8)))}
        if asked.target is not None:
            named = bool(asked.labels) and self.table.task.kind in ("classification", "anomaly")
            seen["recorded"] = asked.labels[int(asked.target[0])] if named else f"{float(asked.target[0]):g}"
        return seen

    def _told(self, chair: Chair, replied: Mapping[str, Any]) -> dict[str, Any]:
        told = {"title": chair.contestant.title, "family": chair.contestant.family, "trouble": None, **replied}
        if "probabilities" in told:
            told["labels"] = list(self.test.labels)
        return told

    def _output(self, answers: Mapping[str, Mapping[str, Any]]) -> int | None:
        """With more than two classes all explain the same one: the likeliest by the mean of their probabilities."""
        if self.table.task.form != "multiclass":
            return None
        said = [
            one["probabilities"][0] for one in answers.values() if one["family"] != "chance" and "probabilities" in one
        ]
        return int(np.mean(said, axis=0).argmax()) if said else None


def _loss(chair: Chair) -> str:
    return chair.trouble or (chair.notes[-1] if chair.notes else "gave no answer")


def hold(
    contest: Contest, dataset: Dataset, tell: ProgressCallback, attend: Callable[[Desk], None], seats: Seats = "process"
) -> None:
    """Fits the contestants of a contest on its first fold again, with its own seed, and lets ``attend`` ask them.

    The data set must be the one the contest was played on.

    Raises:
        LoadError: contestants of this modality take no questions, or the data no longer carries the contest.
        Cancelled: from ``tell``.
    """
    ask = registry.find("modalities", dataset.modality).ask if dataset.modality in asked_about() else None
    if ask is None:
        raise LoadError("These contestants take no questions.")
    with anew.fitted(contest, dataset, tell, seats) as (table, ready, split):
        _, background, _ = shown.explained_rows(ready, contest.task, split, contest.plan.seed)
        attend(Desk(table, ready.take(split.test), background, ask, tell))


def asked_about() -> frozenset[str]:
    """Modalities whose contestants take questions."""
    return frozenset(key for key, one in registry.discover("modalities").items() if one.ask is not None)


def serve(desk: Desk, box: Path, idle: float, longest: float) -> None:
    """Answers what arrives in a mailbox until nobody has asked for ``idle`` seconds, or for ``longest`` in all.

    Raises:
        Cancelled: from the desk's ``tell``.
    """
    began = asked = time.monotonic()
    mailbox.open_at(box, {"contestants": desk.who(), "items": len(desk.test), "idle": idle})
    while (now := time.monotonic()) - asked < idle and now - began < longest:
        check_cancelled(desk.tell)
        waiting = mailbox.waiting(box)
        for id, question in waiting:
            answered(desk, box, id, question)
        if waiting:
            asked = time.monotonic()
        else:
            time.sleep(EAGER_SECONDS if now - asked < EAGER_FOR else LAZY_SECONDS)


def answered(desk: Desk, box: Path, id: str, question: Mapping[str, Any]) -> None:
    """Writes what is known about one question as it becomes known; a bad question gets its reason in words."""
    try:
        for known in desk.answers(question):
            # Reasons may take long; whoever asks on has seen the answers and wants the next ones.
            hurried = len(known["answers"]) == len(desk.table.chairs) and mailbox.pending(box) > 0
            mailbox.answer(box, id, {"question": dict(question), **known, "complete": known["complete"] or hurried})
            if hurried:
                return
    except Cancelled:
        raise
    except LoadError as error:
        mailbox.answer(box, id, {"question": dict(question), "trouble": str(error), "complete": True})
    except Exception as error:
        words = f"This question could not be answered ({type(error).__name__})."
        mailbox.answer(box, id, {"question": dict(question), "trouble": words, "complete": True})
