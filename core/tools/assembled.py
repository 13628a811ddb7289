"""A fitted contestant put together from parts: something that turns inputs into raw outputs, and what they mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.tools.answers import Answer
from core.tools.explain.game import attribute
from core.tools.explain.players import Players
from core.tools.packing import pack
from core.vocabulary import Attribution

EXPLAIN_SECONDS = 12.0
MOST_PERMUTATIONS = 40
LEAST_PERMUTATIONS = 2


@dataclass(frozen=True)
class Assembled:
    """Implements the Model protocol.

    raw: inputs -> raw outputs (n, width). answer: what they mean. players: (inputs, background) -> the game played.
    arrays: everything that would be shipped, by name. facts: JSON-able structure. parameters: fitted numbers.
    network, tensors: the torch Module and inputs -> its input tensors, where there is one. maps: (inputs,
    background, outputs) -> gradient maps of a picture network as ``explain.maps.told`` gives them.
    """

    raw: Callable[[Any], np.ndarray]
    answer: Answer
    players: Callable[[Any, Any], Players]
    arrays: Callable[[], Mapping[str, np.ndarray]]
    parameters: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    network: Any = None
    tensors: Callable[[Any], tuple[Any, ...]] | None = None
    maps: Callable[[Any, Any, np.ndarray | None], dict[str, Any]] | None = None

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,) in the target's unit."""
        return self.answer.finish(self.raw(inputs))

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds (n,), logits minus their mean (n, k), or values (n,)."""
        return self.answer.margin(self.raw(inputs))

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Shapley values of the margin over the modality's players, by as many antithetic permutations as time allows.

        outputs: (n,) explained class of each row; the most likely one if several and not given.
        """
        players = self.players(inputs, background)
        began = time.perf_counter()
        margin = self.margin(inputs)
        per_input = (time.perf_counter() - began) / max(len(inputs), 1)
        if margin.ndim == 2 and outputs is None:
            outputs = margin.argmax(axis=1)
        walks = 2 * sum(len(players.active(row)) for row in range(players.rows)) * players.depth
        affordable = int(EXPLAIN_SECONDS / max(per_input * walks, 1e-9))
        permutations = int(np.clip(affordable, LEAST_PERMUTATIONS, MOST_PERMUTATIONS))
        return attribute(self.margin, players, outputs, permutations)

    def saved(self) -> bytes:
        """All fitted arrays and facts as one npz without pickles."""
        return pack(self.describe(), self.arrays())

    def describe(self) -> dict[str, Any]:
        """Structure in numbers and words."""
        return {"parameters": self.parameters, **self.facts}


def network_arrays(network: Any, prefix: str = "network.") -> dict[str, np.ndarray]:
    """The weights of a torch Module as arrays."""
    return {prefix + name: tensor.detach().cpu().numpy() for name, tensor in network.state_dict().items()}


def network_size(network: Any) -> int:
    """Number of trained and fixed weights of a torch Module."""
    return sum(parameter.numel() for parameter in network.parameters())
