"""The ways a contestant can be shipped, the best first: all of it as one graph, else its features left outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features.torch_modules import text
from core.models.heads import Head, torch_heads
from core.models.onnx.portable_model import PortableModel, as_float32, chain_modules
from core.schema import Inputs, JsonObject

if TYPE_CHECKING:
    from torch import nn

    from core.models.text.attention_network import Lexicon

BUCKETS = "words counted in buckets"
OUTSIDE = "the features, computed in Python"
Scales = dict[str, np.ndarray]


def routes_of_features(
    front: Callable[[], Any],
    made: Callable[[Any], np.ndarray],
    head: Head,
    kind: str = "",
    scales: Scales | None = None,
) -> tuple[PortableModel, ...]:
    """A head on hand-made features: with the features inside the graph, else on rows of features.

    Args:
        front: makes the torch Module, raw inputs (n, ...) -> features. made: the original, inputs -> features.
        scales: of standardised features, where the head stands on those; ``made`` gives them before scaling.
    """
    booster = head.portable.get("booster")
    if booster is not None:
        end: JsonObject = {"booster": booster}
    else:
        end = {"head_module": torch_heads.head_module(head, scales)}
    kind = kind or ("trees" if booster is not None else "kernel" if "components" in head.arrays else "linear")
    whole = PortableModel(as_float32, kind, feature_module=front(), **end)
    return whole, PortableModel(lambda inputs: as_float32(made(inputs)), kind, outside_graph=OUTSIDE, **end)


def routes_outside_graph(made: Callable[[Any], np.ndarray], head: Head) -> tuple[PortableModel, ...]:
    """Routes of a head on features that no graph holds: its cost in Python is measured.

    Args:
        made: inputs -> features (n, d). head: on those features.

    Returns:
        The portable models.
    """
    kind = "kernel" if "components" in head.arrays else "linear"
    return (
        PortableModel(
            lambda inputs: as_float32(made(inputs)),
            kind,
            head_module=torch_heads.head_module(head),
            outside_graph=OUTSIDE,
        ),
    )


def routes_of_network(
    tensors: Callable[[], Any],
    net: nn.Module,
    made: Callable[[Any], Any],
    student: nn.Module | None = None,
    student_features: str = "its inputs",
) -> tuple[PortableModel, ...]:
    """A network with its way in inside the graph, else from its tensors on.

    Args:
        tensors: makes the torch Module, raw inputs -> what the network takes. made: the original, inputs -> tensor.
        student: a torch Module, raw inputs -> what a small student stands on (None: the inputs).
        student_features: what that is, in words.
    """
    whole = PortableModel(
        as_float32,
        "network",
        head_module=chain_modules(tensors(), net),
        student_module=student,
        student_features=student_features,
    )
    return whole, PortableModel(
        lambda inputs: as_float32(made(inputs).numpy()), "network", head_module=net, outside_graph=OUTSIDE
    )


def routes_of_tfidf(views: Sequence[Any], head: tuple[np.ndarray, np.ndarray], room: int) -> tuple[PortableModel, ...]:
    """Weighted counts under a linear head (weights (d, width), bias (width,))."""
    return (
        PortableModel(
            lambda found: text.encode_counts(views, found, room),
            "linear",
            head_module=text.linear_module(views, *head, room),
            outside_graph=text.OUTSIDE,
            sidecar_bytes=text.vocabulary_bytes(views),
            student_module=text.hashed_counts(room),
            student_features=BUCKETS,
        ),
    )


def routes_of_tokens(lexicon: Lexicon, net: nn.Module) -> tuple[PortableModel, ...]:
    """Routes of a text network over token numbers.

    Args:
        lexicon: token -> number. net: a torch Module.

    Returns:
        The portable models.
    """
    return (
        PortableModel(
            lambda found: text.token_codes(lexicon, found), "network", head_module=chain_modules(text.to_int64(), net),
            outside_graph=text.OUTSIDE, sidecar_bytes=text.token_bytes(lexicon),
            student_module=text.hashed_counts(lexicon.length), student_features=BUCKETS,
        ),
    )  # fmt: skip


def routes_of_blend(parts: Sequence[PortableModel], example: Inputs, weights: np.ndarray) -> tuple[PortableModel, ...]:
    """Routes of several portable models whose raw outputs are added by weight.

    Args:
        parts: the models. example: inputs that tell the width of each model's rows. weights: one a model.

    Returns:
        The portable models.
    """
    widths = [part.encode(example).shape[1] for part in parts]
    modules = [
        (part.head_module, width) for part, width in zip(parts, widths, strict=True) if part.head_module is not None
    ]
    beside = sum(part.sidecar_bytes for part in parts)
    return (
        PortableModel(
            lambda found: np.concatenate([part.encode(found) for part in parts], axis=1), "hybrid",
            head_module=text.weighted_sum(modules, weights), outside_graph=parts[0].outside_graph, sidecar_bytes=beside,
            student_module=text.hashed_counts(widths[0]),
            student_features=BUCKETS,
        ),
    )  # fmt: skip
