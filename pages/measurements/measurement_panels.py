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
    if measurement_summary.measured(contest, key) or key in ALWAYS:
        draw = DRAWN.get(key)
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
    study = measurement_catalogue.BY_KEY.get(key)
    one = measurement_catalogue.declared(key)
    title = study.question if study else one.title if one else key
    group = measurement_catalogue.GROUPS[study.group] if study else "More about this contest"
    return f"Not measured yet: “{title}” under “{group}” on the contest's page measures it."
