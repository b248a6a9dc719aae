"""Bringing a remote database to a state: backed up, proven, applied, looked at again, and taken back where it fails."""
