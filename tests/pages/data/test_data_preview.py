"""Previews of every modality: classes are named right, pictures and players are there, readings can be overruled."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from core.ingest import sample_folder
from core.schema import Dataset, LoadError
from core.storage import dataset_store
from pages.backend import datasets
from pages.charts import series_strips
from pages.data import data_preview
from pages.ui.theme import LIGHT
from tests.pages.test_pages import opened, sound


def test_classes_of_the_preview_follow_its_order(tmp_path: Path) -> None:
    target = np.array([2, 2, 0, 1, 2, 0, 2])
    pictures = np.zeros((7, 4, 4, 1), dtype=np.uint8)
    data = Dataset("d", "image", pictures, target, labels=("a", "b", "c"))
    card = dataset_store.read_summary(dataset_store.save(data, tmp_path / "p"))
    rows = [int(name.removeprefix("preview").removesuffix(".png")) for name in card["preview"]]
    assert data_preview.count_classes(card, len(rows)) == ["abc"[target[row]] for row in rows]
    assert data_preview.count_classes({"labels": [], "counts": {}}, 3) == []


@pytest.mark.parametrize("key", ["digits", "drums", "sensors"])
def test_media_samples_are_previewed(key: str, place: Path, owner: str) -> None:
    if key not in datasets.list_samples():
        pytest.skip("this sample is not embedded")
    sample_folder(key)
    app = opened("compare", owner)
    app.selectbox(key="sample").select(key).run()
    said = sound(app)
    assert "used" in said and "left out" in said
    kind = {"digits": "image", "drums": "audio", "sensors": "vega_lite_chart"}[key]
    found = {str(getattr(block, "type", "")) for block in app.main}
    assert kind in found, f"something is shown of the data, not only {sorted(found)}"


def test_a_reading_can_be_overruled(place: Path) -> None:
    text = "opinion,label\n" + "".join(
        f"this number {k} is a {'good' if k % 2 else 'bad'} film with words,{'yes' if k % 2 else 'no'}\n"
        for k in range(60)
    )
    folder = datasets.read_upload("opinions.csv", io.BytesIO(text.encode()))
    assert set(datasets.possible_modalities(folder)) >= {"table", "text", "series-moments", "series-rows"}
    again = datasets.reread_upload(folder, "text")
    assert dataset_store.read_summary(again)["modality"] == "text"
    assert dataset_store.read_summary(datasets.reread_upload(again, "table"))["modality"] == "table"
    with pytest.raises(LoadError):
        datasets.reread_upload(folder, "series")


def test_the_column_of_answers_can_be_overruled(place: Path) -> None:
    text = "opinion,label,topic\n" + "".join(
        f"this number {k} is a {'good' if k % 2 else 'bad'} film with words,{'yes' if k % 2 else 'no'},t{k % 3}\n"
        for k in range(60)
    )
    folder = datasets.read_upload("opinions.csv", io.BytesIO(text.encode()))
    assert datasets.answer_columns(folder) == ["label", "topic"]
    assert dataset_store.read_summary(datasets.reread_upload(folder, "text"))["labels"] == ["no", "yes"]
    again = datasets.reread_upload(folder, "text", "topic")
    assert dataset_store.read_summary(again)["labels"] == ["t0", "t1", "t2"] and datasets.answer_columns(again) == [
        "label",
        "topic",
    ]


def test_a_strip_draws_every_window_of_its_channel() -> None:
    drawn = series_strips.series_strip([[[1.0, 2.0], [3.0, 1.0]], [[0.0, 1.0], [2.0, 5.0]]], 1, LIGHT).to_dict()
    values = [row["c1"] for rows in drawn["datasets"].values() for row in rows if "c1" in row]
    assert values == [3.0, 1.0, 2.0, 5.0]


def test_how_readings_were_cut_is_told() -> None:
    said = data_preview.describe_facts({"window": 1_200, "time": "when", "unit": "m`1`", "target": "planted"})
    assert said == "One window is 1,200 readings · time: when · unit: m`1` · anomalies are planted to score by"
