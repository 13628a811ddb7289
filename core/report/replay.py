"""A contest played again from its JSON: the same task and plan, and what differs in digest and scores."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TypeVar

from core.schema import Contest, JsonObject, LoadError, Plan, Task

Declared = TypeVar("Declared", Task, Plan)
MOST_NAMED = 5


def replay_to_json(contest: Contest) -> JsonObject:
    """What a contest needs to be played again beside its data: task, plan as it was asked for, and folds played."""
    plan = asdict(replace(contest.requested or contest.plan, measure=()))
    if plan["strategy"] == "full":
        del plan["strategy"]  # as in results from before there was another
    if not plan["doubted_labels"]:
        del plan["doubted_labels"]
    return {
        "task": asdict(contest.task),
        "plan": plan,
        "fits": max((len(run.fits) for run in contest.runs), default=1) or 1,
    }


def replayed_plan(result: JsonObject) -> tuple[Task, Plan]:
    """Task and plan of an earlier result.

    Args:
        result: what ``contest_to_json`` made.

    Raises:
        LoadError: the result does not hold them.
    """
    told = result.get("replay")
    if not isinstance(told, dict) or not {"task", "plan", "fits"} <= told.keys():
        raise LoadError(
            "The result does not say how it was played.", "--replay", "Give the JSON of a contest of this version."
        )
    plan = _restored(Plan, told["plan"])
    return _restored(Task, told["task"]), replace(plan, fits=int(told["fits"]))


def differences(earlier: JsonObject, later: JsonObject) -> list[str]:
    """In words what the replayed contest has otherwise than the earlier one; empty where all agree to the last digit.

    Args:
        earlier, later: both as ``contest_to_json`` makes them.
    """
    found = []
    if earlier.get("digest") != later.get("digest"):
        why = [name for name in ("dataset", "versions", "plan") if _plain(earlier, name) != _plain(later, name)]
        found.append(f"The digest differs (see {', '.join(why)})." if why else "The digest differs.")
    before = {one["key"]: one for one in earlier.get("contestants", ())}
    after = {one["key"]: one for one in later.get("contestants", ())}
    for key in sorted(before.keys() ^ after.keys()):
        found.append(f"{key} took part in only one of the two.")
    for key in [key for key in before if key in after]:
        for name in ("skill", "scores", "stopped"):
            if before[key].get(name) != after[key].get(name):
                title = before[key].get("title", key)
                found.append(f"{title}: {name} {before[key].get(name)} became {after[key].get(name)}.")
    return found


def replay_sentence(found: list[str]) -> str:
    """What a replay came to, in words."""
    if not found:
        return "Replayed: digest and scores agree to the last digit."
    more = f" And {len(found) - MOST_NAMED} more." if len(found) > MOST_NAMED else ""
    return f"Replayed, with differences. {' '.join(found[:MOST_NAMED])}{more}"


def _plain(result: JsonObject, name: str) -> object:
    value = result.get(name)
    return value.get("digest") if name == "dataset" and isinstance(value, dict) else value


def _restored(kind: type[Declared], values: JsonObject) -> Declared:
    """A declaration from its JSON; fields that this version does not know are left out."""
    known = {one.name for one in fields(kind)}
    restored: JsonObject = {name: _tuples(value) for name, value in values.items() if name in known}
    return kind(**restored)


def _tuples(value: object) -> object:
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
