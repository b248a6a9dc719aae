"""The proof of a plan: on a clone, by re-reading, by ``pg_dump`` and by rows (DESIGN §4.3)."""
