"""The command line on a database of the test's own, as in ``tests/cli``."""

from cli.conftest import _clean_environment, pggit, program, shop, sql

__all__ = ["_clean_environment", "pggit", "program", "shop", "sql"]
