"""Writes the golden files anew, all or those named: ``python -m tests.golden [CASE ...]``.

Do this only when numbers or words are meant to change, and say so in the commit and in CHANGELOG.md.
"""

from __future__ import annotations

import json
import sys

from tests.golden.compare import HERE, current_machine, run_module
from tests.golden.play import CASES

if __name__ == "__main__":
    for case in sys.argv[1:] or [*CASES, "page_text"]:
        found = run_module("page_text") if case == "page_text" else run_module("play", case)
        if case != "page_text":
            found["machine"] = current_machine()
        (HERE / f"{case}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        sys.stderr.write(f"{case} written\n")
