"""Templates, clones of them, and what keeps clones ready."""
