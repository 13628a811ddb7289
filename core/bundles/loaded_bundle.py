"""A bundle opened for work: it predicts, says how sure it is, and gives reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundles import bundle_file, conformal
from core.bundles.encodings import GraphEnds
from core.bundles.input_schema import InputSchema, schema_from_json
from core.bundles.standalone_runner import with_confidence
from core.deployment import graph_session
from core.schema import Inputs, JsonObject, LoadError, Model
from core.states.code_references import CodeReferenceError, Part
from core.states.state_decoder import check_network, decode_state
from core.wording import printable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PREDICTED = ("classification", "regression", "anomaly")
# How many sides an item of other data than tables has.
ITEM_SIDES = {"image": 3, "video": 4, "sound": 1, "series": 2}
# Why models of other tasks have no file to predict; forecasts read one of their own, see ``series_file``.
NO_FILE = {
    "ranking": "A recommender gives lists for users, not an answer for each row of a file.",
    "generation": "A language model writes on where a text ends: there is nothing to predict row by row.",
    "control": "A controller acts step by step in its environment: there is nothing to predict row by row.",
}  # fmt: skip


@dataclass(frozen=True)
class LoadedBundle:
    """A model with what is known of it.

    file: the checked members. card, sure: as written in card.json and uncertainty.json. input_schema: what it was
    trained on. Where the bundle has a graph, that predicts: it opens without the library that trained the model.
    """

    file: bundle_file.BundleFile
    input_schema: InputSchema
    card: JsonObject
    sure: JsonObject

    @property
    def name(self) -> str:
        """The file's name.

        Returns:
            Without its folder.
        """
        return self.file.name

    @property
    def digest(self) -> str:
        """SHA-256 over all members.

        Returns:
            64 hex digits.
        """
        return self.file.digest

    @property
    def schema(self) -> JsonObject:
        """The schema as plain values, as services answer it.

        Returns:
            JSON-able values.
        """
        return self.input_schema.to_json()

    @cached_property
    def model(self) -> Model:
        """The model itself, as it was trained.

        Returns:
            A fitted model, with its reasons.

        Raises:
            LoadError: it cannot be used here.
        """
        found = _decoded(self.file, "model.npz")
        if not callable(getattr(found, "predict", None)):
            raise LoadError("The bundle holds no model.", printable(self.name), bundle_file.MAKE_AGAIN)
        return found

    @cached_property
    def _graph(self) -> tuple[GraphEnds, InferenceSession] | None:
        if "model.onnx" not in self.file.members or "ends.npz" not in self.file.members:
            return None
        try:
            session = graph_session.open_session(self.file.members["model.onnx"], threads=0)
        except Exception as error:
            raise LoadError(
                "The graph of this bundle is damaged.", printable(self.name), bundle_file.MAKE_AGAIN
            ) from error
        return _decoded(self.file, "ends.npz"), session

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Predictions as the model gives them.

        Args:
            inputs: n rows of the schema's kind.

        Returns:
            Class probabilities (n, k) or values (n,).

        Raises:
            LoadError: the model gives another number of classes than the schema names.
        """
        if self._graph is None:
            found = np.asarray(self.model.predict(inputs), dtype=float)
        else:
            ends, session = self._graph
            found = ends.predict(session, inputs)
        if self.input_schema.kind == "classification" and found.shape[1:] != (len(self.input_schema.labels),):
            raise LoadError(
                f"The model of this bundle knows another number of classes than the {len(self.input_schema.labels)} of "
                "its schema.",
                printable(self.name),
                bundle_file.MAKE_AGAIN,
            )
        return found

    def calibrated(self, found: np.ndarray) -> np.ndarray:
        """Probabilities as the folds calibrated them; values as they are.

        Args:
            found: from ``predict``.

        Returns:
            The same shape.
        """
        if found.ndim != 2:
            return found
        return conformal.calibrate(found, float(self.sure.get("temperature") or 1.0))


def load_bundle(path: Path | str) -> LoadedBundle:
    """Opens a bundle after its hashes were checked.

    Args:
        path: of the zip.

    Returns:
        The model, ready to predict.

    Raises:
        LoadError: no bundle, changed, damaged, or made by another version; in words.
    """
    found = bundle_file.read_bundle(path)
    card = found.json("card.json")
    try:
        schema = schema_from_json(found.json("schema.json"))
        for encoder in card.get("encoders") or ():
            from core.encoders import network_hashes

            check_network(str(encoder["network"]), str(encoder["sha256"]), network_hashes.network_hash)
    except CodeReferenceError as error:
        raise _unusable(found, error) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LoadError("The bundle's schema cannot be read.", printable(found.name), bundle_file.MAKE_AGAIN) from error
    return _usable(LoadedBundle(found, schema, card, found.json("uncertainty.json")))


def _usable(bundle: LoadedBundle) -> LoadedBundle:
    """The bundle, if its parts fit each other: a made-up prediction can be told with them."""
    schema = bundle.input_schema
    if not schema.columns and len(schema.shape) != ITEM_SIDES.get(schema.modality, len(schema.shape)):
        raise LoadError("The bundle's schema cannot be read.", printable(bundle.name), bundle_file.MAKE_AGAIN)
    if schema.kind in PREDICTED:
        count = len(schema.labels)
        made = np.full((1, count), 1 / max(count, 1)) if schema.kind == "classification" else np.zeros(1)
        try:
            with_confidence(bundle.schema, bundle.sure, made)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise LoadError(
                "The bundle's uncertainty.json does not fit its schema.", printable(bundle.name), bundle_file.MAKE_AGAIN
            ) from error
    return bundle


def _decoded(found: bundle_file.BundleFile, member: str) -> Part:
    try:
        return decode_state(found.members[member])
    except CodeReferenceError as error:
        raise _unusable(found, error) from error


def _unusable(found: bundle_file.BundleFile, error: CodeReferenceError) -> LoadError:
    return LoadError(
        f"The model of this bundle cannot be used here: {error}.",
        printable(found.name),
        "Use the version of Crossover that made it, or the predict.py inside.",
    )
