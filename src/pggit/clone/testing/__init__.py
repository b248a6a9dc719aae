"""Databases for tests: the engine of the pytest plugin."""
