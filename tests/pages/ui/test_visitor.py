"""Times are told on the visitor's clock, with its zone."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from pages.ui import visitor


@pytest.mark.parametrize(
    ("when", "zone", "said"),
    [
        ("2026-01-02T03:04:05+00:00", ZoneInfo("Europe/Berlin"), "2 Jan 2026, 04:04 CET"),
        ("2026-07-02T23:30:00", ZoneInfo("Asia/Kolkata"), "3 Jul 2026, 05:00 IST"),
        (0.0, UTC, "1 Jan 1970, 00:00 UTC"),
        ("nonsense", UTC, ""),
    ],
)
def test_a_moment_on_a_clock(when: str | float, zone: ZoneInfo, said: str) -> None:
    assert visitor.format_time(when, zone) == said


def test_without_a_browser_the_clock_is_utc() -> None:
    assert visitor.format_time("2026-01-02T03:04:05+00:00").endswith("UTC")
    assert not visitor.on_phone()
