"""Verdicts -> what people take away: JSON by contract, HTML, Markdown, CSV and a notebook."""

from core.report.contract import contract
from core.report.notebook import notebook
from core.report.page import page
from core.report.plain import csv, text

__all__ = ["contract", "csv", "notebook", "page", "text"]
