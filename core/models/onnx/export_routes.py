"""The ways a contestant can be shipped, the best first: all of it as one graph, else its features left outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.features.torch_modules import text as counts
from core.models.heads import Head
from core.models.heads import torch_heads as ends
from core.models.onnx.portable_model import Portable, chain, plain

BUCKETS = "words counted in buckets"
OUTSIDE = "the features, computed in Python"
Scales = dict[str, np.ndarray]


def on_features(
    front: Callable[[], Any],
    made: Callable[[Any], np.ndarray],
    head: Head,
    kind: str = "",
    scales: Scales | None = None,
) -> tuple[Portable, ...]:
    """A head on hand-made features: with the features inside the graph, else on rows of features.

    Args:
        front: makes the torch Module, raw inputs (n, ...) -> features. made: the original, inputs -> features.
        scales: of standardised features, where the head stands on those; ``made`` gives them before scaling.
    """
    booster = head.portable.get("booster")
    if booster is not None:
        end: dict[str, Any] = {"booster": booster}
    else:
        end = {"end": ends.head_module(head, scales)}
    kind = kind or ("trees" if booster is not None else "kernel" if "components" in head.arrays else "linear")
    whole = Portable(plain, kind, front=front(), **end)
    return whole, Portable(lambda inputs: plain(made(inputs)), kind, outside=OUTSIDE, **end)


def features_outside(made: Callable[[Any], np.ndarray], head: Head) -> tuple[Portable, ...]:
    """A head on features that no graph holds here: measured with their cost in Python."""
    kind = "kernel" if "components" in head.arrays else "linear"
    return (Portable(lambda inputs: plain(made(inputs)), kind, end=ends.head_module(head), outside=OUTSIDE),)


def network(
    tensors: Callable[[], Any], net: Any, made: Callable[[Any], Any], student: tuple[Any, str] = (None, "its inputs")
) -> tuple[Portable, ...]:
    """A network with its way in inside the graph, else from its tensors on.

    Args:
        tensors: makes the torch Module, raw inputs -> what the network takes. made: the original, inputs -> tensor.
        student: a torch Module, raw inputs -> what a small student stands on (None: the inputs), and what it is.
    """
    whole = Portable(plain, "network", end=chain(tensors(), net), student=student[0], taught=student[1])
    return whole, Portable(lambda inputs: plain(made(inputs).numpy()), "network", end=net, outside=OUTSIDE)


def counted(views: Sequence[Any], head: tuple[np.ndarray, np.ndarray], room: int) -> tuple[Portable, ...]:
    """Weighted counts under a linear head (weights (d, width), bias (width,))."""
    return (
        Portable(
            lambda found: counts.encode(views, found, room), "linear", end=counts.module(views, *head, room),
            outside=counts.OUTSIDE, beside=counts.vocabulary_bytes(views), student=counts.hashed(room),
            taught=BUCKETS,
        ),
    )  # fmt: skip


def tokens(lexicon: Any, net: Any) -> tuple[Portable, ...]:
    """A text network over token numbers."""
    return (
        Portable(
            lambda found: counts.codes(lexicon, found), "network", end=chain(counts.whole_numbers(), net),
            outside=counts.OUTSIDE, beside=counts.token_bytes(lexicon), student=counts.hashed(lexicon.length),
            taught=BUCKETS,
        ),
    )  # fmt: skip


def weighed(parts: Sequence[Portable], example: Any, weights: np.ndarray) -> tuple[Portable, ...]:
    """Several portable models whose raw outputs are added by weight; ``example`` inputs tell the width of each row."""
    widths = [part.encode(example).shape[1] for part in parts]
    modules = [(part.end, width) for part, width in zip(parts, widths, strict=True)]
    return (
        Portable(
            lambda found: np.concatenate([part.encode(found) for part in parts], axis=1), "hybrid",
            end=counts.weighed(modules, weights), outside=parts[0].outside, beside=sum(part.beside for part in parts),
            student=counts.hashed(widths[0]),
            taught=BUCKETS,
        ),
    )  # fmt: skip
