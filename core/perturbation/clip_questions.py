"""Live questions about clips: a test clip or one's own, played in another order and with noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.perturbation import image_transforms, recorded_items
from core.perturbation.live_questions import item_question, one_item, parse_number
from core.schema import Dataset, Facts, LoadError

# Orders of play: frame numbers (t,) of a clip of t frames.
ORDERS = {
    "forwards": lambda frames: np.arange(frames),
    "backwards": lambda frames: np.arange(frames)[::-1],
    "still": lambda frames: np.full(frames, frames // 2),
}


def clip_question(test: Dataset, question: Facts) -> Dataset:
    """The test clip ``row_question``, or one's own (``clip``: base64 of an animated picture file), its frames played as
    ``order`` says (forwards, backwards, or still: the middle frame throughout), with ``noise`` (0 to 1 of full
    brightness) on every frame.

    Args:
        test: clips, inputs uint8 (n, t, h, w, c). question: as above.

    Returns:
        A data set of one clip.

    Raises:
        LoadError: no such clip or order, or the file is no clip that can be read.
    """
    if "clip" in question:
        asked = one_item(test, recorded_items.clip_from(question["clip"], test.inputs))
    else:
        asked = item_question(test, question)
    order = ORDERS.get(str(question.get("order", "forwards")))
    if order is None:
        raise LoadError("A clip is played forwards, backwards or still.")
    frames = asked.inputs[0][order(asked.inputs.shape[1])]
    noise = 255.0 * abs(parse_number(question, "noise", 1.0))
    seed = int(parse_number(question, "row", 0, whole=True))
    return replace(asked, inputs=image_transforms.add_noise(frames, noise, seed=seed)[None])
