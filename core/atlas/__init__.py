"""The atlas of evidence: contests on many real data sets, shipped as results only, and judged as populations.

``python -m core atlas`` plays every source of ``data/atlas/sources.toml`` that has no entry yet, or whose entry was
played by other code than the installed one, and writes one JSON file each. No data are shipped, only what was measured
and plain facts of the data. See ``data/atlas/README.md``.
"""
