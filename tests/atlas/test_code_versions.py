"""The version of a contestant changes with its code and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.atlas import code_versions


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(code_versions, "ROOT", tmp_path)
    folder = tmp_path / "core" / "models"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(
        '"""Says."""\n\n\ndef fit():\n    """Fits."""\n    from core.models import two\n\n    return two.N\n'
    )
    (folder / "two.py").write_text("from core.report import page\n\nN = 1\n")
    (tmp_path / "core" / "report").mkdir()
    (tmp_path / "core" / "report" / "page.py").write_text("TITLE = 'a'\n")
    return tmp_path / "core"


def digest() -> str:
    code_versions._tree.cache_clear()
    return code_versions._digest(code_versions._closure(["core.models.one"]))


def test_code_counts_and_words_do_not(house: Path) -> None:
    before = digest()
    one, two = house / "models" / "one.py", house / "models" / "two.py"
    one.write_text(one.read_text().replace("Fits.", "Fits a model.") + "\n# A remark.\n")
    (house / "report" / "page.py").write_text("TITLE = 'b'\n")
    assert digest() == before
    two.write_text(two.read_text().replace("N = 1", "N = 2"))
    assert digest() != before


def test_installed_contestants_have_versions_of_their_own() -> None:
    linear, trees = (code_versions.contestant_version(key) for key in ("table_linear", "table_xgboost"))
    assert linear != trees and len(linear) == code_versions.LENGTH
    assert {"core.models.tabular"} & {name.rpartition(".")[0] for name in closure_of("table_xgboost")}
    with pytest.raises(KeyError):
        code_versions.contestant_version("nobody")


def closure_of(key: str) -> set[str]:
    from core import registry

    return code_versions._closure([registry.discover("contestants")[key].fit.__module__])
