"""The mark of every model: a shade of its family's hue and a marker shape, the same on every page and in reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core import registry
from core.schema import Contestant

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right", "triangle-left")
# How far a hue goes towards the ink: darker on light paper, lighter on dark, so that every shade stays legible.
SHADES = (0.0, 0.32, 0.56)
_POINTS = {
    "square": "-1,-1 1,-1 1,1 -1,1",
    "diamond": "0,-1.3 1.1,0 0,1.3 -1.1,0",
    "triangle-up": "0,-1.2 1.15,1 -1.15,1",
    "triangle-down": "0,1.2 1.15,-1 -1.15,-1",
    "triangle-right": "1.2,0 -1,1.15 -1,-1.15",
    "triangle-left": "-1.2,0 1,1.15 1,-1.15",
    "cross": "-.4,-1.2 .4,-1.2 .4,-.4 1.2,-.4 1.2,.4 .4,.4 .4,1.2 -.4,1.2 -.4,.4 -1.2,.4 -1.2,-.4 -.4,-.4",
}


@dataclass(frozen=True)
class ModelMark:
    """How a model is drawn: its colour as ``#RRGGBB`` and its shape by Vega's name."""

    colour: str
    shape: str


def marks_of(models: Iterable[tuple[str, str]], hues: Mapping[str, str], ink: str, muted: str) -> dict[str, ModelMark]:
    """The marks of some models: title -> mark.

    Args:
        models: (title, family) of each; one that no installed contestant has gets the next free mark of its family.
        hues: colour of each family. ink, muted: colours of text, and of families without a hue.
    """
    declared = declared_places(list(registry.discover("contestants").values()))
    asked = dict.fromkeys(models)
    places = {model: declared[model] for model in asked if model in declared}
    found = {}
    for title, family in asked:
        if (title, family) not in places:
            taken = {place for (_, other), place in places.items() if other == family}
            places[title, family] = next(place for place in range(len(taken) + 1) if place not in taken)
        place = places[title, family]
        hue = hues.get(family, muted)
        found[title] = ModelMark(mixed(hue, ink, SHADES[place % len(SHADES)]), SHAPES[place % len(SHAPES)])
    return found


def marker_svg(mark: ModelMark) -> str:
    """A mark around the origin of an SVG, about twelve units wide."""
    if mark.shape == "circle":
        return f'<circle r="6" fill="{mark.colour}"/>'
    return f'<polygon points="{_POINTS[mark.shape]}" transform="scale(5.4)" fill="{mark.colour}"/>'


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
