"""Prices edited on the page change the bill, hold for the visit, and can be put back."""

from __future__ import annotations

from pathlib import Path

from tests.pages.test_pages import opened, sound


def test_prices_are_edited_and_put_back(place: Path, owner: str, finished: str) -> None:
    app = opened("compare", owner, finished)
    assert "changed" not in sound(app)
    field = next(box for box in app.text_input if box.key and box.key.startswith("price_vcpu_hour_costs"))
    field.set_value("0,5")
    app.button(key="price_use_costs").click().run()
    sound(app)
    assert app.session_state["_prices"] == {"vcpu_hour": 0.5}
    app.button(key="price_back_costs").click().run()
    sound(app)
    assert app.session_state["_prices"] == {}
