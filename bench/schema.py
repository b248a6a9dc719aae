"""Schemas of a given number of ordinary tables, made by the server itself."""

from __future__ import annotations

from psycopg import Connection

_TABLES = """
do $make$
begin
  for g in {first} .. {last} loop
    execute format('create table public.t_%1$s (
      id bigint generated always as identity primary key, tenant_id bigint not null, name text not null default ''x'',
      email varchar(120), amount numeric(12,2) default 0, created_at timestamptz not null default now(),
      updated_at timestamptz, state text check (state in (''a'', ''b'')), note text, data jsonb default ''{{}}'');
      create index on public.t_%1$s (tenant_id, created_at); create index on public.t_%1$s (lower(email))', g);
  end loop;
end $make$"""

_CATALOGS = (
    "pg_class",
    "pg_attribute",
    "pg_attrdef",
    "pg_constraint",
    "pg_index",
    "pg_depend",
    "pg_description",
    "pg_type",
)

_STEP = 250
"""Tables a transaction: one of thousands would run out of locks."""


def make_tables(connection: Connection, count: int) -> None:
    """Make ``count`` tables of ten columns with a key, a check, defaults and two indexes; analyse the catalogs."""
    for first in range(1, count + 1, _STEP):
        connection.execute(_TABLES.format(first=first, last=min(first + _STEP - 1, count)))
    for catalog in _CATALOGS:
        connection.execute(f"vacuum analyze pg_catalog.{catalog}")
