"""One panel a study: the drawing of its own where there is one, a generic one for anything else that was measured."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.schema import Contest
from pages.measurements import (
    ablation_panels,
    audit_panel,
    deployment_panels,
    edge_panel,
    generic_panel,
    learning_panels,
    measurement_catalogue,
    measurement_summary,
    structure_panel,
    trust_panels,
)
from pages.ui.error_boundary import calmly
from pages.ui.formatting import own

# The panels that a measurement may name. One that is not here is drawn as its values.
DRAWN: dict[str, Callable[[Contest, str], None]] = {
    "learning_curve": learning_panels.appetite,
    "few_shot": learning_panels.few_shot,
    "scaling": learning_panels.scaling,
    "anytime": learning_panels.anytime,
    "parameters": structure_panel.panel,
    "depth_ablation": learning_panels.depth,
    "surgeries": ablation_panels.surgeries,
    "engineered": ablation_panels.engineered,
    "tuned": ablation_panels.tuned,
    "mixed_inputs": ablation_panels.mixed,
    "planted_truth": ablation_panels.planted,
    "surrogate": ablation_panels.surrogate,
    "canary": trust_panels.canary,
    "multiplicity": trust_panels.stories,
    "corruption": trust_panels.corruption,
    "shift": trust_panels.shift,
    "unknowns": trust_panels.unknowns,
    "edge": edge_panel.panel,
    "regulatory": audit_panel.panel,
    "ecosystem": deployment_panels.ecosystem,
    "million_cost": deployment_panels.cost,
}
# These speak even when nobody has a value: about equals, or about an export that failed its check.
ALWAYS = ("multiplicity", "edge", "learning_curve")


@calmly
def panel(key: str, contest: Contest, place: str = "studies") -> None:
    """Everything a contest says about one measurement: its panel, who has no value and why, how it is measured.

    place: a word that keeps the keys of widgets apart where one panel stands twice on a page.
    """
    if not measurement_catalogue.done(contest, key) and key != "multiplicity":
        st.caption(own(absent(key)))
        return
    one = measurement_catalogue.declared(key)
    named = one.panel if one else ""
    if measurement_summary.measured(contest, key) or named in ALWAYS:
        draw = DRAWN.get(named)
        if draw is None:
            generic_panel.values(contest, key)
            generic_panel.said(contest, key)
        else:
            draw(contest, place)
    generic_panel.reasons(contest, key)
    if measurement_catalogue.done(contest, key):
        generic_panel.details(contest, key)


def absent(key: str) -> str:
    """Which button fills an empty panel."""
    title, one = measurement_catalogue.question(key), measurement_catalogue.declared(key)
    group = "More about this contest"
    if one is not None and measurement_catalogue.is_study(key):
        group = measurement_catalogue.groups()[measurement_catalogue.group_of(one)]
    return f"Not measured yet: “{title}” under “{group}” on the contest's page measures it."
