"""Tables, deep: TabM, a network of eight members in one, on piecewise-linear embeddings, trained from scratch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.models.tabular import table_network, tabm_network
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec
from core.schema import Attribution, Budget, Contestant, Dataset, Facts, JsonObject, ProgressCallback, TableRows, Task
from core.storage import model_archive

if TYPE_CHECKING:
    from torch import nn

    from core.features.table_encoders import DenseEncoder


@dataclass(frozen=True)
class TabularNetworkModel:
    """A trained network; ``features`` is its Dense encoding, ``network`` the torch module over encoded rows."""

    fitted: table_network.TabularNetwork
    facts: JsonObject
    suffix = "npz"

    @property
    def network(self) -> nn.Module:
        """The torch module: float32 (n, width) -> raw outputs (n, outputs)."""
        return self.fitted.network

    @property
    def features(self) -> DenseEncoder:
        """The Dense encoding in front of the network."""
        return self.fitted.encoding

    @property
    def parameters(self) -> int:
        """Trained weights."""
        return tabm_network.count_parameters(self.fitted.network)

    def encoded(self, inputs: TableRows) -> np.ndarray:
        """Rows as the network takes them."""
        return self.fitted.encoding.transform(inputs)

    def predict(self, inputs: TableRows) -> np.ndarray:
        """Class probabilities (n, k) or values (n,)."""
        return self.fitted.output_spec.to_predictions(self.fitted.raw(self.encoded(inputs)))

    def margin(self, inputs: TableRows) -> np.ndarray:
        """Log-odds (n,), centred logits (n, k), or values (n,)."""
        return self.fitted.output_spec.margin(self.fitted.raw(self.encoded(inputs)))

    def explain(self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None) -> Attribution:
        """DeepLiftShap over the background, summed to original columns."""
        return self._attributed(inputs, background, outputs, fair=True)

    def common_explanation(
        self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None = None
    ) -> Attribution:
        """What most people would run: integrated gradients from the mean row."""
        return self._attributed(inputs, background, outputs, fair=False)

    def _attributed(
        self, inputs: TableRows, background: TableRows, outputs: np.ndarray | None, fair: bool
    ) -> Attribution:
        from core.explain.captum_network import attribute_network

        fitted, asked = self.fitted, outputs if self.fitted.output_spec.form == "multiclass" else None
        rows, others = self.encoded(inputs), self.encoded(background)
        found = attribute_network(fitted.network, rows, others, fitted.encoding.column_names, asked, fair)
        if fitted.output_spec.form == "regression":
            found = table_network.rescale_attribution(found, fitted.output_spec.mean, fitted.output_spec.scale)
        return table_network.align_columns(found, fitted.encoding.columns.names)

    def saved(self) -> bytes:
        """Encoding and weights as a pack; ``tabular.unpacked`` reads it."""
        return model_archive.pack(*self.fitted.to_state())

    def describe(self) -> JsonObject:
        """Layers, parameters, multiply-adds, best epoch, device, precision and the settings tried."""
        return {**table_network.describe_network(self.fitted), **self.facts}


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> TabularNetworkModel:
    """Train within ``budget``; several configurations share its seconds and are chosen on the inner rows."""
    output_spec = OutputSpec.from_dataset(train, task)

    known = {
        **asdict(tabm_network.TabMConfig()),
        **table_network.default_settings(len(train), output_spec.form, budget.seconds),
    }

    def one(settings: Facts, share: Budget) -> tuple[float, table_network.TabularNetwork]:
        fitted = table_network.fit_table_network(train, valid, output_spec, settings, share, on_progress)
        return fitted.score, fitted

    fitted, facts = tuning.tune(table_network.SPACE, budget, one, on_progress, known)
    return TabularNetworkModel(fitted, facts)


CONTESTANT = Contestant(
    key="table_deep",
    title="Deep network (TabM)",
    family="deep",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Eight networks sharing weights, on piecewise-linear embeddings of numbers, from scratch; "
    "one network with the same embeddings from 10,000 training rows on.",
    reference="Gorishniy, Kotelnikov & Babenko 2025 (TabM); Gorishniy et al. 2022",
    fit=fit,
    explainer="Captum DeepLiftShap",
)
