"""A causal decoder of the llama layout in plain torch: token numbers in, the next token's log-odds out.

Reference: Touvron et al. 2023 (the layout); Su et al. 2021 (rotary positions); Zhang & Sennrich 2019 (root mean square
normalisation); Shazeer 2020 (gated units); Ainslie et al. 2023 (shared keys and values).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.language_models.gguf_file import GgufError, GgufFile

if TYPE_CHECKING:
    import torch

EMBEDDING, LAST_NORM, OUTPUT = "token_embd", "output_norm", "output"


@dataclass(frozen=True)
class DecoderSizes:
    """The sizes of a decoder: layers, width, heads of queries and of keys, and most tokens at once."""

    layers: int
    width: int
    heads: int
    shared_heads: int
    inner: int
    context: int
    epsilon: float
    rotation: float

    @property
    def head_width(self) -> int:
        """Numbers a head.

        Returns:
            A count.
        """
        return self.width // self.heads

    @classmethod
    def of(cls, file: GgufFile) -> DecoderSizes:
        """The sizes that a file declares.

        Args:
            file: read.

        Raises:
            GgufError: another layout, or sizes that do not fit together.
        """
        layout = file.facts.get("general.architecture")
        if layout != "llama":
            raise GgufError(f"{file.path.name} holds a model of the layout {layout!r}; only llama is run")
        keys = ("block_count", "embedding_length", "attention.head_count", "attention.head_count_kv",
                "feed_forward_length", "context_length")  # fmt: skip
        counts = [file.whole(f"llama.{key}") for key in keys]
        epsilon = file.number("llama.attention.layer_norm_rms_epsilon", 1e-5)
        layers, width, heads, shared, inner, context = counts
        turn = file.number("llama.rope.freq_base", 10_000.0)
        sizes = cls(layers, width, heads, shared, inner, context, epsilon, turn)
        if min(counts) < 1 or sizes.width % sizes.heads or sizes.heads % sizes.shared_heads or sizes.head_width % 2:
            raise GgufError(f"{file.path.name} declares sizes that do not fit together: {counts}")
        return sizes


@dataclass(frozen=True)
class Remembered:
    """Keys and values of tokens that were read: of every layer (batch, shared heads, tokens, head width)."""

    keys: tuple[torch.Tensor, ...] = ()
    values: tuple[torch.Tensor, ...] = ()

    @property
    def length(self) -> int:
        """Tokens read so far.

        Returns:
            A count.
        """
        return int(self.keys[0].shape[2]) if self.keys else 0


class LlamaDecoder:
    """The weights of a decoder and one pass over them. Rotations pair neighbours, as GGUF files store such models."""

    def __init__(self, sizes: DecoderSizes, weights: dict[str, torch.Tensor]) -> None:
        import torch

        self.sizes, self.weights = sizes, weights
        self.output = weights.get(OUTPUT, weights[EMBEDDING])
        half = torch.arange(0, sizes.head_width, 2, dtype=torch.float32) / sizes.head_width
        self.frequencies = sizes.rotation**-half

    @classmethod
    def load(cls, file: GgufFile) -> LlamaDecoder:
        """The decoder of a file, every weight as float32.

        Args:
            file: read.

        Raises:
            GgufError: a tensor is missing or of another shape than the declared sizes.
        """
        import torch

        sizes = DecoderSizes.of(file)
        made = {name.removesuffix(".weight"): torch.from_numpy(array) for name, array in file.tensors()}
        narrow, wide = sizes.shared_heads * sizes.head_width, sizes.width
        of_layer = {
            "attn_norm": (wide,), "attn_q": (wide, wide), "attn_k": (narrow, wide), "attn_v": (narrow, wide),
            "attn_output": (wide, wide), "ffn_norm": (wide,), "ffn_gate": (sizes.inner, wide),
            "ffn_up": (sizes.inner, wide), "ffn_down": (wide, sizes.inner),
        }  # fmt: skip
        vocabulary = made[EMBEDDING].shape[0] if EMBEDDING in made else 0
        expected = {EMBEDDING: (vocabulary, wide), LAST_NORM: (wide,)}
        expected |= {f"blk.{layer}.{name}": shape for layer in range(sizes.layers) for name, shape in of_layer.items()}
        for name, shape in expected.items():
            if name not in made or tuple(made[name].shape) != shape:
                raise GgufError(f"{file.path.name} lacks the tensor {name} of the shape {shape}")
        return cls(sizes, made)

    @property
    def parameters(self) -> int:
        """Numbers in all tensors.

        Returns:
            A count.
        """
        return sum(tensor.numel() for tensor in self.weights.values())

    def read(self, tokens: torch.Tensor, before: Remembered = Remembered()) -> tuple[torch.Tensor, Remembered]:
        """One pass over tokens that follow what was read before.

        Args:
            tokens: int64 (batch, t). before: of the same batch, or of one row that all of the batch share.

        Returns:
            Hidden states (batch, t, width) after the last normalisation, and what is remembered now.
        """
        import torch
        from torch.nn import functional

        sizes, weights = self.sizes, self.weights
        batch, count = tokens.shape
        past = before.length
        angles = torch.arange(past, past + count, dtype=torch.float32)[:, None] * self.frequencies
        turn = angles.cos(), angles.sin()
        visible = torch.ones(count, past + count, dtype=torch.bool).tril(past)
        hidden = weights[EMBEDDING][tokens]
        keys, values = [], []
        for layer in range(sizes.layers):
            of = {name: weights[f"blk.{layer}.{name}"] for name in ("attn_q", "attn_k", "attn_v", "attn_output")}
            inside = self._normalise(hidden, f"blk.{layer}.attn_norm")
            query = _rotate(self._heads(inside, of["attn_q"]), *turn)
            key, value = _rotate(self._heads(inside, of["attn_k"]), *turn), self._heads(inside, of["attn_v"])
            if past:
                key = torch.cat([before.keys[layer].expand(batch, -1, -1, -1), key], dim=2)
                value = torch.cat([before.values[layer].expand(batch, -1, -1, -1), value], dim=2)
            keys.append(key)
            values.append(value)
            mixed = functional.scaled_dot_product_attention(query, key, value, visible, enable_gqa=True)
            hidden = hidden + functional.linear(mixed.transpose(1, 2).reshape(batch, count, -1), of["attn_output"])
            hidden = hidden + self._feed_forward(hidden, layer)
        return self._normalise(hidden, LAST_NORM), Remembered(tuple(keys), tuple(values))

    def log_odds(self, hidden: torch.Tensor) -> torch.Tensor:
        """Log-odds of every token to come next.

        Args:
            hidden: (..., width) of ``read``.

        Returns:
            (..., vocabulary).
        """
        from torch.nn import functional

        return functional.linear(hidden, self.output)

    def _heads(self, hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """(batch, t, width) -> (batch, heads, t, head width)."""
        from torch.nn import functional

        made = functional.linear(hidden, weights)
        return made.view(*made.shape[:2], -1, self.sizes.head_width).transpose(1, 2)

    def _normalise(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        from torch.nn import functional

        return functional.rms_norm(hidden, (self.sizes.width,), self.weights[name], self.sizes.epsilon)

    def _feed_forward(self, hidden: torch.Tensor, layer: int) -> torch.Tensor:
        from torch.nn import functional

        inside = self._normalise(hidden, f"blk.{layer}.ffn_norm")
        gate, up, down = (self.weights[f"blk.{layer}.ffn_{name}"] for name in ("gate", "up", "down"))
        return functional.linear(functional.silu(functional.linear(inside, gate)) * functional.linear(inside, up), down)


def _rotate(heads: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """Turns each pair of neighbouring numbers by its position's angle."""
    import torch

    pairs = heads.unflatten(-1, (-1, 2))
    first, second = pairs[..., 0], pairs[..., 1]
    return torch.stack([first * cosine - second * sine, first * sine + second * cosine], dim=-1).flatten(-2)
