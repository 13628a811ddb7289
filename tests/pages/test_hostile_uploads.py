"""Twenty awkward and hostile files through the upload of the page itself: words, never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile.corpus import corpus

ROOT = Path(__file__).resolve().parents[2]
PICKED = (
    "utf16",
    "tongue greek cp1253 some",
    "nul bytes",
    "layout two open quotes",
    "layout short rows",
    "layout name is a formula",
    "markdown names",
    "layout nothing: header",
    "pickle protocol 4 as csv",
    "png as csv",
    "html as csv",
    "noise",
    "aim hostile classes",
    "xlsx laughs",
    "xlsx stray corner",
    "parquet torn footer",
    "zip climbs",
    "zip overlap",
    "crate many flat",
    "crate mode link",
    "sound 30,000 channels",
    "text person",
)
CASES = [case for case in corpus() if case.key in PICKED]


def spoken(page: AppTest) -> str:
    """Every word on the page."""
    kinds = (page.text, page.markdown, page.caption, page.error, page.warning, page.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_page_takes_or_refuses_in_words(case, place: Path, owner: str) -> None:
    data = case.data() if callable(case.data) else case.data
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    page.session_state["_owner"] = owner
    page.session_state["way"] = "My own file"
    page.run()
    page.file_uploader[0].set_value((case.name, data, "application/octet-stream")).run()
    assert not page.exception, [error.value for error in page.exception]
    words = spoken(page)
    # What to do about a file stands behind an arrow; so does what to do about a column of a file that was read.
    refused = "This file cannot be used" in words or ("→" in words and "recognised as" not in words)
    assert refused == (case.outcome == ("clear_error",)) or len(case.outcome) == 3 or "clear_error" in case.outcome, (
        words
    )
    assert "Traceback" not in words and "pyarrow" not in words
    assert refused or "recognised as" in words


def test_every_picked_file_exists() -> None:
    assert len(CASES) == len(PICKED)
