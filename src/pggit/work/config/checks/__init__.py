"""The checks of the settings, a file each: ``check(subject)`` yields findings or raises `Skipped`."""
