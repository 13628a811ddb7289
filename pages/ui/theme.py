"""The families' colours, the same on every page and safe for colour-blind eyes (Okabe-Ito), for both themes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from core.schema import FAMILIES, FAMILY_TITLES

__all__ = ["DARK", "FAMILY_TITLES", "LIGHT", "Palette", "current_palette"]


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. ``families`` maps a family to its colour; ``selected`` is that of chosen options and links;
    the rest is ink."""

    families: Mapping[str, str]
    ink: str
    muted: str
    grid: str
    band: str
    paper: str
    selected: str

    @property
    def domain(self) -> list[str]:
        """The families in their fixed order, for an explicit colour domain."""
        return list(FAMILIES)

    @property
    def range(self) -> list[str]:
        """The colours in the order of ``domain``."""
        return [self.families[family] for family in FAMILIES]


LIGHT = Palette(
    MappingProxyType({"classical": "#0072B2", "deep": "#D55E00", "hybrid": "#009E73", "chance": "#7F7F7F"}),
    ink="#1B2233",
    muted="#5A6072",
    grid="#E3E6EE",
    band="#B9BECB",
    paper="#FFFFFF",
    selected="#4A30B0",
)
DARK = Palette(
    MappingProxyType({"classical": "#56B4E9", "deep": "#F0803C", "hybrid": "#2FC79A", "chance": "#A0A0A0"}),
    ink="#E8EAF2",
    muted="#B4BACB",
    grid="#2A3144",
    band="#596078",
    paper="#12151F",
    selected="#B7A5FF",
)


def current_palette() -> Palette:
    """The palette of the theme that the viewer sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT
