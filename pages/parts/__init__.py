"""Pieces that the pages share: panels, charts, words, and the only place that touches session state."""
