"""Measurements of DESIGN §7: each row a ratio or a time inside one run, on servers that the run starts itself."""
