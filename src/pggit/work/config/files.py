"""Files by the globs of environments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pggit.db.sqlfiles import Globs, beginnings, sql_files


def matching(project: Path, pattern: str) -> Iterator[Path]:
    """Yield the files of SQL that a glob matches."""
    globs = Globs([pattern])
    for beginning in beginnings([pattern]):
        yield from (file for file in sql_files(project / beginning) if globs.match(file.relative_to(project)))
