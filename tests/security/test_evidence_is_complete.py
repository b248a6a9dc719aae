"""docs/explanation/evidence.md says of each column of the store whether anchors cover it."""

from __future__ import annotations

import re
from pathlib import Path

import pggit
from servers import Database

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "evidence.md"


def test_every_column_is_decided_on(database: Database) -> None:
    said = [
        (table, column)
        for table, columns in re.findall(r"^\| `(\w+)` \| ([^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
        for column in re.findall(r"`(\w+)`", columns)
    ]
    with pggit.open(database.url) as repository:
        repository.init()
        there = repository.connection.execute(
            "select c.relname, a.attname from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0"
            " where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r' and not a.attisdropped"
        ).fetchall()
    assert sorted(said) == sorted(there)
