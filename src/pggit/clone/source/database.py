"""Templates of a live database, which nobody need leave for it: what ``pg_dump`` writes under one snapshot.

https://www.postgresql.org/docs/current/app-pgdump.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.apply.prove.dumps import users_statements
from pggit.clone.carry import Properties, properties
from pggit.clone.source.roles import role_explained
from pggit.core.errors import NotFound, PermissionDenied, Refused, SqlFailed, UsageError
from pggit.core.tree import root
from pggit.db.connect import connect, connection_parameters, connection_url
from pggit.db.dump import dump, dump_program, dumping
from pggit.db.locale import Locale, locale_of
from pggit.db.restore import restore, restore_rows
from pggit.db.session import run
from pggit.db.split import split_script
from pggit.db.sqlstate import translated
from pggit.kinds import coverage
from pggit.kinds.reader import read_within
from pggit.repo.install import installed_version

if TYPE_CHECKING:
    from psycopg import Connection

_STORE = ("pggit", "pggit_stash")
_OWN = (*_STORE, "pggit_apply")
_NO_METRICS = "--exclude-table-data=pggit.performance_metrics"
_HEAD = 10
_MARK = re.compile(r"\\(?:un)?restrict \w+\n")
_SECRETIVE = ("server ", "user mapping ")
_NAMED = """
select c.oid::regclass::text
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and (c.oid = to_regclass(%(name)s)
  or parse_ident(%(name)s) = array[c.relname::text] and n.nspname !~ '^(pg_|pggit|information_schema$)')
order by 1
"""
_CHILDREN = """
with recursive named as (
  select t.oid, 1 as level from unnest(%s::regclass[]) as t(oid)
  union select i.inhrelid, level + 1 from named join pg_catalog.pg_inherits as i on i.inhparent = named.oid
)
select distinct format('%%I.%%I', n.nspname, c.relname) from named
join pg_catalog.pg_class as c on c.oid = named.oid join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
order by 1
"""
_STORED = """
select array[
  (select json_agg(r order by name) from pggit.ref as r)::text,
  (select json_agg(s order by name) from pggit.setting as s)::text,
  (select json_agg(a order by role) from pggit.access as a)::text,
  (select json_build_array(r.change_id, r.reflog_id, r.paused_until, r.tracked_by) from pggit.repository as r)::text,
  (select json_build_array(count(*), max(id)) from pggit.capture)::text,
  (select json_build_array(count(*), max(signed_at)) from pggit.signature)::text,
  (select json_agg(array[c.relname, c.relfilenode::text, obj_description(c.oid, 'pg_class')] order by c.relname)
    from pg_catalog.pg_class as c where c.relnamespace = to_regnamespace('pggit_stash'))::text
]
"""


@dataclass(frozen=True)
class Live:
    """A live database.

    Attributes:
        url: leads to it.
        rows: the tables whose rows come along; True: those of all, and large objects.
        store: whether what pgGit keeps there comes along: history and stashes. It has no effect where there is none.
        owners: whether owners and grants come along; their roles must be there.
    """

    url: str
    rows: bool | tuple[str, ...] = False
    store: bool = True
    owners: bool = True
    base: None = None

    @property
    def label(self) -> str:
        """Database, and what of it."""
        found = connection_parameters(self.url)
        place = ":".join(str(found[key]) for key in ("host", "port") if found.get(key))
        name = f"{found.get('dbname') or 'database'}" + (f" on {place}" if place else "")
        what = "with rows" if self.rows is True else "schema"
        if isinstance(self.rows, tuple):
            what = f"schema with rows of {', '.join(self.rows)}"
        return f"{name}: {what}" + ("" if self.store else ", without pgGit's store")

    @contextmanager
    def reading(self, connection: Connection) -> Iterator[ReadingDatabase]:
        """Take a snapshot of the database; see `Source.reading`. Nobody waits, and no object or row is written there.

        Raises:
            ConnectionFailed: there is no connection to it.
            NoDumpProgram: there is no ``pg_dump`` for its server.
            NotFound: it has no table of which rows are wanted.
        """
        with closing(connect(self.url)) as source, ExitStack() as stack:
            stored = self.store and installed_version(source) is not None
            looked = bool(self.rows) or _looked_again(source, stored)
            pool = stack.enter_context(ThreadPoolExecutor(1))
            modelled = pool.submit(_is_modelled, self.url)
            with source.transaction(), translated():
                source.execute("set transaction isolation level repeatable read, read only")
                ((snapshot,),) = source.execute("select pg_export_snapshot()").fetchall()
                dumped = _Dumped(
                    dump_program(source.info.server_version // 10000),
                    connection_url(source),
                    (f"--snapshot={snapshot}", *self._options()),
                    self._rows(source, stored),
                )
                yield ReadingDatabase(
                    dumped,
                    bool(self.rows),
                    stored,
                    {
                        "of": self.label,
                        "stored": _stored(source, stored),
                        **self._contents(source, dumped, modelled, looked=looked),
                    },
                    locale_of(source),
                    self._properties(source),
                    None if self.owners else _author(source),
                )

    def _options(self) -> Iterator[str]:
        # a subscription in a copy would take the rows, or drop the slot, of the one that it is a copy of
        yield "--no-subscriptions"
        if not self.owners:
            yield from ("--no-owner", "--no-privileges")
        if not self.store:
            yield from (f"--exclude-schema={name}" for name in _OWN)

    def _rows(self, source: Connection, stored: bool) -> tuple[str, ...] | None:
        """The options by which ``pg_dump`` writes the rows that are wanted; None: there are none."""
        if self.rows is True:
            return (_NO_METRICS,)
        tables = [*_tables(source, self.rows or ()), *([f"{name}.*" for name in _STORE] if stored else [])]
        return (_NO_METRICS, *(f"--table={table}" for table in tables)) if tables else None

    def _contents(self, source: Connection, dumped: _Dumped, modelled: Future[bool], *, looked: bool) -> dict[str, str]:
        """What stands for the contents: the hash of the state where that says all, else of what ``pg_dump`` writes."""
        if not self.rows:
            found = (_stored_root(source) if looked else None) or _read_root(source)
            if found and modelled.result():
                return {"root": found}
        return {"dump": dumped.hash(rows=bool(self.rows))}

    def _properties(self, source: Connection) -> Properties:
        found = properties(source, source.info.dbname)
        if self.owners:
            return found
        return replace(found, owned=True, grants=None, settings=tuple(one for one in found.settings if one[0] is None))


@dataclass(frozen=True)
class _Dumped:
    """What ``pg_dump`` writes under a snapshot; ``rows``: the options for those that are wanted."""

    program: Path
    url: str
    options: tuple[str, ...]
    rows: tuple[str, ...] | None

    def hash(self, *, rows: bool) -> str:
        """Return the hash of the schema, and of the rows."""
        found = hashlib.sha256()
        for options in [("--schema-only",), *([("--section=data", *(self.rows or ()))] if rows else [])]:
            with dumping(self.program, self.url, *self.options, *options) as output:
                for number, line in enumerate(output):
                    # a mark of the dump's own; later it is of a row, but for the last one
                    if not (_MARK.fullmatch(line) and (number < _HEAD or line.startswith("\\un"))):
                        found.update(line.encode())
        return found.hexdigest()

    def schema(self, section: str, *, refresh: bool) -> str:
        """Return the statements before or after the rows; ``refresh``: materialized views are filled."""
        only = () if refresh else ("--schema-only",)
        return dump(self.program, self.url, *self.options, *only, f"--section={section}")


@dataclass(frozen=True)
class ReadingDatabase:
    """A database under a snapshot.

    Attributes:
        filled: with rows of its user's.
        stored: with pgGit's store.
        disowned: a role whose functions are to belong to whoever makes the copy, as owners do not come along.
    """

    dumped: _Dumped
    filled: bool
    stored: bool
    inputs: dict[str, object]
    locale: Locale
    properties: Properties
    disowned: str | None = None
    analyzed: bool = False

    @property
    def detail(self) -> str:
        """Whether the store comes along."""
        return " and pgGit's store" if self.stored else ""

    def fill(self, target: Connection) -> list[str]:
        """Run what ``pg_dump`` writes, then let pgGit's store find its objects again: they have other addresses.

        Raises:
            SqlFailed: the server does not take it.
            PermissionDenied: this role may not make some of it: owners, event triggers.
            Refused: without owners, by a superuser: what others wrote would run with a superuser's rights.
        """
        if self.disowned is not None and target.pgconn.parameter_status(b"is_superuser") == b"on":
            raise Refused(
                f"a superuser does not copy a database without owners: functions of {self.disowned} would run as"
                " superuser",
                hint="Leave --no-owner out, or connect as a role that is not a superuser.",
            )
        rows = self.dumped.rows
        options = (*self.dumped.options, "--section=data", *(rows or ()))
        with role_explained():
            restore(target, self._statements("pre-data"))
            if rows is not None:
                with dumping(self.dumped.program, self.dumped.url, *options) as output:
                    restore_rows(target, output)
            restore(target, self._statements("post-data"))
        if self.stored:
            run(target, "select pggit.refresh()")
        return []

    def _statements(self, section: str) -> list[str]:
        text = self.dumped.schema(section, refresh=self.filled)
        if self.stored:
            return [statement.text for statement in split_script(text)]
        return users_statements(text)


def _author(source: Connection) -> str | None:
    """Return a role that wrote functions of a database and is not a superuser; None if there is none."""
    with translated():
        row = source.execute(
            "select r.rolname from pg_catalog.pg_proc as p join pg_catalog.pg_roles as r on r.oid = p.proowner"
            " where not r.rolsuper order by 1 limit 1"
        ).fetchone()
    return row[0] if row else None


def _is_modelled(url: str) -> bool:
    """Whether the kinds read all that a database holds."""
    with closing(connect(url)) as connection:
        return not coverage.unmodelled(connection)


def _looked_again(source: Connection, stored: bool) -> bool:
    """Let the store of a tracked database see what its triggers could not; whether it then knows the whole schema."""
    if not stored:
        return False
    try:
        run(source, "select pggit.refresh(), pggit.work_tree()")
    except (PermissionDenied, SqlFailed):  # somebody who may not, or a standby
        return False
    ((partly,),) = source.execute("select exists (select from pggit.setting where name like 'ignore%')").fetchall()
    return not partly


def _stored_root(source: Connection) -> str | None:
    """The hash of the schema as the store knows it; None where definitions hide something, or there is news."""
    ((found, unknown),) = source.execute(
        "select encode(r.root, 'hex'), exists (select from pggit.working as w where w.key ~ %s)"
        " or r.stale <> '{}' or exists (select from pggit.capture) from pggit.repository as r",
        (f"^({'|'.join(_SECRETIVE)})",),
    ).fetchall()
    return None if unknown else found


def _read_root(source: Connection) -> str | None:
    """The hash of the schema as it is read; None where definitions hide something."""
    state = read_within(source)
    return None if any(group.startswith(_SECRETIVE) for group in state.groups) else root(state)[0]


def _stored(source: Connection, stored: bool) -> list[str | None] | None:
    """What changes with whatever is stored: refs, last numbers of changes and reflog, settings, signatures, stashes."""
    if not stored:
        return None
    ((found,),) = source.execute(_STORED).fetchall()
    return list(found)


def _tables(source: Connection, names: Sequence[str]) -> list[str]:
    """The quoted names of tables, and of those that inherit from them or are their partitions.

    Raises:
        NotFound: there is none of such a name.
    """
    found = [_table(source, name) for name in names]
    return [table for (table,) in source.execute(_CHILDREN, (found,)).fetchall()]


def _table(source: Connection, name: str) -> str:
    """The full name of a table; one without a schema is looked for in all schemas of users."""
    rows = source.execute(_NAMED, {"name": name}).fetchall()
    if len(rows) > 1:
        tables = ", ".join(table for (table,) in rows)
        raise UsageError(f"there are several tables {name}", hint=f"Name one of {tables}.")
    if not rows:
        raise NotFound(f"the database has no table {name}", hint="--with-data takes names as in public.users.")
    return str(rows[0][0])
