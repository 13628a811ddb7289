"""Inspect prints for people, every option is explained with an example, and no data steers the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main, make_parser

ROWS = 40


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    colours = ["red", "blue"] * (ROWS // 2 - 1) + ["red", "Red"]
    lines = [
        f"{1 + k % 12:02d}/{1 + k % 11:02d}/2021,{colour},{k * 1.25},{('yes', 'no')[k // 2 % 2]}"
        for k, colour in enumerate(colours)
    ]
    path.write_text("\n".join(["when,colo\x1b[31mur,price,bought", *lines]))
    return path


def test_a_table_of_columns_then_doubts_then_warnings(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(shop)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("shop.csv: read as table; 40 rows, 4 columns.")
    places = [said.index(part) for part in ("what was changed", "In doubt", "Warnings", "Suggested target: bought")]
    assert places == sorted(places)
    assert "spellings merged: 1 value" in said and "--types when=date-mdy" in said
    assert "\x1b" not in said and "{" not in said


def test_json_stays_the_contract_and_carries_the_reading(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(shop), "--json", "-", "--types", "when=date-mdy,price=drop"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["left_out"]] == ["price"]
    assert told["columns"][0]["overruled"] == "date-mdy" and told["columns"][0]["examples"][1] == "2021-02-02"
    assert {"columns", "warnings", "alarms", "findings", "types"} <= told.keys()


def test_a_refusal_is_a_sentence_for_people_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["inspect", str(tmp_path / "x.csv")]) == 2
    assert capsys.readouterr().out.startswith("x.csv cannot be used.\n")
    (tmp_path / "y.csv").write_text("a,b\n" + "1,x\n2,y\n" * 20)
    assert main(["inspect", str(tmp_path / "y.csv"), "--types", "nobody=number"]) == 2
    assert "no column" in capsys.readouterr().out


def test_every_option_of_every_command_is_explained_with_an_example() -> None:
    commands = next(action for action in make_parser()._actions if action.choices)
    for name, command in commands.choices.items():  # type: ignore[union-attr]
        for action in command._actions:
            if action.dest != "help":
                assert "e.g." in (action.help or ""), f"{name} --{action.dest}"
