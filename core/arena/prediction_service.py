"""Live predictions after a contest: the models of its first fold, kept or fitted once more, answer questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core import registry
from core.arena import kept_models
from core.arena.contestant_state import ContestantState
from core.arena.result_details import choose_explained_rows
from core.arena.session import ContestSession, WorkerMode
from core.explain import item_thumbnails
from core.perturbation import forecast_questions
from core.perturbation.recorded_items import RECORDED
from core.schema import Cancelled, Contest, Dataset, Facts, JsonObject, LoadError, ProgressCallback, check_cancelled
from core.storage import message_queue

MOST_QUESTIONS = 41
EAGER_SECONDS, LAZY_SECONDS, EAGER_FOR = 0.01, 0.08, 10.0


@dataclass
class PredictionService:
    """The fitted contestants of a contest and what it takes to ask them.

    test: the test rows of the first fold, which questions refer to. ask: (test rows, question) -> the row or item to
    predict, as ``Modality.ask`` makes it.
    """

    session: ContestSession
    test: Dataset
    background: np.ndarray
    ask: Callable[[Dataset, Facts], Dataset]
    on_progress: ProgressCallback

    def describe_contestants(self) -> list[JsonObject]:
        """Every contestant: key, title, family, and why it cannot answer if it cannot."""
        return [
            {
                "key": state.contestant.key, "title": state.contestant.title, "family": state.contestant.family,
                "trouble": state.failure(),
            }
            for state in self.session.contestants
        ]  # fmt: skip

    def predict(self, question: Facts) -> Iterator[JsonObject]:
        """What is known after each further contestant (and explanation): the last one is "complete".

        question: one as ``Modality.ask`` takes it, {"kind": "many", "questions": [...]} for up to 41 at once, and
        "explain": true for reasons, "turn": true for the smallest change of a row that turns a two-class answer, and
        "fixed": columns that must stay as they are.

        Raises:
            LoadError: the question makes no sense; in the user's words.
        """
        items = self._items(question)
        if self.session.prepared.task.kind == "forecast":
            forecast_questions.chosen_step(self.test, question)
        known: JsonObject = {"answers": {}, "shown": self._display(items), "complete": False}
        for state in self.session.contestants:
            answer = state.ask("predict", self.on_progress, None, items=items)
            known["answers"][state.contestant.key] = self._answer(state, answer or {"trouble": _failure(state)})
            yield known
        first = items.take(np.array([0]))
        if question.get("explain"):
            yield from self._explanations(known, first, question)
        if question.get("turn") and self.session.prepared.task.form == "binary" and hasattr(first.inputs, "columns"):
            fixed = tuple(map(str, question.get("fixed") or ()))
            for state in self._explainable():
                change = state.ask("counterfactual", self.on_progress, None, item=first, fixed=fixed)
                known["answers"][state.contestant.key]["turn"] = change or {"trouble": _failure(state)}
                yield known
        known["complete"] = True
        yield known

    def _explanations(self, known: JsonObject, first: Dataset, question: Facts) -> Iterator[JsonObject]:
        """What is known after the explanation of each further contestant; all explain the same output."""
        if self.session.prepared.task.kind == "forecast":
            step = forecast_questions.chosen_step(self.test, question)
            known["shown"]["explained"] = f"the median {step + 1} ahead"
            output: int | None = step
        else:
            output = self._explained_output(known["answers"])
            if output is not None:
                known["shown"]["explained"] = self.test.labels[output]
        outputs = None if output is None else np.array([output])
        for state in self._explainable():
            found = state.ask(
                "explain_item", self.on_progress, None, item=first, background=self.background, outputs=outputs
            )
            known["answers"][state.contestant.key]["explanation"] = found or {"trouble": _failure(state)}
            yield known

    def _explainable(self) -> list[ContestantState]:
        return [state for state in self.session.contestants if state.contestant.family != "chance"]

    def _items(self, question: Facts) -> Dataset:
        """The items a question is about, in one data set."""
        several = question.get("questions") if question.get("kind") == "many" else [question]
        if not isinstance(several, list) or not 1 <= len(several) <= MOST_QUESTIONS:
            raise LoadError(f"Between 1 and {MOST_QUESTIONS} questions can be asked at once.")
        asked = [self.ask(self.test, one) for one in several]
        if len(asked) == 1:
            return asked[0]
        if hasattr(asked[0].inputs, "columns"):
            raise LoadError("Rows of a table are asked one at a time.")
        inputs = np.concatenate([one.inputs for one in asked])
        return replace(asked[0], inputs=inputs, target=None, groups=None, order=None)

    def _display(self, items: Dataset) -> JsonObject:
        """The items as the contestants see them, and the recorded answer where there is one."""
        if self.session.prepared.task.kind == "forecast":
            return {"forecast": forecast_questions.describe_window(items)}
        if hasattr(items.inputs, "columns"):
            row = items.inputs.iloc[0]
            display: JsonObject = {"row": {str(k): "" if v is None or v != v else str(v) for k, v in row.items()}}
        else:
            display = {"items": item_thumbnails.thumbnails(items, np.arange(min(len(items), 8)))}
        if items.target is not None:
            named = bool(items.labels) and self.session.prepared.task.kind in ("classification", "anomaly")
            display["recorded"] = items.labels[int(items.target[0])] if named else f"{float(items.target[0]):g}"
        return display

    def _answer(self, state: ContestantState, found: Facts) -> JsonObject:
        answer = {"title": state.contestant.title, "family": state.contestant.family, "trouble": None, **found}
        if "probabilities" in answer:
            answer["labels"] = list(self.test.labels)
        return answer

    def _explained_output(self, answers: Mapping[str, Facts]) -> int | None:
        """With more than two classes all explain the same one: the likeliest by the mean of their probabilities."""
        if self.session.prepared.task.form != "multiclass":
            return None
        probabilities = [
            one["probabilities"][0] for one in answers.values() if one["family"] != "chance" and "probabilities" in one
        ]
        return int(np.mean(probabilities, axis=0).argmax()) if probabilities else None


def _failure(state: ContestantState) -> str:
    return state.error or (state.notes[-1] if state.notes else "gave no answer")


def open_service(
    contest: Contest,
    dataset: Dataset,
    on_progress: ProgressCallback,
    use: Callable[[PredictionService], None],
    worker_mode: WorkerMode = "process",
    kept: Path | None = None,
) -> None:
    """Lets ``use`` ask the models of a contest's first fold: those that were kept, else fitted again with its own seed.

    The data set must be the one the contest was played on.

    Args:
        worker_mode: of contestants that are fitted again. kept: the folder of ``keep_models``; None: none were kept.

    Raises:
        LoadError: contestants of this modality take no questions, or the data no longer carries the contest.
        Cancelled: from ``on_progress``.
    """
    there = modalities_with_questions()
    ask = registry.find("modalities", dataset.modality).ask if dataset.modality in there else None
    if ask is None:
        raise LoadError("These contestants take no questions.")
    with kept_models.reopened_session(contest, dataset, on_progress, worker_mode, kept) as session:
        prepared = session.prepared
        split = prepared.splits[0]
        explained = choose_explained_rows(prepared.dataset, contest.task, split, contest.plan.seed)
        test = prepared.dataset.take(split.test)
        use(PredictionService(session, test, explained.background, ask, on_progress))


def modalities_with_questions() -> frozenset[str]:
    """Keys of the modalities whose contestants take questions."""
    return frozenset(key for key, one in registry.discover("modalities").items() if one.ask is not None)


def serve(service: PredictionService, folder: Path, idle: float, longest: float) -> None:
    """Answers what arrives in a message queue until nobody has asked for ``idle`` seconds, or for ``longest`` in all.

    Raises:
        Cancelled: from the service's ``on_progress``.
    """
    began = asked = time.monotonic()
    notice = {"contestants": service.describe_contestants(), "items": len(service.test), "idle": idle}
    message_queue.open_queue(folder, notice)
    while (now := time.monotonic()) - asked < idle and now - began < longest:
        check_cancelled(service.on_progress)
        waiting = message_queue.take_questions(folder)
        for id, question in waiting:
            write_answer(service, folder, id, question)
        if waiting:
            asked = time.monotonic()
        else:
            time.sleep(EAGER_SECONDS if now - asked < EAGER_FOR else LAZY_SECONDS)


def write_answer(service: PredictionService, folder: Path, id: str, question: Facts) -> None:
    """Writes what is known about one question as it becomes known; a bad question gets its reason in words."""
    asked = {name: one for name, one in question.items() if name not in RECORDED}
    try:
        for known in service.predict(question):
            # Explanations may take long; whoever asks on has seen the answers and wants the next ones.
            answered = len(known["answers"]) == len(service.session.contestants)
            cut_short = answered and message_queue.count_pending(folder) > 0
            complete = known["complete"] or cut_short
            message_queue.write_answer(folder, id, {"question": asked, **known, "complete": complete})
            if cut_short:
                return
    except Cancelled:
        raise
    except LoadError as error:
        message_queue.write_answer(folder, id, {"question": asked, "trouble": str(error), "complete": True})
    except Exception as error:
        reason = f"This question could not be answered ({type(error).__name__})."
        message_queue.write_answer(folder, id, {"question": asked, "trouble": reason, "complete": True})
