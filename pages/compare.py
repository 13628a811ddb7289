"""Compare: pick data, confirm what is predicted, run the contest, read the answer."""

from pages.parts import frame

frame.guard()

import streamlit as st  # noqa: E402

from pages.parts import choose, confirm, desk, opened, results, start, state  # noqa: E402

identity = state.run()
if identity is not None:
    opened.run(identity, results.page)
else:
    start.welcome()
    left, right = st.columns([5, 6], gap="large")
    with left:
        chosen = choose.data()
    if chosen is not None:
        folder, card, key = chosen
        sample = desk.samples()[key][1] if key else None
        with left:
            task = confirm.target(card, sample, key or card["digest"][:12])
            task, plan = confirm.rules(card, task, sample, key or card["digest"][:12])
            start.button(folder, task, plan)
        with right:
            choose.preview(card, folder, sample)
