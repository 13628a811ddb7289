"""The entry: as a script the frame around the pages, as a module the web server's application with its door."""

import streamlit as st

if __name__ == "__main__":
    # What `streamlit run` and the tests execute for every redraw.
    from pages.shell import frame

    st.set_page_config(page_title="Crossover: deep or classical, on my data?", page_icon="⚖️", layout="wide")
    frame.draw_app()
else:
    # What `streamlit run` imports once, because it finds an application here; a host that only executes scripts goes
    # without the headers. Declared before the first visit, the pages have their addresses from the start.
    from pages.shell import asgi_middleware, routes

    routes.register_pages()
    app = st.App(__file__, middleware=asgi_middleware.middleware(), on_script_error=asgi_middleware.handle_script_error)
