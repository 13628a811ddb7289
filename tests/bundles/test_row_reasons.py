"""Reasons row by row: for and against the class that was predicted, of tables and of every other kind of data."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.bundles import row_reasons, row_source
from core.bundles.file_prediction import PredictionOrder, predict_file
from core.bundles.input_schema import InputSchema
from core.bundles.loaded_bundle import LoadedBundle, load_bundle
from core.schema import Cancelled, LoadError
from tests.bundles.toy_bundles import mixed_table, written
from tests.contestants.test_media import pictures


def schema(modality, shape=(), **facts):
    return InputSchema(modality, "binary", "classification", 10, "answer", ("no", "yes"), shape=shape, facts=facts)


def two(chance):
    return np.column_stack([1 - chance, chance])


def test_of_two_classes_the_predicted_one_is_spoken_for(tmp_path):
    bundle = load_bundle(written(tmp_path))
    asked = mixed_table(40, seed=4, answers=False).inputs
    found = bundle.predict(asked)
    told = row_reasons.row_reasons(bundle.model, bundle.input_schema, asked, found)
    largest = [float(one.split("; ")[0].rpartition(" ")[2]) for one in told]
    sure = found.max(axis=1) > 0.9
    assert {0, 1} <= set(found.argmax(axis=1)[sure].tolist())
    assert np.mean(np.array(largest)[sure] > 0) > 0.9


def test_a_word_that_decides_is_named_first_and_with_its_side():
    def predict(found):
        return two(np.array([0.05 + 0.9 * ("bad" not in text) for text in found]))

    assert row_reasons.item_reasons(predict, schema("text"), "A bad film, quite long").startswith("bad +")
    assert row_reasons.item_reasons(predict, schema("text"), "A fine film") == row_reasons.NONE
    assert row_reasons.item_reasons(predict, schema("text"), "") == row_reasons.NONE


def test_patches_stretches_and_readings_are_named_where_they_lie():
    picture = np.zeros((20, 20, 1), dtype=np.uint8)
    picture[0:4, 16:20] = 255
    bright = row_reasons.item_reasons(lambda x: two(x[:, 0:4, 16:20].mean((1, 2, 3)) / 300), schema("image"), picture)
    assert bright.startswith("row 1, column 5 +")
    sound = np.zeros(800, dtype=np.float32)
    sound[300:400] = 1
    loud = row_reasons.item_reasons(lambda x: two(np.abs(x).mean(1) * 6), schema("sound", rate=100), sound)
    assert loud.startswith("3.00-4.00 s +") and ";" not in loud
    window = np.zeros((16, 2), dtype=np.float32)
    window[4:6, 1] = 5
    odd = row_reasons.item_reasons(lambda x: x.std(axis=(1, 2)), schema("series"), window)
    assert odd.startswith("readings 4-5, channel 2 +")


def test_kinds_without_reasons_say_why():
    with pytest.raises(LoadError, match="whole past of a series"):
        row_reasons.check_reasons(InputSchema("series", "forecast", "forecast", 10, "y"))
    with pytest.raises(LoadError, match="data of ranking"):
        row_reasons.check_reasons(schema("ranking"))


class Toy(LoadedBundle):
    """A bundle whose model is written here."""

    answer = None

    def predict(self, inputs):
        return two(self.answer(inputs))


def predicted(tmp_path, shown, answer, name, content, progress=lambda one: None):
    bundle, new, out = Toy(None, shown, {}, {}), tmp_path / name, tmp_path / "out.csv"
    object.__setattr__(bundle, "answer", answer)
    new.write_bytes(content)
    found = predict_file(bundle, PredictionOrder(new, out, reasons=2), progress)
    with open(out, newline="") as file:
        return found, list(csv.DictReader(file))


TEXTS = 'text\n"a fine film, long"\na bad film, long\nthe sea\n'.encode("utf-16")


def test_texts_of_a_file_of_one_column_come_with_their_words(tmp_path):
    def fine(found):
        return np.array([0.1 + 0.4 * ("fine" in text) + 0.4 * ("bad" not in text) for text in found])

    found, rows = predicted(tmp_path, schema("text"), fine, "new.csv", TEXTS)
    assert [row["prediction"] for row in rows] == ["yes", "no", "no"]
    assert rows[0]["reasons"].startswith("fine +") and rows[1]["reasons"].startswith("bad +") and not rows[2]["reasons"]
    assert any(one.kind == "reasons" and "word is deleted" in one.what for one in found.differences)

    def stop(progress):
        if "reasons" in progress.message:
            raise Cancelled

    with pytest.raises(Cancelled):
        predicted(tmp_path, schema("text"), fine, "new.csv", TEXTS, stop)


def test_pictures_of_a_zip_come_with_their_patches(tmp_path):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, pixels in enumerate(pictures().inputs[:3]):
            held = BytesIO()
            Image.fromarray(pixels).save(held, "PNG")
            archive.writestr(f"{place}.png", held.getvalue())
    _, rows = predicted(
        tmp_path,
        schema("image", (12, 12, 3)),
        lambda x: x[:, :6, :, 0].mean((1, 2)) / 255,
        "new.zip",
        packed.getvalue(),
    )
    assert rows[0]["reasons"].startswith("row ") and rows[1]["reasons"] and not rows[2]["reasons"]
    assert all(int(part.split(",")[0].removeprefix("row ")) <= 3 for part in rows[0]["reasons"].split("; "))


def test_a_row_of_words_alone_has_its_header_by_the_names_of_training(tmp_path):
    (tmp_path / "one.csv").write_text("Made 2024,,\ncolour,shape,extra\nred,round,x\n")
    source = row_source.open_rows(tmp_path / "one.csv", "one.csv", known=["Colour ", "shape", "form"])
    assert source.names == ["colour", "shape", "extra"] and list(source.blocks) == [[["red", "round", "x"]]]


def test_one_column_of_a_model_of_one_column_is_a_table(tmp_path):
    (tmp_path / "one.csv").write_text("Size\n1.5\n2,5\n")
    source = row_source.open_rows(tmp_path / "one.csv", "one.csv", known=["size"])
    assert source.names == ["size"] and list(source.blocks) == [[["1.5"], ["2,5"]]]
    with pytest.raises(LoadError, match="not a table"):
        row_source.open_rows(tmp_path / "one.csv", "one.csv")
