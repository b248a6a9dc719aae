"""Attackers: roles with few rights, databases tracked by new and by older engines, and what was done in whose name."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

import pggit
from servers import Database

ENGINES = Path(__file__).parent / "engines"


@dataclass
class Attacker:
    """A role that sets traps in a database.

    `trap` is the qualified name of a function that returns true. Who runs it with other rights than the attacker's
    is written down, and makes the attacker superuser if they can.
    """

    name: str
    database: Database
    schema: str

    @property
    def trap(self) -> str:
        """The function's qualified name; takes no argument, returns boolean."""
        return f"{self.schema}.trap"

    def connect(self, database: Database | None = None) -> psycopg.Connection:
        """A new autocommit connection as the attacker."""
        return (database or self.database).connect(user=self.name)

    def loot(self) -> list[str]:
        """What the attacker got: empty if nothing ran with the rights of another role."""
        with psycopg.connect(self.database.url, autocommit=True) as looking:
            # roles of scratch databases have no rights
            rows = looking.execute(
                f"select who from {self.schema}.loot where who not like 'pggit\\_scratch\\_%' order by 1"
            ).fetchall()
            found = [f"ran as {who}" for (who,) in rows]
            query = "select rolsuper from pg_catalog.pg_roles where rolname = %s"
            row = looking.execute(query, [self.name]).fetchone()
            if row and row[0]:
                found.append("is superuser")
        return found


def set_trap(database: Database, name: str) -> Attacker:
    """Give a role a schema with a trap in a database; the role itself gets no other right there."""
    schema = sql.Identifier(f"lair_{name}")
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "create schema {schema};"
                " create table {schema}.loot (who text);"
                " grant usage on schema {schema} to public; grant insert on {schema}.loot to public;"
                " create function {schema}.trap() returns boolean language plpgsql as $trap$"
                " begin"
                "   if current_user <> {name} then"
                "     begin insert into {schema}.loot values (current_user); exception when others then null; end;"
                "     begin execute {promote}; exception when others then null; end;"
                "   end if;"
                "   return true;"
                " end $trap$;"
                " alter function {schema}.trap() owner to {role}; alter schema {schema} owner to {role}"
            ).format(
                schema=schema,
                name=sql.Literal(name),
                role=sql.Identifier(name),
                promote=sql.Literal(sql.SQL("alter role {} superuser").format(sql.Identifier(name)).as_string()),
            )
        )
    return Attacker(name, database, f"lair_{name}")


def install_older(database: Database) -> None:
    """Track a database by the engine of version 1, as `pggit init` of that time did."""
    path = ENGINES / f"1-pg{database.version}.sql.gz"
    if not path.exists():
        pytest.skip(f"the engine of version 1 is kept for PostgreSQL 15 and 18, not for {database.version}")
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(gzip.decompress(path.read_bytes()))


@pytest.fixture(params=["installed", "upgraded"])
def tracked(request: pytest.FixtureRequest, make_database: Callable[..., Database]) -> Database:
    """A tracked database: by the engine as it is installed, and by an older one that was upgraded."""
    database = make_database()
    if request.param == "upgraded":
        install_older(database)
    with pggit.open(database.url) as repository:
        repository.upgrade() if request.param == "upgraded" else repository.init()
    return database


@pytest.fixture
def attacker(tracked: Database, role: Callable[..., str]) -> Attacker:
    """A login role that can connect, and nothing else, with a trap in the tracked database."""
    return set_trap(tracked, role())
