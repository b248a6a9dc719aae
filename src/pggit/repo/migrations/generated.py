"""SQL that other tools print: ``alembic upgrade --sql`` and ``manage.py sqlmigrate``."""

from __future__ import annotations

import re

from pggit.repo.migrations.model import (
    Migration,
    MigrationsUnreadable,
    Source,
    in_words,
    natural,
    one_transaction,
    time_of,
)
from pggit.repo.migrations.named import version_and_rest

_REVISION = re.compile(r"^-- Running (?P<way>\w+) (?P<old>[^\n]*?) ?->[ \t]*(?P<new>[^\n]*?)[ \t]*$", re.MULTILINE)
_BOOKKEEPING = re.compile(
    r"^(?:create table alembic_version \(.*?\n\);"
    r"|(?:insert into|update|delete from) (?:\w+\.)?alembic_version\b[^;]*;)[ \t]*\n?",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_BOUNDARY = re.compile(r"^(?:begin|commit)(?: transaction)?;[ \t]*\n?", re.IGNORECASE | re.MULTILINE)
_DJANGO = re.compile(r"\s*BEGIN;\s*\n--\n-- [^\n]+\n--\n")
_DJANGO_OPERATION = re.compile(r"^--\n-- (?P<what>[^\n]+)\n--$", re.MULTILINE)


def is_alembic(source: Source) -> bool:
    """Has a line such as ``-- Running upgrade  -> 1975ea83b712``."""
    return _REVISION.search(source.text) is not None


def is_django(source: Source) -> bool:
    """Begins with ``BEGIN;`` and a heading of three comment lines."""
    return _DJANGO.match(source.text) is not None


def read_alembic(sources: list[Source]) -> list[Migration]:
    """One migration a revision, in the order in which they are printed, without Alembic's own table."""
    if len(sources) > 1:
        raise MigrationsUnreadable(
            f"{sources[1].path}: a second file of Alembic's output", hint="print all revisions into one file"
        )
    source = sources[0]
    matches = list(_REVISION.finditer(source.text))
    ends = [match.start() for match in matches[1:]] + [len(source.text)]
    return [_revision(source, match, end) for match, end in zip(matches, ends, strict=True)]


def read_django(sources: list[Source]) -> list[Migration]:
    """One file each, in order of their names."""
    return sorted((_django(source) for source in sources), key=lambda migration: natural(migration.name))


def _revision(source: Source, match: re.Match[str], end: int) -> Migration:
    if match["way"] != "upgrade":
        line = source.text.count("\n", 0, match.start()) + 1
        raise MigrationsUnreadable(f"{source.path}:{line}: a {match['way']}; only upgrades make a history")
    version = match["new"].split(",")[0].strip()
    statements = _BOUNDARY.sub("", _BOOKKEEPING.sub("", source.text[match.end() : end])).strip()
    return Migration(
        name=version,
        version=version,
        path=source.path,
        description="",
        statements=statements + "\n" if statements else "",
        transactional=one_transaction(statements),
    )


def _django(source: Source) -> Migration:
    version, rest = version_and_rest(source.path.stem)
    statements = _BOUNDARY.sub("", source.text).strip() + "\n"
    operations = [match["what"] for match in _DJANGO_OPERATION.finditer(source.text)]
    return Migration(
        name=source.path.stem,
        version=version,
        path=source.path,
        description="; ".join(operations) or in_words(rest),
        statements=statements,
        transactional=one_transaction(statements),
        time=time_of(version),
    )
