"""What the engine recorded, held against a full read that shares only the kinds' SQL with it."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from pggit.kinds.reader import read_state

Objects = dict[str, Any]


def live(connection: psycopg.Connection) -> Objects:
    """All objects of the database by key, read anew."""
    state = read_state(connection)
    return {key: state.definition(group, key) for group, key in state.keys()}


def recorded(connection: psycopg.Connection) -> Objects:
    """The working set by key, as it is."""
    rows = connection.execute("select key, definition::text from pggit.objects").fetchall()
    keys = [key for key, _ in rows]
    assert len(keys) == len(set(keys)), f"twice: {sorted(key for key in keys if keys.count(key) > 1)}"
    return {key: json.loads(text) for key, text in rows}


def difference(a: Objects, b: Objects) -> Objects:
    """What differs, as key → (in a, in b)."""
    return {key: (a.get(key), b.get(key)) for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)}


def assert_equal(a: Objects, b: Objects) -> None:
    """Fail with the objects that differ: (ours, the expected)."""
    found = difference(a, b)
    assert not found, found


def one(connection: psycopg.Connection, query: str, *values: object) -> Any:
    """The single value of a query."""
    row = connection.cursor(row_factory=tuple_row).execute(query, values or None).fetchone()
    return row and row[0]


def fold(connection: psycopg.Connection) -> None:
    """Fold what was captured; the manifest of row versions is not looked at."""
    one(connection, "select pggit.fold()")


def meaning(connection: psycopg.Connection) -> bytes:
    """The semantic root of the working set."""
    return one(connection, "select t.meaning from pggit.tree as t where t.hash = (select pggit.write_tree())")


def recorded_equals_live(connection: psycopg.Connection) -> None:
    """DESIGN §4, rule 2: what folding alone recorded is the live schema, and the manifest finds nothing more."""
    fold(connection)
    assert_equal(recorded(connection), live(connection))
    assert one(connection, "select pggit.refresh()") == 0, "the manifest found what folding did not"
    # the tree is that of the working set, and every object in it is in the store
    root = one(connection, "select pggit.write_tree()")
    rows = connection.execute(
        "select o.key, b.definition::text from pggit.tree_objects(%s) as o left join pggit.blob as b using (hash)",
        [root],
    ).fetchall()
    assert_equal({key: json.loads(text) for key, text in rows}, recorded(connection))


def drifted(connection: psycopg.Connection) -> set[str]:
    """Refresh, and return the keys that were found changed unseen; they are in the history with their cause."""
    fold(connection)
    last = one(connection, "select coalesce(max(id), 0) from pggit.change")
    found = one(connection, "select pggit.refresh()")
    rows = connection.execute("select key, cause from pggit.history where id > %s", [last]).fetchall()
    assert found == len(rows)
    assert {cause for _, cause in rows} <= {"drift", "gap"}
    assert_equal(recorded(connection), live(connection))
    return {key for key, _ in rows}


def changes(connection: psycopg.Connection, since: int = 0) -> list[tuple[str, str]]:
    """(what happened, key) of the history since an id, in order."""
    return [
        ("create" if old is None else "drop" if new is None else "alter", key)
        for key, old, new in connection.execute(
            "select key, old, new from pggit.history where id > %s order by id", [since]
        ).fetchall()
    ]
