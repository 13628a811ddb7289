"""The made language model in the place of the installed one."""

from __future__ import annotations

import hashlib

import pytest

from core.language_models import smollm_package
from core.workers import hardware
from tests.language_models import tiny_gguf


@pytest.fixture
def tiny_installed(tmp_path, monkeypatch):
    """The package as if it held the made model: found, hashed and loaded as the real one."""
    pytest.importorskip("torch")
    path = tiny_gguf.write(tmp_path / smollm_package.FILE)
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(smollm_package, "weights_path", lambda: path)
    monkeypatch.setattr(smollm_package, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(hardware, "memory_limit", lambda: 8_000_000_000)
    smollm_package.load_model.cache_clear()
    yield smollm_package.load_model()
    smollm_package.load_model.cache_clear()
