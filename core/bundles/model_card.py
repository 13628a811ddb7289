"""The model card: what a bundled model is for, what it was trained on, and what it may be expected to do, in words."""

from __future__ import annotations

from core.evaluation import metrics
from core.schema import JsonObject

NAMES = {"skill": "Skill (0 is guessing, 100 is perfect)", **metrics.SHORT_NAMES}


def model_card(card: JsonObject, schema: JsonObject, sure: JsonObject) -> str:
    """A model card as Markdown.

    Args:
        card, schema, sure: what stands in card.json, schema.json and uncertainty.json.

    Returns:
        The text.
    """
    what = f"the column {schema['target']!r}" if schema["columns"] else f"{schema['target'] or 'the answer'}"
    lines = [
        f"# {card['title']}, trained on {card['data']['name']}",
        "",
        f"It predicts {what} of {card['data']['unit']}s. {card['about']}",
        "",
        "## Data",
        "",
        f"- {card['rows_trained']:,} {card['data']['unit']}s of {card['data']['source'] or card['data']['name']}.",
        f"- Licence of the data: {card['data']['licence']}.",
        *_answers(schema),
        *_columns(schema),
        "",
        "## What to expect",
        "",
        "The model in this bundle was fitted on all rows, so no row is left to test it on. These numbers are of the "
        "same plan on folds, each scored on rows that its fit did not see:",
        "",
        f"| score | mean over folds | {100 * card['interval_level']:.0f} % interval | folds |",
        "|---|---|---|---|",
        *_scores(card["expected"]),
        "",
        *_sure(sure, schema),
        "",
        "## Limits",
        "",
        "- The numbers hold for rows like those of training. `predict` compares new rows with them and says where they "
        "differ.",
        "- Nothing here says that a column causes the answer.",
        f"- Rows were dealt into folds: {card['method']}.",
        *(f"- {note}" for note in card["notes"]),
        "",
        *_how(card),
    ]
    return "\n".join(lines)


def _how(card: JsonObject) -> list[str]:
    return [
        "## How to predict",
        "",
        "`python -m core predict BUNDLE NEW.csv --out FILE` where Crossover is installed; elsewhere unpack the zip "
        f"and run `python predict.py NEW.csv --out FILE`, which needs Python 3.11 or later and "
        f"{', '.join(card['needs'])}.",
        "",
        f"Digest of the contest: `{card['digest']}`. Made {card['made']}.",
        "",
    ]


def _answers(schema: JsonObject) -> list[str]:
    if schema["labels"]:
        shown = ", ".join(str(label) for label in schema["labels"][:20])
        more = f" and {len(schema['labels']) - 20} more" if len(schema["labels"]) > 20 else ""
        return [f"- Answers: {shown}{more}."]
    if schema["target_low"] is None:
        return []
    unit = f" {schema['target_unit']}" if schema["target_unit"] else ""
    return [f"- Answers in training: {schema['target_low']:.6g} to {schema['target_high']:.6g}{unit}."]


def _columns(schema: JsonObject) -> list[str]:
    if not schema["columns"]:
        return [f"- One item is an array of {' x '.join(str(side) for side in schema['shape']) or 'text'}."]
    names = [column["name"] for column in schema["columns"]]
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return [f"- {len(names)} input columns: {', '.join(names[:30])}{more}."]


def _scores(expected: JsonObject) -> list[str]:
    lines = []
    for name, told in expected.items():
        around = "one fold only" if told["low"] is None else f"{told['low']:.3g} to {told['high']:.3g}"
        lines.append(f"| {NAMES.get(name, name)} | {told['mean']:.3g} | {around} | {len(told['folds'])} |")
    return lines or ["| none | | | |"]


def _sure(sure: JsonObject, schema: JsonObject) -> list[str]:
    coverage = sure.get("coverage")
    if not coverage:
        return [f"There are no sets or intervals: {sure.get('reason') or 'they could not be checked'}."]
    ends = f"{coverage['lowest']:.1%} to {coverage['highest']:.1%} per fold"
    held = f"{coverage['share']:.1%} of {coverage['rows']:,} rows ({ends})"
    if schema["labels"]:
        size = f"{coverage['size']:.2f} classes on average"
        return [f"The set of classes was checked on the folds: it held the answer for {held}, with {size}."]
    return [f"The interval was checked on the folds: it held the answer for {held}; it is {coverage['size']:.4g} wide."]
