"""New files through a bundle: what differs is listed, nothing is guessed, and answers in the file are scored."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile

import numpy as np
import pytest

from core.__main__ import main
from core.bundles import bundle_file, row_source, standalone_runner
from core.bundles.column_match import match_columns
from core.bundles.file_prediction import PredictionOrder, predict_file
from core.bundles.loaded_bundle import load_bundle
from core.bundles.service import service
from core.report import plain
from core.schema import Cancelled, LoadError
from core.states.state_encoder import encode_state
from tests.bundles.toy_bundles import members, mixed_table, written


def rows_of(frame):
    """A table as the texts of a CSV."""
    out = io.StringIO()
    frame.assign(day=frame["day"].dt.strftime("%Y-%m-%d")).to_csv(out, index=False)
    return out.getvalue()


def predicted(tmp_path, content, form="binary", key="table_linear", **asked):
    """What came of a CSV, and the rows that were written."""
    bundle = load_bundle(written(tmp_path, key, form))
    new, out = tmp_path / "new.csv", tmp_path / "out.csv"
    new.write_text(content)
    found = predict_file(bundle, PredictionOrder(new, out, **asked), lambda progress: None)
    with open(out, newline="") as file:
        return found, list(csv.DictReader(file)), bundle


def kinds(found, *levels):
    return {one.kind for one in found.differences if one.level in (levels or ("danger", "warning", "info"))}


def test_rows_like_those_of_training_raise_no_alarm(tmp_path):
    table = mixed_table(300, seed=9)
    found, rows, bundle = predicted(tmp_path, rows_of(table.inputs))
    assert found.rows == len(rows) == 300 and not kinds(found, "danger")
    assert found.drift["rows"] == 300 and not found.drift["moved"]
    expected = bundle.calibrated(bundle.predict(table.inputs.drop(columns="answer")))
    assert np.allclose([float(row["p(yes)"]) for row in rows], expected[:, 1], atol=1e-6)
    assert found.scored == 300 and found.scores["accuracy"] > 0.8
    hits = np.mean([row["answer"] in row["set"].split("; ") for row in rows])
    assert 0.82 < hits < 0.98


def test_numbers_come_with_an_interval(tmp_path):
    found, rows, _ = predicted(tmp_path, rows_of(mixed_table(200, "regression", 5).inputs), "regression")
    inside = np.mean([float(row["low"]) <= float(row["answer"]) <= float(row["high"]) for row in rows])
    assert 0.8 < inside < 0.99 and found.scores["r2"] > 0.8


def test_every_difference_is_told(tmp_path):
    frame = mixed_table(100, seed=2, answers=False).inputs
    frame["weight (kg)"] *= 1000
    frame["colour"] = ["purple" if row % 4 == 0 else word for row, word in enumerate(frame["colour"])]
    frame["size"] += 20
    frame["extra"] = 1
    text = rows_of(frame.rename(columns={"colour": " Colour"})).replace("2020", "soon", 3)
    found, rows, _ = predicted(tmp_path, text)
    told = {one.kind: one for one in found.differences}
    assert "1000 times as large" in told["another unit"].what and told["another unit"].column == "weight (kg)"
    assert told["unseen category"].count == 25 and "purple" in told["unseen category"].what
    assert told["outside the range"].column == "size" and told["outside the range"].count == 100
    assert told["unreadable"].count == 3 and "soon" in told["unreadable"].what
    assert "extra" in told["extra column"].what and told["renamed column"].column == "colour"
    assert {"size", "weight (kg)"} <= set(found.drift["moved"]) and len(rows) == 100
    assert [one.level for one in found.differences if one.kind == "another unit"] == ["danger"]


def test_missing_columns_stop_it_unless_a_person_says_otherwise(tmp_path):
    frame = mixed_table(50, seed=2, answers=False).inputs.rename(columns={"size": "sizes"})
    with pytest.raises(LoadError, match=r"size.*sizes=size"):
        predicted(tmp_path, rows_of(frame))
    assert not list(tmp_path.glob("*out*"))
    found, _, _ = predicted(tmp_path, rows_of(frame), renames={"sizes": "size"})
    assert "missing column" not in kinds(found)
    found, _, _ = predicted(tmp_path, rows_of(frame), fill_missing=True)
    assert "missing column" in kinds(found, "danger")
    match = match_columns(["a b", "c"], ["A_B", "d"], {})
    assert match.found == {"a b": "A_B"} and list(match.missing) == ["c"] and match.extra == ["d"]


@pytest.mark.parametrize("content", ["", "size\n", "a,b\n1,2\n3,4\n", "\x00\x01\x02", "just words"])
def test_files_that_are_no_such_table_are_refused_in_words(tmp_path, content):
    with pytest.raises(LoadError):
        predicted(tmp_path, content)


def test_formulas_are_inert_and_cells_are_kept(tmp_path):
    frame = mixed_table(20, seed=2, answers=False).inputs
    frame.loc[0, "note"], frame.loc[1, "note"] = "=cmd|calc", "\uff1dcmd|calc"
    _, rows, _ = predicted(tmp_path, rows_of(frame))
    assert rows[1]["note"] == "'\uff1dcmd|calc" and standalone_runner.inert(" =1") == "' =1"
    assert standalone_runner.FORMULA == plain.FORMULA
    assert [standalone_runner.inert(one) for one in ("-1.5", -1.5, "-1+1")] == ["-1.5", -1.5, "'-1+1"]
    assert rows[0]["note"] == "'=cmd|calc" and rows[0]["size"] == repr(float(frame["size"][0]))


def test_a_long_file_is_read_in_pieces_and_can_be_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(row_source, "CHUNK_ROWS", 1)
    new = tmp_path / "new.csv"
    new.write_text(rows_of(mixed_table(100, seed=3, answers=False).inputs))
    blocks = list(row_source.open_rows(new, "new.csv", 30).blocks)
    assert [len(block) for block in blocks] == [30, 30, 30, 10]

    def stop(progress):
        raise Cancelled

    bundle = load_bundle(written(tmp_path))
    with pytest.raises(Cancelled):
        predict_file(bundle, PredictionOrder(new, tmp_path / "out.csv"), stop)
    assert not list(tmp_path.glob("*out.csv*"))


def test_reasons_name_the_columns_that_count(tmp_path):
    _, rows, _ = predicted(tmp_path, rows_of(mixed_table(30, seed=4, answers=False).inputs), reasons=10)
    assert "size" in rows[0]["reasons"] and rows[9]["reasons"] and not rows[10]["reasons"]


def test_other_spellings_and_formats_are_read_as_in_training(tmp_path):
    frame = mixed_table(60, seed=6, answers=False).inputs
    plain, rows, _ = predicted(tmp_path, rows_of(frame))
    frame["colour"] = frame["colour"].astype(str).str.upper()
    frame["day"] = frame["day"].astype("datetime64[ns]")
    text = rows_of(frame).replace(",", ";")
    changed = "\n".join(line.replace(".", ",") for line in text.splitlines())
    again, other, _ = predicted(tmp_path, changed)
    assert [row["prediction"] for row in rows] == [row["prediction"] for row in other]
    assert kinds(again, "danger") == kinds(plain, "danger") == set()


@pytest.mark.slow
def test_pictures_in_a_zip_are_predicted_at_the_size_of_training(tmp_path):
    from PIL import Image

    from core.bundles.bundle_maker import bundle_members
    from tests.bundles.toy_bundles import retrained
    from tests.contestants.test_media import pictures

    data = pictures(60)
    path = tmp_path / "model.zip"
    bundle_file.write_bundle(bundle_members(retrained(data, "image_hog", None, 2.0))[0], path)
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as packed:
        for row in range(6):
            held = io.BytesIO()
            Image.fromarray(data.inputs[row]).resize((24, 24)).save(held, "PNG")
            packed.writestr(f"{row}.png", held.getvalue())
        packed.writestr("broken.png", b"nothing")
    found = predict_file(
        load_bundle(path), PredictionOrder(tmp_path / "new.zip", tmp_path / "out.csv"), lambda news: None
    )
    told = " ".join(one.what for one in found.differences)
    assert found.rows == 6 and "6 items of another size" in told and "broken.png" in told


def test_the_command_line_predicts(tmp_path, capsys):
    new = tmp_path / "new.csv"
    new.write_text(rows_of(mixed_table(40, seed=8).inputs))
    path = written(tmp_path)
    assert main(["predict", str(path), str(new), "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr().out
    assert "40 rows written" in said and "accuracy" in said
    path.write_bytes(path.read_bytes()[:-30])
    assert main(["predict", str(path), str(new), "--out", str(tmp_path / "out.csv")]) == 2
    assert json.loads(capsys.readouterr().out)["outcome"] == "clear_error"


@pytest.mark.parametrize("out", ["nowhere/out.csv", "."])
def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path, capsys, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    for command in (["predict", "model.zip", "new.csv"], ["bundle", "telco_churn", "--contestant", "table_linear"]):
        assert main([*command, "--out", out]) == 2
        assert "folder" in json.loads(capsys.readouterr().out)["message"]


def ask(app, method, path, data=b""):
    """Status and JSON of one request to an application, without a network."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message):
        sent.append(message)

    head = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "raw_path": b""}
    asyncio.run(app(head, receive, send))
    return sent[0]["status"], json.loads(b"".join(part.get("body", b"") for part in sent[1:]))


def test_the_service_answers_json_within_limits(tmp_path):
    app = service(load_bundle(written(tmp_path)))
    assert ask(app, "GET", "/health")[1]["state"] == "ready"
    assert ask(app, "GET", "/schema")[1]["labels"] == ["no", "yes"]
    row = {"size": 3.0, "weight (kg)": None, "colour": "red", "day": "2020-05-01", "note": "good fine work"}
    _, told = ask(app, "POST", "/predict", json.dumps({"rows": [row]}).encode())
    assert told["predictions"][0]["prediction"] == "yes" and told["predictions"][0]["p(yes)"] > 0.9
    for wrong in ({}, [], {"rows": []}, {"rows": [{"size": 1}]}, {"rows": [{**row, "size": "many"}]}, {"rows": ["x"]}):
        assert ask(app, "POST", "/predict", json.dumps(wrong).encode())[0] == 422
    assert ask(app, "POST", "/predict", b"x" * 5_000_001)[0] == 413


def test_training_rows_are_not_in_a_saved_data_set():
    assert b"nothing to say" not in encode_state(mixed_table())[0]
    assert members()
