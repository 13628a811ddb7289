"""Texts from tables and zips: what is used, cut, left out and refused."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from core import limits
from core.features import text_features
from core.modalities import text
from core.schema import LoadError


def table(tmp_path, rows: list[str], head: str = "text,label") -> object:
    path = tmp_path / "t.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def sentences(count: int = 30) -> list[str]:
    return [f'"sentence number {i} about {"cats" if i % 2 else "boats"} and more",{"ab"[i % 2]}' for i in range(count)]


def test_table_with_text_and_label(tmp_path):
    read = text.read(table(tmp_path, sentences()), "t.csv")
    assert read.labels == ("a", "b") and len(read) == 30 and read.inputs.dtype == object
    assert read.facts["target"] == "label" and read.facts["text_column"] == "text"


def test_other_columns_are_named_as_unused(tmp_path):
    rows = [f"{i},{row}" for i, row in enumerate(sentences())]
    read = text.read(table(tmp_path, rows, "size,text,label"), "t.csv")
    assert any("size" in told for told in read.warnings)


def test_empty_and_wordless_texts_are_counted(tmp_path):
    read = text.read(table(tmp_path, [*sentences(), ",a", '"?!...",b', '" ",a']), "t.csv")
    assert len(read) == 30 and read.facts["items_bad"] == 3
    assert any("empty" in told for told in read.warnings) and any("without a word" in told for told in read.warnings)


@pytest.mark.parametrize(
    ("rows", "head"),
    [([f"{i},{i % 2}" for i in range(30)], "x,label"), ([f'"some long sentence {i}"' for i in range(30)], "text")],
)
def test_tables_without_texts_or_labels_are_refused(tmp_path, rows, head):
    with pytest.raises(LoadError):
        text.read(table(tmp_path, rows, head), "t.csv")


def test_folders_of_texts_long_empty_and_binary(tmp_path):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for i in range(24):
            out.writestr(f"{'ab'[i % 2]}/{i}.txt", f"text number {i} with words")
        out.writestr("a/long.txt", "word " * 400_000)
        out.writestr("a/empty.txt", "")
        out.writestr("b/marks.txt", "?! ...")
        out.writestr("b/binary.txt", bytes(range(256)) * 8)
    read = text.read(path, "t.zip")
    assert len(read) == 25 and read.facts["items_bad"] == 3 and read.facts["cut"] == 1
    assert max(map(len, read.inputs)) <= limits.TEXT_CHARACTERS


def test_cleaning_takes_control_tags_and_piled_accents_away():
    cleaned, cut = text_features.clean("a\x00b\u202e <b>bold</b><script>alert(1)</script> z" + "\u0301" * 50)
    assert "\x00" not in cleaned and "\u202e" not in cleaned and "<" not in cleaned and "alert" not in cleaned
    assert len(cleaned) < 20 and not cut


def test_tokens_do_not_assume_blanks():
    assert text_features.tokens("我爱北京") == ["我", "爱", "北", "京"]
    assert text_features.tokens("Don't stop!") == ["don't", "stop", "!"]
    assert text_features.tokens("привет мир") == ["привет", "мир"]


def test_counts_agree_with_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    told = ["the cat sat", "the dog sat down", "a cat and a dog", "the the the cat"]
    ours = text_features.fit_tfidf(told, text_features.tokens, min_documents=1).transform(told).toarray()
    theirs = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(told).toarray()
    assert np.allclose(np.sort(ours, axis=1), np.sort(theirs, axis=1), atol=1e-6)


@pytest.mark.parametrize("sample", text.SAMPLES, ids=lambda sample: sample.key)
def test_samples_load(sample):
    made = sample.load()
    assert made.modality == "text" and len(made) > 2_000 and set(made.target) == set(range(len(made.labels)))
