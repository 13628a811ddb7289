"""The commands of the atlas: ``python -m core atlas`` plays it, ``python -m core claims`` prints what it says."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli import ProgressPrinter, write_json
from core.schema import LoadError, Progress

if TYPE_CHECKING:
    from core.arena.session import WorkerMode
    from core.atlas.sources import AtlasSource

DONE, FAILED = 0, 4


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Adds the commands to those of ``python -m core``.

    Args:
        commands: what ``add_subparsers`` gave.

    Returns:
        The new parsers whose answer is JSON.
    """
    play = commands.add_parser("atlas", help="play what the shipped atlas of evidence lacks, or check it")
    play.add_argument("--check", type=int, metavar="N", help="replay N entries at random, e.g. --check 5")
    play.add_argument("--only", metavar="KEY,...", help="only these sources, e.g. --only telco_churn,spam")
    play.add_argument("--limit", type=int, metavar="N", help="play at most N contests, e.g. --limit 3")
    play.add_argument("--list", action="store_true", help="say what is open and play nothing, e.g. atlas --list")
    play.add_argument(
        "--inline",
        action="store_true",
        help="play in this process, without a memory limit, e.g. where processes cannot be started",
    )
    play.add_argument("--seed", type=int, default=0, help="of the draw of --check, e.g. --seed 7")
    play.add_argument(
        "--summary",
        action="store_true",
        help="make the summary of the entries again and play nothing, e.g. atlas --summary",
    )
    play.add_argument(
        "--use-cases",
        nargs="?",
        const="",
        metavar="KEY,...",
        help="play the document's use cases that have no shipped play, or only these, e.g. --use-cases tabular,vision",
    )
    play.set_defaults(run=run_atlas)
    told = commands.add_parser("claims", help="every claim with what the shipped evidence, and a history, say on it")
    told.add_argument("--history", type=Path, metavar="ZIP", help="a history exported on the page, e.g. history.zip")
    told.set_defaults(run=run_claims)
    return [told]


def run_atlas(asked: argparse.Namespace) -> int:
    """Plays, lists or checks; the exit code is 0, or 4 where a replay differs by more than its noise."""
    from core.atlas import atlas_player, atlas_summary, sources
    from core.atlas.entries import EntryError

    if asked.use_cases is not None:
        return _play_use_cases(asked)
    try:
        there = sources.load_sources()
        chosen = _chosen(there, asked.only)
    except EntryError as error:
        raise LoadError(str(error), "data/atlas") from error
    mode: WorkerMode = "inline" if asked.inline else "process"
    if asked.check:
        replayed = atlas_player.replay_entries(chosen, asked.check, asked.seed, ProgressPrinter(), mode)
        for one in replayed:
            mark = "agrees" if one.agrees else "DIFFERS"
            _say(f"{mark}: {one.entry} {one.contestant} {one.before:.2f} -> {one.after:.2f}, allowed {one.allowed:.2f}")
        return DONE if all(one.agrees for one in replayed) else FAILED
    if asked.summary:
        made = atlas_summary.write_summary()
        _say(f"The summary of {made.entries} entries on {made.datasets} data sets is written.")
        return DONE
    wanted = atlas_player.open_contests(chosen)[: asked.limit]
    if asked.list:
        for lacking in wanted:
            _say(f"{lacking.name} ({lacking.source.half}): {lacking.reason}")
        _say(f"{len(wanted)} contests are open.")
        return DONE
    try:
        written = atlas_player.play_open(wanted, _silent, mode, told=_say)
    finally:
        # Also after a stop: the summary is of the entries that are there.
        atlas_summary.write_summary()
    _say(f"{len(written)} entries written.")
    return DONE


def run_claims(asked: argparse.Namespace) -> int:
    """Prints every claim with its population verdict; with a history, the verdict of its contests beside it."""
    from core.atlas import atlas_summary, claim_report
    from core.atlas.entries import EntryError

    try:
        summary = atlas_summary.read_summary()
    except EntryError as error:
        sys.stderr.write(f"The shipped evidence cannot be used. {error}\n")
        summary = None
    told = claim_report.report_claims(summary, claim_report.read_history(asked.history) if asked.history else [])
    if asked.json:
        write_json(told, asked.json)
    if asked.json != "-":
        for line in claim_report.report_lines(told):
            _say(line)
    return DONE


def _play_use_cases(asked: argparse.Namespace) -> int:
    """Plays or lists the use cases that have no shipped play of the installed code."""
    from core import registry
    from core.atlas import use_case_player, use_case_plays

    keys = [part for part in asked.use_cases.split(",") if part]
    if strangers := [key for key in keys if key not in registry.discover("scenarios")]:
        raise LoadError(f"There is no use case {strangers[0]!r}.", "--use-cases", "See python -m core list.")
    wanted = dict(list(use_case_plays.open_use_cases(keys).items())[: asked.limit])
    if asked.list:
        for key, reason in wanted.items():
            _say(f"use case {key}: {reason}")
        _say(f"{len(wanted)} use cases are open.")
        return DONE
    written = use_case_player.play_open(wanted, _silent, told=_say)
    _say(f"{len(written)} use cases written.")
    return DONE


def _silent(progress: Progress) -> None:
    """Takes no notice: the line of each contest is told by the player."""


def _chosen(sources: Sequence[AtlasSource], only: str | None) -> list[AtlasSource]:
    wanted = [part for part in (only or "").split(",") if part]
    known = {one.key for one in sources}
    if strangers := [key for key in wanted if key not in known]:
        raise LoadError(f"There is no source {strangers[0]!r}.", "--only", "See data/atlas/sources.toml.")
    return [one for one in sources if not wanted or one.key in wanted]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
