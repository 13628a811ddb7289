"""How a data set of series lies: step, horizon, channels, names; read from and written to the facts of a data set."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.panels.time_step import TimeStep
from core.schema import Facts, JsonObject

QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
# Those over which the loss is averaged, and where the median and the bands stand among ``QUANTILES``.
SCORED = slice(1, 10)
MEDIAN = 5
BAND_80 = (1, 9)
BAND_95 = (0, 10)


def middle_step(horizon: int) -> int:
    """The step that is explained unless another is asked for, counted from 0: the middle one, the earlier of two.

    Args:
        horizon: how many steps there are.
    """
    return (horizon - 1) // 2


@dataclass(frozen=True)
class PanelLayout:
    """Facts that panels and their windows carry.

    Attributes:
        target: name of what is foretold. step: between neighbours. start: time of step 0. length: steps with recorded
        values; later ones hold covariates only. horizon: steps ahead. context: steps of the past in a window, 0 in a
        panel. season: after how many steps the seasonal naive repeats. series: their names.
        channels: of a panel's columns, or of the columns of a window. known: which of these are known of the future.
    """

    target: str
    step: TimeStep
    start: str
    length: int
    horizon: int
    context: int = 0
    season: int = 1
    series: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def to_facts(self) -> JsonObject:
        """The layout as JSON-able facts.

        Returns:
            {"panel": {...}}.
        """
        return {"panel": asdict(self)}

    @staticmethod
    def from_facts(facts: Facts) -> PanelLayout:
        """The layout of a data set.

        Args:
            facts: of the data set.

        Raises:
            KeyError: the data set holds no series side by side.
        """
        found = facts["panel"]
        step = found["step"]
        return PanelLayout(
            target=found["target"],
            step=TimeStep(step["key"], step["every"], step["horizon"], tuple(step["seasons"])),
            start=found["start"],
            length=int(found["length"]),
            horizon=int(found["horizon"]),
            context=int(found["context"]),
            season=int(found["season"]),
            series=tuple(found["series"]),
            channels=tuple(found["channels"]),
            known=tuple(found["known"]),
        )
