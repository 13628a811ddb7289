"""Prints the words of two pages without any run, one block of text a line: ``python -m tests.golden.page_text``."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("method", "document")
KINDS = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error")


def words(page: str) -> list[str]:
    """The text blocks of a page in the order of their kinds; what names the machine is left out."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.session_state["_owner"] = "f" * 32
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
    found = [str(block.value) for kind in KINDS for block in app.get(kind)]
    return [text for text in found if not re.search(r"\d+(\.\d+)? cores?\b", text)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="crossover-golden-") as folder:
        os.environ["CROSSOVER_HOME"] = folder
        from core.runtime import jobs

        # No run is started here, so no scheduler is needed.
        jobs.ensure_scheduler = lambda: None
        told = json.dumps({page: words(page) for page in PAGES})
    sys.stdout.write(told)
