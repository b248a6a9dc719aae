"""The library: a tracked database as a repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pggit.core import ranges, results
from pggit.core.diff import with_renames
from pggit.core.errors import NotFound, NotInstalled, Refused, SqlFailed, UsageError
from pggit.core.names import names
from pggit.core.state import State
from pggit.db.sqlstate import translated
from pggit.db.trust import require_runnable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from psycopg import Connection

    from pggit.repo import install
    from pggit.repo.replay import Imported


_MISSING = re.compile(r'schema "pggit"|relation "pggit\.|function pggit\.')


class Repository:
    """A database that pgGit tracks, or can track.

    Every method is one library call of the command of the same name. All raise `PgGitError` (`core/errors.py`):
    `NotInstalled` before `init`, `NotFound` for names that are not there, `ConnectionFailed` when the server goes away.

    Args:
        connection: made by `pggit.db.connect.connect`; `close` closes it. It is pgGit's own session, in which
            unqualified names are found in ``pg_catalog`` only. Your own SQL goes over a connection of your own.

    Raises:
        Untrusted: there is a schema `pggit` of a role that could gain rights if its functions were called; the
            connection is closed.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        try:
            require_runnable(connection, "pggit")
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    # -- installing -----------------------------------------------------------------------------------------------

    def init(self, *, dry_run: bool = False) -> install.Installed:
        """Install the engine in one transaction and take the first commit; does nothing where it is installed.

        Args:
            dry_run: do it, and roll it back.
        """
        from pggit.repo import install

        with translated(), self.connection.transaction(force_rollback=dry_run):
            return install.install(self.connection)

    def install_sql(self) -> str:
        """Return a script for psql that does what `init` would do here, as this role on this server."""
        from pggit.repo import install

        with translated():
            triggers = install.may_create_event_triggers(self.connection)
        return install.install_script(self.major, event_triggers=triggers)

    def upgrade(self, *, cascade: bool = False) -> install.Installed:
        """Bring the engine to this version of pgGit, in one transaction. Refs, commits and history stay.

        Args:
            cascade: drop what users made on top of schema `pggit`, such as views, instead of refusing.

        Raises:
            Refused: users made something on top of schema `pggit`.
        """
        from pggit.repo import install

        self.require_installed()
        with translated():
            return install.upgrade(self.connection, cascade=cascade)

    def uninstall(self, *, cascade: bool = False) -> bool:
        """Remove the engine and the whole store with its history, in one transaction. Nothing else is touched.

        Args:
            cascade: drop what users made on top of schema `pggit`, such as views, instead of refusing.

        Returns:
            Whether schema `pggit_stash` is left, with data of objects that were dropped.

        Raises:
            Refused: users made something on top of schema `pggit`.
        """
        from pggit.repo import install

        self.require_installed()
        with translated():
            return install.uninstall(self.connection, cascade=cascade)

    def grant(self, level: str, role: str) -> None:
        """Give a role rights on this repository: level reader, auditor, writer or admin.

        Raises:
            NotFound: there is no such role.
        """
        try:
            self._call("select pggit.grant_access(%s, %s)", level, role)
        except SqlFailed as error:
            if error.sqlstate != "42704":
                raise
            raise NotFound(f"there is no role {role}") from error

    def revoke(self, role: str) -> None:
        """Take all rights on this repository from a role, also those that were granted by hand.

        Raises:
            NotFound: there is no such role, or it has none.
        """
        try:
            self._call("select pggit.revoke_access(%s)", role)
        except SqlFailed as error:
            if error.sqlstate != "42704":
                raise
            raise NotFound(f"there is no role {role}") from error

    def require_installed(self) -> None:
        """Raise NotInstalled unless the database has the engine."""
        if not self.installed:
            raise NotInstalled("this database is not tracked", hint="pggit init installs pgGit in it.")

    @property
    def database(self) -> str:
        """Name of the database."""
        return self.connection.info.dbname

    @property
    def branch(self) -> str | None:
        """The current branch, or None where HEAD is detached."""
        found: str | None = self._one("select substr(pggit.current_branch(), 7)")[0]
        return found

    @property
    def major(self) -> int:
        """Major version of the server."""
        return self.connection.info.server_version // 10000

    @property
    def installed(self) -> bool:
        """Whether the database has the engine."""
        from pggit.repo import install

        with translated():
            return install.installed_version(self.connection) is not None

    # -- looking --------------------------------------------------------------------------------------------------

    def status(self) -> results.Status:
        """Compare the live schema with HEAD; finds changes that the event triggers could not see, too."""
        with self._transaction():
            (unseen,) = self._one("select pggit.try_refresh()")
            if unseen is None:  # by a role that only looks, or while another one changes something
                changes = self._changes(self._rows("select * from pggit.status()"))
            else:
                (tree,) = self._one("select pggit.work_tree()")
                changes = self._changes(
                    self._rows(
                        "select x.* from pggit.commit as c, lateral pggit.semantic_changes(c.tree, %s) as x"
                        " where c.hash = pggit.head()",
                        tree,
                    )
                )
            branch, head, tracked_by = self._one(
                "select substr(pggit.current_branch(), 7), encode(pggit.head(), 'hex'), tracked_by"
                " from pggit.repository"
            )
        return results.Status(branch, head, changes, unseen or 0, tracked_by)

    def is_state(self, name: str) -> bool:
        """Whether a name is a state: of the store, or one that leads out of it (`states.py`)."""
        from pggit.repo import states

        return not states.in_store(name) or name == "work" or self.is_commit(name)

    def is_commit(self, name: str) -> bool:
        """Whether a name stands for a commit, or for a range of them.

        Raises:
            NotFound: it can stand for nothing else, as ``HEAD~9`` does, and does not.
            UsageError: the same of ``HEAD@{no time}``.
        """
        span = ranges.parse(name)
        if span is not None:
            return self.is_commit(span.a) and self.is_commit(span.b)
        try:
            self._one("select pggit.resolve(%s)", name)
        except (NotFound, UsageError):
            if re.search(r"[~^]\d*$|@\{.*\}$", name):
                raise
            return False
        return True

    def diff(
        self, a: str = "HEAD", b: str = "work", *, owners: bool | None = None, objects: Sequence[str] = ()
    ) -> list[results.Change]:
        """Return what differs between two states (DESIGN §2, "States").

        Args:
            a: the state before: a commit, ``work``, ``empty``, a URL, a directory or file of SQL.
            b: the state after.
            owners: whether owners and grants count. By default they do, unless a directory that states none is
                compared.
            objects: only these, or what belongs to these relations.

        Raises:
            NotFound: a state or an object is not there.
        """
        from pggit.repo import states

        if not (states.in_store(a) and states.in_store(b)) or "empty" in (a, b):
            return states.compare(a, b, self, owners=owners, objects=objects)
        with self._transaction():
            found = self._changes(self._rows("select * from pggit.diff(%s, %s)", a, b))
        for object in objects:
            self.require_object(object)
        return [
            change
            for change in found
            if (not objects or any(names(change.key, object) for object in objects))
            and (owners is not False or not states.is_ownership(change.key))
        ]

    def show(self, commit: str = "HEAD") -> tuple[results.Commit, list[results.Change]]:
        """Return a commit and what it changed against its first parent."""
        found = self.commit_info(commit)
        changes = self._rows(
            "select x.* from pggit.commit as c left join pggit.commit as p on p.hash = c.parents[1],"
            " lateral pggit.semantic_changes(p.tree, c.tree) as x where c.hash = decode(%s, 'hex')",
            found.hash,
        )
        return found, list(self._changes(changes))

    def commit_info(self, commit: str = "HEAD") -> results.Commit:
        """Return the commit that a name stands for."""
        from pggit.repo.log import ONE, commit_of

        return commit_of(self._one(ONE, commit))

    def log(
        self, start: str = "HEAD", object: str | None = None, *, all: bool = False, limit: int | None = None
    ) -> list[results.Commit]:
        """Return the commits that can be reached from ``start``, newest first.

        Args:
            start: where to begin; ``A..B``: what B reaches and A does not; ``A...B``: what one of them does.
            object: only commits that changed this object, or anything of this relation.
            all: begin at every branch and tag.
            limit: at most so many.
        """
        from pggit.repo.log import read_log

        if object is not None:
            self.require_object(object)
        return read_log(self._rows, start, object, all=all, limit=limit)

    def merge_base(self, a: str, b: str) -> list[str]:
        """Return the hashes of all best common ancestors of two commits, the nearest first.

        One as a rule; several where histories crossed (criss-cross), none where they began apart.

        Raises:
            NotFound: there is no such commit.
        """
        return [hash_ for (hash_,) in self._rows("select pggit.merge_base(%s, %s)", a, b)]

    def blame(self, object: str | None = None, at: str = "HEAD") -> list[results.Blame]:
        """Return, for each object that ``object`` names, the commit that gave it its definition.

        Raises:
            NotFound: nothing at that state has this name.
        """
        rows = [results.Blame(*row) for row in self._rows("select * from pggit.blame(%s, %s)", object, at)]
        if not rows and object is not None:
            raise NotFound(f"no object is called {object} at {at}", hint="Names are written as in public.users.email.")
        return rows

    def history(self, object: str | None = None, *, limit: int | None = None) -> list[results.Event]:
        """Return the captured changes, newest first, of all objects or of those that ``object`` names."""
        with self._transaction():
            self._one("select pggit.try_fold()")
            rows = [
                row
                for source in ("pggit.pending_history()", "pggit.history")
                for row in self._rows(
                    "select id, at, xid::text, cause, session_user_name, current_user_name, application,"  # noqa: S608
                    f" host(client), tag, key, old, new, statement, commit from {source} as h"
                    " where %s::text is null or pggit.names(h.key, %s) order by id desc limit %s",
                    object,
                    object,
                    limit,
                )
            ][:limit]
        if not rows and object is not None:
            self.require_object(object)
        return [results.Event(*row) for row in rows]

    def latest_events(self, keys: Sequence[str]) -> dict[str, results.Event]:
        """Return the newest captured change of each of these objects, as far as there is one."""
        with self._transaction():
            self._one("select pggit.try_fold()")
            rows = self._rows(
                "select distinct on (key) id, at, xid::text, cause, session_user_name, current_user_name, application,"
                " host(client), tag, key, old, new, statement, commit from ("
                "select * from pggit.history where key = any (%s) union all select * from pggit.pending_history()"
                " where key = any (%s)) as h order by key, id desc",
                list(keys),
                list(keys),
            )
        events = (results.Event(*row) for row in rows)
        return {event.key: event for event in events}

    def reflog(self, ref: str = "HEAD", *, limit: int | None = None) -> list[results.Move]:
        """Return where a ref has been, newest first. HEAD stands for the current branch and its own moves.

        Raises:
            NotFound: no such ref is, or was.
        """
        rows = self._rows(
            "select ref, encode(old, 'hex'), encode(new, 'hex'), at, who, message from pggit.reflog"
            " where ref in (%s, 'heads/' || %s, 'tags/' || %s, 'remotes/' || %s)"
            " or (%s = 'HEAD' and ref = pggit.current_branch())"
            " order by id desc limit %s",
            *[ref] * 5,
            limit,
        )
        if not rows:
            raise NotFound(
                f"there is no reflog of {ref}", hint="pggit branch and pggit tag show the refs that there are."
            )
        return [results.Move(*row) for row in rows]

    def load(self, state: str, *, like: State | None = None) -> State:
        """Return a state of the store with its definitions: a commit, ``work`` or ``empty``.

        Args:
            state: which one.
            like: a state that may have much in common with it: only what differs is fetched.
        """
        from pggit.repo.load import load_live, load_state

        with self._transaction():
            root = None
            if state == "work":
                (root,) = self._one("select pggit.try_work_tree()")
                if root is None:
                    return load_live(self._rows, like or State())
            else:
                (root,) = self._one("select pggit.tree_of(%s)", state)
            return load_state(self._rows, root, like or State())

    def require_object(self, object: str) -> None:
        """Raise NotFound unless some object, now or before, has this name."""
        (known,) = self._one("select pggit.is_known(%s)", object)
        if not known:
            raise NotFound(f"no object is called {object}", hint="Names are written as in public.users.email.")

    # -- recording ------------------------------------------------------------------------------------------------

    def commit(self, message: str, *, author: str | None = None, allow_empty: bool = False) -> results.Commit:
        """Record the live schema as a commit on the current branch.

        Raises:
            NothingToCommit: the schema is as in HEAD.
        """
        with self._transaction():
            if author:
                self._one("select set_config('pggit.author', %s, true)", author)
            (made,) = self._one("select pggit.commit(%s, %s)", message, allow_empty)
        return self.commit_info(made)

    def reachable(self, starts: Sequence[str]) -> set[str]:
        """Return the hashes of all commits that can be reached from some, themselves among them."""
        rows = self._rows(
            "with recursive reached as (select unnest(%s::bytea[]) as hash"
            " union select parent from reached join pggit.commit as c using (hash), unnest(c.parents) as parent)"
            " select encode(hash, 'hex') from reached",
            [bytes.fromhex(start) for start in starts],
        )
        return {hash_ for (hash_,) in rows}

    def branches(self) -> list[results.Branch]:
        """Return all branches by name."""
        return [results.Branch(*row) for row in self._rows("select * from pggit.branches order by name")]

    def create_branch(self, name: str, start: str = "HEAD") -> str:
        """Create a branch at a commit and return the commit's hash."""
        return str(self._one("select pggit.create_branch(%s, %s)", name, start)[0])

    def rename_branch(self, old: str, new: str, *, force: bool = False) -> str:
        """Rename a branch and return its commit's hash; ``force`` takes the place of another.

        Raises:
            NotFound: there is no such branch.
            Refused: there is one of the new name.
        """
        return str(self._one("select pggit.rename_branch(%s, %s, %s)", old, new, force)[0])

    def standing(self, base: str = "HEAD") -> list[results.Standing]:
        """Return how each branch stands to a commit, by name.

        Raises:
            NotFound: there is no such commit.
        """
        counts = {name: (ahead, behind) for name, ahead, behind in self._rows("select * from pggit.standing(%s)", base)}
        return [results.Standing(one, *counts[one.name]) for one in self.branches() if one.name in counts]

    def describe(self, commit: str = "HEAD") -> results.Described:
        """Tell a commit by the nearest tag that it reaches."""
        return results.Described(*self._one("select * from pggit.describe(%s)", commit))

    def delete_branch(self, name: str, *, merged_into: str | None = None) -> None:
        """Delete a branch that is not the current one. Its commits stay in the reflog until gc.

        Args:
            name: the branch.
            merged_into: only where this commit has all of it.

        Raises:
            NotFound: there is no such branch.
            Refused: it is the current one, or not merged.
        """
        with self._transaction():
            if merged_into is not None and name != self.branch:
                (ahead,) = self._one(
                    "select count(*) from pggit.ref as r, pggit.apart(r.commit, pggit.resolve(%s)) as a"
                    " where r.name = 'heads/' || %s and a.sides = 1",
                    merged_into,
                    name,
                )
                if ahead:
                    raise Refused(
                        f"branch {name} has {ahead} {'commit' if ahead == 1 else 'commits'} that {merged_into} has not",
                        hint=f"pggit branch -D {name} deletes it all the same.",
                    )
            self._call("select pggit.delete_ref('heads/' || %s)", name)

    def switch(self, branch: str, *, create: bool = False) -> str:
        """Move HEAD to a branch that is at HEAD's commit, or whose schema is the live one; returns its commit.

        Args:
            branch: the branch.
            create: make it first, at HEAD.

        Raises:
            Refused: the schemas differ (to change a live schema takes a plan).
        """
        if create:
            with self._transaction():
                self.create_branch(branch)
                return self.switch(branch)
        return str(self._one("select pggit.switch_head(%s)", branch)[0])

    def record(self, state: State, on: str, like: State, *, author: str, time: datetime, message: str) -> str:
        """Record a state as a commit beside the branch; returns its hash.

        Args:
            state: what it has.
            on: hash of its parent.
            like: the state of the parent.
            author, time, message: of the commit.
        """
        from pggit.repo.record import record

        return record(self, state, [on], like, author=author, time=time, message=message)

    def hold(self, commit: str) -> None:
        """Keep a commit that was recorded beside the branch from gc until a command ends that moves there."""
        self._call("select pggit.hold_commit('replay/tip', %s)", commit)

    def reset_head(self, commit: str, message: str) -> str:
        """Move the current branch, or a detached HEAD, to a commit; returns its hash. The live schema stays.

        Args:
            commit: where to.
            message: what the reflog says.
        """
        return str(self._one("select pggit.reset_head(%s, %s)", commit, message)[0])

    def settle_history(self) -> None:
        """Let the history say of changes that brought the live schema to HEAD that HEAD has them."""
        self._call("select pggit.settle_history()")

    def record_stash(self, message: str) -> str:
        """Record the live schema as a commit beside the branch; returns the ref's name."""
        return str(self._one("select pggit.record_stash(%s)", message)[0])

    def stash_refs(self) -> list[tuple[Any, ...]]:
        """Return (ref, commit, its parent, author, time, message) of the stashes, the last one first."""
        return self._rows(
            "select r.name, encode(c.hash, 'hex'), encode(c.parents[1], 'hex'), c.author, c.authored_at, c.message"
            " from pggit.ref as r join pggit.commit as c on c.hash = r.commit where r.name ~ '^stash/[0-9]+$'"
            " order by substr(r.name, 7)::integer desc"
        )

    def delete_stash(self, ref: str) -> None:
        """Delete the ref of a stash."""
        self._call("select pggit.delete_ref(%s)", ref)

    def tags(self) -> list[results.Tag]:
        """Return all tags by name."""
        return [results.Tag(*row) for row in self._rows("select * from pggit.tags order by name")]

    def create_tag(
        self, name: str, target: str = "HEAD", message: str | None = None, *, tagger: str | None = None
    ) -> str:
        """Create a tag at a commit and return the commit's hash; with a message it also says who made it."""
        with self._transaction():
            if tagger:
                self._one("select set_config('pggit.author', %s, true)", tagger)
            return str(self._one("select pggit.create_tag(%s, %s, %s)", name, target, message)[0])

    def delete_tag(self, name: str) -> None:
        """Delete a tag."""
        self._call("select pggit.delete_ref('tags/' || %s)", name)

    def import_migrations(
        self, directory: Path, *, branch: str | None = None, progress: Callable[[int, int, str], None] | None = None
    ) -> Imported:
        """Replay a directory of migrations in a scratch database and take the commits over (`repo/replay.py`)."""
        from pggit.repo.replay import import_migrations

        self.require_installed()
        return import_migrations(self, directory, branch=branch, progress=progress)

    # -- keeping --------------------------------------------------------------------------------------------------

    def fsck(self) -> list[results.Finding]:
        """Read the whole catalog and hash the whole store again, and compare the engine with the one of this pgGit.

        Returns drift and damage; nothing when all is well.
        """
        from pggit.repo.form import check_engine

        found = check_engine(self)
        return found + [results.Finding(*row) for row in self._rows("select * from pggit.fsck()")]

    def gc(self) -> dict[str, int]:
        """Remove commits that nothing reaches and trees that nothing needs; returns how many rows of each."""
        return dict(self._rows("select * from pggit.gc()"))

    def health(self) -> list[results.Check]:
        """Return the checks of `pggit.health_check()`, and whether the engine is the one of this pgGit."""
        from pggit.repo.engine_version import version_check
        from pggit.repo.form import as_check, check_engine

        engine = version_check(self.connection) or as_check(check_engine(self))
        return [*(results.Check(*row) for row in self._rows("select * from pggit.health_check()")), engine]

    def coverage(self) -> list[tuple[str, str]]:
        """Return what exists in the catalogs and no kind models, as (catalog, description)."""
        from pggit.kinds.coverage import unmodelled

        with translated():
            return list(unmodelled(self.connection))

    def settings(self) -> dict[str, str]:
        """Return the repository's settings that are not at their default."""
        return dict(
            self._rows("select name, value from pggit.setting where not starts_with(name, 'remote.') order by name")
        )

    def ignored(self, groups: Iterable[str]) -> set[str]:
        """Return the groups that are not tracked by the setting ``ignore``."""
        pattern = self.settings().get("ignore")
        if not pattern:
            return set()
        rows = self._rows("select key from unnest(%s::text[]) as key where key ~ %s", list(groups), pattern)
        return {key for (key,) in rows}

    def set(self, name: str, value: str | None) -> None:
        """Set a setting of the repository; None resets it.

        They are on_error, auto_commit, ignore, ignore_kinds, include_kinds, author.
        """
        self._call("select pggit.set(%s, %s)", name, value)

    def pause(self, duration: timedelta) -> None:
        """Capture nothing for a time; a duration of zero resumes. The next status finds what happened meanwhile."""
        self._call("select pggit.pause_tracking(%s)", duration)

    # -- with the database ----------------------------------------------------------------------------------------

    def _transaction(self) -> Any:
        return _Transaction(self)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _Explained(self):
            return self.connection.execute(query, values).fetchall()

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        row = self._rows(query, *values)
        return row[0]

    def _call(self, query: str, *values: object) -> None:
        self._rows(query, *values)

    @staticmethod
    def _changes(rows: list[tuple[Any, ...]]) -> tuple[results.Change, ...]:
        changes = tuple(results.Change(*row) for row in rows)
        if not {"create", "drop"} <= {change.verb for change in changes}:
            return changes  # and the kinds need not be imported
        from pggit.kinds import renamable

        return tuple(with_renames(changes, renamable))


class _Explained:
    """Translates the driver's errors; those about a missing schema pggit become NotInstalled."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._translated = translated()

    def __enter__(self) -> None:
        self._translated.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if getattr(error, "sqlstate", None) in ("3F000", "42P01", "42883") and _MISSING.match(str(error)):
            raise NotInstalled("this database is not tracked", hint="pggit init installs pgGit in it.") from error
        self._translated.__exit__(kind, error, trace)


class _Transaction:
    """A transaction whose errors, those at its end too, are translated."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def __enter__(self) -> None:
        self._translated = translated()
        self._translated.__enter__()
        try:
            self._inner = self._repository.connection.transaction()
            self._inner.__enter__()
        except BaseException as failure:  # the connection is lost
            self._translated.__exit__(type(failure), failure, failure.__traceback__)
            raise

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self._inner.__exit__(kind, error, trace)
        except BaseException as failure:
            self._translated.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._translated.__exit__(kind, error, trace)
