"""A text network in use: trained under a budget, turned into a model, or read out as features for a hybrid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain import text_masking
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.onnx import export_routes
from core.models.text import attention_network
from core.models.text.tfidf_models import default_masker, fast_masker
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, JsonObject, ProgressCallback

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class TextNetwork:
    """A trained network with its lexicon."""

    network: Any
    lexicon: attention_network.Lexicon
    output_spec: OutputSpec
    facts: JsonObject

    def tensor(self, found: Sequence[str]) -> torch.Tensor:
        """Token numbers of texts.

        Args:
            found: n texts.

        Returns:
            An int64 tensor (n, t).
        """
        import torch

        return torch.from_numpy(self.lexicon.codes(found))

    def raw(self, found: Sequence[str]) -> np.ndarray:
        """Raw outputs of the network.

        Args:
            found: n texts.

        Returns:
            float32 (n, width).
        """
        return trainer.predict_raw(self.network, (self.tensor(found),), 256)

    def features(self, found: Sequence[str]) -> np.ndarray:
        """The activations before the last layer.

        Args:
            found: n texts.

        Returns:
            float32 (n, d).
        """
        import torch

        codes = self.tensor(found)
        with torch.no_grad():
            parts = [self.network.features(codes[begin : begin + 256]).numpy() for begin in range(0, len(codes), 256)]
        return np.concatenate(parts)

    def arrays(self) -> dict[str, np.ndarray]:
        """Weights and the lexicon (UTF-8, one token a line).

        Returns:
            name -> array.
        """
        terms = np.frombuffer("\n".join(self.lexicon.index).encode(), dtype=np.uint8)
        return {**network_arrays(self.network), "lexicon": terms}

    def prepare(self, tokens: text_masking.TokenOwners) -> text_masking.Scorer:
        """A fast scorer of texts with words deleted.

        Args:
            tokens: which words each token belongs to.

        Returns:
            masked texts -> raw outputs.
        """
        import torch

        def raw(codes: np.ndarray) -> np.ndarray:
            return trainer.predict_raw(self.network, (torch.from_numpy(codes),), 256)

        return text_masking.token_network_scorer(self.lexicon.code, self.lexicon.length, raw, self.output_spec.width)(
            tokens
        )

    def model(self) -> ComposedModel:
        """The network as a contestant's model.

        Returns:
            The composed model.
        """
        return ComposedModel(
            raw_outputs=self.raw,
            output_spec=self.output_spec,
            masker=default_masker,
            arrays=self.arrays,
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda found: (self.tensor(found),),
            fast_masker=fast_masker(self.output_spec, self.prepare),
            portable=lambda: export_routes.routes_of_tokens(self.lexicon, self.network),
        )


def fit_text_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> TextNetwork:
    """A convolution-and-attention network trained on texts; augmentation masks tokens at random.

    Args:
        train, valid: texts with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once an epoch.

    Returns:
        The fitted network.
    """
    import torch

    lexicon = attention_network.build_lexicon(train.inputs)
    own, held = (torch.from_numpy(lexicon.codes(part.inputs)) for part in (train, valid))
    network, facts = fit_network(
        lambda: attention_network.build_reader(lexicon.size, output_spec.width),
        LabelledTensors((own,), train.target),
        LabelledTensors((held,), valid.target),
        output_spec,
        NetworkPlan(
            NetworkHyperparameters(
                learning_rate=5e-3, batch=32, epochs=16, weight_decay=0.1, smoothing=0.05, patience=5
            ),
            budget,
            attention_network.token_dropout(),
        ),
        on_progress,
    )
    facts = {"kind": "convolution and attention over tokens", "tokens": lexicon.size, "length": lexicon.length, **facts}
    return TextNetwork(network, lexicon, output_spec, facts)
