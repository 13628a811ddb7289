"""One panel a study: the drawing of its own where there is one, a generic one for anything else that was measured."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.schema import Contest
from pages.measurements import (
    ablation_panels,
    audit_panel,
    deployment_panels,
    design_panel,
    edge_panel,
    generic_panel,
    learning_panels,
    measurement_catalogue,
    measurement_summary,
    structure_panel,
    trust_panels,
)
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import md

# The panels that a measurement may name. One that is not here is drawn as its values.
DRAWN: dict[str, Callable[[Contest, str], None]] = {
    "learning_curve": learning_panels.draw_learning_curves,
    "few_shot": learning_panels.draw_few_shot,
    "unlabelled_rows": learning_panels.draw_unlabelled_rows,
    "scaling": learning_panels.draw_scaling,
    "anytime": learning_panels.draw_anytime,
    "parameters": structure_panel.draw_panel,
    "depth_ablation": learning_panels.draw_depth,
    "design_ablation": design_panel.draw_panel,
    "surgeries": ablation_panels.draw_surgeries,
    "engineered": ablation_panels.draw_feature_engineering,
    "tuned": ablation_panels.draw_tuning,
    "mixed_inputs": ablation_panels.draw_text_columns,
    "planted_truth": ablation_panels.draw_planted_effect,
    "surrogate": ablation_panels.draw_surrogate,
    "canary": trust_panels.draw_shuffled_targets,
    "multiplicity": trust_panels.draw_predictive_multiplicity,
    "corruption": trust_panels.draw_corruption,
    "shift": trust_panels.draw_distribution_shift,
    "unknowns": trust_panels.draw_selective_prediction,
    "prompt_calibration": trust_panels.draw_prompt_calibration,
    "edge": edge_panel.draw_panel,
    "regulatory": audit_panel.draw_panel,
    "ecosystem": deployment_panels.draw_software_stack,
    "token_cost": deployment_panels.draw_token_cost,
    "million_cost": deployment_panels.draw_total_cost,
}
# These speak even when nobody has a value: about equals, or about an export that failed its check.
ALWAYS = ("multiplicity", "edge", "learning_curve")


@error_boundary
def draw_measurement(key: str, contest: Contest, key_prefix: str = "studies") -> None:
    """Everything a contest says about one measurement: its panel, who has no value and why, how it is measured.

    key_prefix: a word that keeps the keys of widgets apart where one panel stands twice on a page.
    """
    if not measurement_catalogue.is_measured(contest, key) and key != "multiplicity":
        st.caption(md(describe_absence(key)))
        return
    one = measurement_catalogue.find_measurement(key)
    named = one.panel if one else ""
    if measurement_summary.runs_with_values(contest, key) or named in ALWAYS:
        draw = DRAWN.get(named)
        if draw is None:
            generic_panel.draw_values(contest, key)
            generic_panel.draw_means(contest, key)
        else:
            draw(contest, key_prefix)
    generic_panel.draw_missing_reasons(contest, key)
    if measurement_catalogue.is_measured(contest, key):
        generic_panel.draw_details(contest, key)


def describe_absence(key: str) -> str:
    """Which button fills an empty panel."""
    title, one = measurement_catalogue.question(key), measurement_catalogue.find_measurement(key)
    tab = "Reproduce"
    if one is not None and measurement_catalogue.is_study(key):
        tab = measurement_catalogue.tab_of(one)
    return f"Not measured yet: “{title}” under “{tab}” on the contest's page measures it."
