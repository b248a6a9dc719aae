"""Files by the globs of environments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def matching(project: Path, pattern: str) -> Iterator[Path]:
    """Yield the files that a glob matches, ``**`` at its end being everything below."""
    try:
        found = project.glob(f"{pattern}/*" if pattern.endswith("**") else pattern)
        yield from (path for path in found if path.is_file())
    except (ValueError, NotImplementedError):  # an absolute path, an empty one
        return
