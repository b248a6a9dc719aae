"""Templates: sealed databases that clones are copies of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.command import COPY, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.label import Labelled
    from pggit.clone.template import Template


@command(
    COPY,
    "pggit template build  # the schema of the database, and its history",
    "pggit template build --from dir:schema",
    "pggit template build --env local  # the files that [environments.local] includes, and its seeds",
    "pggit template build --from main",
    "pggit template build --from postgresql://host/shop --with-data",
    "pggit template build --from postgresql://host/shop --with-data public.countries",
    name="template build",
)
def build(
    run: Run,
    tables: Annotated[tuple[str, ...], Argument("[TABLE]...", help="With --with-data: only the rows of these.")] = (),
    from_: Annotated[
        str | None, Option("--from", metavar="SOURCE", help="dir:PATH, a file, a state, a URL; the database itself.")
    ] = None,
    env: Annotated[
        str | None, Option("--env", metavar="NAME", help="The environment: which files, and which seeds on top.")
    ] = None,
    with_data: Annotated[bool, Option("--with-data", help="Of a database: with its rows.")] = False,
    schema_only: Annotated[bool, Option("--schema-only", help="Without the environment's seeds.")] = False,
    no_store: Annotated[bool, Option("--no-store", help="Of a database: without what pgGit keeps there.")] = False,
    no_owner: Annotated[bool, Option("--no-owner", help="Of a database: without owners and grants.")] = False,
) -> None:
    """Build a template where there is none of the same contents, and print its name.

    Its name is the hash of everything that builds it: unchanged input builds nothing. It is on the server of --db. A
    live database is read under one snapshot; nobody who is connected to it notices.
    """
    from pggit.clone import template
    from pggit.clone.source.named import source_of
    from pggit.db.connect import connection_parameters, database_url

    if tables and not with_data:
        raise UsageError("tables are for --with-data", hint="pggit template build --with-data TABLE …")
    if schema_only and with_data:
        raise UsageError("--schema-only or --with-data")
    url = database_url(run.settings)
    source = source_of(
        from_,
        url,
        run.settings,
        environment=env,
        seeds=not schema_only,
        rows=tables or with_data,
        store=not no_store,
        owners=not no_owner,
    )
    with _server(url) as connection, run.working(f"Building a template of {source.label} …"):
        made = template.build(
            connection, source, like=connection_parameters(url).get("dbname"), waiting=lambda name: _remark(
                run, f"Somebody else is building {name}: waiting for it."
            )
        )  # fmt: skip
    if run.json:
        run.out.json(made)
        return
    _remark(run, _told(made))
    for remark in made.remarks:
        _remark(run, remark)
    run.out.line(made.name)


@command(COPY, "pggit template list", "pggit template list --json | jq -r '.templates[].name'", name="template list")
def list_templates(run: Run) -> None:
    """Show the templates of the server, the newest first."""
    from pggit.clone import template

    with _connected(run) as connection:
        found = template.templates(connection)
    if run.json:
        run.out.json({"templates": [_document(one) for one in found]})
        return
    rows = [
        (
            one.name,
            one.label.source,
            one.label.made[:16].replace("T", " "),
            _size(one.label.bytes or 0),
            one.owner,
            (one.label.used or "") if one.sealed else "not sealed",
        )
        for one in found
    ]
    run.out.table(["TEMPLATE", "OF", "BUILT", "SIZE", "OWNER", "USED"], rows, styles=["green"])


@command(
    COPY,
    "pggit template gc --dry-run",
    "pggit template gc --older-than 7d",
    name="template gc",
)
def gc(
    run: Run,
    older_than: Annotated[
        str | None, Option("--older-than", metavar="TIME", help="Also those that were not copied for so long: 7d.")
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would go, drop nothing.")] = False,
) -> None:
    """Drop templates that a newer one of the same source has replaced and nothing is built on, and unfinished ones."""
    from pggit.clone import unused
    from pggit.core.duration import duration_of

    age = duration_of(older_than) if older_than else None
    with _connected(run) as connection:
        found = unused.gc(connection, older_than=age, dry_run=dry_run)
    if run.json:
        run.out.json({"dry_run": dry_run, "dropped": found})
        return
    for one in found:
        run.out.line(f"{'Would drop' if dry_run else 'Dropped'} {one.name}: {one.why}.")
    if not found:
        run.out.line("Nothing is to be dropped.")


@command(COPY, "pggit template drop pggit_template_1f9a5c0e2b7d4466", name="template drop")
def drop(
    run: Run,
    name: Annotated[str, Argument("TEMPLATE", help="Its name, the beginning of its hash, or what it is of.")],
) -> None:
    """Drop a template. Clones of it stay, but cannot be reset."""
    from pggit.clone import template, unused

    with _connected(run) as connection:
        found = template.find(connection, name, unsealed=True)
        unused.drop(connection, found.name)
    run.out.json({"dropped": found.name}) if run.json else run.out.line(f"Dropped {found.name}.")


@command(COPY, "pggit template verify", "pggit template verify 1f9a5c", name="template verify")
def verify(
    run: Run,
    name: Annotated[
        str | None, Argument("[TEMPLATE]", help="Its name, the beginning of its hash, or what it is of; all.")
    ] = None,
) -> int:
    """Read templates again, each from a copy, and compare with what was built; exit with status 1 where one differs."""
    from pggit.clone import template
    from pggit.clone.verify import verify

    with _connected(run) as connection:
        wanted = (
            [template.find(connection, name, unsealed=True)]
            if name
            else [one for one in template.templates(connection) if one.mine]
        )
        with run.working("Reading templates …"):
            found = {one.name: verify(connection, one) for one in wanted}
    wrong = any(check.outcome == "wrong" for checks in found.values() for check in checks)
    if run.json:
        run.out.json({"templates": [{"name": one, "checks": checks} for one, checks in found.items()]})
        return EXIT_FOUND if wrong else EXIT_OK
    styles = {"ok": "green", "skipped": "yellow", "wrong": "red"}
    for one, checks in found.items():
        run.out.line(one)
        for check in checks:
            word = run.out.style(f"{check.outcome:<8}", styles[check.outcome])
            run.out.line(f"  {word} {check.name:<9} {check.message}".rstrip())
    if not found:
        run.out.line("There are no templates of this role.")
    return EXIT_FOUND if wrong else EXIT_OK


@contextmanager
def _connected(run: Run) -> Iterator[Connection]:
    from pggit.db.connect import database_url

    with _server(database_url(run.settings)) as connection:
        yield connection


@contextmanager
def _server(url: str) -> Iterator[Connection]:
    from pggit.db.database import maintenance

    with closing(maintenance(url)) as connection:
        yield connection


def _remark(run: Run, text: str) -> None:
    if not run.json:
        say(text)


def _told(made: Template) -> str:
    took = f"{made.milliseconds / 1000:.2f} s"
    done = f"Built in {took}" if made.built else f"There already, found in {took}"
    return f"{done}: {made.source}; {made.files} files, {_size(made.bytes)}."


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"


def _document(one: Labelled) -> dict[str, Any]:
    label = one.label
    return {
        "name": one.name,
        "hash": label.hash,
        "source": label.source,
        "base": label.base,
        "owner": one.owner,
        "sealed": one.sealed,
        "made": label.made,
        "used": label.used,
        "milliseconds": label.more.get("ms"),
        "files": label.files,
        "bytes": label.bytes,
        "took": label.took,
    }
