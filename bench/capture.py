"""What capture adds to a user's DDL: the same statements in two databases, one of them tracked, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import Connection

from bench.timing import Row, execute_ms, median, p95

_STATEMENTS = {
    "CREATE TABLE": "create table x_{n} (id int primary key, v text not null default 'a')",
    "ADD COLUMN": "alter table t_{n} add column c_{n} int",
    "CREATE INDEX": "create index on t_{n} (name)",
    "COMMENT": "comment on column t_{n}.name is 'x'",
    "DROP COLUMN": "alter table t_{n} drop column note",
    "CREATE VIEW": "create view v_{n} as select * from t_{n}",
    "DROP TABLE": "drop table x_{n}",
}
_TIMES = 40


def measure(plain: Connection, tracked: Connection, tables: int, small: float | None) -> Iterator[Row]:
    """Yield the rows of capture; ``small`` is the median that was added at 100 tables, for the ratio."""
    first = [execute_ms(connection, "create table first_of_session (a int)") for connection in (plain, tracked)]
    yield Row("the first DDL of a session, added", tables, first[1] - first[0], "ms", 20)
    added: list[float] = []
    for name, statement in _STATEMENTS.items():
        pairs = [
            (execute_ms(plain, statement.format(n=n)), execute_ms(tracked, statement.format(n=n)))
            for n in range(1, _TIMES + 1)
        ]
        base = median([without for without, _ in pairs])
        differences = [with_ - base for _, with_ in pairs]
        added += differences
        yield Row(f"{name}, added (median)", tables, median(differences), "ms", None, f"{base:.2f} ms without")
    yield Row("DDL on one object, added, median", tables, median(added), "ms", 1.0)
    yield Row("DDL on one object, added, p95", tables, p95(added), "ms", 3.0)
    if small is not None:
        yield Row("the same against 100 tables", tables, median(added) / small, "×", 1.3)
    grants = [[execute_ms(c, f"grant select on t_{n} to public") for c in (plain, tracked)] for n in range(1, 11)]
    yield Row("one GRANT, added", tables, median([b - a for a, b in grants]), "ms", 5)
    yield _extension(plain, tracked, tables)
    yield _rename_schema(plain, tracked, tables)


def _extension(plain: Connection, tracked: Connection, tables: int) -> Row:
    pairs = []
    for _ in range(5):
        pairs.append(tuple(execute_ms(c, "create extension hstore") for c in (plain, tracked)))
        for connection in (plain, tracked):
            connection.execute("drop extension hstore")
    return Row("CREATE EXTENSION hstore, added", tables, median([b - a for a, b in pairs]), "ms", 15)


def _rename_schema(plain: Connection, tracked: Connection, tables: int) -> Row:
    count = min(tables, 1000)
    for connection in (plain, tracked):
        connection.execute("create schema moved")
        for n in range(0, count, 200):
            connection.execute(
                f"do $$ begin for g in {n + 1} .. {min(n + 200, count)} loop"
                " execute format('create table moved.t_%s (id int primary key, v text)', g); end loop; end $$"
            )
    plain_ms = execute_ms(plain, "alter schema moved rename to moved_away")
    added = execute_ms(tracked, "alter schema moved rename to moved_away") - plain_ms
    budget = 0.3 if count == 1000 else None
    return Row(f"ALTER SCHEMA RENAME of {count} tables, added", tables, added / 1000, "s", budget)
