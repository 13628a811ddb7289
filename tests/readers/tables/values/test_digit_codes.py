"""Codes that look like numbers stay text, and numbers that look like codes stay numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.readers.tables.column_types import infer_string_column
from core.readers.tables.values.file_evidence import FileEvidence


def read(words: list[str], typed: bool = False):
    return infer_string_column("code", pa.array(words, pa.string()), FileEvidence(typed=typed))


def texts(found) -> list[str]:
    if isinstance(found.values, tuple):
        return [found.values[1][code] for code in found.values[0]]
    return list(found.values)


CODES = [
    (["3E12", "3E8", "4E28", "5E10"], False, "exponent"),
    (["12E3", "7e4", "88E10"], False, "exponent"),
    (["1E1", "2E2", "3E3", "100", "1E4"], False, "exponent"),
    (["1.10", "1.2", "1.20", "1.1"], True, "typed"),
    (["2.0", "2", "3.0"], True, "typed"),
    (["10.50", "7.5"], True, "typed"),
    ([f"{k}.01" for k in range(250, 290)] + ["V57", "E888"], False, "codes"),
    ([f"{k}.1" for k in range(40)] + ["1.1.2", "1.2.1"], False, "codes"),
    (["01067", "10115"], False, "zero"),
]


@pytest.mark.parametrize(("words", "typed", "key"), CODES)
def test_codes_stay_text_and_it_is_told(words: list[str], typed: bool, key: str) -> None:
    words = words * 9
    found = read(words, typed)
    assert found.column.type in ("categorical", "id") and found.column.missing == 0
    assert texts(found) == words
    note = next(note for note in found.notes if note.key == key)
    assert note.detail and (note.count or key == "zero")


NUMBERS = [
    (["1.10", "1.2", "1.20"], False, [1.1, 1.2, 1.2]),
    (["12.50", "3.25", "10.00"], True, [12.5, 3.25, 10.0]),
    (["0.5", "1.0", "0.25"], True, [0.5, 1.0, 0.25]),
    (["1", "2", "30"], True, [1, 2, 30]),
    (["1e5", "2.5", "3e2"], False, [1e5, 2.5, 300]),
    (["1e+05", "2e-05", "3"], False, [1e5, 2e-5, 3]),
    (["250.01", "401", "V57"], False, None),
]


@pytest.mark.parametrize(("words", "typed", "values"), NUMBERS)
def test_numbers_stay_numbers(words: list[str], typed: bool, values: list[float] | None) -> None:
    if values is None:
        # One stray word is a slip of the pen; it is missing and told.
        found = read([f"{i}.5" for i in range(200)] + ["V57"], typed)
        assert found.column.type == "numeric" and [note.key for note in found.notes] == ["word"]
        return
    found = read(words * 9, typed)
    assert found.column.type == "numeric" and not found.notes
    np.testing.assert_allclose(found.values, values * 9)
