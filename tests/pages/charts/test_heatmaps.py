"""Heat over items: it falls on the right patch, band, word and segment, and hostile texts stay letters."""

from __future__ import annotations

import json

import numpy as np

from pages.charts import heatmaps
from pages.ui.theme import DARK, LIGHT


def test_a_patch_heats_its_own_corner() -> None:
    parts = [f"row {i}, column {j}" for i in (1, 2) for j in (1, 2)]
    hot = heatmaps.patch_heatmap(parts, np.array([0.0, 1.0, 0.0, -1.0]), 4, 6)
    assert (hot[:2, 3:] == 1).all() and (hot[2:, 3:] == -1).all() and (hot[:, :3] == 0).all()
    shown = heatmaps.overlay_heatmap(np.full((4, 6), 200.0), hot, LIGHT)
    red, blue = shown[0, -1], shown[-1, -1]
    assert red[0] > red[2] and blue[2] > blue[0]
    assert shown[0, 0].tolist() == [200, 200, 200]
    assert heatmaps.patch_heatmap(["tenure"], np.ones(1), 4, 4) is None


def test_a_band_heats_its_own_pitch_and_time() -> None:
    parts = ["0.00-0.50 s, 0-100 Hz", "0.00-0.50 s, 100-4000 Hz", "0.50-1.00 s, 0-100 Hz", "0.50-1.00 s, 100-4000 Hz"]
    hot = heatmaps.band_heatmap(parts, np.array([0.0, 0.0, 1.0, 0.0]), [50.0, 1_000.0], 1.0, 10)
    assert (hot[0, 5:] == 1).all() and hot[1].sum() == 0 and hot[0, :5].sum() == 0


def test_words_stay_letters() -> None:
    text = "Buy ![x](http://example.invalid/p.png) <script>alert(1)</script> datum.a[0] \u202egood " + "漢字" * 60
    drawn = heatmaps.word_heatmap(text, ["good", "buy"], np.array([1.0, -0.5]), DARK).to_dict()
    rows = next(iter(drawn["datasets"].values()))
    assert {row["c5"] for row in rows if row["c0"] == "Buy"} == {-0.5}
    assert max(row["c2"] for row in rows) <= heatmaps.LINE_LETTERS + 1
    del drawn["datasets"]
    assert "example" not in json.dumps(drawn) and "script" not in json.dumps(drawn)
    assert heatmaps.word_heatmap("", [], np.zeros(0), LIGHT).to_dict()


def test_letters_without_blanks_are_tinted_in_pairs() -> None:
    drawn = heatmaps.word_heatmap("这部电影很好看", ["很好", "电影"], np.array([1.0, -0.5]), LIGHT).to_dict()
    rows = next(iter(drawn["datasets"].values()))
    assert [(row["c0"], row["c5"]) for row in rows] == [("这部", 0), ("电影", -0.5), ("很好", 1), ("看", 0)]


def test_segments_take_their_channel() -> None:
    item = {"curves": [[1.0, 2.0, None, 3.0], [0.0, 0.0, 1.0, 1.0]], "step": 1, "length": 4}
    parts = ["0-1, channel 1", "0-1, channel 2", "2-3, channel 1", "2-3, channel 2"]
    strips = heatmaps.segment_heatmap(item, parts, np.array([0.0, 1.0, 0.0, 0.0]), LIGHT)
    tinted = [rows for one in strips for rows in one.to_dict()["datasets"].values() if "c2" in rows[0]]
    assert [max(abs(row["c2"]) for row in rows) for rows in tinted] == [0, 1]
    assert heatmaps.segment_heatmap(item, ["tenure"], np.ones(1), LIGHT) is None
