"""The commands, imported when they are used, and the options before them."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from pggit import __version__
from pggit.cli import failure
from pggit.cli.command import Runnable, commands, options_of_all
from pggit.cli.output import Output
from pggit.cli.run import Run
from pggit.cli.stream import say, screened
from pggit.core.errors import PgGitError, UnprotectedSource, UsageError

MODULES = {
    "init": "setup", "upgrade": "setup", "uninstall": "setup", "grant": "setup", "revoke": "setup", "server": "server",
    "import": "migrations",
    "status": "status", "diff": "diff", "log": "log", "show": "show", "blame": "blame", "history": "blame",
    "reflog": "refs", "shortlog": "revisions", "show-branch": "branch",
    "describe": "revisions", "merge-base": "revisions", "rev-parse": "revisions",
    "commit": "commit", "branch": "branch", "tag": "refs",
    "switch": "switch", "reset": "reset", "revert": "revert", "cherry-pick": "pick",
    "rebase": "rebase", "stash": "stash",
    "merge": "merge", "conflicts": "resolve", "resolve": "resolve",
    "request": "request", "protect": "protect", "unprotect": "protect",
    "remote": "remote", "fetch": "share", "push": "share", "pull": "share",
    "plan": "plan", "apply": "apply", "prove": "prove", "deploy": "deploy",
    "template": "template", "clone": "clone", "pool": "pool", "worktree": "worktree",
    "drift": "drift", "bisect": "bisect", "export": "export",
    "sign": "sign", "verify": "sign", "anchor": "anchor",
    "fsck": "upkeep", "gc": "upkeep", "health": "upkeep", "pause": "upkeep", "config": "config",
}  # fmt: skip
"""The module of each command."""

_HELP = """Version control for PostgreSQL: who changed what in a schema, and how two schemas differ.

A STATE is a commit (HEAD~2, a branch, a tag, a hash, main@{1 day ago}), work (the live schema), the URL of any
database, dir:PATH or a file of SQL, or empty.
"""


class Program(click.Group):
    """The program: its commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Import a command.

        Raises:
            UsageError: there is none of this name; the hint says which is near.
        """
        if cmd_name not in MODULES:
            near = difflib.get_close_matches(cmd_name, MODULES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "pggit --help shows the commands."
            raise UsageError(f"{cmd_name!r} is no command of pggit", hint=hint)
        return build(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for name in MODULES:
            built = build(name)
            heading = next(found.heading for found in commands.values() if found.name.split()[0] == name)
            rows.setdefault(heading, []).append((name, built.get_short_help_str(80)))
        for heading, of_heading in rows.items():
            with formatter.section(heading):
                formatter.write_dl(of_heading)


class Group(click.Group):
    """A group of commands; ``alone`` is run where none of them is named."""

    def __init__(self, name: str, alone: Runnable | None, **values: Any) -> None:
        super().__init__(name, **values)
        self.alone = alone

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let the group's name alone, or with options, be a command."""
        if self.alone and (not args or (args[0].startswith("-") and args[0] != "--help")):
            args = [self.alone.found.name, *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of the group, or the one that its name alone means."""
        if self.alone and cmd_name == self.alone.found.name:
            return self.alone
        return super().get_command(ctx, cmd_name)


def build(name: str) -> click.Command:
    """Return a command, or a group of commands, for click to run."""
    module = importlib.import_module(f"pggit.cli.{MODULES[name]}")
    below = [Runnable(found) for found in commands.values() if found.name.startswith(name + " ")]
    alone = Runnable(commands[name]) if name in commands else None
    if alone and not below:
        return alone
    group = Group(name, alone, help=module.__doc__, subcommand_metavar="COMMAND", no_args_is_help=False)
    for command in below:
        group.add_command(command)
    return group


def program() -> Program:
    """Return the whole program for click to run."""
    return Program(
        "pggit",
        params=[
            click.Option(["-C", "directory"], metavar="DIR", help="Work as if started in DIR."),
            *options_of_all(),
            click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
                         help="Print the version."),
        ],
        callback=_before,
        help=_HELP,
        epilog="pggit COMMAND --help tells more of a command, with examples.",
        subcommand_metavar="COMMAND",
        no_args_is_help=False,
        invoke_without_command=True,
    )  # fmt: skip


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"pggit {__version__}")
        context.exit()


def _before(directory: str | None, **options: Any) -> None:
    context = click.get_current_context()
    if directory:
        os.chdir(directory)
    context.obj.take(options)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Run a command line and return the exit status."""
    Output.warnings.clear()
    with screened(), warnings.catch_warnings():
        warnings.simplefilter("always", UnprotectedSource)
        warnings.showwarning = partial(_warn, warnings.showwarning)
        return _run(Run(), arguments)


def _warn(otherwise: Callable[..., None], message: Warning | str, category: type[Warning], *rest: Any) -> None:
    if not issubclass(category, UnprotectedSource):
        otherwise(message, category, *rest)
        return
    Output.warnings.append(str(message))
    say(f"pggit: {message}")


def _run(state: Run, arguments: list[str]) -> int:
    try:
        # click's own main() would turn a broken pipe into status 1
        with program().make_context("pggit", list(arguments), obj=state, max_content_width=100) as context:
            status = context.command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except BrokenPipeError:
        # what is still buffered would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failure.BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        say("")
        return failure.INTERRUPTED
    except PgGitError as error:
        return failure.report(error, as_json=_wants_json(state, arguments))
    except click.ClickException as error:
        return failure.report(failure.of_click(error), as_json=_wants_json(state, arguments))
    except Exception as error:
        known = failure.of_other(error)
        if known.exit_status == failure.FAULT and _debugging(state):
            failure.trace(error)
        return failure.report(known, as_json=_wants_json(state, arguments))
    return int(status or 0)


def _wants_json(state: Run, arguments: list[str]) -> bool:
    """Whether JSON was asked for, also where the command line could not be read to its end."""
    before_dashes = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return state.json or "--json" in before_dashes


def _debugging(state: Run) -> bool:
    try:
        return state.settings.debug
    except PgGitError:
        return False
