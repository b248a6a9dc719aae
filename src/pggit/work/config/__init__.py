"""Checking the settings before they are used; `checks/` has one file a check."""
