"""Prefect tasks: each hands one chunk to one operation of the core."""
