"""The embedded server of the project: start, stop, status, url."""

from __future__ import annotations

from pggit.cli.command import START, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK


@command(START, "pggit server start", name="server start")
def start(run: Run) -> None:
    """Start the server unless it runs, and print its URL. Other commands start it when they need it."""
    from pggit.db import embedded

    with run.working("Starting PostgreSQL …"):
        url = embedded.start(run.settings)
    _print_url(run, url)


@command(START, "pggit server stop", name="server stop")
def stop(run: Run) -> None:
    """Stop the server. Its data stay."""
    from pggit.db import embedded

    stopped = embedded.stop(run.settings)
    if run.json:
        run.out.json({"stopped": stopped})
        return
    run.out.line("The server is stopped." if stopped else "The server was not running.")


@command(START, "pggit server status", name="server status")
def status(run: Run) -> int:
    """Tell whether the server runs; exit with status 1 where it does not."""
    from pggit.db import embedded

    server = embedded.embedded_server(run.settings)
    found = server.status()
    if run.json:
        run.out.json({"running": found is not None, "pid": found and found.pid, "data": str(server.datadir)})
    elif found:
        run.out.line(f"The server runs as process {found.pid}, its data are in {server.datadir}.")
    else:
        run.out.line(f"The server is not running. Its data are in {server.datadir}.")
    return EXIT_OK if found else EXIT_FOUND


@command(START, "psql $(pggit server url)", name="server url")
def url(run: Run) -> None:
    """Print the URL of the server, and start it where it does not run."""
    from pggit.db import embedded

    _print_url(run, embedded.start(run.settings))


def _print_url(run: Run, found: str) -> None:
    run.out.json({"url": found}) if run.json else run.out.line(found)
