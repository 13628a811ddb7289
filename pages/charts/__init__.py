"""Charts: figures of a contest to Altair specifications."""

from altair.utils import schemapi

# Altair otherwise checks every part of a chart against the whole schema when it is made; the tests check whole charts.
schemapi.disable_debug_mode()
