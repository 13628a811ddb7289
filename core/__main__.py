"""The command line, the same functions as the pages: ``python -m core compare``, ``inspect``, ``scenario``, ``list``,
``bundle``, ``predict``, ``serve``, ``atlas`` and ``claims``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from core.atlas import atlas_commands
from core.bundles import commands as bundle_commands
from core.cli import ProgressPrinter, write_json
from core.schema import Cancelled, Dataset, LoadError, Origin, Plan

DONE, BUG, REFUSED, STOPPED, DIFFERS = 0, 1, 2, 3, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code: 0 done, 2 refused, 3 cancelled or out of budget, 4 a replay
    that differs, 1 a bug."""
    asked = make_parser().parse_args(arguments)
    try:
        return asked.run(asked)
    except LoadError as error:
        write_json({"outcome": "clear_error", "message": str(error)}, getattr(asked, "json", None) or "-")
        return REFUSED
    except (Cancelled, KeyboardInterrupt):
        write_json(
            {"outcome": "cancelled", "message": "stopped before any result"}, getattr(asked, "json", None) or "-"
        )
        return STOPPED


def make_parser() -> argparse.ArgumentParser:
    """Every command with its options, each explained with an example."""
    from core.cli import OPTION_HELP

    top = argparse.ArgumentParser(prog="python -m core", description="Deep or classical, on your data.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    look = commands.add_parser("inspect", help="read and describe a file")
    look.add_argument("file", type=Path)
    look.add_argument("--as", dest="name")
    look.set_defaults(run=inspect)
    play = commands.add_parser("compare", help="the whole contest on a file, folder or embedded sample")
    play.add_argument("source", metavar="FILE|SAMPLE")
    for name in ("contestants", "folds", "order", "measure", "sensitive", "groups"):
        play.add_argument(f"--{name}")
    play.add_argument("--horizon", type=int, metavar="STEPS")
    play.add_argument("--known", metavar="NAME,...")
    play.add_argument("--budget", type=float, default=60.0, metavar="SECONDS")
    play.add_argument("--seed", type=int, default=0)
    play.add_argument("--rows", type=int)
    play.add_argument("--margin", type=float, default=1.0, metavar="POINTS")
    play.add_argument("--configurations", type=int, default=1)
    play.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    play.add_argument("--strategy", choices=("full", "halving"), default="full")
    play.add_argument("--explain", choices=("planned", "all", "none"), default="planned")
    play.add_argument("--small-classes", choices=("other", "drop", "keep"), default="other")
    play.add_argument("--prompt", metavar="TEXT")
    play.add_argument("--label-words", metavar="WORDS,...")
    play.add_argument("--leave-out-labels", type=Path, metavar="RESULT.json")
    for name in ("report", "notebook", "models"):
        play.add_argument(f"--{name}", type=Path)
    play.add_argument("--replay", type=Path, metavar="RESULT.json")
    play.set_defaults(run=compare)
    for command in (look, play):
        command.add_argument("--modality")
        command.add_argument("--target")
        command.add_argument("--types", metavar="NAME=TYPE,...")
        command.add_argument("--sheet", metavar="NAME")
    use = commands.add_parser("scenario", help="one use case of the document")
    use.add_argument("key")
    use.add_argument("--budget", type=float, metavar="SECONDS")
    use.add_argument("--seed", type=int, default=0)
    use.set_defaults(run=scenario)
    listed = commands.add_parser("list", help="everything that can be asked for")
    listed.set_defaults(run=list_everything)
    further = (*bundle_commands.add_commands(commands), *atlas_commands.add_commands(commands))
    for command in (look, play, use, listed, *further):
        command.add_argument("--json", metavar="FILE")
        for action in command._actions:
            action.help = action.help or OPTION_HELP.get(action.dest)
    return top


def inspect(asked: argparse.Namespace) -> int:
    """Reads and describes an upload in the reader child."""
    from core import ingest
    from core.cli import parse_types

    wanted = Origin(None, asked.name, asked.modality, asked.target, parse_types(asked.types), asked.sheet)
    found = ingest.inspect_as_asked(asked.file, wanted, large=True)
    if asked.json:
        write_json(found, asked.json)
    if asked.json != "-":
        from core.report.inspection_text import render_inspection

        name = asked.name or asked.file.name
        sys.stdout.write(render_inspection(found, name, shutil.get_terminal_size((120, 40)).columns) + "\n")
    return REFUSED if found["outcome"] == "clear_error" else DONE


def compare(asked: argparse.Namespace) -> int:
    """The whole pass on one source."""
    from core import api, arena, ingest, verdicts
    from core.cli import (
        earlier_sheet,
        earlier_types,
        parse_types,
        plan_from_options,
        split_names,
        without_doubted,
        write_outputs,
    )

    arena.planning.known_contestants(split_names(asked.contestants))
    types = parse_types(asked.types) or (earlier_types(asked.replay) if asked.replay else {})
    sheet = asked.sheet or (earlier_sheet(asked.replay) if asked.replay else None)
    dataset = api.load(asked.source, modality=asked.modality, target=asked.target, types=types, sheet=sheet)
    sample = ingest.samples()[dataset.origin.sample][1] if dataset.origin.sample else None
    if asked.replay:
        return replay_contest(asked, dataset)
    task, plan = plan_from_options(asked, api.task_for(dataset, asked.target), sample)
    plan = without_doubted(plan, asked.leave_out_labels, dataset, task)
    contest = arena.tournament(dataset, task, plan, ProgressPrinter(), folder=asked.models)
    return write_outputs(contest, verdicts, asked, write_json)


def replay_contest(asked: argparse.Namespace, dataset: Dataset) -> int:
    """An earlier contest on the same data, its plan taken from its JSON; DIFFERS where a digit is another."""
    from core import arena, verdicts
    from core.cli import write_outputs
    from core.report import contract, replay

    earlier = json.loads(asked.replay.read_text(encoding="utf-8"))
    task, plan = replay.replayed_plan(earlier)
    contest = arena.tournament(dataset, task, plan, ProgressPrinter(), folder=asked.models)
    done = write_outputs(contest, verdicts, asked, write_json)
    found = replay.differences(earlier, contract.contest_to_json(contest, (), None))
    sys.stderr.write(replay.replay_sentence(found) + "\n")
    return DIFFERS if found else done


def scenario(asked: argparse.Namespace) -> int:
    """One use case of the document."""
    from dataclasses import replace

    from core import arena, registry, verdicts
    from core.cli import write_outputs

    if asked.key not in registry.discover("scenarios"):
        raise LoadError(
            f"There is no use case {asked.key!r}.", "", f"Choose: {', '.join(registry.discover('scenarios'))}."
        )
    plan: Plan = registry.find("scenarios", asked.key).plan
    if asked.budget:
        plan = replace(plan, budget_seconds=asked.budget)
    contest = arena.run_use_case(asked.key, plan, asked.seed, ProgressPrinter())
    return write_outputs(contest, verdicts, asked, write_json)


def list_everything(asked: argparse.Namespace) -> int:
    """Every kind of plug-in and what there is of it."""
    from core.cli import describe_plugins

    write_json(describe_plugins(), asked.json or "-")
    return DONE


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.exit(main())
