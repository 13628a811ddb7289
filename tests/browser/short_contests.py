"""Serves the app with a training time of four seconds as the first one in the settings, for walks that look at pages.

``python -m tests.browser.short_contests`` takes what ``python -m streamlit`` takes.
"""

from __future__ import annotations

import sys

SECONDS, IN_WORDS = 4, "4.0 s of training"

if __name__ == "__main__":
    from streamlit.web.cli import main

    from pages.data import contest_form

    contest_form.BUDGETS = (SECONDS, *contest_form.BUDGETS)
    sys.exit(main())
