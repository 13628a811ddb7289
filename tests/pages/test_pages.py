"""Every page through app.py: with nothing there, with a finished contest, and when something breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import document
from core.runtime import jobs, run_history
from core.schema import Contest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
BROKEN = "Something went wrong on our side"


def opened(page: str, owner: str, run: str | None = None) -> AppTest:
    """The app at a page, as a browser of this identity sees it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["_owner"] = owner
    if run is not None:
        app.query_params["run"] = run
    app.run()
    if page != "compare":
        app.switch_page(f"pages/{page}.py").run()
    return app


def on_tab(app: AppTest, title: str) -> AppTest:
    """A result with one of its tabs opened."""
    app.session_state["result_tab"] = title
    return app.run()


def sound(app: AppTest) -> str:
    """All text of a page that has neither failed nor thrown."""
    assert not app.exception
    assert BROKEN not in [error.proto.title for error in app.error if hasattr(error.proto, "title")]
    words = [
        block.value for kind in ("title", "header", "markdown", "caption", "text", "info") for block in app.get(kind)
    ]
    assert not any("could not be drawn" in str(word) for word in [*words, *(error.value for error in app.error)])
    return "\n".join(map(str, words))


@pytest.mark.parametrize("page", PAGES)
def test_page_with_nothing_there(page: str, place: Path, owner: str) -> None:
    assert len(sound(opened(page, owner))) > 100


@pytest.mark.parametrize("page", PAGES)
def test_page_with_a_finished_contest(page: str, place: Path, owner: str, finished: str) -> None:
    assert len(sound(opened(page, owner, finished))) > 100


def test_first_page_is_ready_to_run(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    button = app.button(key="run_contest")
    assert button.label == "Run the contest" and not button.disabled
    assert app.selectbox(key="sample").value
    assert app.dataframe, "the first rows are shown"


def test_a_quick_answer_is_asked_for_by_its_own_button(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    app.button(key="quick_answer").click().run()
    run = app.query_params["run"]
    run = run[0] if isinstance(run, list) else run
    (row,) = [one for one in run_history.list_runs(owner) if one["id"] == run]
    assert row["spec"]["plan"]["strategy"] == "halving"
    jobs.cancel(run, owner)


def test_running_puts_the_run_in_the_address(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    app.button(key="run_contest").click().run()
    run = app.query_params["run"]
    run = run[0] if isinstance(run, list) else run
    assert jobs.get_state(run, owner)["state"] == "queued"  # type: ignore[index]
    assert "In the queue" in sound(app)
    app.button(key=f"cancel_{run}").click().run()
    assert "cancelled" in sound(app)
    app.button(key="again").click().run()
    assert app.button(key="run_contest")


def test_the_start_button_starts_what_is_chosen_now(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    other = next(option for option in app.selectbox(key="sample").options if "digits" in option.lower())
    # A click may reach the server together with a choice whose page was not yet redrawn.
    app.selectbox(key="sample").select(other)
    app.button(key="run_contest").click().run()
    run = app.query_params["run"]
    run = run[0] if isinstance(run, list) else run
    started = next(row for row in run_history.list_runs(owner) if row["id"] == run)
    app.button(key=f"cancel_{run}").click().run()
    assert started["spec"]["task"]["target"] == "class" and started["spec"]["task"]["form"] == "multiclass"


def test_a_contest_lost_from_sight_is_offered_again(place: Path, owner: str) -> None:
    app = opened("compare", owner)
    app.button(key="run_contest").click().run()
    again = opened("compare", owner)
    again.button(key="show_under_way").click().run()
    assert "In the queue" in sound(again)
    run = again.query_params["run"]
    again.button(key=f"cancel_{run[0] if isinstance(run, list) else run}").click().run()


def test_verdict_is_on_the_page(place: Path, owner: str, finished: str) -> None:
    said = sound(opened("compare", owner, finished))
    assert "No clear winner" in said and "interval" in said
    assert "did not converge" in said, "a failed contestant stays visible with its reason"
    assert "Recommended: **" in said
    assert "3,000 of 7,043 rows, 10 folds" in said.replace("\\", "")
    assert "gives the answer away" in said, "findings about the data are shown"


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("Trade-offs", "What it costs"), ("Why", "Feature importance"), ("Trust", "Data quality"),
        ("Learning", "Learning curves"), ("Claims", "WHAT THE DOCUMENT SAYS"), ("Reproduce", "Protocol"),
    ],
)  # fmt: skip
def test_a_tab_is_drawn_when_it_is_opened(place: Path, owner: str, finished: str, tab: str, words: str) -> None:
    app = opened("compare", owner, finished)
    assert (words in sound(app)) == (tab in ("Trade-offs", "Claims"))
    assert words in sound(on_tab(app, tab))


def test_explanations_are_side_by_side(place: Path, owner: str, finished: str) -> None:
    app = opened("explain", owner, finished)
    said = sound(app)
    assert "SHAP on" in said and "Captum on" in said
    app.toggle(key="unfair").set_value(True).run()
    assert "Usual method" in sound(app)


def test_lime_stands_beside_the_exact_shares(place: Path, owner: str, finished: str) -> None:
    app = opened("explain", owner, finished)
    app.toggle(key="lime").set_value(True).run()
    table = next(one.value for one in app.dataframe if "Local R²" in one.value)
    assert table["From exact shares"].tolist()[:2] == ["17 %", "93 %"] and "5 explained items" in sound(app)


def test_every_row_has_an_outcome(place: Path, owner: str, finished: str) -> None:
    said = sound(opened("document", owner, finished))
    for place_, title in ((1, "Core architecture"), (12, "Cost to deploy")):
        assert f"{place_} · {title}" in said
    assert said.count("DEEP LEARNING, IT SAYS") == len(document.load().rows)


def test_another_browsers_run_is_not_shown(place: Path, owner: str, finished: str) -> None:
    said = sound(opened("compare", "f" * 32, finished))
    assert "not in this browser's history" in said
    assert "No clear winner" not in said


@pytest.mark.parametrize("run", ["../../etc", "x", "0" * 31, "![a](b)", "0" * 32])
def test_nonsense_in_the_address(run: str, place: Path, owner: str) -> None:
    said = sound(opened("compare", owner, run))
    assert "names no run" in said or "not in this browser's history" in said


def test_the_way_back_from_a_run_is_the_start(place: Path, owner: str, finished: str) -> None:
    app = opened("compare", owner, finished)
    app.switch_page("pages/explain.py").run()
    assert app.query_params["run"] in (finished, [finished]), "another page goes on with the run"
    app.switch_page("pages/compare.py").run()
    assert "No clear winner" in sound(app)
    app.query_params.clear()
    assert app.run().button(key="run_contest"), "the same page without a run in its address is the start"
    assert "run" not in app.query_params
    app.query_params["run"] = finished
    assert "No clear winner" in sound(app.run()), "and the way forward leads to the run again"


def test_deleting_from_the_history(place: Path, owner: str, finished: str) -> None:
    app = opened("history", owner)
    app.button(key=f"forget_{finished}").click().run()
    assert "No runs yet" in sound(app)
    assert run_history.list_runs(owner) == []


def test_opening_from_the_history(place: Path, owner: str, finished: str) -> None:
    app = opened("history", owner)
    app.button(key=f"open_{finished}").click().run()
    assert "No clear winner" in sound(app)


def test_two_runs_side_by_side(place: Path, owner: str, finished: str, contest: Contest) -> None:
    run_history.restore_runs(owner, run_history.export_runs(owner))
    said = sound(opened("history", owner))
    assert "Compare two runs" in said


def test_a_bug_of_ours_is_told_without_a_traceback(
    place: Path, owner: str, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("pages.views.result_view.draw_page", broken)
    app = opened("compare", owner, finished)
    assert not app.exception
    assert any("could not be drawn" in error.value for error in app.error)
    assert not any("secret detail" in str(error.value) for error in app.error)


def test_session_state_holds_ids_only(place: Path, owner: str, finished: str) -> None:
    app = opened("compare", owner, finished)
    held = repr(app.session_state)
    assert owner in held and len(held) < 6_000, "ids and choices, no frame, model or contest"


def test_streamlit_never_imports_the_heavy_libraries(place: Path, owner: str, finished: str) -> None:
    script = (
        "import sys; from streamlit.testing.v1 import AppTest; from core.runtime import jobs\n"
        "jobs.ensure_scheduler = lambda: None\n"
        f"app = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=90)\n"
        f"app.session_state['_owner'] = {owner!r}; app.query_params['run'] = {finished!r}; app.run()\n"
        f"for page in {PAGES!r}:\n"
        "    app.switch_page(f'pages/{page}.py').run(); assert not app.exception\n"
        "app.query_params.clear(); app.session_state['_run'] = None\n"
        "app.switch_page('pages/compare.py').run(); app.button(key='run_contest')\n"
        "print(sorted({'torch', 'xgboost', 'shap', 'captum', 'sklearn'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=240, check=False,
        env={**os.environ, "CROSSOVER_HOME": str(place)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1] == "[]"
