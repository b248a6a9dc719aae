"""Which tool a directory of migrations was written for, and what it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pggit.core.errors import UsageError
from pggit.files import read_sql
from pggit.repo.migrations import generated, marked, named
from pggit.repo.migrations.model import Migration, MigrationsUnreadable, Source

_FOREIGN = re.compile(r"^--\s*liquibase formatted sql", re.IGNORECASE | re.MULTILINE)

_READERS: dict[str, Callable[[list[Source]], list[Migration]]] = {
    "goose": marked.read_goose,
    "dbmate": marked.read_dbmate,
    "Alembic": generated.read_alembic,
    "Flyway": named.read_flyway,
    "up and down files": named.read_pairs,
    "a directory each": named.read_directories,
    "Django": generated.read_django,
    "plain files": named.read_plain,
}


def read_migrations(directory: Path) -> list[Migration]:
    """Read a directory of SQL migrations, whichever of the known tools it was written for.

    Known are goose, dbmate, ``alembic upgrade --sql``, Flyway, golang-migrate, sqlx, Diesel, Prisma,
    ``manage.py sqlmigrate``, and plain ``.sql`` files in order of their names.

    Args:
        directory: the directory; Flyway, Diesel and Prisma have subdirectories.

    Returns:
        The migrations in the order in which they go up.

    Raises:
        MigrationsUnreadable: there is none, or a file is of another layout than the others, or is not to be read.
    """
    sources = _read_files(directory)
    layouts = [_layout(source) for source in sources]
    commonest = Counter(layouts).most_common(1)[0][0]
    for source, layout in zip(sources, layouts, strict=True):
        if layout != commonest:
            raise MigrationsUnreadable(
                f"{source.path}: {layout}, while most files here are {commonest}",
                hint="one directory holds the migrations of one tool; move the other files away",
            )
    found = _READERS[commonest](sources)
    _refuse_duplicates(found, commonest)
    return found


def _read_files(directory: Path) -> list[Source]:
    if not directory.is_dir():
        raise MigrationsUnreadable(f"{directory} is no directory")
    paths = sorted(path for path in directory.rglob("*.sql") if path.is_file())
    if not paths:
        raise MigrationsUnreadable(f"{directory} holds no .sql files")
    return [Source(path, path.relative_to(directory), _text(path)) for path in paths]


def _text(path: Path) -> str:
    try:
        return read_sql(path).replace("\r\n", "\n")
    except UsageError as error:
        raise MigrationsUnreadable(error.message) from None


def _layout(source: Source) -> str:
    """Marks within a file say more than its name."""
    if _FOREIGN.search(source.text):
        raise MigrationsUnreadable(
            f"{source.path}: Liquibase changelogs are not known", hint="export them as plain SQL"
        )
    if marked.is_goose(source):
        return "goose"
    if marked.is_dbmate(source):
        return "dbmate"
    if generated.is_alembic(source):
        return "Alembic"
    if named.is_flyway(source):
        return "Flyway"
    if named.is_directory(source):
        return "a directory each"
    if len(source.relative.parts) > 1:
        raise MigrationsUnreadable(
            f"{source.path}: plain migrations have no subdirectories", hint="name the directory that holds the files"
        )
    if named.is_pair(source):
        return "up and down files"
    if generated.is_django(source):
        return "Django"
    return "plain files"


def _refuse_duplicates(migrations: list[Migration], layout: str) -> None:
    """Two files of one version have no order; only plain files are ordered by their whole names."""
    if layout in ("plain files", "Django"):
        return
    seen: dict[str, Migration] = {}
    for migration in migrations:
        other = seen.setdefault(migration.version, migration) if migration.version else migration
        if other is not migration:
            raise MigrationsUnreadable(f"{migration.path}: version {migration.version} is that of {other.path} too")
