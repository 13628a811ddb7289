"""The nouns of Crossover: frozen declarations that every room speaks, importing nothing else of core.

Everything is plain data or a plain function held in a frozen dataclass. Nothing here is subclassed, registered or
checked with ``isinstance`` once stored: Streamlit re-imports modules on edit, and class identity would break.
"""

from core.schema.data import (
    FAMILIES,
    OUTCOMES,
    Better,
    Budget,
    Cancelled,
    Column,
    ColumnType,
    Dataset,
    Family,
    Form,
    Kind,
    LoadError,
    Origin,
    Outcome,
    Plan,
    Progress,
    Split,
    Task,
    Tell,
)
from core.schema.plugins import Attribution, Claim, Contestant, Measurement, Modality, Model, Sample, Scenario, Subject
from core.schema.results import Comparison, Contest, Finding, Fit, Reading, Recommendation, Run, Verdict

__all__ = [
    "FAMILIES",
    "OUTCOMES",
    "Attribution",
    "Better",
    "Budget",
    "Cancelled",
    "Claim",
    "Column",
    "ColumnType",
    "Comparison",
    "Contest",
    "Contestant",
    "Dataset",
    "Family",
    "Finding",
    "Fit",
    "Form",
    "Kind",
    "LoadError",
    "Measurement",
    "Modality",
    "Model",
    "Origin",
    "Outcome",
    "Plan",
    "Progress",
    "Reading",
    "Recommendation",
    "Run",
    "Sample",
    "Scenario",
    "Split",
    "Subject",
    "Task",
    "Tell",
    "Verdict",
]
