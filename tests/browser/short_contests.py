"""Serves the app with short contests, for walks that look at pages: a training time of four seconds is the first one in
the settings, and the one of every use case.

``python -m tests.browser.short_contests`` takes what ``python -m streamlit`` takes.
"""

from __future__ import annotations

import sys
from dataclasses import replace

SECONDS, IN_WORDS = 4, "4.0 s"

if __name__ == "__main__":
    from streamlit.web.cli import main

    from core import registry
    from pages.data import contest_form

    contest_form.BUDGETS = (SECONDS, *contest_form.BUDGETS)
    for scenario in registry.discover("scenarios").values():
        object.__setattr__(scenario, "plan", replace(scenario.plan, budget_seconds=float(SECONDS)))
    sys.exit(main())
