"""A fitted contestant put together from parts: something that turns inputs into raw outputs, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.convergence import until_converged
from core.explain.maskers import Masker
from core.models.onnx import PortableModel
from core.models.training.output_spec import OutputSpec
from core.schema import Attribution, Facts, Inputs, JsonObject
from core.storage.model_archive import pack

if TYPE_CHECKING:
    from torch import nn

EXPLAIN_SECONDS, EXPLAIN_ROWS = 5.0, 12
# Of a slow model, whose every answer is declared: a contest with two of them still ends within two minutes.
SLOW_EXPLAIN_SECONDS = 4.0


@dataclass(frozen=True)
class ComposedModel:
    """Implements the Model protocol.

    raw_outputs: inputs -> raw outputs (n, width). output_spec: what they mean. masker: (inputs, background) -> Masker.
    arrays: everything that would be shipped, by name. facts: JSON-able structure. parameters: fitted numbers.
    network, tensors: the torch Module and inputs -> its input tensors, where there is one. maps: (inputs,
    background, outputs) -> gradient maps of a picture network as ``explain.saliency_maps.saliency_maps`` gives them.
    fast_masker: inputs -> (margin, masker) with the values of ``masker`` computed faster, or None where it cannot be.
    common_explanation: (inputs, background, outputs) -> the method in common use, for comparison.
    chat: (message, options) -> a written reply and what it took, where the model can write.
    answer_seconds: declared seconds of one answer of a slow model, from which follows how often explanations ask it.
    """

    raw_outputs: Callable[[Any], np.ndarray]
    output_spec: OutputSpec
    masker: Callable[[Any, Any], Masker]
    arrays: Callable[[], Mapping[str, np.ndarray]]
    parameters: int
    facts: Facts = field(default_factory=dict)
    network: nn.Module | None = None
    tensors: Callable[[Any], tuple[Any, ...]] | None = None
    portable: Callable[[], Sequence[PortableModel]] | None = None
    maps: Callable[[Any, Any, np.ndarray | None], JsonObject] | None = None
    fast_masker: Callable[[Any], tuple[Callable[[Any], np.ndarray], Masker] | None] | None = None
    common_explanation: Callable[[Any, Any, np.ndarray | None], Attribution | None] | None = None
    answer_seconds: float | None = None
    chat: Callable[[str, Facts], JsonObject] | None = None

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Class probabilities (n, k) or values (n,) in the target's unit."""
        return self.output_spec.to_predictions(self.raw_outputs(inputs))

    def margin(self, inputs: Inputs) -> np.ndarray:
        """Log-odds (n,), logits minus their mean (n, k), or values (n,)."""
        return self.output_spec.margin(self.raw_outputs(inputs))

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Shapley values of the margin over the masked features, by as many antithetic permutations as it takes for
        them to settle, or time allows.

        outputs: (n,) explained class of each row; the most likely one if several and not given.
        """
        if self.output_spec.form == "multiclass" and outputs is None:
            outputs = self.margin(inputs).argmax(axis=1)
        margin, masker = self.margin_and_masker(inputs, background)
        whole = EXPLAIN_SECONDS if self.answer_seconds is None else SLOW_EXPLAIN_SECONDS
        seconds = whole * min(1.0, masker.rows / EXPLAIN_ROWS)
        return until_converged(margin, masker, outputs, seconds, answer_seconds=self.answer_seconds)[0]

    def margin_and_masker(self, inputs: Inputs, background: Inputs) -> tuple[Callable[[Any], np.ndarray], Masker]:
        """What an explanation evaluates: the margin of masked inputs, and the masker.

        Args:
            inputs: n rows to explain. background: training rows.

        Returns:
            (masked inputs -> margin, masker).
        """
        found = None if self.fast_masker is None else self.fast_masker(inputs)
        return (self.margin, self.masker(inputs, background)) if found is None else found

    def saved(self) -> bytes:
        """All fitted arrays and facts as one npz without pickles."""
        return pack(self.describe(), self.arrays())

    def describe(self) -> JsonObject:
        """Structure in numbers and words."""
        return {"parameters": self.parameters, **self.facts}


def network_arrays(network: nn.Module, prefix: str = "network.") -> dict[str, np.ndarray]:
    """The weights of a torch Module as arrays.

    Args:
        network: a torch Module. prefix: put before each name.

    Returns:
        name -> array.
    """
    return {prefix + name: tensor.detach().cpu().numpy() for name, tensor in network.state_dict().items()}


def network_size(network: nn.Module) -> int:
    """Number of weights of a torch Module, trained and frozen.

    Args:
        network: a torch Module.

    Returns:
        A count.
    """
    return sum(parameter.numel() for parameter in network.parameters())
