"""A canvas to draw on with mouse, pen or finger; its strokes come back as a small grid of grey levels."""

from __future__ import annotations

from typing import Any

import streamlit as st

SIDE = 28
_HTML = """
<div class="box">
  <canvas width="280" height="280" tabindex="0" role="img"></canvas>
  <button type="button"></button>
</div>
"""
_CSS = """
.box { display: flex; flex-direction: column; gap: 0.5rem; width: 282px; max-width: 100%; }
canvas {
  width: 280px; max-width: 100%; aspect-ratio: 1; background: #000; cursor: crosshair; touch-action: none;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
}
canvas:focus-visible { outline: 2px solid var(--st-primary-color); }
button {
  font: inherit; font-family: var(--st-font); color: var(--st-text-color); cursor: pointer;
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.5rem); padding: 0.35rem 0.75rem; align-self: flex-start;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
"""
_JS = """
const SIDE = 28;

function levels(canvas) {
  const small = document.createElement("canvas");
  small.width = SIDE;
  small.height = SIDE;
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.drawImage(canvas, 0, 0, SIDE, SIDE);
  const bytes = pen.getImageData(0, 0, SIDE, SIDE).data;
  const rows = [];
  for (let row = 0; row < SIDE; row += 1) {
    const line = [];
    for (let column = 0; column < SIDE; column += 1) {
      line.push(bytes[4 * (row * SIDE + column)]);
    }
    rows.push(line);
  }
  return rows;
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const canvas = parentElement.querySelector("canvas");
  const clear = parentElement.querySelector("button");
  if (!canvas || !clear) return;
  canvas.setAttribute("aria-label", data.label);
  clear.textContent = data.clear;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!canvas.dataset.ready) {
    canvas.dataset.ready = "yes";
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * canvas.width,
      ((event.clientY - box.top) / box.height) * canvas.height,
    ];
  };
  const stroke = (to) => {
    pen.strokeStyle = "#fff";
    pen.lineWidth = 22;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(last[0], last[1]);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    last = to;
  };
  canvas.onpointerdown = (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(last);
  };
  canvas.onpointermove = (event) => {
    if (last === null) return;
    const along = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const one of along.length ? along : [event]) stroke(place(one));
  };
  const done = () => {
    if (last === null) return;
    last = null;
    setStateValue("pixels", levels(canvas));
  };
  canvas.onpointerup = done;
  canvas.onpointercancel = done;
  clear.onclick = () => {
    last = null;
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    setStateValue("pixels", null);
  };
}
"""
_component = st.components.v2.component("crossover_canvas", html=_HTML, css=_CSS, js=_JS)


def draw_canvas(key: str, label: str) -> list[list[int]] | None:
    """Shows the canvas; what is drawn as 28 rows of 28 grey levels (0 black ground, 255 white stroke), or None.

    label: what a screen reader says of it.
    """
    found = _component(
        key=key, data={"label": label, "clear": "Clear"}, default={"pixels": None}, on_pixels_change=lambda: None
    )
    return valid_grid(found.pixels)


def valid_grid(value: Any) -> list[list[int]] | None:
    """What came from the browser if it is such a grid with something on it, else None: anything may come from there."""
    if not isinstance(value, list) or len(value) != SIDE:
        return None
    for row in value:
        if not isinstance(row, list) or len(row) != SIDE:
            return None
        if not all(isinstance(level, int) and not isinstance(level, bool) and 0 <= level <= 255 for level in row):
            return None
    return value if any(any(row) for row in value) else None
