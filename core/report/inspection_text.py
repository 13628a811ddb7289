"""What a file is and how it was read, as text for people: a table of columns, then doubts, warnings and alarms."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from core.schema import ColumnReading, Facts, JsonObject, ReadingDoubt, ValueChange
from core.wording import count_of, describe_changes, printable

NAME, TYPE, EXAMPLES = 24, 11, 30
MOST_COLUMNS, MOST_CLASSES = 60, 12
NARROWEST = 100


def render_inspection(found: Facts, name: str, width: int = 120) -> str:
    """The answer of ``inspect`` for a terminal.

    Args:
        found: as ``core.ingest.inspect`` gives it. name: of the file. width: of the terminal, in characters.
    """
    if found["outcome"] == "clear_error":
        return f"{printable(name)} cannot be used.\n{printable(found['message'], 2_000)}"
    width = max(width, NARROWEST)
    lines = [_headline(found, name), *_sample(found), ""]
    if found["columns"] and found.get("rows"):
        lines += _columns(found, width)
    lines += _section("In doubt: say which by --types", _doubts(found), width)
    offers = [f"--modality {one['modality']}, because {one['why']}." for one in found.get("offers") or ()]
    lines += _section("It could also be read by", offers, width)
    lines += _section("Warnings", found["warnings"], width)
    alarms = [f"{one['level']}: {one['what']} {one['how']}".strip() for one in found["alarms"]]
    lines += _section("What could mislead", alarms, width)
    return "\n".join([*lines, *_target(found)])


def _headline(found: Facts, name: str) -> str:
    size = f"{count_of(found['rows'], 'row')}, {count_of(found['cols'], 'column')}"
    if found["items"] is not None:
        bad = f", {found['items_bad']:,} left out" if found["items_bad"] else ""
        size = f"{count_of(found['items'], 'item')} used{bad}"
    because = f", because {printable(found['recognised'], 400)}" if found.get("recognised") else ""
    return f"{printable(name)}: read as {found['modality']}{because}; {size}."


def _sample(found: Facts) -> list[str]:
    said = []
    if memory := found.get("memory"):
        said = [f"A contest: {memory['words']}.", *(f"{key} {why}." for key, why in memory["refused"].items())]
    if not (cut := found.get("sample")):
        return said
    return [*said, f"A contest uses a sample: {cut['rows']:,} of {cut['of']:,} rows ({cut['why']})."]


def _columns(found: Facts, width: int) -> list[str]:
    head = f"{'column':{NAME}} {'type':{TYPE}} {'examples':{EXAMPLES}} what was changed, and why"
    lines = [head, "-" * width]
    for one in [*found["columns"][:MOST_COLUMNS], *found["left_out"]]:
        kind = one.get("type") or "left out"
        examples = ", ".join(printable(word, 14) for word in one["examples"])
        said = [describe_changes(_reading(one)), one["why"] or one.get("note") or ""]
        rest = textwrap.wrap(printable(". ".join(filter(None, said)), 600), width - NAME - TYPE - EXAMPLES - 3) or [""]
        start = f"{printable(one['name'], NAME):{NAME}} {kind:{TYPE}} {printable(examples, EXAMPLES):{EXAMPLES}} "
        lines += [start + rest[0], *(" " * len(start) + line for line in rest[1:])]
    more = len(found["columns"]) - MOST_COLUMNS
    return [*lines, *([f"and {more:,} more columns (all with --json -)"] if more > 0 else [])]


def _reading(one: JsonObject) -> ColumnReading:
    changes = tuple(ValueChange(**change) for change in one["changed"] if change["what"] != "read as you said")
    return ColumnReading(one["name"], one.get("type") or "left out", changes=changes)


def _doubts(found: Facts) -> list[str]:
    said = []
    for one in found["columns"]:
        if not one["doubt"]:
            continue
        doubt = ReadingDoubt(**one["doubt"])
        name, cell = printable(one["name"], 40), printable(doubt.example, 40)
        shown = f" ({cell} is {doubt.taken_value}, not {doubt.other_value})" if cell else ""
        way = f"; for {doubt.other}: --types {name}={doubt.change}" if doubt.change else ""
        said.append(f"{name}: {doubt.taken}{shown}{way}")
    return said


def _section(title: str, said: Sequence[str], width: int) -> list[str]:
    lines = [""] if said else []
    lines += [title] if said else []
    for one in said:
        lines += textwrap.wrap(printable(one, 2_000), width, initial_indent="- ", subsequent_indent="  ")
    return lines


def _target(found: Facts) -> list[str]:
    target, hint = found["target"], found["suggested"] or {}
    if target is None:
        form = f" ({hint['form']})" if hint.get("form") else ""
        named = printable(hint["target"], 80) if hint.get("target") else ""
        return ["", f"Suggested target: {named}{form}; another one with --target NAME."] if named else []
    classes = [printable(word, 40) for word in target["classes"]]
    more = f" and {len(classes) - MOST_CLASSES:,} more" if len(classes) > MOST_CLASSES else ""
    told = f" of {count_of(len(classes), 'class', 'classes')}: {', '.join(classes[:MOST_CLASSES])}{more}"
    rows = f"{count_of(target['rows_used'], 'row')} used"
    return ["", f"Target {printable(target['name'], 80)}: {target['task']}{told if classes else ''}; {rows}."]
