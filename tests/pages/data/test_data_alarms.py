"""The page of an upload names what gives the answer away and leaves it out with one click."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from core.schema import Task
from pages.backend import datasets
from tests.pages.test_pages import opened, sound


def upload() -> Path:
    draw = np.random.default_rng(0)
    casual, registered = draw.poisson(40, 300), draw.poisson(160, 300)
    frame = pd.DataFrame(
        {"hour": draw.normal(size=300), "casual": casual, "registered": registered, "total": casual + registered}
    )
    return datasets.read_upload("bikes.csv", io.BytesIO(frame.to_csv(index=False).encode()))


def test_alarms_of_a_target(place: Path) -> None:
    found = datasets.list_alarms(upload(), Task("total", "regression", "regression"))
    assert found[0].level == "danger" and {name for one in found for name in one.columns} >= {"casual", "registered"}


def test_one_click_leaves_the_columns_out(place: Path, owner: str) -> None:
    folder = upload()
    app = opened("compare", owner)
    app.session_state["way"] = "My own file"
    app.session_state["_parcel"] = str(folder)
    app.run()
    assert "bikes.csv" in sound(app)
    app.selectbox(key=next(one.key for one in app.selectbox if (one.key or "").startswith("target_"))).select(3).run()
    assert "total = casual + registered" in sound(app).replace("registered + casual", "casual + registered")
    button = next(one for one in app.button if (one.key or "").startswith("leave_derived"))
    button.click().run()
    dropped = next(one for one in app.multiselect if (one.key or "").startswith("drop_"))
    assert dropped.value == [1, 2]
    assert "total = casual" not in sound(app)
