"""Verdicts -> what people take away: JSON by contract, HTML, Markdown, CSV and a notebook."""

from core.report.contract import contest_to_json
from core.report.notebook import make_notebook
from core.report.page import render_html
from core.report.plain import render_text, rows_to_csv

__all__ = ["contest_to_json", "make_notebook", "render_html", "render_text", "rows_to_csv"]
