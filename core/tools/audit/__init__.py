"""The evidence an auditor asks for, per model: what a program can measure or write, and what only a person can say."""

from core.tools.audit.gathered import gather
from core.tools.audit.items import Item, shares

__all__ = ["Item", "gather", "shares"]
