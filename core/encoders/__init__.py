"""Frozen encoders: pretrained networks, items -> vectors, each item of a data set embedded once."""
