"""The commands, imported when they are used, and the options before them."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from pggit import __version__
from pggit.cli import failure
from pggit.cli.command import Everywhere, add_to, commands
from pggit.cli.run import Run
from pggit.core.errors import PgGitError, UsageError

MODULES = {
    "init": "setup", "upgrade": "setup", "uninstall": "setup", "grant": "setup",
    "status": "status", "log": "log", "diff": "diff", "show": "show",
    "blame": "blame", "history": "blame",
    "commit": "commit",
    "branch": "refs", "switch": "refs", "tag": "refs", "reflog": "refs",
    "fsck": "upkeep", "gc": "upkeep", "health": "upkeep", "pause": "upkeep",
    "config": "config", "server": "server",
}  # fmt: skip
"""The module of each command."""


class Commands(TyperGroup):
    """The commands of pggit, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; an unknown name is an error that says which is near."""
        if cmd_name not in MODULES:
            near = difflib.get_close_matches(cmd_name, MODULES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "pggit --help shows the commands."
            raise UsageError(f"{cmd_name!r} is no command of pggit", hint=hint)
        return build(cmd_name)


def build(name: str) -> Any:
    """Return a command, or a group of commands, for typer to run."""
    importlib.import_module(f"pggit.cli.{MODULES[name]}")
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    parts = [found for found in commands.values() if found.name == name or found.name.startswith(name + " ")]
    for found in parts:
        add_to(app, found)
    if parts[0].name == name:
        return get_command(app)
    module = sys.modules[f"pggit.cli.{MODULES[name]}"]
    app.callback(help=module.__doc__, rich_help_panel=parts[0].panel)(lambda: None)
    group = get_command(app)
    group.name = name
    return group


def root() -> Any:
    """Return the whole program for typer to run."""
    app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=True, rich_markup_mode="rich")
    app.callback(epilog="pggit COMMAND --help tells more of a command, with examples.")(_root)
    return get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"pggit {__version__}")
        raise typer.Exit()


def _root(
    ctx: typer.Context,
    directory: Annotated[str | None, typer.Option("-C", metavar="DIR", help="Work as if started in DIR.")] = None,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
    db: Everywhere["db"][0] = None,  # type: ignore[valid-type]
    json: Everywhere["json"][0] = False,  # type: ignore[valid-type]
    no_color: Everywhere["no_color"][0] = False,  # type: ignore[valid-type]
    no_pager: Everywhere["no_pager"][0] = False,  # type: ignore[valid-type]
) -> None:
    """Version control for PostgreSQL: who changed what in a schema, when, and how to tell two schemas apart."""
    if directory:
        os.chdir(directory)
    ctx.obj.take({"db": db, "json": json, "no_color": no_color, "no_pager": no_pager})


def run(arguments: list[str]) -> int:
    """Run a command line and return the exit status."""
    state = Run()
    try:
        status = root().main(args=arguments, prog_name="pggit", standalone_mode=False, obj=state)
        sys.stdout.flush()
    except BrokenPipeError:
        # what is still buffered would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failure.BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        print(file=sys.stderr)
        return failure.INTERRUPTED
    except PgGitError as error:
        return failure.report(error, as_json=_wants_json(state, arguments))
    except Exception as error:
        if not hasattr(error, "format_message") and _debugging(state):
            failure.trace(error)
        return failure.report(failure.as_known(error), as_json=_wants_json(state, arguments))
    return int(status or 0)


def _wants_json(state: Run, arguments: list[str]) -> bool:
    """Whether JSON was asked for, also where the command line could not be read to its end."""
    before_dashes = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return state.json or "--json" in before_dashes


def _debugging(state: Run) -> bool:
    try:
        return bool(state.settings.debug)
    except PgGitError:
        return False
