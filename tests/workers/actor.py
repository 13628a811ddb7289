"""A scripted handler that seats and runs are tested with: it does on command what a contestant may do to a machine."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from core.schema import Progress


def enter(setup):
    """Returns the handler; ``setup`` is echoed by the command "setup"."""
    if setup == "refuse":
        raise ValueError("the setup is refused")

    def handle(command, payload, tell):
        if command == "tells":
            for step in range(payload):
                tell(Progress("fit", step, payload))
        elif command == "die":
            os.kill(os.getpid(), payload)
            time.sleep(60)
        elif command == "leave":
            os._exit(payload)
        elif command == "sleep":
            time.sleep(payload)
        elif command == "grow":
            held = []
            for _ in range(payload // 50_000_000):
                held.append(np.ones(50_000_000, dtype=np.uint8))
                time.sleep(0.02)
            return len(held)
        elif command == "burn":
            until = time.process_time() + payload
            while time.process_time() < until:
                pass
        elif command == "fail":
            raise ValueError(payload)
        elif command == "segfault":
            import ctypes

            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            ctypes.string_at(0)
        elif command == "surroundings":
            keys = ("OMP_WAIT_POLICY", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES")
            return {key: os.environ.get(key) for key in keys} | {"pid": os.getpid(), "group": os.getpgrp()}
        elif command == "setup":
            return setup
        return payload

    return handle
