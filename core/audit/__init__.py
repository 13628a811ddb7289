"""The evidence an auditor asks for, per model: what a program can measure or write, and what only a person can say."""

from core.audit.audit_file import gather
from core.audit.evidence import Item, shares

__all__ = ["Item", "gather", "shares"]
