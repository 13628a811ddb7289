"""Tables: CSV and its relatives, Excel and Parquet; one column is the answer, the others are the inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.explain import maskers
from core.perturbation import corruptions, live_questions
from core.schema import Dataset, Modality, Sample
from core.storage.bundled_files import sample_path


def read(path: Path, name: str) -> Dataset:
    """Reads a table of any supported make, told by its content.

    Raises:
        LoadError: it is no table, damaged, or over a limit.
    """
    from core.readers.tables.read_table import read_table

    return read_table(Path(path), name)


def _stored(file: str, title: str, source: str, target: str, leave: tuple[str, ...] = ()) -> Callable[[], Dataset]:
    def load() -> Dataset:
        dataset = read(sample_path(file), file.rsplit("/", 1)[-1])
        dataset = replace(dataset, name=title, source=source, facts={**dataset.facts, "suggested": target})
        if leave:
            columns = tuple(column for column in dataset.columns if column.name not in leave)
            dataset = replace(dataset, inputs=dataset.inputs.drop(columns=list(leave)), columns=columns)
        return dataset

    return load


SAMPLES = (
    Sample(
        "telco_churn",
        "Telco customer churn",
        "7,043 customers of a phone company and whether each left (IBM's sample).",
        _stored("telco_churn.parquet", "Telco customer churn", "IBM Telco sample, from modeldata's wa_churn", "churn"),
        target="churn",
        rows=1_500,
        licence="MIT",
        sensitive=("female", "senior_citizen"),
    ),
    Sample(
        "card_fraud",
        "Card fraud",
        "20,000 card payments, all 492 frauds kept (true share 0.17 %).",
        _stored("copyleft/card_fraud.parquet", "Card fraud", "ULB and Worldline, 20,000 of 284,807", "Class"),
        target="Class",
        rows=4_000,
        licence="ODbL-1.0",
        order="Time",
    ),
    Sample(
        "hotel_rates",
        "Hotel prices",
        "15,402 bookings and the average price per room.",
        _stored(
            "hotel_rates.parquet",
            "Hotel prices",
            "Antonio et al. 2019, from modeldata's hotel_rates",
            "avg_price_per_room",
        ),
        target="avg_price_per_room",
        rows=2_000,
        licence="CC-BY-4.0",
        order="arrival_date",
    ),
    Sample(
        "credit_default",
        "Credit default",
        "15,000 card accounts and whether each defaulted the next month.",
        _stored(
            "credit_default.parquet", "Credit default", "UCI 350, Yeh 2009, 15,000 of 30,000", "default_next_month"
        ),
        target="default_next_month",
        rows=2_000,
        licence="CC-BY-4.0",
        sensitive=("SEX", "AGE", "EDUCATION", "MARRIAGE"),
    ),
    Sample(
        "mortgage_hmda",
        "Mortgage applications",
        "2,380 applications in Boston and whether each was denied.",
        _stored("copyleft/mortgage_hmda.parquet", "Mortgage applications", "Boston Fed HMDA study, from AER", "deny"),
        target="deny",
        licence="GPL-2+",
        sensitive=("afam", "single"),
    ),
    Sample(
        "crash_triage",
        "Car crashes",
        "12,000 people in car crashes and whether each died.",
        _stored(
            "crash_triage.parquet", "Car crashes", "US NHTSA NASS CDS, from DAAG, 12,000 of 26,217", "dead", ("weight",)
        ),
        target="dead",
        rows=2_000,
        licence="US Government work",
        sensitive=("sex", "ageOFocc"),
    ),
    Sample(
        "wildlife_strikes",
        "Birds against aircraft",
        "19,302 strikes with free-text remarks and whether there was damage.",
        _stored(
            "wildlife_strikes.parquet",
            "Birds against aircraft",
            "US FAA, from openintro's birds",
            "damage_effect",
            ("effect",),
        ),
        target="damage_effect",
        rows=2_000,
        licence="US Government work",
        order="date",
    ),
)

MODALITY = Modality(
    key="table",
    title="Tables",
    suffixes=(".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xlsm"),
    display="table",
    about="CSV, TSV and other separated text (any common encoding, decimal mark and delimiter), Excel (xlsx), "
    "Parquet, ARFF or svmlight; one row per case, one column per fact, one of them the answer.",
    read=read,
    samples=SAMPLES,
    players="columns",
    ask=live_questions.row_question,
    live_form="row",
    structured=True,
    quick_rows=8_000,
    explained_rows=24,
    parts="columns",
    masker=lambda inputs, background: (maskers.column_masker(inputs, background),),
    preview="rows",
    corrupt=corruptions.TABLE,
    use_case="tabular",
)
