"""The mark of every model: a shade of its family's hue and a marker shape, the same on every chart and table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import altair as alt

from pages.backend.report_words import SHADES, SHAPES, ModelMark, declared_places, marker_svg, marks_of, mixed
from pages.ui.theme import Palette

__all__ = ["SHADES", "SHAPES", "ModelMark", "ModelMarks", "declared_places", "marker_svg", "mixed", "model_marks"]


@dataclass(frozen=True)
class ModelMarks:
    """The marks of the models on one chart: title -> mark."""

    marks: dict[str, ModelMark]

    def colour(self, field: str, channel: type[Any] = alt.Color, legend: alt.Legend | None = None) -> Any:
        """Colour by title in the column ``field``; a chart that names its models needs no legend."""
        shades = [mark.colour for mark in self.marks.values()]
        return channel(f"{field}:N", scale=alt.Scale(domain=list(self.marks), range=shades), legend=legend)

    def shape(self, field: str, legend: alt.Legend | None = None) -> alt.Shape:
        """Marker shape by title in the column ``field``; under the colour's legend where there is one."""
        shapes = [mark.shape for mark in self.marks.values()]
        return alt.Shape(f"{field}:N", scale=alt.Scale(domain=list(self.marks), range=shapes), legend=legend)


def model_marks(models: Iterable[tuple[str, str]], palette: Palette) -> ModelMarks:
    """The marks of some models.

    Args:
        models: (title, family) of each; one that no installed contestant has gets the next free mark of its family.
        palette: of the theme on show.
    """
    return ModelMarks(marks_of(models, palette.families, palette.ink, palette.muted))
