"""The only place that touches session state: ids and choices, never frames, models or contests."""

from __future__ import annotations

import re
import secrets

import streamlit as st

from core import limits
from core.schema import Strategy

_ID = re.compile(limits.RUN_ID_PATTERN)
_RUN, _SHARED = "run", "shared"
RISE = 1.2


def valid_identity(identity: object) -> str | None:
    """The identity if it is 128 bits in hex, else None: anything may stand in an address bar."""
    return identity if isinstance(identity, str) and _ID.fullmatch(identity) else None


def is_first_attempt() -> bool:
    """Whether this session has not yet started over to get its frame (so that it never does so for ever)."""
    tried = bool(st.session_state.get("_framed"))
    st.session_state["_framed"] = True
    return not tried


def mark_frame_drawn() -> None:
    """Notes that app.py has drawn the frame; the next page without one may try again."""
    st.session_state["_framed"] = False


def fresh_owner() -> str:
    """The identity offered to a browser that has none yet; constant during a session."""
    return str(st.session_state.setdefault("_fresh", secrets.token_hex(16)))


def owner() -> str:
    """Whose runs these are: the browser's stored identity once it has answered, this session's until then."""
    return valid_identity(st.session_state.get("_owner")) or fresh_owner()


def set_identity(identity: object) -> None:
    """Takes the identity that the browser keeps."""
    if valid_identity(identity):
        st.session_state["_owner"] = identity


def identity_known() -> bool:
    """Whether the browser has said who it is."""
    return valid_identity(st.session_state.get("_owner")) is not None


def note_page(title: str) -> None:
    """Notes which page is drawn, before it is: a page that was just opened goes on with the run on show."""
    st.session_state["_opened"] = st.session_state.get("_page") != title
    st.session_state["_page"] = title


def selected_run() -> str | None:
    """The run on show: that of the address bar; on a page that was just opened without one, that of the session.

    On the page that was already open an address without a run is the visitor's way back, and shows none.
    """
    asked = st.query_params.get(_RUN)
    found = valid_identity(asked)
    if asked is None and st.session_state.get("_opened", True):
        found = valid_identity(st.session_state.get("_run"))
    if asked_for_no_run():
        # What was asked for stays in the address for as long as the page says that it names nothing.
        st.session_state["_run"] = None
    else:
        select_run(found)
    return found


def asked_for_no_run() -> bool:
    """Whether the address asks for a run in words that cannot name one."""
    return _RUN in st.query_params and valid_identity(st.query_params.get(_RUN)) is None


def shared_link() -> str | None:
    """What the address names as a shared result, whether or not there is one; None on every other address."""
    return st.query_params.get(_SHARED)


def leave_shared() -> None:
    """Takes a shared result off the address."""
    if _SHARED in st.query_params:
        del st.query_params[_SHARED]


def select_run(identity: str | None) -> None:
    """Puts a run (or none) on show, in the address bar and in the session."""
    st.session_state["_run"] = identity
    if identity is None:
        if _RUN in st.query_params:
            del st.query_params[_RUN]
    elif st.query_params.get(_RUN) != identity:
        st.query_params[_RUN] = identity


def request_start(strategy: Strategy = "full") -> None:
    """Notes a click on a start button; what is started is read when the page is drawn next."""
    st.session_state["_start"] = strategy


def pop_start_request() -> Strategy | None:
    """How a contest was asked for since this was last asked; None where no start button was clicked."""
    wanted: Strategy | None = st.session_state.pop("_start", None)
    return wanted


def dataset_folder() -> str | None:
    """The folder of the upload in use, as text, or None while an embedded data set is."""
    return st.session_state.get("_parcel")


def select_dataset_folder(folder: str | None) -> None:
    """Remembers the folder of the upload in use."""
    st.session_state["_parcel"] = folder


def upload_key() -> str:
    """The file picker's key; a new one after every upload, so that no picker keeps a file in memory."""
    return f"upload_{st.session_state.get('_uploads', 0)}"


def renew_upload_key() -> None:
    """Gives the next file picker a new key."""
    st.session_state["_uploads"] = st.session_state.get("_uploads", 0) + 1


def count_uploaded_bytes(more: int = 0) -> int:
    """How many bytes this session has uploaded, after adding ``more``."""
    st.session_state["_bytes"] = st.session_state.get("_bytes", 0) + more
    return int(st.session_state["_bytes"])


def queue_alert(panel: str, message: str) -> None:
    """Keeps one message for the next drawing of a panel (callbacks cannot draw)."""
    st.session_state[f"_complaint_{panel}"] = message


def pop_alert(panel: str) -> str | None:
    """The kept message of a panel, once."""
    return st.session_state.pop(f"_complaint_{panel}", None)


def get(key: str, default: object = None) -> object:
    """A widget's value by its key."""
    return st.session_state.get(key, default)


def put(key: str, value: object) -> None:
    """Sets a widget's value before it is drawn."""
    st.session_state[key] = value


def request_navigation(page: str, run: str) -> None:
    """Asks, from a callback, for a run on another page; pages cannot be switched there."""
    st.session_state["_run"] = run
    st.session_state["_go"] = page


def has_pending_navigation() -> bool:
    """Whether a callback asked for another page and nobody has followed yet."""
    return bool(st.session_state.get("_go"))


def navigate() -> None:
    """Switches to the page a callback asked for, with its run in the address bar."""
    page = st.session_state.pop("_go", None)
    if page is not None:
        st.switch_page(page, query_params={_RUN: str(valid_identity(st.session_state.get("_run")))})


def steady_estimate(name: str, seconds: float) -> tuple[float, bool]:
    """An estimate of the time left that never rises by more than a fifth over the least that was shown before.

    Args:
        name: of what is waited for. seconds: the estimate now.

    Returns:
        The seconds to show, and whether it will take longer than these.
    """
    key = f"_left_{name}"
    least = float(st.session_state.get(key, seconds))
    shown = min(seconds, RISE * least)
    st.session_state[key] = min(least, shown)
    return shown, seconds > shown


def price_edits() -> dict[str, float]:
    """The prices and power figures that this visitor put in place of the defaults."""
    return dict(st.session_state.get("_prices") or {})


def set_price_edits(edits: dict[str, float]) -> None:
    """Takes the visitor's figures (none: the defaults), and starts the editor's fields afresh."""
    st.session_state["_prices"] = dict(edits)
    st.session_state["_price_round"] = price_edit_count() + 1
    st.session_state["_price_news"] = True


def pop_prices_changed() -> bool:
    """Whether the figures changed since this was last asked."""
    return bool(st.session_state.pop("_price_news", False))


def price_edit_count() -> int:
    """How often the figures were changed; part of the fields' keys."""
    return int(st.session_state.get("_price_round", 0))
