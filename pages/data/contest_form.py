"""Step two: what is predicted, and under which rules; everything is fixed before the first fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.schema import Column, Contestant, Plan, Sample, Task, TaskForm
from pages.backend import catalogue, datasets, machine, task_forms
from pages.data import audit_columns, class_rules, forecast_form, prompt_wording, target_note
from pages.ui import number_field, theme
from pages.ui.formatting import format_count, format_seconds, md, round_seconds, truncated
from pages.ui.number_field import NumberField

# What a column of a table can be predicted as.
FORMS: tuple[TaskForm, ...] = ("binary", "multiclass", "regression")
BUDGETS = (15, 30, 60, 120, 300, 900, 1800)
CARRIED = {
    "generation": "The next character, again and again: scored in bits per character on texts nobody has read.",
    "ranking": "Which items each user takes next: the ten best of all items, scored by NDCG.",
    "control": "The next push, until the episode ends.",
}
DEPTHS = {
    "auto": "5-fold CV, repeated if time allows",
    "1x5": "5 folds, once (quick)",
    "2x5": "5 folds, twice (standard)",
    "5x5": "5 folds, five times (thorough)",
}
# Of forecasts: origins in time instead of folds.
ORIGINS = {"auto": "up to 8 origins in time", "1x5": "the latest 5 origins"}
DEVICES = {"auto": "Automatic", "cpu": "Processor", "cuda": "Graphics card"}
MORE = (
    "Every further contestant raises the bar: a family must beat everyone on the other side; wins turn into undecided."
)
NONE = -1


def ask_task(card: dict[str, Any], sample: Sample | None, key: str) -> Task:
    """Asks what is predicted and how; the suggestion is already filled in."""
    st.header("2 · What should be predicted?", anchor=False)
    hint = card.get("suggested") or {}
    form = hint.get("form") or "binary"
    if form == "forecast":
        return forecast_form.ask_task(card, key)
    if (fixed := task_forms.data_task(form)) is not None:
        st.caption(CARRIED[form])
        return fixed
    if not catalogue.modality(card["modality"]).structured:
        _came_with(card)
        groups = class_rules.suggested_groups(card)
        return Task(hint.get("target"), task_forms.task_kind(form), form, groups=None if sample else groups)
    columns = [Column(**{**column, "examples": tuple(column["examples"])}) for column in card["columns"]]
    names = [column.name for column in columns]
    usable = [k for k, column in enumerate(columns) if column.type not in ("constant", "empty")]
    wanted = (sample.target if sample else None) or hint.get("target")
    first = usable.index(names.index(wanted)) if wanted in names and names.index(wanted) in usable else 0
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    place = left.selectbox(
        "Target column",
        usable,
        first,
        format_func=lambda k: truncated(names[k]),
        key=f"target_{key}",
        persist_state="session",
    )
    column = columns[place]
    inferred = (
        hint["form"]
        if column.name == hint.get("target") and hint.get("form") in FORMS
        else task_forms.infer_form(column)
    )
    form = right.selectbox(
        "Prediction type", list(FORMS), FORMS.index(inferred), format_func=task_forms.FORM_TITLES.get,
        key=f"form_{key}_{place}", persist_state="session",
    )  # fmt: skip
    target_note.describe_target(column, form)
    return Task(
        column.name, task_forms.task_kind(form), form,
        positive=hint.get("positive") if form == "binary" and column.name == hint.get("target") else None,
        groups=sample.groups if sample else None, order=sample.order if sample else None,
    )  # fmt: skip


def _came_with(card: dict[str, Any]) -> None:
    """The answer of pictures, texts, sounds and series comes with them: their classes, or a number."""
    labels = [truncated(label, 24) for label in card["labels"]]
    said = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
    st.text(f"One of the {len(labels):,} classes that came with the data: {said}." if labels else "A number.")


def ask_plan(
    card: dict[str, Any], task: Task, sample: Sample | None, key: str, settings: DeltaGenerator
) -> tuple[Task, Plan]:
    """The contest's rules in one line, and an expander to change them.

    Args:
        card: the description of the data. task: as asked for. sample: None for uploads. key: of the data. settings:
            where the expander stands: behind the start button, which the keyboard then reaches first.
    """
    plan = Plan(rows=sample.rows if sample else None, sensitive=sample.sensitive if sample else ())
    line = st.container()
    plan = _quick(card, plan, key)
    with settings.expander("Settings"):
        plan = _clock(plan, task, key)
        plan = _contestants(card, plan, task, key)
        plan = prompt_wording.ask_prompt(card, plan, task.target or "", key)
        plan = _conditions(card, plan, key)
        plan = _fairness(card, plan, key)
        plan = class_rules.ask_small_classes(card, task, plan, key)
        if catalogue.modality(card["modality"]).structured:
            task = _columns(card, task, key)
            plan = audit_columns.ask_audit_columns(card, plan, task, key)
        elif sample is None:
            task = class_rules.ask_name_groups(card, task, key)
    said = [
        f"Budget {format_seconds(plan.budget_seconds)}",
        _depths(task)["auto"] if not plan.fixed_folds else _depth(plan, task),
        f"equivalence margin {plan.margin:g} {'point' if plan.margin == 1 else 'points'}",
    ]
    if any(catalogue.contestants()[name].pretrained for name in plan.contestants):
        said.append("with pretrained contestants")
    if not plan.augment:
        said.append("no augmentation")
    if task.groups:
        said.append(f"whole groups held back ({truncated(task.groups, 40)})")
    whole = machine.expected_seconds(card["modality"], plan.budget_seconds)
    if whole is not None:
        said.insert(1, f"about {format_seconds(round_seconds(whole))} in all here, as earlier contests took")
    line.caption(md(" · ".join(said)))
    if cut := datasets.sample_words(card, plan):
        line.caption(md(cut))
    if need := datasets.memory_words(card, plan):
        line.caption(md(need))
    return task, plan


def _quick(card: dict[str, Any], plan: Plan, key: str) -> Plan:
    """The switch between the cut of a quick run and everything; absent where nothing is cut."""
    # A first run takes a part, so that its verdict comes within a minute or two; a switch takes all.
    kind = catalogue.modality(card["modality"])
    used = min(plan.rows or kind.quick_rows, card["rows"])
    if used >= card["rows"]:
        return replace(plan, rows=None)
    whole, most = format_count(card["rows"], kind.unit_noun), datasets.most_rows(card)
    all_of_them = f"Use all {whole}" if most >= card["rows"] else f"Use {most:,} of {whole}, the most a contest takes"
    every = used < most and st.toggle(all_of_them, key=f"every_{key}", persist_state="session")
    if not every:
        st.caption(
            f"Uses {used:,} of {whole}, drawn at random, so that the first answer comes quickly. "
            f"{'All of them' if most >= card['rows'] else 'More'} narrow the interval and take longer."
        )
    return replace(plan, rows=None if every else used)


def _depths(task: Task) -> dict[str, str]:
    """How much is tested, by key: folds, or origins of forecasts."""
    return ORIGINS if task.kind == "forecast" else DEPTHS


def _depth(plan: Plan, task: Task) -> str:
    return _depths(task)["1x5"] if task.kind == "forecast" else f"{plan.repeats} × {plan.folds} folds"


def _clock(plan: Plan, task: Task, key: str) -> Plan:
    left, right = st.columns(2)
    budget = left.select_slider(
        "Time for training", BUDGETS, 60, format_func=format_seconds, key=f"budget_{key}", persist_state="session",
        help="Shared equally: every contestant gets the same seconds for a fit.",
    )  # fmt: skip
    depth = right.selectbox(
        "Origins" if task.kind == "forecast" else "Folds", list(_depths(task)), format_func=_depths(task).get,
        key=f"depth_{key}", persist_state="session",
        help="Every fold trains on one part of the data and is scored on the rest; of forecasts on what was recorded "
        "before an origin, and is scored on the steps after it. More of them, narrower interval.",
    )  # fmt: skip
    plan = replace(plan, budget_seconds=float(budget))
    if depth == "auto":
        return plan
    repeats, folds = (int(part) for part in depth.split("x"))
    return replace(plan, folds=folds, repeats=repeats, fixed_folds=True)


def _contestants(card: dict[str, Any], plan: Plan, task: Task, key: str) -> Plan:
    """Who competes: those that always do are picked, the others and the pretrained ones stand beside them."""
    who = {
        name: one
        for name, one in catalogue.contestants().items()
        if card["modality"] in one.modalities and task.kind in one.kinds and one.family != "chance"
    }
    names = {name: _contestant_label(one) for name, one in who.items()}
    usual = [name for name, one in who.items() if one.default]
    asked = [name for name, one in who.items() if not one.default and not one.pretrained]
    chosen = st.pills(
        "Contestants", [name for name in who if name not in asked], selection_mode="multi", default=usual,
        format_func=lambda name: md(names[name]), key=f"who_{key}_{task.kind}", persist_state="session",
        help="A pretrained contestant has seen other data before; verdicts with one say so.",
    )  # fmt: skip
    also = _more_contestants(asked, names, f"{key}_{task.kind}")
    picked = tuple(name for name in who if name in {*(chosen or ()), *also})
    if not picked:
        st.caption("Nobody is picked: the usual contestants play.")
    return replace(plan, contestants=() if not picked or set(picked) == set(usual) else picked)


def _more_contestants(asked: list[str], names: dict[str, str], key: str) -> list[str]:
    """Further contestants that are picked."""
    if not asked or not st.toggle("More contestants", key=f"more_{key}", persist_state="session", help=MORE):
        return []
    st.caption(MORE)
    return st.pills(
        "More contestants", asked, selection_mode="multi", format_func=lambda name: md(names[name]),
        key=f"also_{key}", persist_state="session", label_visibility="collapsed",
    ) or []  # fmt: skip


def _contestant_label(one: Contestant) -> str:
    """A contestant with its family and whether it is pretrained, where its title does not say so itself."""
    title, family = one.title, theme.FAMILY_TITLES[one.family]
    more = [family] if family.lower() not in title.lower() else []
    if one.pretrained and "pretrained" not in title:
        more.append("pretrained")
    return " · ".join([title, ", ".join(more)]) if more else title


def _conditions(card: dict[str, Any], plan: Plan, key: str) -> Plan:
    """Augmentation and device."""
    kind = catalogue.modality(card["modality"])
    augment = bool(kind.structured) or st.toggle(
        "Augment training data", True, key=f"augment_{key}", persist_state="session",
        help=f"Small random changes to what a network trains on ({md(kind.augmentation)}), "
        "never to the test.",
    )  # fmt: skip
    device = st.segmented_control(
        "Device", list(DEVICES), default="auto", format_func=DEVICES.get, required=True, key=f"device_{key}",
        persist_state="session",
        help="Automatic takes a graphics card when there is one.",
    )  # fmt: skip
    return replace(plan, augment=bool(augment), device=device)


def _fairness(card: dict[str, Any], plan: Plan, key: str) -> Plan:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    about = (
        "Sides closer than this count as practically equal. Fixed before the run. Skill is 0 for guessing and 100 for "
        "perfect answers."
    )
    with left:
        asked = NumberField("Equal below, points", 1.0, f"margin_{key}", least=0.1, most=20.0, help=about)
        margin = number_field.draw_number(asked) or asked.value
    top = datasets.most_rows(card)
    used = middle.number_input(
        md(f"{catalogue.modality(card['modality']).unit_noun.capitalize()}s used"), min(20, top), top,
        min(plan.rows or top, top), 100, key=f"rows_{key}_{plan.rows or top}", persist_state="session",
    )  # fmt: skip
    seed = right.number_input("Seed", 0, 10_000, 0, key=f"seed_{key}", persist_state="session")
    return replace(plan, margin=float(margin or 1.0), rows=None if used >= top else int(used), seed=int(seed))


def _columns(card: dict[str, Any], task: Task, key: str) -> Task:
    names = [column["name"] for column in card["columns"]]
    others = [k for k, name in enumerate(names) if name != task.target]
    ids = [k for k in others if card["columns"][k]["type"] == "id"]
    show = lambda k: "none" if k == NONE else truncated(names[k])  # noqa: E731
    left, right = st.columns(2)
    groups = left.selectbox(
        "Rows that belong together (customer, patient, …)", [NONE, *others],
        _at(others, names, task.groups), format_func=show, key=f"groups_{key}", persist_state="session",
        help="Rows of one group never stand on both sides of a fold.",
    )  # fmt: skip
    order = right.selectbox(
        "Time order", [NONE, *others], _at(others, names, task.order), format_func=show, key=f"order_{key}",
        persist_state="session", help="Train on the past, score on the future.",
    )  # fmt: skip
    drop = left.multiselect("Leave out", others, format_func=show, key=f"drop_{key}", persist_state="session")
    keep = right.multiselect(
        "Keep although it looks like an identifier", ids, format_func=show, key=f"keep_{key}", persist_state="session",
        placeholder="Choose columns" if ids else "None was found",
    )  # fmt: skip
    return replace(
        task, groups=None if groups == NONE else names[groups], order=None if order == NONE else names[order],
        drop=tuple(names[k] for k in drop), keep=tuple(names[k] for k in keep),
    )  # fmt: skip


def _at(others: list[int], names: list[str], wanted: str | None) -> int:
    found = [place + 1 for place, k in enumerate(others) if names[k] == wanted]
    return found[0] if found else 0
