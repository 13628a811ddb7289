"""What the worker processes of the turn tests import: nothing else, since every turn starts a process."""

from __future__ import annotations

import psutil


class Echo:
    """A handler that counts what it was asked, written down and taken up again."""

    def __init__(self, setup: object) -> None:
        self.count, self.kept = 0, setup

    def __call__(self, command: str, payload: dict, tell: object) -> object:
        if command == "pause":
            return {"model": self.kept, "fitted": self.kept is not None, "state": {"count": self.count}}
        if command == "resume":
            self.count = payload["state"].get("count", 0)
            self.kept = payload["saved"] or self.kept
            return None
        if command == "fit":
            self.kept = self.kept or b"fitted again"
        if command == "die":
            psutil.Process().kill()
        self.count += 1
        return self.count, self.kept


def opened(setup: object) -> Echo:
    return Echo(setup)
