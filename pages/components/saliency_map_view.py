"""The usual Captum maps of a picture network beside the fair game: integrated gradients, Grad-CAM and occlusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.schema import Contest
from pages.charts import heatmaps
from pages.summaries import aligned_explanations
from pages.ui import theme
from pages.ui.formatting import literal, md

TITLES = {
    "ig": ("Integrated gradients", "pixel by pixel, from the average picture"),
    "gradcam": ("Grad-CAM, signed", "where its last fine layer looks"),
    "occlusion": ("Occlusion", "what a covered window takes away"),
}


def explanations_with_maps(
    explanations: Sequence[aligned_explanations.AlignedExplanation],
) -> list[aligned_explanations.AlignedExplanation]:
    """The sides that have such maps."""
    return [side for side in explanations if side.explanation.get("maps")]


def draw_saliency_maps(
    contest: Contest, explanations: Sequence[aligned_explanations.AlignedExplanation], ground: np.ndarray, row: int
) -> None:
    """The three maps of one picture for every network on show, over the picture itself.

    ground: (h, w) or (h, w, c) pixels of the picture.
    """
    for side in explanations_with_maps(explanations):
        maps: Mapping[str, Any] = side.explanation["maps"]
        drawn = [(key, *TITLES[key]) for key in TITLES if row < len(maps.get(key) or ())]
        if not drawn:
            continue
        st.markdown(f"**The usual Captum maps of {md(side.title)}**, of the same answer")
        for column, (key, title, about) in zip(st.columns(3, gap="medium"), drawn, strict=False):
            with column:
                st.image(overlay_map(ground, maps[key][row]), width="stretch", alt=f"The picture under {title}")
                st.caption(f"**{md(title)}** · {md(about)}")
        if maps.get("note"):
            with st.expander("How these maps were made"):
                st.text(literal(maps["note"], 600))


def overlay_map(ground: np.ndarray, values: Any) -> np.ndarray:
    """A map (h', w') stretched to the picture and laid over it, the strongest place at full colour."""
    fine = np.nan_to_num(np.asarray(values, dtype=float))
    high, wide = ground.shape[:2]
    fine = fine[np.arange(high) * fine.shape[0] // high][:, np.arange(wide) * fine.shape[1] // wide]
    # A few single pixels stand far above the rest: the scale ends at the 99th percentile, not at the largest.
    top = float(np.quantile(np.abs(fine), 0.99)) or float(np.abs(fine).max()) or 1.0
    return heatmaps.overlay_heatmap(ground, np.clip(fine / top, -1, 1), theme.current_palette())
