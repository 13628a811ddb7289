"""Seconds an explanation costs against plain shap and plain captum calls on the same models (goal: 1.1 or less)."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np

ROWS, BACKGROUND, ROUNDS = 64, 50, 15
GOAL = 1.1


def interleaved(ours: Callable[[], object], plain: Callable[[], object]) -> tuple[float, float]:
    """Median CPU seconds of both, in the order ours, plain, plain, ours, so that a slow spell hits both."""
    taken: dict[int, list[float]] = {0: [], 1: []}
    for which in (0, 1):
        (ours, plain)[which]()
    for turn in range(ROUNDS):
        for which in (0, 1) if turn % 2 else (1, 0):
            started = time.process_time()
            (ours, plain)[which]()
            taken[which].append(time.process_time() - started)
    return statistics.median(taken[0]), statistics.median(taken[1])


def trees(table: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """TreeSHAP over a background: ours and plain shap."""
    import xgboost

    from core.explain.tree_shap import attribute_trees, import_shap

    shap = import_shap()
    model = xgboost.XGBClassifier(n_estimators=200, max_depth=6, n_jobs=1).fit(table, target)
    rows, background = table[:ROWS], table[-BACKGROUND:]
    names = [str(i) for i in range(table.shape[1])]
    return interleaved(
        lambda: attribute_trees(model, rows, background, names),
        lambda: shap.TreeExplainer(
            model, background, feature_perturbation="interventional", model_output="raw"
        ).shap_values(rows, check_additivity=False),
    )


def network(table: np.ndarray, target: np.ndarray, functional: bool) -> tuple[float, float, str]:
    """DeepLiftShap, or integrated gradients where DeepLift cannot see: ours, plain captum, and the method taken."""
    import torch
    from captum.attr import DeepLiftShap, IntegratedGradients

    from core.explain.captum_network import attribute_network

    module = _net(table, target, functional)
    rows, background = (torch.as_tensor(part, dtype=torch.float32) for part in (table[:ROWS], table[-BACKGROUND:]))
    names = [str(i) for i in range(table.shape[1])]
    method = attribute_network(module, table[:ROWS], table[-BACKGROUND:], names).method

    def plain() -> object:
        if method == "DeepLiftShap":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return DeepLiftShap(module).attribute(rows, background, target=0)
        return IntegratedGradients(module).attribute(
            rows.repeat_interleave(BACKGROUND, dim=0),
            background.repeat(ROWS, 1),
            target=0,
            n_steps=int(method.split()[-2]),
            method="gausslegendre",
            internal_batch_size=8_192,
        )

    ours = interleaved(lambda: attribute_network(module, table[:ROWS], table[-BACKGROUND:], names), plain)
    return (*ours, method)


def _net(table: np.ndarray, target: np.ndarray, functional: bool):
    import torch

    torch.manual_seed(0)
    act = (lambda: torch.nn.GELU()) if functional else (lambda: torch.nn.ReLU())
    module = torch.nn.Sequential(
        torch.nn.Linear(table.shape[1], 128), act(), torch.nn.Linear(128, 128), act(), torch.nn.Linear(128, 1)
    )
    rows, truth = torch.as_tensor(table, dtype=torch.float32), torch.as_tensor(target, dtype=torch.float32)
    optimiser = torch.optim.AdamW(module.parameters(), 1e-3)
    for _ in range(60):
        optimiser.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(module(rows)[:, 0], truth).backward()
        optimiser.step()
    return module.eval()


def main() -> int:
    """Prints one line a method and returns how many miss the goal."""
    import torch
    from sklearn.datasets import load_breast_cancer

    torch.set_num_threads(1)
    table, target = load_breast_cancer(return_X_y=True)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    found = [("TreeSHAP, interventional", *trees(table, target))]
    for functional in (False, True):
        ours, plain, method = network(table, target, functional)
        found.append((method, ours, plain))
    missed = 0
    print(f"explaining {ROWS} rows of {table.shape[1]} columns against {BACKGROUND} background rows")
    for method, ours, plain in found:
        ratio = ours / plain
        missed += ratio > GOAL
        print(f"{method:36s} ours {ours / ROWS * 1e3:7.2f} ms a row   plain {plain / ROWS * 1e3:7.2f}   {ratio:.2f} x")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
