"""Forecasts of other packages, in an interpreter of their own: ``python forecast_peers.py given.npz out.npz``.

It imports nothing of the app: statsforecast does not accept the app's pandas, and LightGBM is no dependency of it.
given: values (series, steps) without gaps, horizon, seasons (rising, in steps), levels (9,), and for LightGBM the rows
that our trees learn from (rows, target) and those of the windows that are asked (asked: series, horizon, features).
out: NAME -> quantiles (series, horizon, 9), and "NAME seconds" -> CPU-seconds, imports left out.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

Given = dict[str, np.ndarray]
# statsforecast fits no seasonal smoothing of longer seasons.
LONGEST_ETS = 24


def local_peer(make: Callable[[], object]) -> Callable[[Given], np.ndarray]:
    """A model of statsforecast, fitted to each series by itself; its mean stands for the median.

    Args:
        make: gives a fresh model.
    """

    def foretell(given: Given) -> np.ndarray:
        horizon, made = int(given["horizon"]), []
        for series in given["values"]:
            told = make().forecast(series, horizon, level=[20, 40, 60, 80])  # type: ignore[attr-defined]
            lows = [told[f"lo-{level}"] for level in (80, 60, 40, 20)]
            highs = [told[f"hi-{level}"] for level in (20, 40, 60, 80)]
            made.append(np.stack([*lows, told["mean"], *highs], axis=1))
        return np.stack(made)

    return foretell


def lightgbm_peer(given: Given) -> np.ndarray:
    """LightGBM with its quantile loss, a model a level, on the features and the scale of our trees."""
    import lightgbm

    asked = given["asked"]
    flat, made = asked.reshape(-1, asked.shape[2]), []
    shared = {"objective": "quantile", "learning_rate": 0.08, "bagging_fraction": 0.8, "bagging_freq": 1,
              "num_threads": 1, "verbose": -1}  # fmt: skip
    for level in given["levels"]:
        rows = lightgbm.Dataset(given["rows"], given["target"])
        model = lightgbm.train({**shared, "alpha": float(level)}, rows, num_boost_round=150)
        made.append(np.asarray(model.predict(flat)).reshape(asked.shape[:2]))
    return np.sort(np.stack(made, axis=2), axis=2)


def peers(given: Given) -> dict[str, Callable[[Given], np.ndarray]]:
    """The installed ones by name.

    Args:
        given: see the module.
    """
    found: dict[str, Callable[[Given], np.ndarray]] = {}
    if importlib.util.find_spec("statsforecast"):
        from statsforecast.models import MSTL, AutoETS, AutoTheta

        seasons = [int(one) for one in given["seasons"] if 2 * one <= given["values"].shape[1]]
        short = max((one for one in seasons if one <= LONGEST_ETS), default=1)
        found["AutoETS"] = local_peer(lambda: AutoETS(season_length=short))
        found["AutoTheta"] = local_peer(lambda: AutoTheta(season_length=max(seasons, default=1)))
        if len(seasons) > 1:
            found["MSTL and AutoETS"] = local_peer(
                lambda: MSTL(season_length=seasons, trend_forecaster=AutoETS(model="ZZN", season_length=1))
            )
    if importlib.util.find_spec("lightgbm"):
        found["LightGBM on lags"] = lightgbm_peer
    return found


def main(source: str, out: str) -> None:
    """Reads what is given, and writes the quantiles and the CPU-seconds of every installed peer."""
    with np.load(source) as stored:
        given = dict(stored)
    told: Given = {}
    for name, foretell in peers(given).items():
        begin = time.process_time()
        told[name] = foretell(given)
        told[f"{name} seconds"] = np.array(time.process_time() - begin)
    np.savez(out, **told)


if __name__ == "__main__":
    main(*sys.argv[1:])
