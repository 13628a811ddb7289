"""What the visitor's browser says of itself: the size of its screen, and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def on_phone() -> bool:
    """Whether the browser calls itself a mobile one; its columns then stand below one another."""
    told = {name.lower(): value for name, value in (st.context.headers or {}).items()}
    return told.get("sec-ch-ua-mobile") == "?1" or "Mobi" in told.get("user-agent", "")


def time_zone() -> tzinfo:
    """The visitor's time zone, UTC where the browser names none that is known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def format_time(when: str | float, zone: tzinfo | None = None) -> str:
    """A moment as date and time on the visitor's clock, with its zone: ``2 Jan 2026, 04:04 CET``.

    Args:
        when: ISO 8601 with its offset (none means UTC), or seconds since 1970. zone: None for the visitor's own.

    Returns:
        "" where ``when`` is no moment.
    """
    try:
        moment = datetime.fromtimestamp(when, UTC) if isinstance(when, float | int) else datetime.fromisoformat(when)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone or time_zone())
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{moment.day} {moment:%b %Y, %H:%M %Z}"
