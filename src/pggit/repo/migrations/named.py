"""Tools that say by the names of files what is what: Flyway, golang-migrate, sqlx, Diesel, Prisma, plain files."""

from __future__ import annotations

import re
from pathlib import Path

from pggit.repo.migrations.model import (
    Migration,
    MigrationsUnreadable,
    Source,
    in_words,
    natural,
    one_transaction,
    time_of,
)

_FLYWAY = re.compile(r"(?:(?P<prefix>[VUB])(?P<version>\d[\d._]*)|(?P<repeat>R))__(?P<description>.+)\.sql")
_OUTSIDE = re.compile(r"executeInTransaction\s*=\s*false", re.IGNORECASE)
_PAIR = re.compile(r"(?P<stem>.+)\.(?P<way>up|down)\.sql")
_STEM = re.compile(r"(?P<version>\d{4}-\d\d-\d\d-\d{6}|\d+)?(?P<rest>.*)", re.DOTALL)
_NO_TRANSACTION = re.compile(r"\s*--\s*no-transaction\b")
_DIESEL_OUTSIDE = re.compile(r"^\s*run_in_transaction\s*=\s*false", re.MULTILINE)
_LONGEST_COUNT = 7
_DIRECTORY_FILES = {"up.sql", "down.sql", "migration.sql"}


def is_flyway(source: Source) -> bool:
    """``V1__x.sql``, ``U1__x.sql``, ``B1__x.sql``, ``R__x.sql``."""
    return _FLYWAY.fullmatch(source.path.name) is not None


def is_pair(source: Source) -> bool:
    """``1_x.up.sql`` and ``1_x.down.sql``."""
    return _PAIR.fullmatch(source.path.name) is not None


def is_directory(source: Source) -> bool:
    """``1_x/up.sql`` and ``1_x/down.sql`` (Diesel), ``1_x/migration.sql`` (Prisma)."""
    return len(source.relative.parts) == 2 and source.path.name in _DIRECTORY_FILES


def read_flyway(sources: list[Source]) -> list[Migration]:
    """Versioned ones by version, then repeatable ones by description; undo scripts and baselines are left out."""
    versioned: list[tuple[tuple[int, ...], Migration]] = []
    repeatable: list[Migration] = []
    for source in sources:
        match = _FLYWAY.fullmatch(source.path.name)
        if match is None or match["prefix"] in ("U", "B"):
            continue
        version = (match["version"] or "").replace("_", ".").strip(".")
        migration = _migration(
            source.path, source.path.stem, version, match["description"], source.text, _flyway_transaction(source)
        )
        if match["repeat"]:
            repeatable.append(migration)
            continue
        versioned.append((_flyway_key(version), migration))
    versioned.sort(key=lambda pair: pair[0])
    repeatable.sort(key=lambda migration: migration.description)
    return [migration for _, migration in versioned] + repeatable


def read_pairs(sources: list[Source]) -> list[Migration]:
    """The up files in order of their versions; a down file without an up file is an error."""
    ways: dict[str, set[str]] = {}
    found: list[Migration] = []
    for source in sources:
        match = _PAIR.fullmatch(source.path.name)
        if match is None:
            continue
        ways.setdefault(match["stem"], set()).add(match["way"])
        if match["way"] == "up":
            found.append(_from_stem(source, match["stem"], not _NO_TRANSACTION.match(source.text)))
    for stem, seen in ways.items():
        if "up" not in seen:
            raise MigrationsUnreadable(f"{sources[0].path.parent / stem}.down.sql has no {stem}.up.sql")
    return sorted(found, key=lambda migration: natural(migration.name))


def read_directories(sources: list[Source]) -> list[Migration]:
    """One directory each, in order of the directories' names, as Diesel and Prisma have it."""
    found = []
    for source in sources:
        if source.path.name == "down.sql":
            if not source.path.with_name("up.sql").exists():
                raise MigrationsUnreadable(f"{source.path} has no up.sql")
            continue
        settings = source.path.with_name("metadata.toml")
        outside = settings.exists() and _DIESEL_OUTSIDE.search(settings.read_text(encoding="utf-8"))
        found.append(_from_stem(source, source.path.parent.name, not outside))
    return sorted(found, key=lambda migration: migration.name)


def read_plain(sources: list[Source]) -> list[Migration]:
    """Files in order of their names: counted numbers by value, points in time as text, as the tools do."""
    found = [_from_stem(source, source.path.stem, not _NO_TRANSACTION.match(source.text)) for source in sources]
    if any(len(migration.version) > _LONGEST_COUNT for migration in found if migration.version.isdecimal()):
        return sorted(found, key=lambda migration: migration.name)
    return sorted(found, key=lambda migration: natural(migration.name))


def version_and_rest(stem: str) -> tuple[str, str]:
    """``0001_init`` → ``("0001", "_init")``; the whole stem is the version where it begins with no digits."""
    match = _STEM.fullmatch(stem)
    if match is None or not match["version"]:
        return stem, stem
    return match["version"], match["rest"]


def _from_stem(source: Source, stem: str, transactional: bool) -> Migration:
    version, rest = version_and_rest(stem)
    return _migration(source.path, stem, version, rest, source.text, transactional)


def _migration(path: Path, name: str, version: str, rest: str, text: str, transactional: bool) -> Migration:
    return Migration(
        name=name,
        version=version,
        path=path,
        description=in_words(rest),
        statements=text,
        transactional=transactional and one_transaction(text),
        time=time_of(version),
    )


def _flyway_key(version: str) -> tuple[int, ...]:
    """1, 1.0 and 1.0.0 are one version."""
    numbers = [int(part) for part in version.split(".") if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _flyway_transaction(source: Source) -> bool:
    comments = "\n".join(line for line in source.text.splitlines() if line.lstrip().startswith("-- flyway:"))
    beside = source.path.with_name(source.path.name + ".conf")
    settings = beside.read_text(encoding="utf-8") if beside.exists() else ""
    return not _OUTSIDE.search(comments + "\n" + settings)
