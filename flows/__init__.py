"""Prefect flows: what a run does, in order."""
