"""The models of a contest's first fold, kept as files so that they answer questions later without another fit."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from core import limits
from core.arena.contestant_state import ContestantState
from core.arena.fold_model import FoldData
from core.arena.planning import refit_plan
from core.arena.prepared_contest import prepare_contest, without_dropped
from core.arena.refit_session import refit_session
from core.arena.session import ContestSession, WorkerMode
from core.schema import Contest, Dataset, LoadError, ProgressCallback
from core.storage import paths

SUFFIX = ".npz"


def keep_models(session: ContestSession, folder: Path, on_progress: ProgressCallback) -> bool:
    """Writes the models of the first fold, all or none, within ``limits.KEPT_MODELS_BYTES``.

    Args:
        session: fitted. folder: made new. on_progress: may raise to cancel.

    Returns:
        Whether they were kept. A model that cannot be written down, a full disk and too many bytes are no faults of
        the contest: its models are then fitted again when somebody asks them.
    """
    taken, keys = 0, []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for state in session.contestants:
            if state.failure() is not None or state.dropped is not None:
                continue
            notes = state.notes
            told = state.ask("save_state", on_progress, None)
            # That a model cannot be kept is nothing that people should read about its run.
            state.notes = notes
            taken += len(told or b"")
            if not told or taken > limits.KEPT_MODELS_BYTES:
                shutil.rmtree(folder, ignore_errors=True)
                return False
            (folder / f"{state.contestant.key}{SUFFIX}").write_bytes(told)
            keys.append(state.contestant.key)
        facts = {"split": session.prepared.splits[0].digest, "contestants": keys, "bytes": taken}
        paths.write_atomically(folder / paths.KEPT_LIST, json.dumps(facts), durable=False)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def reopened_session(
    contest: Contest, dataset: Dataset, on_progress: ProgressCallback, worker_mode: WorkerMode, kept: Path | None
) -> AbstractContextManager[ContestSession]:
    """A session of the contest's first fold: of the models that were kept, else fitted again with its own seed.

    Args:
        contest: finished. dataset: the data it was played on. on_progress: may raise. worker_mode: of contestants that
            are fitted again. kept: the folder of ``keep_models``; None: none were kept.

    Raises:
        LoadError: the data no longer carry the contest. Cancelled: from ``on_progress``.
    """
    if kept is None:
        return refit_session(contest, dataset, on_progress, worker_mode)
    return restored_session(contest, dataset, kept, on_progress)


@contextmanager
def restored_session(
    contest: Contest, dataset: Dataset, folder: Path, on_progress: ProgressCallback
) -> Iterator[ContestSession]:
    """A session of the contest's first fold whose models were kept: all in this process, none fitted again.

    Args:
        contest: finished. dataset: the data it was played on. folder: of ``keep_models``. on_progress: may raise.

    Yields:
        The session; a contestant whose model could not be read is there with its reason.

    Raises:
        LoadError: the data no longer give the fold that the models were fitted on. Cancelled: from ``on_progress``.
    """
    told = json.loads((folder / paths.KEPT_LIST).read_text(encoding="utf-8"))
    plan = replace(refit_plan(contest.plan), contestants=tuple(run.contestant for run in contest.runs))
    prepared = without_dropped(prepare_contest(dataset, contest.task, plan), contest)
    split = prepared.splits[0]
    if split.digest != told["split"]:
        raise LoadError("The data no longer give the fold that these models were fitted on.", "", "Run it again.")
    data = FoldData.of(prepared.dataset, split)
    with ContestSession(replace(prepared, splits=prepared.splits[:1]), "inline") as session:
        for state in session.contestants:
            _restore(state, data, folder / f"{state.contestant.key}{SUFFIX}", on_progress)
        yield session


def _restore(state: ContestantState, data: FoldData, path: Path, on_progress: ProgressCallback) -> None:
    """Gives a contestant its model back, or the reason why not."""
    saved = b""
    with contextlib.suppress(OSError):
        saved = path.read_bytes()
    if not saved:
        state.error = "it did not finish its first fold"
        return
    before = len(state.notes)
    state.ask("restore", on_progress, None, saved=saved, data=data)
    if len(state.notes) > before:
        state.error = f"its kept model cannot be used ({state.notes[-1].partition(': ')[2]})"
