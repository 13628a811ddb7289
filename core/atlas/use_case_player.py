"""Plays the document's use cases for the shipped evidence, one after another, each written before the next begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from core import arena, registry
from core.atlas.code_versions import contestant_version, scoring_version
from core.atlas.entry_maker import busiest, load_per_core
from core.atlas.use_case_plays import PLAYS, SCHEMA, PlayedPart, UseCasePlay, write_play
from core.judging import use_case_rules
from core.schema import Cancelled, Contest, ProgressCallback, Scenario


def play_open(
    wanted: Mapping[str, str],
    on_progress: ProgressCallback,
    folder: Path = PLAYS,
    told: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Plays use cases one after another and writes each before the next begins.

    Args:
        wanted: key -> why it is played. folder: of the plays. told: takes a line a use case.

    Returns:
        Keys of those written; one that breaks is told and stays open.

    Raises:
        Cancelled: from ``on_progress``; what was finished is kept.
    """
    written = []
    for key, reason in wanted.items():
        told(f"use case {key}: {reason}")
        try:
            play = play_use_case(registry.find("scenarios", key), on_progress)
        except Cancelled:
            raise
        except Exception as error:
            # One that breaks must not cost the minutes of those behind it.
            told(f"  not played: {type(error).__name__}: {error}")
            continue
        write_play(play, folder)
        written.append(key)
    return written


def play_use_case(scenario: Scenario, on_progress: ProgressCallback, seed: int = 0) -> UseCasePlay:
    """One play under the plan that its button on the page has.

    Args:
        scenario: of the document. seed: of every draw.

    Raises:
        LoadError: its data carry no contest. Cancelled: from ``on_progress``.
    """
    before = load_per_core()
    contest = arena.run_use_case(scenario.key, None, seed, on_progress)
    return make_play(scenario, contest, busiest(before))


def make_play(scenario: Scenario, contest: Contest, load: float | None) -> UseCasePlay:
    """What ships of a finished play.

    Args:
        scenario: that was played. contest: with its parts and study. load: of the machine per core meanwhile.
    """
    verdict = scenario.judge(scenario, contest)
    parts = tuple(
        PlayedPart(str(part["title"]), use_case_rules.winning_family(part, scenario.favours))
        for part in use_case_rules.parts_of(contest)
    )
    return UseCasePlay(
        schema=SCHEMA, scenario=scenario.key, outcome=verdict.outcome, because=verdict.because, parts=parts,
        budget_seconds=scenario.plan.budget_seconds, seed=contest.plan.seed, digest=contest.digest,
        finished=contest.finished, machine=contest.machine, versions=contest.versions, scoring=scoring_version(),
        contestants={run.contestant: contestant_version(run.contestant) for run in contest.runs}, load=load,
        seconds=float(contest.seconds.get("total", 0.0)),
    )  # fmt: skip
