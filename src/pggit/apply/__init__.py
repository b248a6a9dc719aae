"""Running plans safely, and proving them on clones."""
