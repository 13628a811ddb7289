"""Imported last by the fork server: what is loaded by then is never looked at by a child's garbage collector.

A collection writes into the head of every object it looks at, so each child would soon own a copy of everything that
the server had loaded for all of them.
"""

from __future__ import annotations

import gc

gc.collect()
gc.freeze()
