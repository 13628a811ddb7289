"""The mark of every model: a shade of its family's hue and a marker shape, the same on every chart and table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.schema import Contestant
from pages.backend import catalogue
from pages.ui.theme import Palette

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right", "triangle-left")
# How far a hue goes towards the ink: darker on light paper, lighter on dark, so that every shade stays legible.
SHADES = (0.0, 0.32, 0.56)


@dataclass(frozen=True)
class ModelMark:
    """How a model is drawn: its colour as ``#RRGGBB`` and its shape by Vega's name."""

    colour: str
    shape: str


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
    declared = declared_places(list(catalogue.contestants().values()))
    asked = dict.fromkeys(models)
    places = {model: declared[model] for model in asked if model in declared}
    found = {}
    for title, family in asked:
        if (title, family) not in places:
            taken = {place for (_, other), place in places.items() if other == family}
            places[title, family] = next(place for place in range(len(taken) + 1) if place not in taken)
        place = places[title, family]
        hue = palette.families.get(family, palette.muted)
        found[title] = ModelMark(mixed(hue, palette.ink, SHADES[place % len(SHADES)]), SHAPES[place % len(SHAPES)])
    return ModelMarks(found)


def declared_places(contestants: Sequence[Contestant]) -> dict[tuple[str, str], int]:
    """The number of every contestant's mark within its family: no two that meet in a contest share one.

    Returns:
        (title, family) -> the lowest number that no earlier contestant of the family for the same data has.
    """
    places: dict[tuple[str, str], int] = {}
    fields: dict[tuple[str, str], set[str]] = {}
    # Those that play when a contest names nobody come first: they get the plain hues.
    for one in sorted(contestants, key=lambda one: (not one.default, "*" in one.modalities)):
        fields.setdefault((one.title, one.family), set()).update(one.modalities)
    for key, data in fields.items():
        met = {
            place
            for other, place in places.items()
            if other[1] == key[1] and ("*" in data | fields[other] or data & fields[other])
        }
        places[key] = next(place for place in range(len(met) + 1) if place not in met)
    return places


def mixed(colour: str, other: str, share: float) -> str:
    """A colour moved towards another one by ``share`` (0 to 1)."""
    parts = [(int(colour[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in parts)
