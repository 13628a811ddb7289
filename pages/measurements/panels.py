"""One panel a study: the drawing of its own where there is one, a generic one for anything else that was measured."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.schema import Contest
from pages.measurements import ablation_panels as winning
from pages.measurements import audit_panel as audits
from pages.measurements import catalogue
from pages.measurements import deployment_panels as shipping
from pages.measurements import edge_panel as devices
from pages.measurements import generic_panel as generic
from pages.measurements import learning_panels as learning
from pages.measurements import structure_panel as structures
from pages.measurements import summaries as numbers
from pages.measurements import trust_panels as trust
from pages.ui.error_boundary import calmly
from pages.ui.formatting import own

DRAWN: dict[str, Callable[[Contest, str], None]] = {
    "learning_curve": learning.appetite,
    "few_shot": learning.few_shot,
    "scaling": learning.scaling,
    "anytime": learning.anytime,
    "parameters": structures.panel,
    "depth_ablation": learning.depth,
    "surgeries": winning.surgeries,
    "engineered": winning.engineered,
    "tuned": winning.tuned,
    "mixed_inputs": winning.mixed,
    "planted_truth": winning.planted,
    "surrogate": winning.surrogate,
    "canary": trust.canary,
    "multiplicity": trust.stories,
    "corruption": trust.corruption,
    "shift": trust.shift,
    "unknowns": trust.unknowns,
    "edge": devices.panel,
    "regulatory": audits.panel,
    "ecosystem": shipping.ecosystem,
    "million_cost": shipping.cost,
}
# These speak even when nobody has a value: about equals, or about an export that failed its check.
ALWAYS = ("multiplicity", "edge", "learning_curve")


@calmly
def panel(key: str, contest: Contest, place: str = "studies") -> None:
    """Everything a contest says about one measurement: its panel, who has no value and why, how it is measured.

    place: a word that keeps the keys of widgets apart where one panel stands twice on a page.
    """
    if not catalogue.done(contest, key) and key != "multiplicity":
        st.caption(own(absent(key)))
        return
    if numbers.measured(contest, key) or key in ALWAYS:
        draw = DRAWN.get(key)
        if draw is None:
            generic.values(contest, key)
            generic.said(contest, key)
        else:
            draw(contest, place)
    generic.reasons(contest, key)
    if catalogue.done(contest, key):
        generic.details(contest, key)


def absent(key: str) -> str:
    """Which button fills an empty panel."""
    study = catalogue.BY_KEY.get(key)
    one = catalogue.declared(key)
    title = study.question if study else one.title if one else key
    group = catalogue.GROUPS[study.group] if study else "More about this contest"
    return f"Not measured yet: “{title}” under “{group}” on the contest's page measures it."
