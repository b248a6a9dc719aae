"""A scratch database, and a connection to it without rights."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import (
    Busy,
    ConnectionFailed,
    PermissionDenied,
    PgGitError,
    Refused,
    UnprotectedSource,
)
from pggit.core.identity import unquote
from pggit.core.state import State
from pggit.db.attempt import attempt
from pggit.db.connect import connect, connection_url, with_options
from pggit.db.dump import dump
from pggit.db.load import Loadable, load_files, path_files, read_files
from pggit.db.powerless import (
    CannotLogIn,
    Powerless,
    connect_as,
    drop_roles,
    give_public,
    is_superuser,
    make_role,
    reset_session,
)
from pggit.db.scratch import scratch_database
from pggit.db.script import run_statements, statements_of
from pggit.db.session import run
from pggit.db.sqlstate import translated
from pggit.db.statement import Statement
from pggit.kinds.ddl import literal
from pggit.kinds.ddl import name as quoted
from pggit.kinds.reader import read_state, read_within
from pggit.sandbox.caller import Caller, require_plain_constants
from pggit.sandbox.extensions import forget_passwords, make_unreachable, needs_superuser
from pggit.sandbox.roles import PublicSchema, Roles
from pggit.sandbox.statements import By, Sorted, sort

if TYPE_CHECKING:
    from psycopg import Connection

_OWNED_BY_SUPERUSERS = {
    "OBJECT_EVENT_TRIGGER": ("pg_event_trigger", "evtowner", "evtname"),
    "OBJECT_FDW": ("pg_foreign_data_wrapper", "fdwowner", "fdwname"),
    "OBJECT_SUBSCRIPTION": ("pg_subscription", "subowner", "subname"),
}
_MAPPINGS = """
with given as (
  update pg_catalog.pg_user_mapping set umuser = %(name)s::pg_catalog.regrole
  where umuser = %(role)s::pg_catalog.regrole returning oid
)
update pg_catalog.pg_shdepend set refobjid = %(name)s::pg_catalog.regrole
where dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and classid = 'pg_catalog.pg_user_mapping'::pg_catalog.regclass and objid in (select oid from given)
"""
"""Options of user mappings hold secrets, which are not read: they cannot be dropped and created again."""
_TAKE = """
for it in
  select pg_catalog.format('table %s', c.oid::pg_catalog.regclass) from pg_catalog.pg_class as c
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relowner = current_user::pg_catalog.regrole and c.oid >= 16384
    and not c.relispartition
    and not exists (select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
        and d.deptype in ('e', 'a', 'i') and (d.deptype = 'e' or c.relkind = 'S'))
  union all
  select 'routine ' || p.oid::pg_catalog.regprocedure from pg_catalog.pg_proc as p
  where p.proowner = current_user::pg_catalog.regrole and p.oid >= 16384
    and not exists (select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
  union all
  select 'type ' || t.oid::pg_catalog.regtype from pg_catalog.pg_type as t
  where t.typowner = current_user::pg_catalog.regrole and t.oid >= 16384 and t.typelem = 0
    and (t.typrelid = 0 or (select relkind = 'c' from pg_catalog.pg_class where oid = t.typrelid))
    and not exists (select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype in ('e', 'i')
        and not (d.deptype = 'i' and t.typrelid <> 0))
  union all
  select 'schema ' || n.oid::pg_catalog.regnamespace from pg_catalog.pg_namespace as n
  where n.nspowner = current_user::pg_catalog.regrole and n.oid >= 16384
loop
  execute pg_catalog.format('alter %s owner to {role}', it);
end loop;
"""
_TRUST = "--trust-source loads it with your own rights; a role with CREATEROLE can load it without any."


class Sandbox:
    """A scratch database in which text that pgGit did not write is run.

    Attributes:
        own: the caller's connection to the database. What pgGit writes itself may be run over it; no text is.
        connection: what the text is run over. It is that of a role without rights, or ``own`` where there is none.
        caller: name of the caller's role, quoted.
        unprotected: why the text runs with the caller's rights; None: it runs without any.
    """

    def __init__(
        self,
        own: Connection,
        connection: Connection,
        powerless: Powerless | None,
        server: Connection,
        why: str | None,
        stands_for: str | None = None,
        *,
        trusted: bool = False,
    ) -> None:
        self.own = own
        self.connection = connection
        self.unprotected = why
        self._trusted = trusted
        ((name,),) = own.execute("select current_user::text").fetchall()
        name = unquote(stands_for) if stands_for is not None and powerless is not None else name
        self.caller = quoted(name)
        self._powerless = powerless
        self._roles = Roles(server, powerless, name) if powerless else None
        self._by_caller = Caller(own, powerless.group if powerless else "")
        self._when_read: list[tuple[Sorted, str]] = []

    def load(self, path: Path) -> list[Path]:
        """Load a ``.sql`` file, or all of a directory: see `pggit.db.load.load_files`.

        Raises:
            Refused: a statement is about the whole server, or could run what is not trusted.
            NotFound: there is no such file.
            PgGitError: as `load_files`.
        """
        return self.load_files(self.read_files(path_files(path), path if path.is_dir() else path.parent))

    def read_files(self, files: Sequence[Path], within: Path) -> list[Loadable]:
        """Read files of SQL, as `pggit.db.load.read_files`, for this database.

        Args:
            files: in the order in which they are to run.
            within: the directory in which they must be, and what they name; not so if the text is trusted.

        Raises:
            Refused: as `load`.
            UsageError: a file is elsewhere.
        """
        found = read_files(self.own, files, None if self._trusted else within)
        for one in found:
            one.script.statements = self.prepared(one.script.statements, str(one.path))
        return found

    def load_files(self, files: Sequence[Loadable]) -> list[Path]:
        """Load files that were read by `read_files`."""
        return load_files(self.connection, files)

    def run_script(self, text: str, name: str, *, one_transaction: bool = False) -> None:
        """Run a SQL script, as `pggit.db.script.run_script`; settings are those of the session again afterwards.

        Args:
            text: the script.
            name: what messages call it: the path of the file.
            one_transaction: all or nothing, as far as no statement of it is run over another connection.
        """
        statements = self.prepared(statements_of(text, name), name)
        run_statements(self.connection, statements, name, one_transaction=one_transaction)
        reset_session(self.connection)

    def prepared(self, statements: Sequence[Statement], name: str) -> list[Statement]:
        """Return the statements of a script as they are to be run over `connection`.

        Args:
            statements: the script.
            name: what messages call it.

        Raises:
            Refused: one of them is about the whole server.
        """
        if self._roles is None:
            return list(statements)
        found: list[Statement] = []
        for statement in statements:
            sorted_ = self._sorted(statement.text, f"{statement.name or name}:{statement.line}: ")
            found.append(replace(statement, text=sorted_.text, elsewhere=self._elsewhere(sorted_)))
            found += [replace(statement, text=text, copy_data=None, copy_file=None) for text in sorted_.then]
        self._roles.make()
        return found

    def run(self, text: str) -> int:
        """Run one statement of a plan.

        Returns:
            How many rows it changed or returned; -1 for statements that do not count.

        Raises:
            PgGitError: of the class that `pggit.db.sqlstate.translate` chooses.
        """
        if self._roles is None:
            return run(self.connection, text)
        found = self._sorted(text)
        self._roles.make()
        elsewhere = self._elsewhere(found)
        if elsewhere is not None:
            elsewhere()
            return -1
        count = run(self.connection, found.text)
        for one in found.then:
            run(self.connection, one)
        return count

    def attempt(self, text: str) -> str | None:
        """Run one statement of a plan in a savepoint, or in a transaction of its own.

        Returns:
            None where it succeeded, otherwise what the server says; nothing is changed then.
        """
        if self._roles is not None:
            found = self._sorted(text)
            self._roles.make()
            elsewhere = self._elsewhere(found)
            if elsewhere is not None:
                return self._attempt_elsewhere(elsewhere)
            text = ";".join((found.text, *found.then))
        failure = attempt(self.connection, text)
        return failure.message if failure else None

    def _attempt_elsewhere(self, elsewhere: Callable[[], None]) -> str | None:
        if self.connection.info.transaction_status.name != "IDLE":
            return "it cannot be tried within a transaction"
        try:
            elsewhere()
        except (ConnectionFailed, Busy):
            raise
        except PgGitError as error:
            return error.message
        return None

    def read(self, *, optional: bool = False) -> State:
        """Return the state of the database, as it reads where the roles have their own names.

        Args:
            optional: read roles and subscriptions too.
        """
        with translated():
            if not self._when_read and not self._by_caller.patches:
                return self.named(read_state(self.own, optional=optional), self.own)
            with self.own.transaction(force_rollback=True):
                self._complete()
                return self.named(read_within(self.own, optional=optional), self.own)

    def take(self) -> None:
        """Give the role without rights what of the caller's is in the database, which is a copy: rows are to be added.

        Functions in C, event triggers and what else the role could not have made are out of use until `finish`.
        """
        if self._powerless is None:
            return
        with translated(), self.own.transaction():
            self._by_caller.quarantine()
            run(self.own, f"do $take$ declare it text; begin {_TAKE.format(role=self._powerless.name)} end $take$")

    def isolate(self) -> None:
        """Take away what reaches other servers: foreign data wrappers, dblink, the secrets of user mappings."""
        if is_superuser(self.own):
            with translated(), self.own.transaction():
                make_unreachable(self.own)
                forget_passwords(self.own)

    def finish(self) -> None:
        """Put back for good what was left out, after which nothing can be run in the database: it is to be dumped."""
        if self._roles is None or self._powerless is None or self.connection.closed:
            return
        self.connection.close()
        name, group = self._powerless.name, self._powerless.group
        with translated(), self.own.transaction():
            run(self.own, f"alter role {name} nologin")
            self._complete()
            run(self.own, f"drop owned by {group}")
            if self._powerless.public_owner and self._is_public(self.own):
                run(
                    self.own,
                    "do $$ begin if (select nspowner from pg_catalog.pg_namespace where nspname = 'public')"
                    f" = '{self._powerless.public}'::pg_catalog.regrole then"
                    f" alter schema public owner to {quoted(self._powerless.public_owner)}; end if; end $$",
                )

    def give_to_caller(self) -> None:
        """Make the caller the owner of what belongs to the role without rights; the database is finished."""
        if self._powerless is None or self._roles is None:
            return
        superuser = is_superuser(self.own)
        with translated(), self.own.transaction():
            if superuser:
                for role, name in self._roles.others():
                    self.own.execute(_MAPPINGS, {"role": role, "name": quoted(name)})
            else:
                run(self.own, f"grant {', '.join(self._roles.all())} to current_user")
            run(self.own, f"reassign owned by {self._powerless.name} to current_user")
            for statement in self._by_caller.reachable:
                run(self.own, statement)

    def forget_roles(self) -> None:
        """Drop the roles that were made for the database; what still belongs to one of them becomes the caller's."""
        if self._roles is None or self._powerless is None:
            return
        with translated(), self.own.transaction():
            for role in self._roles.all():
                run(self.own, f"reassign owned by {role} to current_user")
                run(self.own, f"drop owned by {role}")
        drop_roles(self.own, self._powerless.name)

    def dump(self, program: Path, *options: str) -> str:
        """Return what ``pg_dump`` writes about the database, which is finished, with the names of the roles."""
        text = dump(program, self._url_to_dump(), *options)
        return text if self._roles is None else self._roles.named(text)

    def _url_to_dump(self) -> str:
        if self.own.info.server_version < 170000 or not is_superuser(self.own):
            return connection_url(self.own)
        return with_options(self.own, "-c event_triggers=off")  # one may be for logging in

    def named(self, state: State, connection: Connection) -> State:
        """Return a state that was read over a connection with the names for which the roles stand."""
        if self._roles is None:
            return state
        public = PublicSchema(connection.info.server_version // 10000) if self._is_public(connection) else None
        return self._roles.state(state, public)

    @staticmethod
    def _is_public(connection: Connection) -> bool:
        """Whether schema public is that of the template, and none that was created since."""
        query = "select 2200 = oid from pg_catalog.pg_namespace where nspname = 'public'"
        row = connection.execute(query).fetchone()
        return row is not None and bool(row[0])

    def _try_reading(self) -> None:
        """Find out whether the server takes the last statement that is run when the schema is read."""
        try:
            with translated(), self.own.transaction(force_rollback=True):
                self._complete()
        except PgGitError:
            self._when_read.pop()
            raise

    def _complete(self) -> None:
        """Put back what was left out, in a transaction that is rolled back, in which no event trigger fires."""
        if not is_superuser(self.own):
            return
        run(self.own, "set local session_replication_role = replica")
        if self.own.info.server_version >= 170000:
            run(self.own, "set local event_triggers = off")
        for text in self._by_caller.patches:
            run(self.own, text)
        # event triggers last: none of them is there while anything else is done
        for found, path in sorted(self._when_read, key=lambda one: "event_trig" in one[0].what.lower()):
            self.own.execute("set local search_path = pg_catalog, pg_temp")
            require_plain_constants(self.own, found)
            self.own.execute("select pg_catalog.set_config('search_path', %s, true)", [path])
            run(self.own, self._given(found))

    def _given(self, found: Sorted) -> str:
        """Return the statement; what only a superuser can own is given to others in the catalog."""
        node = found.node
        if node.DESCRIPTOR.name != "AlterOwnerStmt":
            return found.text
        kind = node.DESCRIPTOR.fields_by_name["object_type"].enum_type.values_by_number[node.object_type].name
        if kind not in _OWNED_BY_SUPERUSERS:
            return found.text
        assert self._roles is not None and self._powerless is not None
        catalog, column, key = _OWNED_BY_SUPERUSERS[kind]
        owner = self._roles.standin(node.newowner.rolename)
        owner = self.caller if owner == self._powerless.name else owner
        return (
            f"update pg_catalog.{catalog} set {column} = {literal(owner)}::pg_catalog.regrole"
            f" where {key} = {literal(node.object.string.sval)}"
        )

    def _sorted(self, text: str, where: str = "") -> Sorted:
        assert self._roles is not None and self._powerless is not None
        found = sort(text, self._roles.standin, self._powerless.group)
        if found.by is By.NOBODY:
            raise Refused(
                f"{where}{found.what} concerns the whole server, and is not run in a scratch database",
                hint="Take it out: what is about roles and databases is done before. " + _TRUST,
            )
        if found.by is not By.CALLER:
            return found
        kind = found.node.DESCRIPTOR.name
        if kind == "CreateExtensionStmt":
            needed = needs_superuser(self.own, found.node)
        else:
            needed = self._by_caller.needs(found.node)
        return found if needed else replace(found, by=By.ROLE)

    def _elsewhere(self, found: Sorted) -> Callable[[], None] | None:
        if found.by is By.ROLE:
            return None
        return lambda: self._outside(found)

    def _outside(self, found: Sorted) -> None:
        """Run a statement over the caller's connection, now or when the schema is read.

        A transaction that is open is committed before, so that the other session sees what it made.
        """
        connection = self.connection
        within = connection.info.transaction_status.name == "INTRANS"
        if within:
            run(connection, "commit")
        ((role, schemas, path),) = connection.execute(
            "select current_user::text, pg_catalog.current_schemas(false)::text[],"
            " pg_catalog.current_setting('search_path')"
        ).fetchall()
        if found.by is By.READER:
            self._when_read.append((found, path))
            self._try_reading()
        else:
            with translated():
                self._by_caller.run(found, role, schemas)
        if within:
            run(connection, "begin")


@contextmanager
def open_sandbox(
    server: Connection | str, *, trust: bool = False, template: str = "template0", stands_for: str | None = None
) -> Iterator[Sandbox]:
    """Make a scratch database for as long as the block lasts, and a role without rights that works in it.

    Args:
        server: a connection in autocommit mode, or a connection string, to any database of the server.
        trust: run the text with the caller's own rights.
        template: the database to copy.
        stands_for: the role, quoted, that the one without rights stands for; None: the caller's.

    Raises:
        PermissionDenied: the role may not create databases; or it is a superuser, for whom no role without rights can
            be made, and ``trust`` is not set.
        ConnectionFailed: there is no connection to the server.
    """
    if isinstance(server, str):
        with (
            closing(connect(server)) as connection,
            open_sandbox(connection, trust=trust, template=template, stands_for=stands_for) as found,
        ):
            yield found
        return
    with (
        scratch_database(server, template=template) as url,
        closing(connect(url)) as own,
        sandbox_in(server, own, trust=trust, stands_for=stands_for) as found,
    ):
        yield found


@contextmanager
def sandbox_in(
    server: Connection, own: Connection, *, trust: bool = False, stands_for: str | None = None
) -> Iterator[Sandbox]:
    """Make a role without rights that works in a database which was just made, for as long as the block lasts.

    Args:
        server: to another database of the server, in autocommit mode.
        own: to the database, as the same role.
        trust, stands_for: as `open_sandbox` takes them.

    Raises:
        PermissionDenied: as `open_sandbox`.
    """
    why = "it is trusted"
    if not trust:
        try:
            powerless = make_role(server, own)
            with closing(connect_as(own, powerless)) as connection:
                yield Sandbox(own, connection, give_public(own, powerless), server, None, stands_for)
            return
        except CannotLogIn as error:
            why = error.message
            if is_superuser(own):
                raise PermissionDenied(
                    f"SQL that pgGit did not write is not run as a superuser: {why}", hint=_TRUST
                ) from error
            _warn(own.info.user, why)
    with closing(connect(connection_url(own), own_path=True)) as connection:
        yield Sandbox(own, connection, None, server, why, trusted=trust)


def _warn(role: str, why: str) -> None:
    warnings.warn(
        f"SQL that pgGit did not write is run with the rights of role {role}: {why}", UnprotectedSource, stacklevel=1
    )
