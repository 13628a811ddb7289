"""Two networks that differ in one thing: one has learnt a pretext task from the rows without labels, one has not."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.measurements.data.unlabelled_rows.pretext_tasks import PretextTask
from core.models.training import one_cycle
from core.models.training.output_spec import OutputSpec

if TYPE_CHECKING:
    import torch

PRETEXT_BATCH = 128
STEPS = 100
BATCH = 32
RATE = 2e-3
DECAY = 1e-2
SMOOTHING = 0.1


@dataclass(frozen=True)
class FewLabels:
    """Encoded rows with their class codes (n,)."""

    inputs: torch.Tensor
    target: np.ndarray


def fresh_body(task: PretextTask, seed: int) -> torch.nn.Module:
    """A network that has learnt nothing.

    Args:
        task: whose body it is. seed: of its weights.
    """
    import torch

    torch.manual_seed(seed)
    return task.body()


def pretrained_body(task: PretextTask, rows: torch.Tensor, seed: int) -> torch.nn.Module:
    """The same fresh network after the pretext task on rows without labels.

    Args:
        task: the pretext. rows: encoded, (n, ...). seed: of weights, order and changes.
    """
    import torch

    body = fresh_body(task, seed)
    network = torch.nn.Sequential(body, torch.nn.Linear(task.width, task.outputs))
    generator = torch.Generator().manual_seed(seed)
    parts = max(1, round(len(rows) / PRETEXT_BATCH))
    steps = task.epochs * parts

    optimizer = torch.optim.AdamW(network.parameters(), lr=task.rate, weight_decay=DECAY, fused=True)
    network.train()
    order: tuple[torch.Tensor, ...] = ()
    for step in range(steps):
        if step % parts == 0:
            order = torch.tensor_split(torch.randperm(len(rows), generator=generator), parts)
        asked, truth = task.question(rows[order[step % parts]], generator)
        _step(optimizer, task.loss(network(asked), truth), task.rate, step / steps)
    return body


def fine_tuned(
    body: torch.nn.Module, task: PretextTask, rows: FewLabels, spec: OutputSpec, seed: int
) -> torch.nn.Module:
    """A copy of the body with a fresh last layer, trained whole on few labels: as many steps for every body.

    Args:
        body: fresh or pretrained. rows: the labelled ones. spec: of their target. seed: of last layer and order.
    """
    import torch

    torch.manual_seed(seed)
    network = torch.nn.Sequential(copy.deepcopy(body), torch.nn.Linear(task.width, spec.width))
    generator = torch.Generator().manual_seed(seed)
    target, loss = spec.encode(rows.target), spec.loss(SMOOTHING)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    network.train()
    for step in range(STEPS):
        chosen = torch.randperm(len(rows.target), generator=generator)[:BATCH]
        _step(optimizer, loss(network(rows.inputs[chosen]), target[chosen]), RATE, step / STEPS)
    return network.eval()


def _step(optimizer: torch.optim.Optimizer, loss: torch.Tensor, rate: float, progress: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate * one_cycle.rate_factor(progress)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
