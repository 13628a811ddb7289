"""Neural networks explained by captum over the same background as the trees, and in the usual, unfair way."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.maskers import sum_by_column
from core.schema import Attribution

if TYPE_CHECKING:
    import torch
    from torch import nn

GREEN = 0.01
STEPS = (16, 32, 64, 128)
# Rows asked at once: of a network of tables, batches of 8,192 take 200 MB more and a tenth less time.
BATCH = 512


def attribute_network(
    module: nn.Module,
    encoded: np.ndarray,
    background: np.ndarray,
    blocks: Sequence[str],
    outputs: np.ndarray | None = None,
    fair: bool = True,
) -> Attribution:
    """DeepLiftShap over the background where it adds up, else integrated gradients averaged over the background.

    Whether DeepLift may be trusted is measured: functional or reused non-linearities and products break its sum, and
    then integrated gradients are taken with as many steps as completeness needs (16 to 128).
    Lundberg & Lee (2017); Sundararajan, Taly & Yan (2017); Erion et al. (2021) for averaging over a background.

    Args:
        module: torch module in eval mode, (m, e) float32 -> (m,), (m, 1), (m, 2) or (m, k) logits. Two logits are
            explained as their difference, three or more as logit minus mean logit.
        encoded: (n, e) rows as the network sees them, finite.
        background: (b, e).
        blocks: (e,) original column of each encoded one; the players are these names in order of appearance.
        outputs: (n,) class explained per row for three or more classes.
        fair: False gives integrated gradients from the mean row, which plays another game: f(mean) is not the mean
            of f, and completeness_error says by how much its sum misses.
    """
    import captum.attr  # noqa: F401  (so that the clock below never counts its import)
    import torch

    started = time.perf_counter()
    where = next(iter(module.parameters())).device
    rows = torch.as_tensor(np.asarray(encoded), dtype=torch.float32, device=where)
    others = torch.as_tensor(np.asarray(background), dtype=torch.float32, device=where)
    target = None if outputs is None else torch.as_tensor(np.asarray(outputs), dtype=torch.long, device=where)
    explained = as_margin(module, several=target is not None)
    trained = module.training
    module.eval()
    try:
        with torch.no_grad():
            margin = _outputs_of(explained, rows, target)
            base = _base_value(explained, others, target, len(rows))
        if fair:
            raw, method = _interventional(explained, rows, others, target, margin - base)
        else:
            raw = _gradients(explained, rows, others.mean(dim=0, keepdim=True), target, 50)
            method = "IG, mean baseline"
    finally:
        module.train(trained)
    parts, values = sum_by_column(raw, blocks)
    spent = (time.perf_counter() - started) / max(len(rows), 1)
    return with_completeness(Attribution(parts, values, base, method, margin, outputs, None, spent))


def as_margin(module: nn.Module, several: bool) -> nn.Module:
    """A module whose output is brought to the explained scale.

    Args:
        module: a torch Module, rows -> raw outputs. several: whether it has one output a class.

    Returns:
        A Module, rows -> (m,), or (m, k) logits minus their mean for several outputs.
    """
    import torch

    class Margin(torch.nn.Module):
        """Logits to log-odds or to logit minus mean logit, by linear steps that DeepLift passes unharmed."""

        def __init__(self) -> None:
            super().__init__()
            self.inside = module

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out = self.inside(x)
            if several:
                return out - out.mean(dim=1, keepdim=True)
            if out.dim() == 2:
                return out[:, 1] - out[:, 0] if out.shape[1] == 2 else out[:, 0]
            return out

    return Margin().train(module.training)


def deep_lift(
    module: nn.Module, rows: torch.Tensor, background: torch.Tensor, target: torch.Tensor | None = None
) -> np.ndarray:
    """captum's DeepLiftShap, (n, e) values, in chunks of rows so that n x b stays small.

    Args:
        module: (m, e) -> (m,) or (m, k) explained outputs, every ReLU its own module.
        rows, background: (n, e) and (b, e) tensors. target: (n,) long tensor or None.
    """
    from captum.attr import DeepLiftShap

    explainer = DeepLiftShap(module)
    explainer.gradient_func = lambda forward, inputs: _row_gradients(lambda *_: forward(), inputs)
    size = max(1, BATCH // len(background))
    made = []
    with warnings.catch_warnings():
        # captum announces that it sets hooks on activations, and torch that such hooks see views
        warnings.filterwarnings("ignore", message="Setting forward, backward hooks")
        warnings.filterwarnings("ignore", message="Full backward hook is firing")
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            wanted = None if target is None else target[part]
            got = explainer.attribute(rows[part].clone(), background, target=wanted)
            made.append(got.detach().cpu().numpy().astype(float))
    return np.concatenate(made)


def _interventional(
    module: nn.Module, rows: torch.Tensor, others: torch.Tensor, target: torch.Tensor | None, total: np.ndarray
) -> tuple[np.ndarray, str]:
    spread = max(float(np.std(total)), 1e-9)

    def adds_up(found: np.ndarray) -> bool:
        return bool(np.mean(np.abs(total[: len(found)] - found.sum(axis=1))) / spread < GREEN)

    raw = _try_deep_lift(module, rows, others, target)
    if raw is not None and adds_up(raw):
        return raw, "DeepLiftShap"
    # A few rows find out how many steps it takes, so that the others are explained once only.
    few = slice(0, max(2, len(rows) // 10) if len(rows) > 4 else len(rows))
    pilot = rows[few], others, None if target is None else target[few]
    first = next((i for i, steps in enumerate(STEPS) if adds_up(_gradients(module, *pilot, steps))), len(STEPS) - 1)
    for steps in STEPS[first:]:
        found = _gradients(module, rows, others, target, steps)
        if adds_up(found):
            break
    return found, f"IG over the background, {steps} steps"


def _try_deep_lift(
    module: nn.Module, rows: torch.Tensor, others: torch.Tensor, target: torch.Tensor | None
) -> np.ndarray | None:
    try:
        return deep_lift(module, rows, others, target) if len(others) > 1 else None
    except (RuntimeError, AssertionError, AttributeError, TypeError, KeyError):
        return None  # captum refuses reused modules and unusual shapes in several ways; gradients serve then


def _gradients(
    module: nn.Module, rows: torch.Tensor, baselines: torch.Tensor, target: torch.Tensor | None, steps: int
) -> np.ndarray:
    from captum.attr import IntegratedGradients

    explainer = IntegratedGradients(module, multiply_by_inputs=True)
    explainer.gradient_func = _row_gradients
    n, b = len(rows), len(baselines)
    size = max(1, BATCH // b)
    made = []
    for start in range(0, n, size):
        part = rows[start : start + size]
        wanted = None if target is None else target[start : start + size].repeat_interleave(b)
        got = explainer.attribute(
            part.repeat_interleave(b, dim=0),
            baselines.repeat(len(part), 1),
            target=wanted,
            n_steps=steps,
            method="gausslegendre",
            internal_batch_size=max(BATCH, steps),
        )
        made.append(got.detach().reshape(len(part), b, -1).mean(dim=1).cpu().numpy().astype(float))
    return np.concatenate(made)


def _row_gradients(
    forward_fn: Callable[..., torch.Tensor],
    inputs: tuple[torch.Tensor, ...],
    target_ind: torch.Tensor | None = None,
    additional_forward_args: object = None,
) -> tuple[torch.Tensor, ...]:
    """Gradients of every row's own answer at once: captum's own way makes one root a row and is three times slower."""
    import torch

    with torch.enable_grad():
        out = forward_fn(*inputs)
        picked = out if target_ind is None else out[torch.arange(len(out), device=out.device), target_ind]
        return torch.autograd.grad(picked.sum(), inputs)


def _outputs_of(module: nn.Module, rows: torch.Tensor, target: torch.Tensor | None) -> np.ndarray:
    out = module(rows)
    picked = out if target is None else out[range(len(rows)), target]
    return picked.cpu().numpy().astype(float)


def _base_value(module: nn.Module, others: torch.Tensor, target: torch.Tensor | None, count: int) -> np.ndarray:
    mean = module(others).cpu().numpy().astype(float).mean(axis=0)
    return np.full(count, mean) if target is None else mean[target.cpu().numpy()]
