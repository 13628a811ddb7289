"""The evidence an auditor asks for, per model: what a program can measure or write, and what only a person can say."""

from core.audit.audit_file import collect_evidence
from core.audit.evidence import EvidenceItem, evidence_shares

__all__ = ["EvidenceItem", "collect_evidence", "evidence_shares"]
