"""The data set embedded once by each frozen encoder of a contest, before the first fit, on all cores there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from core import registry, wording
from core.arena import planning
from core.arena.contestant_state import ContestantState
from core.arena.session import ContestSession
from core.arena.worker_threads import ProgressRelay, run_in_threads
from core.schema import Progress, ProgressCallback

# A crowded or slow machine may take so many times the declared seconds.
PATIENCE, PATIENCE_SECONDS = 20.0, 120.0


def embed_session(session: ContestSession, on_progress: ProgressCallback) -> None:
    """Lets the contestants of each frozen encoder embed the data set together, each a share of the items.

    The vectors stay in the cache on disk, where every fold of every contestant finds them. What they cost is noted with
    each of these contestants; each fit is charged with what its rows cost.

    Raises:
        Cancelled: from ``on_progress``.
    """
    there = [state for state in session.contestants if state.contestant.encoder is not None]
    for title, states in groupby(sorted(there, key=_encoder_title), key=_encoder_title):
        group = list(states)
        workers = min(session.workers_at_once(), len(group))
        on_progress(Progress("fit", message=f"embedding the data set once with {title}"))
        _embed_with(session, group, workers, on_progress)


def _encoder_title(state: ContestantState) -> str:
    encoder = state.contestant.encoder
    return "" if encoder is None else encoder.title


def _embed_with(
    session: ContestSession, group: Sequence[ContestantState], workers: int, on_progress: ProgressCallback
) -> None:
    encoder = group[0].contestant.encoder
    assert encoder is not None
    dataset = session.prepared.dataset
    plan = encoder.plan(dataset, planning.embedding_seconds(session.prepared.plan))
    deadline = PATIENCE * plan.seconds + PATIENCE_SECONDS
    done: list[float] = []

    def embed(part: int, state: ContestantState, relay: ProgressCallback) -> None:
        answer = state.ask("embed", relay, deadline, part=part, parts=workers)
        done.append(float((answer or {}).get("cpu_seconds", 0.0)))

    jobs: list[Callable[[ProgressRelay], None]] = [
        partial(embed, part, state) for part, state in enumerate(group[:workers])
    ]
    if workers == 1:
        embed(0, group[0], on_progress)
    else:
        for _ in run_in_threads(jobs, on_progress, workers):
            pass
    items = wording.count_of(len(dataset), registry.modality(dataset.modality).unit_noun)
    note = (
        f"Embedding the data set once ({items}{plan.words and ', '}{plan.words}) took {sum(done):.1f} CPU-s, shared by "
        f"{wording.count_of(len(group), 'contestant')}; every fit is charged with what its own rows took."
    )
    for state in group:
        state.notes = (*state.notes, note)
