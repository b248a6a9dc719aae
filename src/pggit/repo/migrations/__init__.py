"""Directories of SQL migrations, as the usual tools write them, read without running any of those tools."""

from pggit.repo.migrations.directory import read_migrations
from pggit.repo.migrations.model import Migration, MigrationsUnreadable

__all__ = ["Migration", "MigrationsUnreadable", "read_migrations"]
