"""When a call to a worker has taken too long: by what its process worked, so that a busy machine loses nobody."""

from __future__ import annotations

import time

import psutil

# A process that gets so little of the processor is waiting for something that does not come.
IDLE_SHARE = 0.01
# A process that works, but waits for the processor, is ended when the clock shows this many times its seconds.
BUSY_RATIO = 20.0


class CallDeadline:
    """The seconds that one call may take on a machine of its own.

    Once the clock shows them, the call is over as soon as the process has worked them off on its threads, or where it
    has done next to nothing since it was called; while it waits for a busy processor it goes on, up to ``BUSY_RATIO``
    times the seconds.

    Args:
        seconds: of the call. pid: of the worker. threads: that it computes on.
    """

    def __init__(self, seconds: float, pid: int, threads: int = 1) -> None:
        self.seconds, self._pid, self._threads = seconds, pid, max(1, threads)
        self._began, self._worked = time.monotonic(), cpu_seconds(pid)

    def passed(self) -> str:
        """Why the call is over, in the words that follow a worker's name; "" while it is not."""
        waited = time.monotonic() - self._began
        if waited <= self.seconds:
            return ""
        worked = cpu_seconds(self._pid) - self._worked
        if worked >= self.seconds * self._threads or worked < IDLE_SHARE * waited:
            return f"was stopped after its limit of {self.seconds:,.0f} s"
        if waited > BUSY_RATIO * self.seconds:
            return (
                f"was stopped: in {waited:,.0f} s this busy machine gave it {worked:,.0f} s of the processor, and its "
                f"limit is {self.seconds:,.0f} s on a free one"
            )
        return ""


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process and its children have used, 0.0 when it is gone.

    Args:
        pid: of the process.
    """
    used = 0.0
    try:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            used += times.user + times.system
    except psutil.Error:
        return used
    return used
