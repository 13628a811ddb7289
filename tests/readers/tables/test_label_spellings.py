"""Labels that differ in case, accents and blanks: merged and counted where that is a slip, else kept apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from core import ingest
from core.evaluation import tasks
from core.schema import Dataset

ROWS = 120


def read(folder: Path, words: Sequence[str], types: dict[str, str] | None = None) -> Dataset:
    path = folder / "a.csv"
    cells = [words[i * 7 % len(words)] for i in range(ROWS)]
    lines = [f"{word},{i * 13 % 41}.5,{'ab'[i // 2 % 2]}" for i, word in enumerate(cells)]
    path.write_text("\n".join(["label,x,y", *lines]) + "\n", encoding="utf-8")
    return ingest.read(path, modality="table", types=types)


def counted(table: Dataset) -> dict[str, int]:
    return {str(word): int(count) for word, count in table.inputs["label"].value_counts().items() if count}


APART = {
    "genotype": ("AA", "Aa", "aa"),
    "genotype at another locus": ("Bb", "BB", "bb", "Bb"),
    "genotypes of two loci": ("AABB", "AaBb", "aabb", "AABb"),
    "a rare allele": ("AA",) * 12 + ("Aa",) * 7 + ("aa",),
    "units": ("mg", "Mg", "kg"),
    "power": ("mW", "MW", "kW"),
    "bases of two strands": ("acg", "acG", "aCG"),
    "genes of mouse and human": ("Brca1", "BRCA1", "Tp53", "TP53"),
    "words": ("Polish", "polish", "German"),
    "kinds of calories": ("Cal", "cal"),
    "cobalt and carbon monoxide": ("Co", "CO", "Ni"),
}


@pytest.mark.parametrize("key", APART)
def test_spellings_that_are_all_frequent_stay_apart(key: str, tmp_path: Path) -> None:
    words = APART[key]
    table = read(tmp_path, words)
    assert counted(table) == {word: sum(words[i * 7 % len(words)] == word for i in range(ROWS)) for word in set(words)}
    assert any("kept apart" in said and f"“{words[0]}”" in said for said in table.warnings)
    assert not any("merged" in said for said in table.warnings)
    assert table.readings[0].doubts and tasks.infer_task(table, "label").form in ("binary", "multiclass")


MERGED = {
    "sex": (
        ("Male",) * 20 + ("Female",) * 18 + ("male", "female"),
        {"Male": 63, "Female": 57},
        "“male” (3) into “Male”",
    ),
    "one slip": (
        ("Male",) * 9 + ("Female",) * 10 + ("male",),
        {"Male": 60, "Female": 60},
        "“male” (6) into “Male” (54)",
    ),
    "towns in three ways": (("Berlin", "berlin", "BERLIN", "Paris"), {"Berlin": 90, "Paris": 30}, "“BERLIN” (30)"),
    "several words in two ways": (("Cat", "cat", "dog", "Dog"), {"Cat": 60, "Dog": 60}, "into “Dog”"),
    "blanks within": (("in use", "in  use", "spare"), {"in use": 80, "spare": 40}, "into “in use”"),
    "a unit typed wrongly once": (("mg",) * 58 + ("Mg",) + ("kg",), {"mg": 118, "kg": 2}, "“Mg” (2) into “mg”"),
}


@pytest.mark.parametrize("key", MERGED)
def test_slips_are_merged_and_counted_and_can_be_taken_back(key: str, tmp_path: Path) -> None:
    words, wanted, told = MERGED[key]
    table = read(tmp_path, words)
    assert counted(table) == wanted
    assert any("merged" in said and told in said for said in table.warnings), table.warnings
    back = read(tmp_path, words, {"label": "category"})
    assert set(counted(back)) == set(words)


FLAGS = {
    "f beside y and n": ("Y", "N", "Y", "N", "F"),
    "t beside y and n": ("y", "n", "t"),
    "t and f beside y and n": ("Y", "N", "T", "F"),
    "off beside yes and no": ("yes", "no", "off"),
    "digits beside words": ("yes", "no", "1"),
    "two pairs of words": ("yes", "no", "true", "false"),
}


@pytest.mark.parametrize("key", FLAGS)
def test_flags_of_several_pairs_are_categories_of_their_own(key: str, tmp_path: Path) -> None:
    table = read(tmp_path, FLAGS[key])
    assert table.columns[0].type == "categorical" and set(counted(table)) == set(FLAGS[key])
    assert not any("merged" in said for said in table.warnings)


@pytest.mark.parametrize(
    ("words", "kept", "told"),
    [
        (("yes", "no"), ["no", "yes"], False),
        (("N", "Y"), ["N", "Y"], False),
        (("T", "F", "T"), ["F", "T"], False),
        (("Yes", "yes", "NO", "no", "Y"), None, True),
        (("true", "False", "T", "f"), None, True),
        (("ja", "Nein"), ["Nein", "ja"], False),
    ],
)
def test_words_of_one_pair_are_no_and_yes(
    words: tuple[str, ...], kept: list[str] | None, told: bool, tmp_path: Path
) -> None:
    table = read(tmp_path, words)
    assert table.columns[0].type == "boolean" and len(table.inputs["label"].cat.categories) == 2
    assert kept is None or list(table.inputs["label"].cat.categories) == kept
    assert any("merged" in said for said in table.warnings) == told
    assert all(
        str(word).lower() in ("n", "no", "f", "false", "nein") for word in table.inputs["label"].cat.categories[:1]
    )


ACCENTS = (("Zürich", "Bern"), ("café", "bar"), ("Łódź", "Poznań"), ("한국", "日本"), ("Ångström", "Meter"))


@pytest.mark.parametrize("pair", ACCENTS)
def test_composed_and_decomposed_letters_are_one_label(pair: tuple[str, str], tmp_path: Path) -> None:
    words = (pair[0], unicodedata.normalize("NFD", pair[0]), pair[1], unicodedata.normalize("NFD", pair[0]))
    table = read(tmp_path, words)
    composed = unicodedata.normalize("NFC", pair[0])
    assert counted(table) == {composed: 90, unicodedata.normalize("NFC", pair[1]): 30}
    assert any(
        "look alike" in said and f"such as “{composed}”" in said and "“label” (" in said for said in table.warnings
    )
    assert tasks.prepare(table, tasks.infer_task(table, "label")).labels == tuple(sorted((composed, pair[1])))


def test_names_of_columns_are_composed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    name = unicodedata.normalize("NFD", "Größe")
    path.write_text("\n".join([f"{name},x,y", *(f"{i * 7 % 40}.5,{i},{'ab'[i % 2]}" for i in range(60))]) + "\n")
    table = ingest.read(path, modality="table")
    assert table.columns[0].name == "Größe" and table.inputs["Größe"][1] == 7.5
    assert tasks.infer_task(table, name).target == tasks.infer_task(table, "größe").target == "Größe"
    assert any("1 column name" in said and "“Größe”" in said for said in table.warnings)


def test_letters_that_only_look_alike_in_part_stay_apart(tmp_path: Path) -> None:
    assert set(counted(read(tmp_path, ("resume", "résumé", "role")))) == {"resume", "résumé", "role"}


def categories(folder: Path, count: int, rows: int, name: str = "merchant", form: str = "shop{}") -> Dataset:
    path = folder / "b.csv"
    lines = [f"{form.format(i * 7919 % count)},{i % 9},{'ab'[i // 2 % 2]}" for i in range(rows)]
    path.write_text("\n".join([f"{name},n,y", *lines]) + "\n")
    return ingest.read(path, modality="table")


@pytest.mark.parametrize(("count", "rows"), [(1_001, 4_004), (1_472, 6_000), (2_500, 10_000), (1_200, 3_600)])
def test_many_repeated_categories_are_used(count: int, rows: int, tmp_path: Path) -> None:
    table = categories(tmp_path, count, rows)
    assert (table.columns[0].type, table.columns[0].distinct) == ("categorical", count)
    assert any(f"“merchant” ({count:,} categories, such as “shop0”)" in said for said in table.warnings)
    assert "merchant" in tasks.prepare(table, tasks.infer_task(table, "y")).inputs


@pytest.mark.parametrize(
    ("count", "rows", "name", "note"),
    [
        (1_500, 3_000, "town", "too many categories: 1,500"),
        (1_472, 6_000, "customer_id", "too many categories: 1,472"),
        (3_000, 3_000, "ticket", "identifies rows: 3,000"),
    ],
)
def test_hardly_repeated_categories_and_ids_are_left_out(
    count: int, rows: int, name: str, note: str, tmp_path: Path
) -> None:
    column = categories(tmp_path, count, rows, name).columns[0]
    assert column.type == "id" and column.note.startswith(note)


def test_a_thousand_categories_are_nothing_to_tell(tmp_path: Path) -> None:
    table = categories(tmp_path, 900, 4_500)
    assert table.columns[0].type == "categorical" and not any("categories" in said for said in table.warnings)
