"""How a function becomes a command: the options that all commands have, help with examples, objects after ``--``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pggit.cli.run import Run

START, LOOK, RECORD, KEEP = "Start", "Look", "Record", "Keep"
"""The panels of `pggit --help`."""

_PANEL = "Options of all commands"

Everywhere = {
    "db": (
        Annotated[
            str | None, typer.Option("--db", metavar="URL", help="The database to work on.", rich_help_panel=_PANEL)
        ],
        None,
    ),
    "json": (Annotated[bool, typer.Option("--json", help="Print JSON for programs.", rich_help_panel=_PANEL)], False),
    "no_color": (Annotated[bool, typer.Option("--no-color", help="No colours.", rich_help_panel=_PANEL)], False),
    "no_pager": (Annotated[bool, typer.Option("--no-pager", help="No pager.", rich_help_panel=_PANEL)], False),
}
"""The options that may stand before a command and after it, with their defaults."""

Body = Callable[..., int | None]


@dataclass(frozen=True)
class Command:
    """A command: its function, the panel that it is listed in, examples for its help."""

    name: str
    body: Body
    panel: str
    examples: tuple[str, ...]
    after_dashes: bool


commands: dict[str, Command] = {}
"""All commands of the modules imported so far, by name; ``server start`` is one of group ``server``."""


def command(
    panel: str, *examples: str, name: str | None = None, after_dashes: bool = False
) -> Callable[[Body], Body]:
    """Register a function ``(run, …) → exit status or None`` as the command of its name.

    Args:
        panel: where `pggit --help` lists it.
        examples: command lines, each with what it does after two spaces and ``#``.
        name: where it is not the function's.
        after_dashes: what follows ``--`` goes to ``run.objects``, and is no argument.
    """

    def register(body: Body) -> Body:
        called = name or body.__name__
        commands[called] = Command(called, body, panel, examples, after_dashes)
        return body

    return register


def add_to(app: typer.Typer, found: Command) -> None:
    """Make a registered command one of a typer application."""
    app.command(
        found.name.split()[-1],
        cls=_AfterDashes if found.after_dashes else TyperCommand,
        epilog="\n\n".join(["Examples:", *(line.replace("[", r"\[") for line in found.examples)]),
        rich_help_panel=found.panel,
    )(_with_options(found.body))


class _AfterDashes(TyperCommand):
    """A command that keeps apart what follows ``--``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            ctx.meta["objects"] = args[at + 1 :]
            args = args[:at]
        return super().parse_args(ctx, args)


def _with_options(body: Body) -> Body:
    """Give a function the options of all commands, and what they say as its argument ``run``."""
    own = list(inspect.signature(body, eval_str=True).parameters.values())[1:]
    added = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for option, (annotation, default) in Everywhere.items()
    ]
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *added, context]

    @functools.wraps(body)
    def wrapped(ctx: typer.Context, **values: Any) -> int | None:
        run: Run = ctx.find_root().obj
        run.take({option: values.pop(option) for option in Everywhere})
        run.objects = tuple(ctx.meta.get("objects", ()))
        return body(run, **values)

    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapped
