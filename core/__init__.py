"""Crossover's computing side: reads data, trains contestants, measures them and judges; knows no web page."""
