"""Measurements that refit a model with a part taken away or added."""
