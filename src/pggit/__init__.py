"""pgGit: version control for PostgreSQL."""

__version__ = "0.1.0"
