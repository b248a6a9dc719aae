"""The embedded servers of the project, the ordinary one and the one for tests: start, stop, status, url."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import START, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import EXIT_FOUND, EXIT_OK

if TYPE_CHECKING:
    from pggit.db.server import Server

_Tests = Annotated[
    bool, Option("--tests", help="The server for tests: quicker, in memory where there is room, with fsync off.")
]


@command(START, "pggit server start", "pggit server start --tests", name="server start")
def start(run: Run, tests: _Tests = False) -> None:
    """Start the server unless it runs, and print its URL. Other commands start it when they need it.

    The server for tests may lose all that it holds: fsync is off. pgGit's pytest plugin starts it by itself.
    """
    with run.working("Starting PostgreSQL …"):
        url = _server(run, tests).start()
    _print_url(run, url)
    _say(run, tests)


@command(START, "pggit server stop", "pggit server stop --tests", name="server stop")
def stop(run: Run, tests: _Tests = False) -> None:
    """Stop the server. Its data stay; those of the server for tests are removed."""
    stopped = _server(run, tests).stop(discard=tests)
    if run.json:
        run.out.json({"stopped": stopped})
        return
    run.out.line("The server is stopped." if stopped else "The server was not running.")


@command(START, "pggit server status", name="server status")
def status(run: Run, tests: _Tests = False) -> int:
    """Tell whether the server runs; exit with status 1 where it does not."""
    server = _server(run, tests)
    found = server.status()
    if run.json:
        run.out.json({"running": found is not None, "pid": found and found.pid, "data": str(server.datadir)})
    elif found:
        run.out.line(f"The server runs as process {found.pid}, its data are in {server.datadir}.")
    else:
        run.out.line(f"The server is not running. Its data are in {server.datadir}.")
    return EXIT_OK if found else EXIT_FOUND


@command(START, "psql $(pggit server url)", 'export PGGIT_DB="$(pggit server url --tests)"', name="server url")
def url(run: Run, tests: _Tests = False) -> None:
    """Print the URL of the server, and start it where it does not run."""
    _print_url(run, _server(run, tests).start())
    _say(run, tests)


def _server(run: Run, tests: bool) -> Server:
    if not tests:
        from pggit.db import embedded

        return embedded.embedded_server(run.settings)
    from pggit.db import for_tests

    return for_tests.tests_server(run.settings)


def _print_url(run: Run, found: str) -> None:
    run.out.json({"url": found}) if run.json else run.out.line(found)


def _say(run: Run, tests: bool) -> None:
    """Say what the server for tests does not do, beside the result."""
    if tests:
        from pggit.db import for_tests

        say(for_tests.SAID)
