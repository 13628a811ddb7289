"""Our forecasters against AutoETS, AutoTheta and MSTL of statsforecast and LightGBM on lags, on the same origins.

Retail is the embedded sample. The hourly demand of Victoria is no sample: its package is under the GPL and does not
say whose data they are. ``SERIES=file.csv`` adds a table of series of your own (``KNOWN=a,b``: its columns that are
known of the future). The peers run in an interpreter of their own, which ``PEERS=/path/to/python`` names: ``python3 -m
venv peers`` and ``peers/bin/pip install statsforecast lightgbm``; statsforecast does not accept the pandas of the app.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from core import ingest, registry
from core.evaluation import refitting, splits, tasks
from core.forecasting import quantile_trees
from core.forecasting.tree_features import ScaleRule, WindowScale, plain_features
from core.panels import quantile_scores, seasonal_naive
from core.panels.panel_layout import QUANTILES, SCORED, PanelLayout
from core.schema import Budget, Dataset, Plan, Task
from core.storage import dataset_store
from core.workers import work_clock

SECONDS, ORIGINS = 6.0, 5
OURS = ("naive", "ets", "theta", "mean", "trees", "linear", "blocks", "hybrid", "pretrained")
# LightGBM learns from up to so many rows, ten times as many as our trees.
ROWS = 100_000
LIGHTGBM = "LightGBM on lags"
Parts = tuple[Dataset, Dataset, Dataset]
PEER_SCRIPT = Path(__file__).with_name("forecast_peers.py")


@dataclass(frozen=True)
class Answered:
    """Quantiles (series, horizon, quantiles) of one origin, and the CPU-seconds of fitting and answering."""

    quantiles: np.ndarray
    seconds: float


@dataclass
class Tally:
    """Loss, sum of absolute values, hits of the 80 % band, values, and CPU-seconds over the origins."""

    loss: float = 0.0
    size: float = 0.0
    hits: float = 0.0
    values: float = 0.0
    seconds: float = 0.0
    origins: int = 0

    def add(self, test: Dataset, answered: Answered) -> None:
        """Counts one origin."""
        quantiles = answered.quantiles
        truth = np.asarray(test.target, dtype=float)
        known = np.isfinite(truth)
        self.loss += float(quantile_scores.quantile_losses(truth, quantiles).sum())
        self.size += float(np.abs(truth[known]).sum())
        self.hits += float(((truth >= quantiles[:, :, 1]) & (truth <= quantiles[:, :, 9]))[known].sum())
        self.values += float(known.sum())
        self.seconds += answered.seconds
        self.origins += 1

    @property
    def wql(self) -> float:
        """The loss as a share of the sum of absolute values."""
        return self.loss / self.size

    def told(self) -> str:
        """WQL, coverage of the 80 % band and CPU-seconds an origin."""
        return (
            f"WQL {self.wql:.4f}  80 % band holds {self.hits / self.values:.2f}  "
            f"{self.seconds / self.origins:.2f} CPU-s an origin"
        )


def ours(key: str, parts: Parts, task: Task) -> Answered:
    """A contestant's answers under its usual budget."""
    contestant = registry.find("contestants", f"forecast_{key}")
    begin = time.process_time()
    with work_clock.metered(SECONDS, "cpu", 1):
        model = contestant.fit(parts[0], parts[1], task, Budget(seconds=SECONDS, seed=0), lambda news: None)
    return Answered(np.asarray(model.predict(parts[2].inputs)), time.process_time() - begin)


def peers(panel: Dataset, parts: Parts) -> dict[str, Answered]:
    """What the peers answer on one origin, in the interpreter that ``PEERS`` names; nothing without it."""
    python = os.environ.get("PEERS")
    if not python:
        return {}
    begin = time.process_time()
    scale, lags = lag_rows(parts)
    # The rows with lags are LightGBM's cost, though our code computes them.
    spent = time.process_time() - begin
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.npz", Path(folder) / "out.npz"
        layout = PanelLayout.from_facts(parts[2].facts)
        np.savez(
            given,
            values=whole_past(panel, parts[2]),
            horizon=layout.horizon,
            seasons=layout.step.seasons,
            levels=QUANTILES[SCORED],
            **lags,
        )
        subprocess.run([python, str(PEER_SCRIPT), str(given), str(out)], check=True)
        with np.load(out) as told:
            found = {
                name: Answered(_widened(told[name]), float(told[f"{name} seconds"]))
                for name in told.files if not name.endswith(" seconds")
            }  # fmt: skip
    if (trees := found.get(LIGHTGBM)) is not None:
        found[LIGHTGBM] = Answered(np.maximum(scale.restored(trees.quantiles), 0.0), trees.seconds + spent)
    return found


def whole_past(panel: Dataset, test: Dataset) -> np.ndarray:
    """All values before the origin of the series that take part (series, steps), gaps filled from before them."""
    layout, kept = PanelLayout.from_facts(panel.facts), PanelLayout.from_facts(test.facts)
    origin = int(np.asarray(test.order)[0])
    places = [layout.series.index(name) for name in kept.series]
    values = np.asarray(panel.inputs)[:origin, :, layout.channels.index(kept.target)]
    return seasonal_naive.fill_forward(values[:, places].T)


def lag_rows(parts: Parts) -> tuple[WindowScale, dict[str, np.ndarray]]:
    """The rows that our trees learn from and are asked, for LightGBM; and the scale of the asked windows."""
    layout, rule = PanelLayout.from_facts(parts[0].facts), ScaleRule.of(parts[0])
    whole = refitting.concatenate(parts[:2])
    rows = quantile_trees.known_rows(whole, rule, plain_features, ROWS, 0)
    scale = rule.scales(parts[2].inputs, layout)
    asked = plain_features(parts[2].inputs, layout, scale).features
    return scale, {"rows": rows.encoded, "target": rows.target, "asked": asked}


def _widened(nine: np.ndarray) -> np.ndarray:
    """Nine levels among ours; the outer two, which the loss leaves out, repeat their neighbours."""
    made = np.repeat(nine[:, :, :1], len(QUANTILES), axis=2)
    made[:, :, SCORED] = nine
    made[:, :, -1] = nine[:, :, -1]
    return np.maximum(made, 0.0)


def sets() -> dict[str, Dataset]:
    """The embedded sample, and a table of series that ``SERIES`` names."""
    found = {"retail_weekly": dataset_store.load(ingest.sample_folder("retail_weekly"))}
    if path := os.environ.get("SERIES"):
        found[Path(path).name] = ingest.read(Path(path), modality="forecast")
    return found


def contest(panel: Dataset) -> dict[str, Tally]:
    """Every forecaster's tally over the latest origins of a panel."""
    task = tasks.infer_task(panel)
    known = tuple(one for one in os.environ.get("KNOWN", "").split(",") if one in panel.facts["panel"]["channels"])
    whole = tasks.prepare(panel, replace(task, known=known))
    able = [key for key in OURS
            if registry.find("contestants", f"forecast_{key}").unsupported_reason(whole, task) is None]  # fmt: skip
    tallies: dict[str, Tally] = {}
    for split in splits.make_splits(whole, task, Plan())[:ORIGINS]:
        parts = (whole.take(split.train), whole.take(split.valid), whole.take(split.test))
        found = {f"our {key}": ours(key, parts, task) for key in able} | peers(panel, parts)
        for who, answered in found.items():
            tallies.setdefault(who, Tally()).add(parts[2], answered)
    return tallies


def compare(tallies: dict[str, Tally]) -> None:
    """Prints our best loss over the best peer's, with CPU-seconds, and that of our cheapest one that is as good."""
    mine = {who: one for who, one in tallies.items() if who.startswith("our ")}
    theirs = {who: one for who, one in tallies.items() if who not in mine}
    if not theirs:
        print("  no peers: name their interpreter in PEERS")
        return
    rival = min(theirs, key=lambda who: theirs[who].wql)
    told = {min(mine, key=lambda who: mine[who].wql)}
    told |= {min(good, key=lambda who: good[who].seconds)} if (
        good := {who: one for who, one in mine.items() if one.wql <= theirs[rival].wql}
    ) else set()  # fmt: skip
    for who in sorted(told, key=lambda who: mine[who].wql):
        loss, cost = mine[who].wql / theirs[rival].wql, mine[who].seconds / theirs[rival].seconds
        print(f"  {who} over {rival}: WQL x {loss:.3f}, CPU-seconds x {cost:.2f}")


def main() -> None:
    """Prints WQL, coverage and CPU-seconds of every forecaster, and our best loss as a share of the best peer's."""
    for name, panel in sets().items():
        tallies = contest(panel)
        print(f"{name}: {max(one.origins for one in tallies.values())} origins")
        for who, tally in sorted(tallies.items(), key=lambda one: one[1].wql):
            print(f"  {who:20} {tally.told()}", flush=True)
        compare(tallies)


if __name__ == "__main__":
    sys.exit(main())
