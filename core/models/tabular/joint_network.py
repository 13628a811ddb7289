"""Tables with free text: one network over both kinds of columns.

Reference: Gu & Budhkar 2021 (fusion of text and columns).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.maskers import column_masker
from core.features import table_encoders
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.tabular import tabm_network
from core.models.tabular.text_and_columns import map_unique, split_columns
from core.models.text import attention_network
from core.models.training import trainer, tuning
from core.models.training.fit_network import (
    HYPERPARAMETERS,
    LabelledTensors,
    NetworkHyperparameters,
    NetworkPlan,
    fit_network,
)
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Budget, Dataset, Facts, JsonObject, ProgressCallback, TableRows, Task

if TYPE_CHECKING:
    import torch
    from torch import nn

    from core.features.table_encoders import DenseEncoder

JOINT = {"rate": 3e-3, "decay": 2e-2}
JOINT_SPACE: dict[str, tuple[Any, ...]] = {"rate": (1e-3, 3e-3, 1e-2), "decay": (1e-3, 1e-2, 1e-1)}
SHAPE = tabm_network.TabMConfig(ensemble_size=1, blocks=2, width=96, depth=8)


def fit_joint(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """One network over both: embedded columns through dense layers, tokens through a convolution and attention, and a
    linear layer over the two side by side, trained end to end."""
    output_spec = OutputSpec.from_dataset(train, task)

    def one(settings: Facts, share: Budget) -> tuple[float, ComposedModel]:
        model = _fit_joint((train, valid), output_spec, {**JOINT, **settings}, share, on_progress)
        return output_spec.skill(model.predict(valid.inputs), target_of(valid)), model

    model, facts = tuning.tune(JOINT_SPACE, budget, one, on_progress, JOINT)
    return replace(model, facts={**model.facts, **facts})


def _fit_joint(
    parts: tuple[Dataset, Dataset],
    output_spec: OutputSpec,
    settings: Facts,
    budget: Budget,
    on_progress: ProgressCallback,
) -> ComposedModel:
    import torch

    train, valid = parts
    sorted_ = split_columns(train.inputs)
    encoding = (
        table_encoders.fit_dense(sorted_.without_texts(train).inputs, seed=budget.seed) if sorted_.others else None
    )
    lexicon = attention_network.build_lexicon(list(sorted_.joined_texts(train.inputs))) if sorted_.texts else None

    def tensors(inputs: TableRows) -> tuple[Any, ...]:
        made = []
        if lexicon is not None:
            made.append(
                torch.from_numpy(map_unique(sorted_.joined_texts(inputs), lambda some: lexicon.codes(list(some))))
            )
        if encoding is not None:
            made.append(torch.from_numpy(encoding.transform(inputs)))
        return tuple(made)

    chosen = {HYPERPARAMETERS[name]: value for name, value in settings.items()}
    network, facts = fit_network(
        lambda: _joint_network(encoding, lexicon, output_spec.width),
        LabelledTensors(tensors(train.inputs), target_of(train)),
        LabelledTensors(tensors(valid.inputs), target_of(valid)),
        output_spec,
        NetworkPlan(NetworkHyperparameters(batch=64, epochs=30, smoothing=0.02, patience=8, **chosen), budget,
         attention_network.token_dropout() if lexicon is not None else None),
        on_progress,
    )  # fmt: skip

    def arrays() -> dict[str, np.ndarray]:
        terms = "\n".join(lexicon.index) if lexicon is not None else ""
        stored = encoding.to_state()[1] if encoding is not None else {}
        return {**network_arrays(network), **stored, "lexicon": np.frombuffer(terms.encode(), dtype=np.uint8)}

    return ComposedModel(
        raw_outputs=lambda inputs: trainer.predict_raw(network, tensors(inputs), 1_024),
        output_spec=output_spec,
        masker=column_masker,
        arrays=arrays,
        parameters=network_size(network),
        facts={**_facts(network, sorted_.texts, lexicon), **facts},
    )


def _facts(network: nn.Module, texts: Sequence[str], lexicon: attention_network.Lexicon | None) -> JsonObject:
    return {
        "kind": "joint network over columns and texts",
        "text_columns": list(texts),
        "tokens": 0 if lexicon is None else lexicon.size,
        "layers": tabm_network.layer_shapes(network),
    }


def _joint_network(encoding: DenseEncoder | None, lexicon: attention_network.Lexicon | None, width: int) -> nn.Module:
    import torch
    from torch import nn

    class Joint(nn.Module):
        """(codes (n, t), rows (n, w)) or either alone -> raw outputs (n, width)."""

        def __init__(self) -> None:
            super().__init__()
            self.reader: Any = None if lexicon is None else attention_network.build_reader(lexicon.size, width, 32, 48)
            self.table: Any = None if encoding is None else tabm_network.build_tabm(encoding, width, SHAPE)
            wide = (0 if self.reader is None else 32 + 2 * 48) + (0 if self.table is None else SHAPE.width)
            self.drop = nn.Dropout(0.2)
            self.last = nn.Linear(wide, width)

        def forward(self, *given: torch.Tensor) -> torch.Tensor:
            seen = [self.reader.features(given[0])] if self.reader is not None else []
            seen += [self.table.represent(given[-1])] if self.table is not None else []
            return self.last(self.drop(torch.cat(seen, dim=1)))

    made = Joint()
    for part in (made.reader, made.table):
        if part is not None:  # their own last layers are not asked
            setattr(part, "last" if part is made.reader else "head", nn.Identity())
    return made
