"""Digits drawn without and with a network: a Gaussian in principal components, a Gaussian mixture, a small VAE.

Reference: Tipping & Bishop 1999 (probabilistic PCA); Kingma & Welling 2014 (VAE); Lopez-Paz & Oquab 2017
(classifier two-sample test).
"""

from __future__ import annotations

import numpy as np

from core.evaluation import uncertainty
from core.judging import use_case_rules
from core.schema import JsonObject

SIDE = 8
TOP = 16.0
COMPONENTS = 24
MIXED = 40
LATENT = 12
STEPS = 700
ASKED = 350
SHOWN = 6
GUESSED = 2
DIGIT = "scikit-learn's 1,797 handwritten digits of 8 x 8 pixels"


def digit_sections(seed: int) -> list[JsonObject]:
    """Pictures by each drawer, and whether a classifier can tell them from real ones."""
    from sklearn.datasets import load_digits

    pixels = load_digits().data / TOP
    order = np.random.default_rng((seed, 21)).permutation(len(pixels))
    known, fresh = pixels[order[:-ASKED]], pixels[order[-ASKED:]]
    drawers = {
        "Gaussian in principal components": ("classical", draw_gaussian),
        "Gaussian mixture": ("classical", draw_mixture),
        "Variational autoencoder": ("deep", draw_autoencoder),
    }
    pictures, rows, blind = [], [], []
    for place in range(SHOWN):
        pictures.append(_picture("Real", "", fresh[place]))
    for place in range(len(drawers) * GUESSED):
        blind.append({**_picture("Real", "", fresh[SHOWN + place]), "real": True})
    floor = float(np.median(_nearest(fresh, known)))
    for title, (family, draw) in drawers.items():
        drawn = draw(known, ASKED, seed)
        pictures += [_picture(title, family, one) for one in drawn[:SHOWN]]
        blind += [{**_picture(title, family, one), "real": False} for one in drawn[SHOWN : SHOWN + GUESSED]]
        told, low, high = two_sample_test(fresh, drawn, seed)
        close = float(np.median(_nearest(drawn, known)))
        rows.append([title, family, round(told, 3), f"{low:.3f} to {high:.3f}", round(close / floor, 2)])
    return [
        use_case_rules.study_section(
            "Real or drawn?", "guess",
            "Half of these digits were written by people, half were drawn by the machines below.",
            rows=blind, real="Real", drawn="Drawn",
        ),
        use_case_rules.study_section("Digits drawn", "pictures", f"Learned from {DIGIT}.", rows=pictures),
        use_case_rules.study_section(
            "Can a classifier tell?", "table",
            "Boosted trees try to tell drawn digits from held-out real ones: accuracy near .5 is a good"
            " drawer. Distance to the nearest training picture, as a share of that of real new digits: far below 1 is"
            " copying.",
            columns=["Drawer", "Family", "Accuracy of the classifier", uncertainty.INTERVAL, "Distance to training"],
            rows=rows,
        ),
    ]  # fmt: skip


def draw_gaussian(known: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draws (count, 64) from one Gaussian in the first principal components, with noise in the others."""
    draw = np.random.default_rng((seed, 22))
    centre = known.mean(axis=0)
    _, strength, axes = np.linalg.svd(known - centre, full_matrices=False)
    spread = strength[:COMPONENTS] / np.sqrt(len(known))
    made = centre + (draw.normal(size=(count, COMPONENTS)) * spread) @ axes[:COMPONENTS]
    return _round_shades(made + _residual_spread(known, axes[:COMPONENTS]) * draw.normal(size=made.shape))


def draw_mixture(known: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draws (count, 64) from forty Gaussians with full covariance in the first principal components."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    centre = known.mean(axis=0)
    _, _, axes = np.linalg.svd(known - centre, full_matrices=False)
    axes = axes[:COMPONENTS]
    model = GaussianMixture(MIXED, covariance_type="diag", reg_covar=1e-3, max_iter=60, random_state=seed % 2**31)
    with warnings.catch_warnings():
        # sklearn warns when 60 rounds were too few; a slightly early stop only makes this drawer a little worse
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit((known - centre) @ axes.T)
    found, _ = model.sample(count)
    draw = np.random.default_rng((seed, 23))
    made = centre + draw.permutation(found) @ axes
    return _round_shades(made + _residual_spread(known, axes) * draw.normal(size=made.shape))


def draw_autoencoder(known: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draws (count, 64) from a small variational autoencoder trained for 700 steps."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    size = known.shape[1]
    into = nn.Sequential(nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, 2 * LATENT))
    out = nn.Sequential(nn.Linear(LATENT, 128), nn.ReLU(), nn.Linear(128, size))
    noise = nn.Parameter(torch.full((size,), -2.0))
    weights = [*into.parameters(), *out.parameters(), noise]
    optimizer = torch.optim.AdamW(weights, lr=3e-3, weight_decay=1e-4)
    rows = torch.from_numpy(known.astype(np.float32))
    for _ in range(STEPS):
        batch = rows[torch.randint(len(rows), (128,))]
        middle, log_spread = into(batch).chunk(2, dim=1)
        latent = middle + torch.randn_like(middle) * torch.exp(log_spread)
        spread = torch.exp(noise).clamp(min=0.02)  # pixels that are always blank would otherwise rule the loss
        missed = ((out(latent) - batch) ** 2 / (2 * spread**2) + torch.log(spread)).sum(dim=1)
        away = (0.5 * (middle**2 + torch.exp(2 * log_spread)) - log_spread).sum(dim=1)
        optimizer.zero_grad(set_to_none=True)
        (missed + away).mean().backward()
        optimizer.step()
    with torch.no_grad():
        made = out(torch.randn(count, LATENT))
        made = made + torch.exp(noise) * torch.randn_like(made)
    return _round_shades(made.numpy().astype(float))


def _residual_spread(known: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """What the components miss, as a standard deviation a pixel (64,)."""
    away = known - known.mean(axis=0)
    return (away - away @ axes.T @ axes).std(axis=0)


def _round_shades(made: np.ndarray) -> np.ndarray:
    """Rounded to the seventeen shades that the real digits have, so that fractions give nobody away."""
    return np.rint(np.clip(made, 0.0, 1.0) * TOP) / TOP


def two_sample_test(real: np.ndarray, drawn: np.ndarray, seed: int) -> tuple[float, float, float]:
    """Cross-validated accuracy of boosted trees at telling the two apart, with its interval over five folds."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    both = np.concatenate([real, drawn])
    side = np.r_[np.zeros(len(real), dtype=int), np.ones(len(drawn), dtype=int)]
    fold = np.random.default_rng((seed, 24)).permutation(len(side)) % 5
    right = []
    for part in range(5):
        trees = HistGradientBoostingClassifier(max_iter=40, max_depth=3, random_state=0)
        trees.fit(both[fold != part], side[fold != part])
        right.append(float((trees.predict(both[fold == part]) == side[fold == part]).mean()))
    found = uncertainty.corrected_t(np.array(right) - 0.5, uncertainty.fold_rho(5), 0.0)
    return float(np.mean(right)), max(0.0, 0.5 + found.low), min(1.0, 0.5 + found.high)


def _nearest(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Distance of each row to its nearest known one (n,)."""
    squares = (rows**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None] - 2 * rows @ known.T
    return np.sqrt(np.maximum(squares, 0.0).min(axis=1))


def _picture(title: str, family: str, values: np.ndarray) -> JsonObject:
    grid = np.rint(values.reshape(SIDE, SIDE) * 255).astype(int)
    return {"title": title, "family": family, "picture": grid.tolist()}
