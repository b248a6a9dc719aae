"""Merging one history into another: structural conflicts, the proof by a scratch database, the live schema."""
