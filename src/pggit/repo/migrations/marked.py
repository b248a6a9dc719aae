"""Tools that mark up and down within a file: goose and dbmate."""

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

_GOOSE = re.compile(r"^\s*--\s*\+goose\s+(?P<word>.+?)\s*$", re.IGNORECASE)
_DBMATE = re.compile(r"^\s*--\s*migrate:(?P<way>up|down)\b(?P<options>.*)$", re.IGNORECASE)
_NOT_TRANSACTIONAL = re.compile(r"transaction\s*:\s*false", re.IGNORECASE)
_GOOSE_WORDS = {"up", "down", "no transaction", "statementbegin", "statementend", "envsub on", "envsub off"}


def is_goose(source: Source) -> bool:
    """Has a line such as ``-- +goose Up``."""
    return any(_GOOSE.match(line) for line in source.text.splitlines())


def is_dbmate(source: Source) -> bool:
    """Has a line such as ``-- migrate:up``."""
    return any(_DBMATE.match(line) for line in source.text.splitlines())


def read_goose(sources: list[Source]) -> list[Migration]:
    """What stands below ``+goose Up``; ``+goose NO TRANSACTION`` anywhere is for the whole file."""
    return sorted((_goose(source) for source in sources), key=lambda migration: natural(migration.name))


def read_dbmate(sources: list[Source]) -> list[Migration]:
    """What stands between ``migrate:up`` and ``migrate:down``."""
    return sorted((_dbmate(source) for source in sources), key=lambda migration: migration.name)


def _goose(source: Source) -> Migration:
    way = None
    transactional = True
    lines: list[str] = []
    for number, line in enumerate(source.text.splitlines(keepends=True), 1):
        match = _GOOSE.match(line)
        if match is None:
            if way == "up":
                lines.append(line)
            continue
        word = " ".join(match["word"].lower().split())
        if word not in _GOOSE_WORDS or word == "envsub on":
            raise MigrationsUnreadable(f"{source.path}:{number}: goose's “{match['word']}” is not known here")
        if word in ("up", "down"):
            way = word
        transactional = transactional and word != "no transaction"
    return _migration(source, lines, transactional)


def _dbmate(source: Source) -> Migration:
    way = None
    transactional = True
    lines: list[str] = []
    for line in source.text.splitlines(keepends=True):
        match = _DBMATE.match(line)
        if match is None:
            if way == "up":
                lines.append(line)
            continue
        way = match["way"].lower()
        if way == "up" and _NOT_TRANSACTIONAL.search(match["options"]):
            transactional = False
    return _migration(source, lines, transactional)


def _migration(source: Source, lines: list[str], transactional: bool) -> Migration:
    version, rest = version_and_rest(source.path.stem)
    statements = "".join(lines)
    return Migration(
        name=source.path.stem,
        version=version,
        path=source.path,
        description=in_words(rest),
        statements=statements,
        transactional=transactional and one_transaction(statements),
        time=time_of(version),
    )
