"""The SQL that is installed into a tracked database."""
