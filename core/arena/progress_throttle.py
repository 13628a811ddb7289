"""A progress callback that is called only so often: a contestant may report thousands of steps a second."""

from __future__ import annotations

import time
from typing import Any

from core.schema import Progress, ProgressCallback

PROGRESS_SECONDS = 0.2


def throttled(on_progress: ProgressCallback) -> ProgressCallback:
    """The callback, called at most five times a second; a new stage, fold or message always passes."""
    last: list[Any] = [None, -PROGRESS_SECONDS]

    def report(progress: Progress) -> None:
        now, mark = time.monotonic(), (progress.stage, progress.fold, progress.contestant, progress.message)
        if mark != last[0] or now - last[1] >= PROGRESS_SECONDS or progress.stage == "fold":
            last[:] = [mark, now]
            on_progress(progress)

    return report
