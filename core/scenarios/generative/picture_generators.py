"""Pictures drawn by class in one space: latent flow matching by a network, and Gaussian mixtures, a mixture a class.

Both learn from the same principal components of the same training pictures, so that they differ in the generator
alone.

Reference: Lipman et al. 2023 and Liu, Gong & Liu 2023 (flow matching along straight lines); McLachlan & Peel 2000.
"""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.workers import network_work

if TYPE_CHECKING:
    import torch
    from torch import nn

COMPONENTS = 64
WIDTH, BLOCKS, BATCH = 256, 1, 128
RATE, WARM_UP, KEPT = 4e-3, 50, 0.01
# The network's own end: its rate falls to zero. Twice as many steps draw hardly better: told apart .66 instead of .68
# on digits, .57 instead of .60 on clothes.
FULL_STEPS = 900
EULER_STEPS = 40
MIXED = (1, 2, 4)
FLOORS = (1e-3, 1e-2)
# Asked for classes of pictures (n,) and a seed, gives as many rows (n, components).
Draw = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class LatentSpace:
    """Principal components of training pictures: centre (p,), axes (k, p), and the spread of the first ones."""

    centre: np.ndarray
    axes: np.ndarray

    def project(self, pictures: np.ndarray) -> np.ndarray:
        """The components (n, k) of pictures (n, p)."""
        return (pictures - self.centre) @ self.axes.T

    def pictures(self, latent: np.ndarray) -> np.ndarray:
        """The pictures (n, p) of components (n, k), shades from 0 to 1."""
        return np.clip(self.centre + latent @ self.axes, 0.0, 1.0)


@dataclass(frozen=True)
class Generator:
    """A fitted generator: what it draws, what it took, and whether training came to its own end."""

    draw: Draw
    parameters: int
    converged: bool
    note: str


def fit_space(pictures: np.ndarray) -> LatentSpace:
    """The first 64 principal components of pictures.

    Args:
        pictures: float64 (n, p), shades from 0 to 1.
    """
    centre = pictures.mean(axis=0)
    values, axes = np.linalg.eigh((pictures - centre).T @ (pictures - centre))
    order = np.argsort(values)[::-1][:COMPONENTS]
    return LatentSpace(centre, axes[:, order].T)


def fit_mixtures(latent: np.ndarray, codes: np.ndarray, seed: int) -> Generator:
    """A Gaussian mixture with full covariance for each class; size and variance floor chosen on inner rows.

    Args:
        latent: float64 (n, k). codes: class of each row (n,), counted from 0. seed: of the inner rows and the fits.

    Returns:
        A generator; a class takes the setting whose inner rows it finds likeliest.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    def fitted(rows: np.ndarray, count: int, floor: float) -> GaussianMixture:
        return GaussianMixture(count, covariance_type="full", reg_covar=floor, random_state=seed % 2**31).fit(rows)

    scale = float(latent.std())
    models, parameters, picked = [], 0, []
    with warnings.catch_warnings():
        # A mixture that would go on after 100 rounds only ends a little early.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for code in range(int(codes.max()) + 1):
            rows = np.random.default_rng((seed, 31, code)).permutation(latent[codes == code]) / scale
            cut = max(1, len(rows) // 5)
            settings = [(count, floor) for count in MIXED if 2 * count <= len(rows) - cut for floor in FLOORS]
            best = max(settings, key=lambda one: fitted(rows[cut:], *one).score(rows[:cut]))
            model = fitted(rows, *best)
            models.append((model.weights_, model.means_, np.linalg.cholesky(model.covariances_)))
            parameters += best[0] * (1 + latent.shape[1] * (latent.shape[1] + 3) // 2) - 1
            picked.append(best[0])

    def draw(asked: np.ndarray, draw_seed: int) -> np.ndarray:
        rng = np.random.default_rng((draw_seed, 32))
        found = np.empty((len(asked), latent.shape[1]))
        noise = rng.normal(size=found.shape)
        for code, (weights, means, roots) in enumerate(models):
            rows = np.flatnonzero(asked == code)
            part = rng.choice(len(weights), size=len(rows), p=weights / weights.sum())
            found[rows] = scale * (means[part] + np.einsum("nij,nj->ni", roots[part], noise[rows]))
        return found

    note = f"{min(picked)} to {max(picked)} Gaussians per class"
    return Generator(draw, parameters, True, note)


def fit_flow(
    latent: np.ndarray, codes: np.ndarray, seed: int, seconds: float, heard: Callable[[int, int], None]
) -> Generator:
    """A network that moves noise along straight lines to the rows of a class; its averaged weights draw.

    Args:
        latent, codes: as in ``fit_mixtures``. seed: of weights and batches. seconds: reference seconds, which decide
            the steps by counted work, the same on every machine. heard: told the step and how many there are.

    Returns:
        A generator that has converged where the seconds allowed all the steps.
    """
    import torch

    scale = float(latent.std())
    rows, known = torch.from_numpy((latent / scale).astype(np.float32)), torch.from_numpy(codes.astype(np.int64))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**31)
        network = build_network(latent.shape[1], int(codes.max()) + 1)
        picked = torch.randint(len(rows), (BATCH,))
        work = network_work.count_step(copy.deepcopy(network), lambda one: flow_loss(one, rows[picked], known[picked]))
        affordable = max(1, int(seconds / max(work.seconds(), 1e-9)))
        steps = min(FULL_STEPS, affordable)
        averaged = train_flow(network, rows, known, steps, heard)

    def draw(asked: np.ndarray, draw_seed: int) -> np.ndarray:
        source = torch.Generator().manual_seed(draw_seed % 2**31)
        at, wanted = (
            torch.randn(len(asked), latent.shape[1], generator=source),
            torch.from_numpy(asked.astype(np.int64)),
        )
        with torch.no_grad():
            for step in range(EULER_STEPS):
                at = at - averaged(at, torch.full((len(asked),), 1 - step / EULER_STEPS), wanted) / EULER_STEPS
        return scale * at.numpy().astype(float)

    size = sum(parameter.numel() for parameter in averaged.parameters())
    note = f"{steps:,} of {FULL_STEPS:,} steps"
    return Generator(draw, size, affordable >= FULL_STEPS, note)


def train_flow(
    network: nn.Module, rows: torch.Tensor, known: torch.Tensor, steps: int, heard: Callable[[int, int], None]
) -> nn.Module:
    """The running mean of a network's weights over training.

    Args:
        network: trained in place. rows: (n, k). known: classes (n,). steps: of the optimizer. heard: told the step.
    """
    import torch

    averaged = copy.deepcopy(network)
    kept, own = list(averaged.parameters()), list(network.parameters())
    optimizer = torch.optim.AdamW(own, lr=RATE, weight_decay=1e-2, fused=True)
    for step in range(steps):
        if step % 25 == 0:
            heard(step, steps)
        picked = torch.randint(len(rows), (BATCH,))
        optimizer.zero_grad(set_to_none=True)
        flow_loss(network, rows[picked], known[picked]).backward()
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
        optimizer.step()
        with torch.no_grad():
            for mean, now in zip(kept, own, strict=True):
                mean.lerp_(now, max(KEPT, 1 / (step + 1)))
    return averaged.eval()


def flow_loss(network: nn.Module, rows: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Squared distance of the network's direction from that of the line between rows and noise, at random times."""
    import torch

    time, noise = torch.rand(len(rows)), torch.randn_like(rows)
    at = (1 - time[:, None]) * rows + time[:, None] * noise
    return ((network(at, time, known) - (noise - rows)) ** 2).mean()


def build_network(components: int, classes: int) -> nn.Module:
    """A residual network (rows (n, k), times (n,), classes (n,)) -> directions (n, k)."""
    import torch
    from torch import nn

    class FlowNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.into, self.out = nn.Linear(components, WIDTH), nn.Linear(WIDTH, components)
            self.kind, self.time = nn.Embedding(classes, WIDTH), nn.Linear(32, WIDTH)
            self.blocks = nn.ModuleList(
                nn.Sequential(nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH))
                for _ in range(BLOCKS)
            )
            self.waves: torch.Tensor
            self.register_buffer("waves", torch.exp(torch.linspace(0, math.log(30), 16)))

        def forward(self, at: torch.Tensor, time: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
            angles = time[:, None] * self.waves
            told = self.time(torch.cat([angles.sin(), angles.cos()], dim=1)) + self.kind(known)
            hidden = self.into(at) + told
            for block in self.blocks:
                hidden = hidden + block(hidden + told)
            return self.out(nn.functional.silu(hidden))

    return FlowNetwork()
