"""A fitted contestant put together from parts: something that turns inputs into raw outputs, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.explain.convergence import settled
from core.explain.maskers import Players
from core.models.onnx import Portable
from core.models.training.output_spec import OutputSpec
from core.schema import Attribution
from core.storage.model_archive import pack

EXPLAIN_SECONDS, EXPLAIN_ROWS = 9.0, 12


@dataclass(frozen=True)
class ComposedModel:
    """Implements the Model protocol.

    raw: inputs -> raw outputs (n, width). output_spec: what they mean. players: (inputs, background) -> masker.
    arrays: everything that would be shipped, by name. facts: JSON-able structure. parameters: fitted numbers.
    network, tensors: the torch Module and inputs -> its input tensors, where there is one. maps: (inputs,
    background, outputs) -> gradient maps of a picture network as ``explain.maps.told`` gives them.
    quick: inputs -> the game of ``players`` in a form answered faster (margin, players), or None where it cannot be.
    usual: (inputs, background, outputs) -> what is commonly said instead, for the comparison beside.
    """

    raw: Callable[[Any], np.ndarray]
    output_spec: OutputSpec
    players: Callable[[Any, Any], Players]
    arrays: Callable[[], Mapping[str, np.ndarray]]
    parameters: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    network: Any = None
    tensors: Callable[[Any], tuple[Any, ...]] | None = None
    portable: Callable[[], Sequence[Portable]] | None = None
    maps: Callable[[Any, Any, np.ndarray | None], dict[str, Any]] | None = None
    quick: Callable[[Any], tuple[Callable[[Any], np.ndarray], Players] | None] | None = None
    usual: Callable[[Any, Any, np.ndarray | None], Attribution | None] | None = None

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,) in the target's unit."""
        return self.output_spec.to_predictions(self.raw(inputs))

    def margin(self, inputs: Any) -> np.ndarray:
        """Log-odds (n,), logits minus their mean (n, k), or values (n,)."""
        return self.output_spec.margin(self.raw(inputs))

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Shapley values of the margin over the modality's players, by as many antithetic permutations as it takes for
        them to settle, or time allows.

        outputs: (n,) explained class of each row; the most likely one if several and not given.
        """
        if self.output_spec.form == "multiclass" and outputs is None:
            outputs = self.margin(inputs).argmax(axis=1)
        margin, players = self.game(inputs, background)
        return settled(margin, players, outputs, EXPLAIN_SECONDS * min(1.0, players.rows / EXPLAIN_ROWS))[0]

    def game(self, inputs: Any, background: Any) -> tuple[Callable[[Any], np.ndarray], Players]:
        """The game an explanation divides up: (what the players build -> explained output, players)."""
        found = None if self.quick is None else self.quick(inputs)
        return (self.margin, self.players(inputs, background)) if found is None else found

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
