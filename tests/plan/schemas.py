"""Random schemas, as SQL that makes them: names come from small sets, so that two of them have much in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

_SCHEMAS = ("public", "s", '"My S"')
_LABELS = ("a", "b", "c", "It''s")
_TYPES = {
    "integer": ("1", "2 + 3", "pg_catalog.length('x')"),
    "bigint": ("1", "4"),
    "text": ("'x'", "upper('x')"),
    "varchar(20)": ("'x'",),
    "numeric(10,2)": ("1.5",),
    "boolean": ("true",),
    "date": ("'2020-01-01'", "current_date"),
    "timestamp with time zone": ("now()",),
    "jsonb": ("'{}'",),
    "integer[]": ("'{1,2}'",),
    "uuid": ("gen_random_uuid()",),
}
_COLUMNS = ("c1", "c2", '"C 3"', "c4")


class _Writer:
    """One schema while it is drawn.

    Attributes:
        sql: the statements so far.
        columns: name of a table or view → its columns, each with its type.
    """

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.sql: list[str] = []
        self.columns: dict[str, dict[str, str]] = {}
        self.types = dict(_TYPES)
        self.tables: list[str] = []

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def one(self, *choices: str) -> str:
        return str(self.draw(st.sampled_from(choices)))

    def some(self, choices: tuple[str, ...], least: int = 0) -> list[str]:
        return list(self.draw(st.lists(st.sampled_from(choices), unique=True, min_size=least)))

    def add(self, statement: str) -> None:
        self.sql.append(statement)

    def remark(self, kind: str, name: str) -> None:
        if self.maybe():
            self.add(f"comment on {kind} {name} is '{self.one('one', 'two')}'")

    def grant(self, kind: str, name: str, *privileges: str) -> None:
        if self.maybe():
            self.add(f"grant {self.one(*privileges)} on {kind} {name} to {self.one('pg_monitor', 'public')}")

    # -- objects --------------------------------------------------------------------------------------------------

    def made_types(self, schema: str) -> None:
        if self.maybe():
            labels = ", ".join(f"'{label}'" for label in self.some(_LABELS, 1))
            self.add(f"create type {schema}.e as enum ({labels})")
            self.remark("type", f"{schema}.e")
            self.types[f"{schema}.e"] = ()
            self.types[f"{schema}.e[]"] = ("'{}'",)
        if self.maybe():
            base = self.one("integer", "bigint", "text")
            check = self.one("", " not null", " check (value is not null)", " constraint k check (value::text <> 'x')")
            self.add(f"create domain {schema}.d as {base}{check}")
            self.types[f"{schema}.d"] = ()
        if self.maybe():
            parts = ", ".join(f"{part} {self.one('integer', 'text')}" for part in self.some(("x", "y"), 1))
            self.add(f"create type {schema}.y as ({parts})")
            self.types[f"{schema}.y"] = ()

    def functions(self, schema: str) -> None:
        body = self.one("select $1", "select $1 + 1")
        returned = self.one("integer", "bigint")
        self.add(
            f"create function {schema}.f(integer) returns {returned} language sql immutable as '{body}::{returned}'"
        )
        self.grant("function", f"{schema}.f(integer)", "execute")
        self.types["integer"] = (*self.types["integer"], f"{schema}.f(1)")
        text = self.one("return new", "return null", "raise notice ''x''; return new")
        self.add(f"create function {schema}.tf() returns trigger language plpgsql as 'begin {text}; end'")
        if self.maybe():
            self.add(
                f"create function {schema}.g() returns bigint language sql begin atomic select {schema}.f(2)::bigint; end"
            )

    def sequence(self, schema: str) -> None:
        if self.maybe():
            self.add(f"create sequence {schema}.q increment by {self.one('1', '5')} {self.one('', 'cycle')}")
            self.types["bigint"] = (*self.types["bigint"], f"nextval('{schema}.q')")

    def table(self, name: str) -> None:
        key = self.one("integer", "bigint", "integer generated always as identity", "serial")
        parts = [f"id {key}{self.one('', ' not null')}"]
        columns = {"id": "integer"}
        for column in self.some(_COLUMNS):
            kind = self.one(*self.types)
            columns[column] = kind
            defaults = self.types[kind]
            default = f" default {self.one(*defaults)}" if defaults and self.maybe() else ""
            parts.append(f"{column} {kind}{default}{self.one('', '', ' not null')}")
        if self.maybe():
            parts.append(f"g integer generated always as ({self.one('1', '2')} + 1) stored")
        parts += [f"constraint {name.rpartition('.')[2]}_key {self.one('primary key', 'unique')} (id)"]
        if len(columns) > 1 and self.maybe():
            parts.append(f"constraint k check ({self.one(*columns)} is not null{self.one('', ' or id > 0')})")
        self.add(
            f"create {self.one('', '', 'unlogged ')}table {name} (\n  {', '.join(parts)}\n)".replace(
                "create unlogged", "create"
            )
        )
        self.columns[name] = columns
        self.tables.append(name)
        self.remark("table", name)
        self.remark("column", f"{name}.id")
        self.grant("", name, "select", "insert", "update (id)", "all")

    def on_table(self, name: str, schema: str) -> None:
        columns = self.columns[name]
        bare = name.rpartition(".")[2]
        if self.maybe():
            expressions = [
                *(c for c, t in columns.items() if t != "jsonb" and not t.endswith(".y")),
                f"({schema}.f(id::integer))",
            ]
            where = self.one("", " where id > 3", f" where {self.one(*columns)} is not null")
            self.add(f"create {self.one('', 'unique ')}index {bare}_i on {name} ({self.one(*expressions)}){where}")
        if self.maybe():
            when = self.one("", f"when (new.{self.one(*columns)} is not null) ")
            event = self.one("insert", "update", f"update of {self.one(*columns)}")
            self.add(f"create trigger tr before {event} on {name} for each row {when}execute function {schema}.tf()")
        if self.maybe():
            self.add(f"alter table {name} enable row level security")
            self.add(f"create policy p on {name} {self.one('', 'for select ')}using ({self.one(*columns)} is not null)")
        if self.maybe():
            other = self.one(*self.tables)
            self.add(
                f"alter table {name} add constraint fk foreign key (id) references {other} (id) {self.one('', 'on delete cascade')}"
            )
        if len(columns) > 2 and self.maybe():
            self.add(
                f"create statistics {schema}.{bare}_st on {', '.join(list(columns)[:2])} from {name}"
                if "jsonb" not in list(columns.values())[:2]
                else f"create statistics {schema}.{bare}_st on id, ({schema}.f(id::integer)) from {name}"
            )

    def view(self, name: str) -> None:
        source = self.one(*self.columns)
        available = self.columns[source]
        chosen = ["id", *[column for column in self.some(tuple(available)) if column != "id"]]
        kind = self.one("view", "view", "materialized view")
        where = self.one("", " where id > 1", " where id is not null")
        self.add(f"create {kind} {name} as select {', '.join(chosen)} from {source}{where}")
        self.columns[name] = {column: available[column] for column in chosen}
        self.remark(kind, name)
        self.grant("", name, "select")


@st.composite
def schemas(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[str]:
    """Statements that make a schema."""
    writer = _Writer(draw)
    used = ["public", *(schema for schema in _SCHEMAS[1:] if writer.maybe())]
    for schema in used:
        if schema != "public":
            writer.add(f"create schema {schema}")
            writer.grant("schema", schema, "usage")
        writer.made_types(schema)
        writer.functions(schema)
        writer.sequence(schema)
    homes = []
    for table in ("t1", "t2", '"T 3"'):
        if writer.maybe():
            schema = writer.one(*used)
            bare = table if not table.startswith('"') else "t3"
            homes.append((f"{schema}.{bare}", schema))
            writer.table(f"{schema}.{bare}")
    for name, schema in homes:
        writer.on_table(name, schema)
    for view in ("v1", "v2", "v3"):
        if homes and writer.maybe():
            writer.view(f"{writer.one(*used)}.{view}")
    return writer.sql
