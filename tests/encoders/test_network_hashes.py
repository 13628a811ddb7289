"""Every frozen network that a contestant stands on can be named by a hash in a model file."""

from __future__ import annotations

import pytest

from core import registry
from core.encoders import network_hashes


def encoders() -> list[str]:
    """The titles of the frozen encoders of all contestants."""
    there = registry.discover("contestants").values()
    return sorted({one.encoder.title for one in there if one.encoder is not None})


@pytest.mark.parametrize("title", encoders())
def test_its_files_are_known(title: str) -> None:
    assert title in network_hashes.FILES
