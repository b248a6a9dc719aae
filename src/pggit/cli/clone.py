"""Clones: databases made in milliseconds of a template, a state, files or another database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.command import COPY, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.clone import Clone
    from pggit.clone.label import Labelled
    from pggit.db.strategy import Strategy

_STRATEGY = Option("--strategy", metavar="HOW", help="wal_log, file_copy or file_clone; the one that takes least time.")
_FORCE = Option("--force", help="End the sessions that are in the way.")


@command(
    COPY,
    "DATABASE_URL=$(pggit clone create shop_try)  # the schema of the database, and its history",
    "pggit clone create shop_try --from dir:schema --ttl 2h",
    "pggit clone create shop_try --env local  # the files of the environment, with its seeds",
    "pggit clone create shop_try --from main~2",
    "pggit clone create shop_try --with-data  # with all rows, as they are at one moment",
    "pggit clone create shop_try public.countries --with-data  # with the rows of this table",
    "pggit clone create shop_try --template 1f9a5c",
    "pggit clone create shop_try --copy shop  # files and all, where nobody is connected",
    name="clone create",
)
def create(
    run: Run,
    name: Annotated[str, Argument("NAME", help="What the database is to be called.")],
    tables: Annotated[tuple[str, ...], Argument("[TABLE]...", help="With --with-data: only the rows of these.")] = (),
    template: Annotated[
        str | None, Option("--template", metavar="T", help="A template: its name, hash, or what it is of.")
    ] = None,
    from_: Annotated[
        str | None, Option("--from", metavar="SOURCE", help="dir:PATH, a file, a state, a URL; the database itself.")
    ] = None,
    env: Annotated[
        str | None, Option("--env", metavar="NAME", help="The environment: which files, and which seeds on top.")
    ] = None,
    with_data: Annotated[bool, Option("--with-data", help="Of a live database: its rows too.")] = False,
    copy: Annotated[
        str | None,
        Option("--copy", metavar="DATABASE", help="Copy the files of a database, rows and all."),
    ] = None,
    ttl: Annotated[str | None, Option("--ttl", metavar="TIME", help="After so long gc may drop it: 30min, 2h.")] = None,
    strategy: Annotated[str | None, _STRATEGY] = None,
    force: Annotated[bool, Option("--force", help="With --copy: end the sessions of that database.")] = False,
    isolated: Annotated[
        bool, Option("--isolated", help="Without user mappings and addresses of foreign servers: it reaches none.")
    ] = False,
) -> None:
    """Make a database, and print its URL and nothing else.

    It is a copy of a sealed template, which is built first where it is not there. Nobody who is connected to a live
    database notices that it is cloned: it is read under one snapshot, schema and history into a template, or with its
    rows. Clones whose time is over are dropped on the way.
    """
    from pggit.core.duration import duration_of
    from pggit.db import database
    from pggit.db.connect import database_url

    _refuse_together({"--template": template, "--from or --env": from_ or env, "--copy": copy})
    _refuse_together({"--template": template, "--with-data": with_data, "--copy": copy})
    if tables and not with_data:
        raise UsageError("tables are for --with-data", hint=f"pggit clone create {name} TABLE … --with-data")
    if force and not copy:
        raise UsageError("--force is for --copy: nothing else disturbs anybody")
    life = duration_of(ttl) if ttl else None
    url = database_url(run.settings)
    with closing(database.maintenance(url)) as connection:
        _drop_expired(connection)
        database.require_free(connection, name)
        chosen = _strategy(connection, strategy)
        if copy:
            made = _copied(run, connection, copy, name, life, chosen, force, isolated)
        elif with_data:
            made = _filled(run, connection, url, name, life, from_, tables, isolated)
        else:
            found = template or _built(run, connection, url, from_, env)
            made = _cloned(connection, found, name, life, chosen, isolated)
    _tell(run, made)


@command(COPY, "pggit clone list", "pggit clone list --json | jq -r '.clones[].name'", name="clone list")
def list_clones(run: Run) -> None:
    """Show the clones of the server."""
    from pggit.clone import clone
    from pggit.db import database

    with _server(run) as connection:
        found = [(one, database.size(connection, one.name)) for one in clone.clones(connection)]
    if run.json:
        run.out.json({"clones": [_document(one, size) for one, size in found]})
        return
    now = datetime.now(UTC)
    rows = [
        (
            one.name, one.label.source, age(now, one.label.made), _left(now, one), size_of(size), one.owner,
            f"{one.sessions} connected" if one.sessions else "",
        )
        for one, size in found
    ]  # fmt: skip
    if not rows:
        say("There are no clones.")
        return
    run.out.table(["CLONE", "OF", "AGE", "LEFT", "SIZE", "OWNER", ""], rows, styles=["green"])


@command(COPY, "pggit clone drop shop_try", "pggit clone drop shop_try --force", name="clone drop")
def drop(
    run: Run,
    names: Annotated[tuple[str, ...], Argument("NAME...", help="The clones.")],
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Drop clones. What pgGit did not make it does not drop; a worktree with work of its own goes only by force."""
    from pggit.work.worktree import drop_clone

    with _server(run) as connection:
        for name in names:
            drop_clone(connection, name, force=force)
            if not run.json:
                run.out.line(f"Dropped {name}.")
    if run.json:
        run.out.json({"dropped": names})


@command(COPY, "pggit clone reset shop_try", "pggit clone reset shop_try --force", name="clone reset")
def reset(
    run: Run,
    name: Annotated[str, Argument("NAME", help="The clone.")],
    strategy: Annotated[str | None, _STRATEGY] = None,
    force: Annotated[bool, _FORCE] = False,
) -> None:
    """Put a clone back to how it began, by a new copy of its template; prints its URL."""
    from pggit.clone import clone

    with _server(run) as connection:
        made = clone.reset(connection, name, force=force, strategy=_strategy(connection, strategy))
    _tell(run, made)


@command(COPY, "pggit clone gc", "pggit clone gc --force  # also those that somebody is connected to", name="clone gc")
def gc(run: Run, force: Annotated[bool, _FORCE] = False) -> None:
    """Drop clones whose time is over, ready ones that no pool has, and what interrupted commands left behind."""
    from pggit.clone import clone, pool

    with _server(run) as connection:
        dropped, used = clone.gc(connection, force=force)
        dropped += pool.gc(connection)
    if run.json:
        run.out.json({"dropped": dropped, "in_use": [one.name for one in used]})
        return
    run.out.lines(f"Dropped {name}." for name in dropped)
    run.out.lines(f"{one.name} stays: {one.sessions} connected. --force ends them." for one in used)
    if not dropped and not used:
        run.out.line("Nothing is to be dropped.")


def age(now: datetime, made: str) -> str:
    """Return how old something is, as people say it."""
    return spoken(now - datetime.fromisoformat(made))


def spoken(length: timedelta) -> str:
    """Return a length of time in its greatest unit."""
    seconds = int(length.total_seconds())
    for unit, many in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= many:
            return f"{seconds // many} {unit}"
    return f"{seconds} s"


def size_of(number: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"


def _refuse_together(given: dict[str, object]) -> None:
    found = [name for name, value in given.items() if value]
    if len(found) > 1:
        raise UsageError(f"{' and '.join(found)} do not go together")


def _drop_expired(connection: Connection) -> None:
    from pggit.clone import clone

    clone.gc(connection)


def _strategy(connection: Connection, written: str | None) -> Strategy | None:
    from pggit.db.strategy import named

    return named(written, connection.info.server_version // 10000) if written else None


def _built(run: Run, connection: Connection, url: str, from_: str | None, env: str | None) -> str:
    """Build the template where it is not there; returns its name."""
    from pggit.clone import template
    from pggit.clone.source.named import source_of
    from pggit.db.connect import connection_parameters

    source = source_of(from_, url, run.settings, environment=env)
    waiting = lambda name: _remark(f"somebody else is building {name}: waiting for it")  # noqa: E731
    with run.working(f"Building a template of {source.label} …"):
        made = template.build(connection, source, like=connection_parameters(url).get("dbname"), waiting=waiting)
    if run.json:
        return made.name
    if made.built:
        _remark(f"template of {made.source} built in {made.milliseconds / 1000:.2f} s")
    for remark in made.remarks:
        _remark(remark)
    return made.name


def _cloned(
    connection: Connection,
    template: str,
    name: str,
    ttl: timedelta | None,
    strategy: Strategy | None,
    isolated: bool,
) -> Clone:
    from pggit.clone import clone
    from pggit.clone.template import find

    return clone.create(
        connection, find(connection, template).name, name, ttl=ttl, strategy=strategy, isolated=isolated
    )


def _filled(
    run: Run,
    connection: Connection,
    url: str,
    name: str,
    ttl: timedelta | None,
    from_: str | None,
    tables: tuple[str, ...],
    isolated: bool,
) -> Clone:
    from pggit.clone import direct
    from pggit.clone.source.named import source_of

    source = source_of(from_, url, run.settings, rows=tables or True)
    with run.working(f"Copying {source.label} …"):
        return direct.fill(connection, source, name, ttl=ttl, isolated=isolated)


def _copied(
    run: Run,
    connection: Connection,
    source: str,
    name: str,
    ttl: timedelta | None,
    strategy: Strategy | None,
    force: bool,
    isolated: bool,
) -> Clone:
    from pggit.clone import direct

    with run.working(f"Copying {source} …"):
        return direct.copy(connection, source, name, ttl=ttl, strategy=strategy, force=force, isolated=isolated)


def _tell(run: Run, made: Clone) -> None:
    if run.json:
        run.out.json(made)
        return
    how = f"copied by {made.strategy}" if made.strategy else "rows and all, under one snapshot"
    _remark(f"{made.name}: {made.source}; {how} in {made.milliseconds:.0f} ms")
    for remark in made.remarks:
        _remark(remark)
    if made.servers:
        _remark(f"it has foreign servers, which statements may reach: {', '.join(made.servers)} (--isolated)")
    run.out.line(made.url)


def _remark(text: str) -> None:
    say(text)


def _left(now: datetime, one: Labelled) -> str:
    if one.label.expires is None:
        return ""
    left = datetime.fromisoformat(one.label.expires) - now
    return spoken(left) if left > timedelta() else "over"


@contextmanager
def _server(run: Run) -> Iterator[Connection]:
    from pggit.db.connect import database_url
    from pggit.db.database import maintenance

    with closing(maintenance(database_url(run.settings))) as connection:
        yield connection


def _document(one: Labelled, size: int) -> dict[str, Any]:
    label = one.label
    return {
        "name": one.name,
        "template": label.base,
        "source": label.source,
        "owner": one.owner,
        "made": label.made,
        "expires": label.expires,
        "origin": label.origin,
        "bytes": size,
        "sessions": one.sessions,
        "took": label.took,
    }
