"""Random changes of a schema, as SQL: small ones that people make, of what is there or of new things.

Names of what is new come from small sets, so that two people's changes meet.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pggit.core.identity import split_name, split_on
from pggit.core.state import State
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import before_parenthesis

ROLES = ("merge_ann", "merge_bob")
"""Roles that the server must have."""

_TYPES = ("bigint", "text", "numeric(12,2)", "varchar(80)", "timestamp with time zone", "jsonb")
_DEFAULTS = {"text": ("'x'", "'y'"), "integer": ("1", "2"), "bigint": ("1", "7"), "boolean": ("true", "false")}
_REMARKED = ("table", "view", "function", "sequence", "index", "constraint", "trigger", "policy", "column", "domain")


class Schema:
    """What there is to change, by kind.

    Attributes:
        state: the schema.
        keys: kind → identities, sorted.
        columns: relation → its columns, qualified.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.groups = {key: group for group, key in state.keys()}
        self.keys: dict[str, list[str]] = {}
        for key in sorted(self.groups):
            kind, identity = kind_of_key(key)
            self.keys.setdefault(kind, []).append(identity)
        self.columns: dict[str, list[str]] = {}
        for column in self.keys.get("column", ()):
            self.columns.setdefault(".".join(split_name(column)[:-1]), []).append(column)

    def of(self, kind: str) -> list[str]:
        """Identities of a kind."""
        return self.keys.get(kind, [])

    def within(self, kind: str, table: str) -> list[str]:
        """Identities of a kind in the group of a table."""
        return [one for one in self.of(kind) if self.groups[f"{kind} {one}"] == f"table {table}"]

    def definition(self, key: str) -> dict[str, object]:
        """The definition of an object."""
        return self.state.definition(self.groups[key], key)


class Changes:
    """Writes changes of a schema.

    Args:
        schema: that they change.
        random: what chooses.
        focus: identity of the table that most changes are of; empty: all alike.
    """

    def __init__(self, schema: Schema, random: Random, focus: str = "") -> None:
        self.schema = schema
        self.random = random
        self.focus = focus

    def write(self, number: int) -> list[str]:
        """Return so many changes. They are written for the schema as it is: one may not fit after another."""
        return [self._one() for _ in range(number)]

    def _one(self) -> str:
        makers: list[Callable[[], str]] = [self._new]
        tables = self.schema.of("table")
        if tables:
            makers += [self._table, self._table, self._column, self._column, self._column, self._inside, self._view]
        if any(self.schema.of(kind) for kind in ("view", "materialized view")):
            makers.append(self._of_view)
        if self.schema.of("function"):
            makers.append(self._function)
        if any(self.schema.of(kind) for kind in ("enum", "domain", "sequence", "composite")):
            makers.append(self._type)
        makers.append(self._remark)
        return self.random.choice(makers)()

    # -- choosing --------------------------------------------------------------------------------------------------

    def _pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def _a_table(self) -> str:
        tables = self.schema.of("table")
        return self.focus if self.focus in tables and self.random.random() < 0.8 else self.random.choice(tables)

    def _a_column(self, table: str) -> str:
        """The bare name of a column, as it is written."""
        columns = self.schema.columns.get(table, [])
        return split_name(self.random.choice(columns))[-1] if columns else "none"

    def _in_schema(self, name: str) -> str:
        schemas = [one for one in self.schema.of("schema") if one != "public"] or ["public"]
        return f"{self.random.choice(schemas)}.{name}"

    def _beside(self, identity: str, name: str) -> str:
        return f"{split_name(before_parenthesis(identity))[0]}.{name}"

    # -- changes ---------------------------------------------------------------------------------------------------

    def _new(self) -> str:
        table = self._in_schema(self._pick("n1", "n2"))
        column, labels = self._pick("a", "b"), self._pick("'a'", "'a', 'b'")
        return self._pick(
            f"create table {table} (id integer primary key, {column} {self._pick(*_TYPES)})",
            f"create table {table} (id bigint generated always as identity, {column} text default 'x')",
            f"create table {table} (id serial, {column} integer not null)",
            f"create sequence {self._in_schema('q1')} {self._pick('', 'increment 5', 'cache 10')}",
            f"create type {self._in_schema('e1')} as enum ({labels})",
            f"create domain {self._in_schema('d1')} as {self._pick('integer', 'text')}",
            f"create schema {self._pick('m1', 'm2')}",
            f"create function {self._in_schema('f1')}(integer) returns integer language sql return $1 + {self._pick('1', '2')}",
        )

    def _table(self) -> str:
        table = self._a_table()
        bare = split_name(table)[-1]
        kind = self._pick(*_TYPES[:4])
        constraint = self._pick("k1", "k2")
        column = self._a_column(table)
        return self._pick(
            f"alter table {table} add column {self._pick('x1', 'x2')} {kind}",
            f"alter table {table} add column {self._pick('x1', 'x2')} integer not null default {self._pick('1', '2')}",
            f"alter table {table} add column x3 integer generated always as ({self._pick('1 + 1', '2 + 2')}) stored",
            f"alter table {table} add column x4 integer generated {self._pick('always', 'by default')} as identity",
            f"alter table {table} add column x5 serial",
            f"alter table {table} rename to {self._pick('r1', 'r2')}",
            f"alter table {table} set (fillfactor = {self._pick('70', '80')})",
            f"alter table {table} set (autovacuum_enabled = {self._pick('true', 'false')})",
            f"alter table {table} enable row level security",
            f"alter table {table} set schema {self._in_schema('x').rpartition('.')[0]}",
            f"alter table {table} owner to {self._pick(*ROLES)}",
            f"alter table {table} add constraint {constraint} check ({column} is not null)",
            f"alter table {table} add constraint {constraint} unique ({column})",
            f"alter table {table} add primary key ({column})",
            f"alter table {table} add foreign key ({column}) references {self._referenced()}",
            f"create index {bare}_{self._pick('i1', 'i2')} on {table} ({column})".replace('"_', "_"),
            f"create unique index i3 on {table} ({column}, {self._a_column(table)})",
            f"create index i4 on {table} (({column}::text)) where {self._a_column(table)} is not null",
            f"create policy p1 on {table} {self._pick('', 'for select')} using ({column} is not null)",
            f"create statistics {self._beside(table, 's1')} on {column}, {self._a_column(table)} from {table}",
            f"create rule r1 as on delete to {table} do {self._pick('also', 'instead')} nothing",
            f"create trigger t1 before insert on {table} for each row execute function {self._trigger_function()}",
            f"create table {self._beside(table, self._pick('c1', 'c2'))} () inherits ({table})",
            f"create table {self._beside(table, self._pick('c1', 'c2'))} partition of {table} default",
            f"create table {self._beside(table, self._pick('l1', 'l2'))} (like {table} including all)",
            f"grant {self._pick('select', 'insert', 'all')} on {table} to {self._pick(*ROLES)}",
            f"revoke all on {table} from {self._pick(*ROLES)}",
            f"alter table {table} replica identity {self._pick('full', 'nothing', 'default')}",
            f"drop table {table}{self._pick('', '', ' cascade')}",
        )

    def _referenced(self) -> str:
        keys = [
            split_on(one)[1]
            for one in self.schema.of("constraint")
            if self.schema.definition(f"constraint {one}").get("type") == "primary key"
        ]
        return self.random.choice(keys) if keys else "none"

    def _trigger_function(self) -> str:
        found = [
            one
            for one in self.schema.of("function")
            if self.schema.definition(f"function {one}").get("returns") == "trigger"
        ]
        return before_parenthesis(self.random.choice(found)) if found else "suppress_redundant_updates_trigger"

    def _column(self) -> str:
        table = self._a_table()
        column = self._a_column(table)
        alter = f"alter table {table} alter column {column}"
        kind = self._pick(*_TYPES)
        told = self.schema.definition(f"column {table}.{column}") if column != "none" else {}
        default = self._pick(*_DEFAULTS.get(str(told.get("type")), ("null",)))
        return self._pick(
            f"{alter} type {kind} using null",
            f"{alter} type text",
            f"{alter} type bigint",
            f"{alter} type varchar({self._pick('50', '90')})",
            f"{alter} set default {default}",
            f"{alter} drop default",
            f"{alter} set not null",
            f"{alter} drop not null",
            f"{alter} set statistics {self._pick('10', '50')}",
            f"{alter} set storage {self._pick('external', 'main')}",
            f"{alter} set (n_distinct = {self._pick('5', '6')})",
            f"{alter} add generated by default as identity",
            f"alter table {table} rename column {column} to {self._pick('y1', 'y2')}",
            f"alter table {table} drop column {column}{self._pick('', '', ' cascade')}",
            f"comment on column {table}.{column} is '{self._pick('one', 'two')}'",
            f"grant select ({column}) on {table} to {self._pick(*ROLES)}",
        )

    def _inside(self) -> str:
        """A change of what hangs on a table."""
        table = self._a_table()
        found = [
            (kind, one)
            for kind in ("constraint", "index", "trigger", "policy", "rule", "statistics")
            for one in self.schema.within(kind, table)
        ]
        if not found:
            return self._table()
        kind, identity = self.random.choice(found)
        if kind in ("index", "statistics"):
            return self._pick(
                f"alter {kind} {identity} rename to {self._pick('z1', 'z2')}",
                f"drop {kind} {identity}",
                f"comment on {kind} {identity} is '{self._pick('one', 'two')}'",
                f"alter table {table} replica identity using index {split_name(identity)[-1]}",
                f"alter table {table} cluster on {split_name(identity)[-1]}",
            )
        name, relation = split_on(identity)
        if kind == "constraint":
            return self._pick(
                f"alter table {relation} rename constraint {name} to {self._pick('z1', 'z2')}",
                f"alter table {relation} drop constraint {name}{self._pick('', ' cascade')}",
                f"alter table {relation} alter constraint {name} deferrable",
                f"alter table {relation} cluster on {name}",
                f"comment on constraint {name} on {relation} is 'one'",
            )
        return self._pick(
            f"alter {kind} {name} on {relation} rename to {self._pick('z1', 'z2')}",
            f"drop {kind} {name} on {relation}",
            f"comment on {kind} {name} on {relation} is '{self._pick('one', 'two')}'",
            f"alter table {relation} disable {'rule' if kind == 'rule' else 'trigger'} {name}",
            f"alter policy {name} on {relation} to {self._pick(*ROLES)}",
        )

    def _view(self) -> str:
        table = self._a_table()
        column, other = self._a_column(table), self._a_column(table)
        view = self._beside(table, self._pick("v1", "v2"))
        return self._pick(
            f"create view {view} as select {column} from {table}",
            f"create view {view} as select * from {table}",
            f"create materialized view {view} as select {column}, count(*) from {table} group by 1",
            f"create function {self._beside(table, 'g1')}() returns bigint language sql begin atomic select count({column}) from {table}; end",
            f"create function {self._beside(table, 'g2')}() returns setof {table} language sql as 'select * from {table}'",
            f"create view {view} as select {column} as one from {table} where {other} is not null",
        )

    def _of_view(self) -> str:
        kind = self.random.choice([kind for kind in ("view", "materialized view") if self.schema.of(kind)])
        view = self.random.choice(self.schema.of(kind))
        query = str(self.schema.definition(f"{kind} {view}").get("query", "")).rstrip("; \n")
        again = f"create or replace view {view} as {query} {self._pick('limit 5', 'limit 6')}"
        return self._pick(
            f"alter {kind} {view} rename to {self._pick('r1', 'r2')}",
            f"drop {kind} {view}",
            f"comment on {kind} {view} is '{self._pick('one', 'two')}'",
            f"grant select on {view} to {self._pick(*ROLES)}",
            f"alter view {view} set (security_barrier)",
            again if kind == "view" else f"create index on {view} ((1))",
            again if kind == "view" else f"alter {kind} {view} owner to {self._pick(*ROLES)}",
        )

    def _function(self) -> str:
        function = self.random.choice(self.schema.of("function"))
        return self._pick(
            f"alter function {function} rename to {self._pick('r1', 'r2')}",
            f"drop function {function}{self._pick('', ' cascade')}",
            f"alter function {function} {self._pick('stable', 'immutable', 'strict', 'security definer', 'cost 7')}",
            f"alter function {function} set work_mem = '{self._pick('1MB', '2MB')}'",
            f"grant execute on function {function} to {self._pick(*ROLES)}",
            f"revoke execute on function {function} from public",
            f"alter function {function} owner to {self._pick(*ROLES)}",
            f"alter function {function} set schema {self._in_schema('x').rpartition('.')[0]}",
        )

    def _type(self) -> str:
        kind = self.random.choice([k for k in ("enum", "domain", "sequence", "composite") if self.schema.of(k)])
        one = self.random.choice(self.schema.of(kind))
        word = {"enum": "type", "composite": "type"}.get(kind, kind)
        common = (
            f"alter {word} {one} rename to {self._pick('r1', 'r2')}",
            f"comment on {word} {one} is '{self._pick('one', 'two')}'",
            f"alter {word} {one} owner to {self._pick(*ROLES)}",
            f"drop {word} {one}",
        )
        labels = self.schema.definition(f"{kind} {one}").get("labels") or ["a"]
        assert isinstance(labels, list)
        label = str(self.random.choice(labels)).replace("'", "''")
        own = {
            "enum": (
                f"alter type {one} add value '{self._pick('w1', 'w2')}'",
                f"alter type {one} add value '{self._pick('w1', 'w2')}' {self._pick('before', 'after')} '{label}'",
                f"alter type {one} rename value '{label}' to 'w3'",
            ),
            "domain": (
                f"alter domain {one} set default {self._pick('null', '1::text::integer')}",
                f"alter domain {one} set not null",
                f"alter domain {one} add constraint {self._pick('k1', 'k2')} check (value is not null)",
            ),
            "sequence": (f"alter sequence {one} {self._pick('increment 3', 'cache 7', 'cycle', 'maxvalue 9999')}",),
            "composite": (
                f"alter type {one} add attribute {self._pick('x1', 'x2')} integer",
                f"create table {self._beside(one, 'o1')} of {one}",
            ),
        }[kind]
        return self._pick(*common, *own, *own)

    def _remark(self) -> str:
        kinds = [kind for kind in _REMARKED if self.schema.of(kind)] or ["schema"]
        kind = self.random.choice(kinds)
        one = self.random.choice(self.schema.of(kind))
        where = f"{split_on(one)[0]} on {split_on(one)[1]}" if kind in ("constraint", "trigger", "policy") else one
        return f"comment on {kind} {where} is '{self._pick('one', 'two', 'three')}'"
