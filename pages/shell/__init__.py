"""The frame around every page: navigation, routes, identity, ASGI middleware."""
