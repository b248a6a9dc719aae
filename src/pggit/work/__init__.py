"""What changes a live database by plans."""
