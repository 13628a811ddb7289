"""Our forecasters against LightGBM on lags and, where given, statsforecast, on the same rolling origins.

Retail is the embedded sample. The hourly demand of Victoria is no sample: its package is under the GPL and does not
say whose data they are. ``SERIES=file.csv`` adds a table of series of your own; ``PEERS=/path/to/python`` names
an interpreter with statsforecast, which does not accept the pandas of the app; ``pip install lightgbm`` for the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from core.panels.panel_layout import QUANTILES, SCORED, PanelLayout
from core.schema import Dataset, Task

SECONDS, ORIGINS = 6.0, 5
OURS = ("naive", "ets", "theta", "mean", "trees", "linear", "blocks", "hybrid", "pretrained")
ROWS = 10_000
Parts = tuple[Dataset, Dataset, Dataset]
Learner = Callable[[Parts, Task], np.ndarray]
# Runs where statsforecast is installed: values (series, steps) in, quantiles .1 to .9 (series, horizon, 9) out.
PEER = """
import sys, time, numpy as np
from statsforecast.models import AutoETS, AutoTheta
given = np.load(sys.argv[1])
out = {}
for name, kind in (("AutoETS", AutoETS), ("AutoTheta", AutoTheta)):
    begin, made = time.process_time(), []
    for series in given["values"]:
        told = kind(season_length=int(given["season"])).forecast(series, int(given["horizon"]), level=[20, 40, 60, 80])
        lows, highs = [told[f"lo-{k}"] for k in (80, 60, 40, 20)], [told[f"hi-{k}"] for k in (20, 40, 60, 80)]
        made.append(np.stack([*lows, told["mean"], *highs], axis=1))
    out[name], out[name + " seconds"] = np.stack(made), time.process_time() - begin
np.savez(sys.argv[2], **out)
"""


@dataclass
class Tally:
    """Loss, sum of absolute values, hits of the 80 % band, values, and CPU-seconds over the origins."""

    loss: float = 0.0
    size: float = 0.0
    hits: float = 0.0
    values: float = 0.0
    seconds: float = 0.0
    origins: int = 0

    def add(self, test: Dataset, quantiles: np.ndarray, seconds: float) -> None:
        """Counts one origin."""
        from core.panels import quantile_scores

        truth = np.asarray(test.target, dtype=float)
        known = np.isfinite(truth)
        self.loss += float(quantile_scores.quantile_losses(truth, quantiles).sum())
        self.size += float(np.abs(truth[known]).sum())
        self.hits += float(((truth >= quantiles[:, :, 1]) & (truth <= quantiles[:, :, 9]))[known].sum())
        self.values += float(known.sum())
        self.seconds += seconds
        self.origins += 1

    def told(self) -> str:
        """WQL, coverage of the 80 % band and CPU-seconds an origin."""
        return (
            f"WQL {self.loss / self.size:.4f}  80 % band holds {self.hits / self.values:.2f}  "
            f"{self.seconds / self.origins:.2f} CPU-s an origin"
        )


def ours(key: str) -> Learner:
    """A contestant under its usual budget."""
    from core import registry
    from core.schema import Budget
    from core.workers import work_clock

    contestant = registry.find("contestants", f"forecast_{key}")

    def run(parts: Parts, task: Task) -> np.ndarray:
        with work_clock.metered(SECONDS, "cpu", 1):
            model = contestant.fit(parts[0], parts[1], task, Budget(seconds=SECONDS, seed=0), lambda news: None)
        return np.asarray(model.predict(parts[2].inputs))

    return run


def lightgbm_on_lags(parts: Parts, task: Task) -> np.ndarray:
    """LightGBM with its quantile loss, a model a level, on the same features and scale as our trees."""
    import lightgbm

    from core.evaluation import refitting
    from core.forecasting import quantile_trees
    from core.forecasting.tree_features import ScaleRule, plain_features

    layout, rule = PanelLayout.from_facts(parts[0].facts), ScaleRule.of(parts[0])
    whole = refitting.concatenate(parts[:2])
    rows = quantile_trees.known_rows(whole, rule, plain_features, ROWS, 0)
    scale = rule.scales(parts[2].inputs, layout)
    asked = plain_features(parts[2].inputs, layout, scale).features
    flat, made = asked.reshape(-1, asked.shape[2]), []
    for level in QUANTILES:
        model = lightgbm.LGBMRegressor(
            objective="quantile", alpha=level, n_estimators=150, learning_rate=0.08, subsample=0.8, subsample_freq=1,
            n_jobs=1, verbose=-1,
        ).fit(rows.encoded, rows.target)  # fmt: skip
        made.append(model.booster_.predict(flat).reshape(asked.shape[:2]))
    return np.maximum(scale.restored(np.sort(np.stack(made, axis=2), axis=2)), 0.0)


def statsforecast_peers(test: Dataset) -> dict[str, tuple[np.ndarray, float]]:
    """Quantiles and CPU-seconds of AutoETS and AutoTheta, run in the environment that ``PEERS`` names."""
    from core.panels import seasonal_naive, windows

    python = os.environ.get("PEERS")
    if not python:
        return {}
    layout = PanelLayout.from_facts(test.facts)
    past = seasonal_naive.fill_forward(windows.past_values(test.inputs, layout))
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.npz", Path(folder) / "out.npz"
        np.savez(given, values=past, horizon=layout.horizon, season=layout.season)
        subprocess.run([python, "-c", PEER, str(given), str(out)], check=True)
        with np.load(out) as told:
            return {name: (_widened(told[name]), float(told[f"{name} seconds"])) for name in ("AutoETS", "AutoTheta")}


def _widened(nine: np.ndarray) -> np.ndarray:
    """Nine levels among ours; the outer two, which the loss leaves out, repeat their neighbours."""
    made = np.repeat(nine[:, :, :1], len(QUANTILES), axis=2)
    made[:, :, SCORED] = nine
    made[:, :, -1] = nine[:, :, -1]
    return np.maximum(made, 0.0)


def sets() -> dict[str, Dataset]:
    """The embedded sample, and a table of series that ``SERIES`` names."""
    from core import ingest
    from core.storage import dataset_store

    found = {"retail_weekly": dataset_store.load(ingest.sample_folder("retail_weekly"))}
    if path := os.environ.get("SERIES"):
        found[Path(path).name] = ingest.read(Path(path), modality="forecast")
    return found


def main() -> None:
    """Prints WQL, coverage and CPU-seconds of every forecaster, and our best loss as a share of the best peer's."""
    from importlib.util import find_spec

    from core import registry
    from core.evaluation import splits, tasks
    from core.schema import Plan

    for name, panel in sets().items():
        task = tasks.infer_task(panel)
        whole = tasks.prepare(panel, task)
        able = [key for key in OURS
                if registry.find("contestants", f"forecast_{key}").unsupported_reason(whole, task) is None]  # fmt: skip
        learners: dict[str, Learner] = {f"our {key}": ours(key) for key in able}
        if find_spec("lightgbm"):
            learners["LightGBM on lags"] = lightgbm_on_lags
        tallies: dict[str, Tally] = {}
        for split in splits.make_splits(whole, task, Plan())[:ORIGINS]:
            parts = (whole.take(split.train), whole.take(split.valid), whole.take(split.test))
            for who, run in learners.items():
                begin = time.process_time()
                quantiles = run(parts, task)
                tallies.setdefault(who, Tally()).add(parts[2], quantiles, time.process_time() - begin)
            for who, (quantiles, seconds) in statsforecast_peers(parts[2]).items():
                tallies.setdefault(who, Tally()).add(parts[2], quantiles, seconds)
        print(f"{name}: {ORIGINS} origins at most")
        for who, tally in tallies.items():
            print(f"  {who:20} {tally.told()}", flush=True)
        losses = {who: tally.loss / tally.size for who, tally in tallies.items()}
        best = min((one for one in losses if one.startswith("our ")), key=lambda who: losses[who])
        peers = [one for one in losses if not one.startswith("our ")]
        if peers:
            rival = min(peers, key=lambda who: losses[who])
            print(f"  {best} over {rival}: {losses[best] / losses[rival]:.3f}")


if __name__ == "__main__":
    sys.exit(main())
