"""TabM as its package's example trains it: constant learning rate, patience, package modules from end to end."""

from __future__ import annotations

import copy
import warnings

import numpy as np

ROWS = 256
PATIENCE = 16


def fit_predict(train, valid, test, answer, seed=0):
    """Train on one fold and answer the test rows; (n, k) probabilities or (n,) values."""
    import torch

    torch.manual_seed(seed)
    numbers, codes, sizes = _read(train, valid, test)
    model = _model(numbers[0], sizes, answer.width)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=3e-4)
    loss = answer.loss()
    target = answer.encode(train.target)
    best, best_score, waited = copy.deepcopy(model.state_dict()), -np.inf, 0

    def answers_of(place):
        model.eval()
        with torch.inference_mode():
            raw = model(numbers[place], codes[place] if sizes else None)  # (n, k, width)
        if answer.form == "regression":
            return answer.finish(raw.mean(1).numpy())
        members = [answer.finish(raw[:, member].numpy()) for member in range(raw.shape[1])]
        return np.mean(members, axis=0)

    while waited < PATIENCE:
        model.train()
        for rows in torch.randperm(len(target)).split(ROWS):
            raw = model(numbers[0][rows], codes[0][rows] if sizes else None)
            step = loss(raw.flatten(0, 1), target[rows].repeat_interleave(raw.shape[1], dim=0))
            optimizer.zero_grad()
            step.backward()
            optimizer.step()
        score = answer.skill(answers_of(1), valid.target)
        waited += 1
        if score > best_score:
            best, best_score, waited = copy.deepcopy(model.state_dict()), score, 0
    model.load_state_dict(best)
    return answers_of(2)


def _model(numbers, sizes, width):
    import rtdl_num_embeddings
    import tabm

    with warnings.catch_warnings():
        # the package warns of columns with a single bin, which two-valued columns have
        warnings.simplefilter("ignore")
        bins = rtdl_num_embeddings.compute_bins(numbers, n_bins=16)
        embeddings = rtdl_num_embeddings.PiecewiseLinearEmbeddings(bins, 8, activation=False, version="B")
    return tabm.TabM.make(
        n_num_features=numbers.shape[1],
        cat_cardinalities=sizes or None,
        d_out=width,
        num_embeddings=embeddings,
        k=8,
        d_block=128,
        n_blocks=2,
    )


def _read(*parts):
    """Numbers (median for missing, standardised) and category codes (unknown and missing share one) by training."""
    import torch

    first = parts[0].inputs
    named = [name for name in first if not hasattr(first[name], "cat")]
    kinds = [name for name in first if hasattr(first[name], "cat")]
    tables = [
        np.stack([_number(part.inputs[name]) for name in named], axis=1).astype(np.float64)
        for part in parts
    ]  # fmt: skip
    middle = np.nanmedian(tables[0], axis=0)
    filled = [np.where(np.isnan(table), middle, table) for table in tables]
    kept = filled[0].std(axis=0) > 0
    mean, scale = filled[0].mean(axis=0), filled[0].std(axis=0)
    numbers = [torch.as_tensor(((t - mean) / np.where(kept, scale, 1))[:, kept].astype(np.float32)) for t in filled]
    known = {name: {level: code for code, level in enumerate(sorted(set(first[name].dropna())))} for name in kinds}
    codes = [
        torch.as_tensor(
            np.stack([[known[name].get(v, len(known[name])) for v in part.inputs[name]] for name in kinds], axis=1)
        )
        if kinds
        else None
        for part in parts
    ]
    return numbers, codes, [len(known[name]) + 1 for name in kinds]


def _number(column):
    return column.to_numpy().astype("datetime64[s]").astype(float) if column.dtype.kind == "M" else column.to_numpy()
