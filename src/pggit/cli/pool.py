"""Pools: clones of a template that are kept ready."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.command import COPY, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import EXIT_FOUND, EXIT_OK

if TYPE_CHECKING:
    from pggit.clone.pool import PoolState

Name = Annotated[str, Argument("[NAME]", "The pool.")]


@command(
    COPY,
    "pggit pool start --template T --size 5         # keep five clones of T ready",
    "pggit pool start ci --size 20                  # another size for pool ci",
    "pggit pool start ci --foreground               # fill it here, until Ctrl-C or pool stop",
    name="pool start",
)
def start(
    run: Run,
    name: Name = "default",
    template: Annotated[
        str | None, Option("--template", help="What the clones are copies of.", metavar="TEMPLATE")
    ] = None,
    size: Annotated[int | None, Option("--size", help="How many are kept ready.", metavar="N", min=1)] = None,
    foreground: Annotated[bool, Option("--foreground", help="Fill the pool here, not in the background.")] = False,
) -> None:
    """Keep clones ready: a process in the background makes a new one for each that is claimed.

    On other machines the same command starts processes that take over when the first one ends. To change template or
    size, start it again.
    """
    from pggit.clone import pool
    from pggit.db.connect import database_url

    url = database_url(run.settings)
    if foreground:
        if template or size:
            pool.define(url, name, template=template, size=size)
        pool.fill(url, name, _say)
        return
    log = run.settings.data_dir / "pools" / f"{name}.log"
    with run.working("Starting …"):
        started = pool.start(url, name, log, template=template, size=size)
    if run.json:
        run.out.json(_document(started.pool) | {"launched": started.launched, "log": str(log)})
        return
    run.out.line(f"Pool {name} keeps {started.pool.size} clones of {started.pool.template} ready.")
    if started.launched:
        run.out.line(f"Process {started.launched} fills it and writes to {log}.")


@command(COPY, "pggit pool stop", "pggit pool stop ci", name="pool stop")
def stop(run: Run, name: Name = "default") -> None:
    """End a pool, wherever it is filled, and drop what is ready. What was claimed stays."""
    from pggit.clone import pool
    from pggit.db.connect import database_url

    with run.working("Stopping …"):
        dropped = pool.stop(database_url(run.settings), name)
    if run.json:
        run.out.json({"pool": name, "dropped": dropped})
        return
    run.out.line(f"Pool {name} is stopped, {len(dropped)} ready clones are dropped.")


@command(COPY, "pggit pool status", "pggit pool status ci --json", name="pool status")
def status(run: Run, name: Annotated[str | None, Argument("[NAME]", "Only this pool.")] = None) -> int:
    """Show the pools of this role; exit with status 1 where one is not filled."""
    from contextlib import closing

    from pggit.clone import pool
    from pggit.db.connect import database_url
    from pggit.db.database import maintenance

    with closing(maintenance(database_url(run.settings))) as connection:
        found = pool.pools(connection, name)
    if run.json:
        run.out.json({"pools": [_document(one) for one in found]})
    elif not found:
        say("There are no pools.")
    else:
        rows = [(one.name, one.template, f"{one.ready} of {one.size}", *_filler(one)) for one in found]
        run.out.table(["POOL", "TEMPLATE", "READY", "FILLED BY", ""], rows, styles=["green"])
    return EXIT_FOUND if any(one.problem or not one.filler for one in found) else EXIT_OK


@command(
    COPY,
    "DATABASE_URL=$(pggit pool claim)",
    "pggit pool claim ci --name test_7 --ttl 2h",
    name="pool claim",
)
def claim(
    run: Run,
    name: Name = "default",
    called: Annotated[
        str | None, Option("--name", help="What the database is called; a new name by default.", metavar="DATABASE")
    ] = None,
    ttl: Annotated[str | None, Option("--ttl", help="When gc may drop it: 30min, 2h.", metavar="TIME")] = None,
) -> None:
    """Take a ready clone and print its URL, and nothing else. Where none is ready one is made at once."""
    from pggit.clone.pool import Pool
    from pggit.core.duration import duration_of
    from pggit.db.connect import database_url

    life = duration_of(ttl) if ttl else None
    with Pool(database_url(run.settings), name) as pool:
        found = pool.claim(called, ttl=life)
    if run.json:
        run.out.json(asdict(found))
        return
    for remark in found.remarks:
        say(remark)
    if found.strategy:
        say(f"none was ready in pool {name}: made in {found.milliseconds:.0f} ms")
    run.out.line(found.url)


def _say(text: str) -> None:
    from datetime import UTC, datetime

    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}")


def _filler(pool: PoolState) -> tuple[str, str]:
    others = f", then {', '.join(pool.standing_by)}" if pool.standing_by else ""
    return (pool.filler or "nobody") + others, pool.problem or ""


def _document(pool: PoolState) -> dict[str, Any]:
    return {key: value for key, value in asdict(pool).items() if key != "id"}
