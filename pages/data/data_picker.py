"""Step one of a contest: an embedded data set, already picked, or the user's own file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import limits
from core.schema import LoadError
from pages.backend import catalogue, datasets
from pages.components import folder_upload
from pages.data import data_preview, reading_table
from pages.ui import alerts, session_state
from pages.ui.formatting import escape_markdown, format_bytes, format_count, format_rows, literal, md, truncated

EMBEDDED, OWN, FOLDER = "Examples", "My own file", "My own folder"
WARNINGS = 4


@dataclass(frozen=True)
class PickedData:
    """The data a contest is to run on: their folder, their description, and the key of an embedded data set."""

    folder: str
    card: dict[str, Any]
    sample: str | None = None


def pick_data() -> PickedData | None:
    """Asks which data; None while there are none."""
    st.header("1 · Your data", anchor=False)
    way = st.segmented_control(
        "Where the data come from",
        (EMBEDDED, OWN, FOLDER),
        key="way",
        label_visibility="collapsed",
        required=True,
        default=EMBEDDED,
    )
    try:
        if way != EMBEDDED:
            folder = _pick_upload(way == FOLDER)
            return None if folder is None else PickedData(folder, datasets.describe_dataset(folder))
        return _embedded()
    except LoadError as refused:
        alerts.draw_load_error(refused)
        return None


def _embedded() -> PickedData | None:
    there = datasets.list_samples()
    if not there:
        st.info("No embedded data sets are installed. Upload a file instead.")
        return None
    titles = {key: sample.title for key, (_, sample) in there.items()}
    kinds = {key: kind.title for key, kind in catalogue.modalities().items()}
    several = len({modality for modality, _ in there.values()}) > 1
    label = lambda key: f"{titles[key]}  ·  {kinds[there[key][0]]}" if several else titles[key]  # noqa: E731
    key = st.selectbox("Embedded data set", list(there), format_func=label, key="sample", label_visibility="collapsed")
    st.caption(md(there[key][1].about))
    folder = str(datasets.read_sample(key))
    return PickedData(folder, datasets.describe_dataset(folder), key)


def _pick_upload(whole: bool) -> str | None:
    """The picker for a file or a whole folder, and what the upload in use was recognised as."""
    taken = session_state.dataset_folder()
    if whole:
        picked = st.file_uploader(
            "Upload a folder of pictures, sounds or texts, with one folder per class inside",
            key=f"{session_state.upload_key()}_folder", accept_multiple_files="directory",
            max_upload_size=limits.UPLOAD_BYTES // limits.MB,
        )  # fmt: skip
    else:
        picked = st.file_uploader(
            "Upload a table, a series, or a zip of pictures, sounds or texts", key=session_state.upload_key(),
            max_upload_size=limits.UPLOAD_BYTES // limits.MB,
        )  # fmt: skip
    if picked:
        _receive(picked)
    if (message := session_state.pop_alert("upload")) is not None:
        alerts.draw_alert("danger", message, heading="This file cannot be used")
    if taken is not None:
        _draw_recognition(taken)
        _draw_alternatives(taken)
    else:
        st.caption("Processed locally; never leaves this server.")
    with st.popover("What can be uploaded", type="tertiary"):
        draw_upload_limits()
    return taken


def _receive(picked: Any) -> None:
    """Reads an upload, remembers its folder, and gives the picker a new key so that no copy stays in memory."""
    files = picked if isinstance(picked, list) else [picked]
    if session_state.count_uploaded_bytes(sum(file.size for file in files)) > limits.SESSION_BYTES:
        session_state.queue_alert(
            "upload",
            f"This visit has used up its {format_bytes(limits.SESSION_BYTES)} of uploads. Reload the page to go on.",
        )
    else:
        with st.spinner("Reading the file …"):
            try:
                if isinstance(picked, list):
                    with folder_upload.zip_folder(files) as content:
                        session_state.select_dataset_folder(
                            str(datasets.read_upload(folder_upload.zip_name(files), content))
                        )
                else:
                    session_state.select_dataset_folder(str(datasets.read_upload(picked.name, picked)))
            except LoadError as refused:
                session_state.queue_alert("upload", _describe_refusal(refused))
    session_state.renew_upload_key()
    st.rerun()


def _describe_refusal(refused: LoadError) -> str:
    where = f" ({refused.where})" if refused.where else ""
    return "\n".join(line for line in (refused.what + where, refused.how and "→ " + refused.how) if line)


def _draw_recognition(folder: str) -> None:
    """What the upload is taken for, and why."""
    card = datasets.describe_dataset(folder)
    kind = catalogue.modalities()[card["modality"]]
    why = (card.get("facts") or {}).get("recognised") or ""
    if not why and (card.get("facts") or {}).get("files"):
        why = f"most of its files are {kind.title.lower()}"
    said = f"{card['name']}: recognised as {kind.title.lower()}"
    st.text(truncated(f"{said}, because {why}." if why else f"{said}.", 400))


def _draw_alternatives(folder: str) -> None:
    """The ways to have an upload read as something else, or with other answers."""
    ways, card = datasets.possible_modalities(folder), datasets.describe_dataset(folder)
    now = datasets.current_modality(card)
    _draw_sheets(folder, datasets.list_sheets(card))
    for offer in (card.get("facts") or {}).get("offers") or ():
        _draw_offer(folder, str(offer["modality"]), str(offer["why"]))
    if len(ways) > 1 and now in ways:
        titles = {key: md(datasets.modality_title(key)) for key in ways}
        key = f"read_{folder[-32:]}"
        st.segmented_control(
            "Read this as", ways, default=now, format_func=titles.get, required=True, key=key, wrap=True,
            on_change=_reread, args=(folder, key),
        )  # fmt: skip
    _draw_steps(folder, card)
    # What is foretold is asked for by the form of forecasts itself.
    asked_there = card["modality"] == "forecast" or catalogue.modality(card["modality"]).from_table is None
    columns = [] if asked_there else datasets.answer_columns(folder)
    target = str((card.get("facts") or {}).get("target") or "")
    if columns and target:
        names = columns if target in columns else [target, *columns]
        key = f"answers_{folder[-32:]}"
        st.selectbox(
            "Column of answers", list(range(len(names))), names.index(target), key=key,
            format_func=lambda k: "none: anomalies are planted" if names[k] == "planted" else truncated(names[k]),
            on_change=_reanswer, args=(folder, now, names, key),
        )  # fmt: skip


def _draw_steps(folder: str, card: dict[str, Any]) -> None:
    """The step of time of a forecast, which a person may set where it is uneven or too short."""
    steps = datasets.hand_steps(folder)
    if not steps:
        return
    by_hand = str((card.get("facts") or {}).get("step_by_hand") or "")
    names = {way.rpartition("-")[2]: way for way in steps}
    key = f"step_{folder[-32:]}"
    choices = ["", *names]
    st.selectbox(
        "Step of time for a forecast", choices, choices.index(by_hand) if by_hand in choices else 0, key=key,
        format_func=lambda step: f"a {step}" if step else "as in the file",
        help="Rows of one step are put together: amounts such as sales are added up, all others averaged.",
        on_change=_restep, args=(folder, names, key),
    )  # fmt: skip


def _restep(folder: str, names: dict[str, str], key: str) -> None:
    step = str(session_state.get(key) or "")
    try:
        session_state.select_dataset_folder(str(datasets.reread_upload(folder, names.get(step, "forecast"))))
    except LoadError as refused:
        session_state.queue_alert("upload", _describe_refusal(refused))


def _draw_sheets(folder: str, names: list[str]) -> None:
    """The sheets of a workbook, of which another can be read."""
    if len(names) > 1:
        key = f"sheet_{folder[-32:]}"
        st.selectbox(
            "Sheet of the workbook", list(range(len(names))), key=key,
            format_func=lambda place: truncated(names[place]), on_change=_read_sheet, args=(folder, names, key),
        )  # fmt: skip


def _read_sheet(folder: str, names: list[str], key: str) -> None:
    try:
        sheet = names[int(str(session_state.get(key)))]
        session_state.select_dataset_folder(str(datasets.read_sheet(folder, sheet)))
    except LoadError as refused:
        session_state.put(key, 0)
        session_state.queue_alert("upload", _describe_refusal(refused))


def _draw_offer(folder: str, modality: str, why: str) -> None:
    """One click to read a table as what it may be, with the reason."""
    with st.container(border=True, gap="small"):
        # A table in time is a table all the same: its next values are a second question, and no other reading of it.
        ahead = modality == "forecast"
        st.text(literal(f"Predict the next values? {why}." if ahead else f"This may be something else, because {why}."))
        st.button(
            f"Read as: {md(datasets.modality_title(modality))}", key=f"offer_{modality}_{folder[-32:]}",
            on_click=_reread,
            args=(folder, "", modality),
        )  # fmt: skip


def _reread(folder: str, key: str, modality: str = "") -> None:
    try:
        wanted = modality or str(session_state.get(key))
        session_state.select_dataset_folder(str(datasets.reread_upload(folder, wanted)))
    except LoadError as refused:
        if key:
            session_state.put(key, datasets.current_modality(datasets.describe_dataset(folder)))
        session_state.queue_alert("upload", _describe_refusal(refused))


def _reanswer(folder: str, modality: str, names: list[str], key: str) -> None:
    try:
        session_state.select_dataset_folder(
            str(datasets.reread_upload(folder, modality, names[int(str(session_state.get(key)))]))
        )
    except LoadError as refused:
        session_state.queue_alert("upload", _describe_refusal(refused))


def draw_upload_limits() -> None:
    """What may be uploaded and how much of it, from the modalities and the limits themselves."""
    for kind in catalogue.modalities().values():
        st.text(f"{kind.title}: {', '.join(kind.suffixes)}")
        st.caption(md(kind.about))
    st.text(
        f"Up to {format_bytes(limits.UPLOAD_BYTES)} a file, {format_bytes(limits.SESSION_BYTES)} a visit, "
        f"{limits.TABLE_ROWS:,} rows, {limits.TABLE_COLUMNS:,} columns, {limits.TABLE_CELLS:,} cells, "
        f"{limits.ARCHIVE_MEMBERS:,} files in a zip, {format_bytes(limits.ARCHIVE_UNPACKED_BYTES)} unpacked; "
        f"of a text to write like {limits.CORPUS_CHARACTERS:,} characters, of ratings {limits.RATED_ITEMS:,} items and "
        f"{limits.RATING_USERS:,} users are used. "
        "Model files (pickle, joblib, torch) are never opened."
    )


def draw_preview(card: dict[str, Any], folder: str, sample: Any = None) -> None:
    """What was read: its size, its first items, what was left out and why, its warnings."""
    used = sample.rows if sample is not None and sample.rows and sample.rows < card["rows"] else None
    st.markdown(f"{escape_markdown(card['name'])}")
    st.caption(_size(card, used))
    data_preview.draw_preview(card, folder)
    left = (card.get("facts") or {}).get("left_out")
    if left:
        entries = list(left.items() if isinstance(left, dict) else left)
        with st.expander(f"What was left out, and why ({len(entries):,})"):
            for entry in entries[:40]:
                st.text(truncated(": ".join(map(str, entry)) if isinstance(entry, list | tuple) else entry, 200))
    if sample is None:
        reading_table.draw_readings(card, folder)
    warnings = card["warnings"]
    if warnings:
        alerts.draw_alert("warning", "\n".join(truncated(warning, 500) for warning in warnings[:WARNINGS]))
    if len(warnings) > WARNINGS:
        with st.expander(f"More about how the file was read ({len(warnings) - WARNINGS:,})"):
            for warning in warnings[WARNINGS:]:
                st.text(truncated(warning, 500))


def _size(card: dict[str, Any], used: int | None) -> str:
    """How much was read, as what, and how much was left out, in one line of our own words."""
    kind = catalogue.modality(card["modality"])
    if kind.structured:
        said = [f"{format_rows(card['rows'])}, {card['cols']:d} columns"]
    else:
        left = card.get("items_bad") or 0
        count = int(card.get("items") or card["rows"])
        # Of forecasts what was read are series, and what is tested are steps.
        ahead = card["modality"] == "forecast"
        used_here = f"{count:,} series" if ahead else format_count(count, kind.unit_noun)
        said = [f"{used_here} used, {f'{left:,}' if left else 'none'} left out"]
        if card["labels"]:
            said.append(f"{len(card['labels']):,} classes")
    if used is not None:
        said.append(f"a quick first run uses {used:,} of {card['rows']:,}")
    return md(" · ".join(said))
