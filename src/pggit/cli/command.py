"""How a function becomes a command: its parameters, the options that all commands have, help with examples."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

import click

from pggit.cli.run import Run

START, LOOK, RECORD, CHANGE, KEEP, COPY = "Start", "Look", "Record", "Change", "Keep", "Copy"
"""The headings of `pggit --help`."""

Body = Callable[..., int | None]


@dataclass(frozen=True)
class Argument:
    """Describes a positional parameter, in ``Annotated``: as it is written in the usage line, and its help."""

    written: str
    help: str


@dataclass(frozen=True, init=False)
class Option:
    """Describes an option, in ``Annotated``: its names, its help, what its value is called, the least number."""

    names: tuple[str, ...]
    help: str
    metavar: str | None
    min: int | None

    def __init__(self, *names: str, help: str, metavar: str | None = None, min: int | None = None) -> None:
        for name, value in (("names", names), ("help", help), ("metavar", metavar), ("min", min)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Command:
    """A command: its function, the heading that it is listed under, examples for its help."""

    name: str
    body: Body
    heading: str
    examples: tuple[str, ...]
    after_dashes: bool
    rest: str | None = None


commands: dict[str, Command] = {}
"""All commands of the modules imported so far, by name; ``server start`` is one of group ``server``."""


def command(
    heading: str, *examples: str, name: str | None = None, after_dashes: bool = False, rest: str | None = None
) -> Callable[[Body], Body]:
    """Register a function ``(run, …) → exit status or None`` as the command of its name.

    Args:
        heading: under which `pggit --help` lists it.
        examples: command lines, each with what it does after ``  #``.
        name: where it is not the function's.
        after_dashes: what follows ``--`` goes to ``run.objects``, and is no argument.
        rest: the option whose value is a program; what follows goes to ``run.objects``: its arguments.
    """

    def register(body: Body) -> Body:
        called = name or body.__name__
        commands[called] = Command(called, body, heading, examples, after_dashes, rest)
        return body

    return register


def options_of_all() -> list[click.Option]:
    """Return the options that may stand before every command and after it."""
    return [
        click.Option(["--db"], metavar="URL", help="The database to work on."),
        click.Option(["--json"], is_flag=True, help="Print JSON for programs."),
        click.Option(["--trust-source"], is_flag=True, help="Run SQL of files and repositories with your own rights."),
        click.Option(["--no-color"], is_flag=True, help="No colours."),
        click.Option(["--no-pager"], is_flag=True, help="No pager."),
    ]


class Runnable(click.Command):
    """A registered command for click to run."""

    def __init__(self, found: Command) -> None:
        self.found = found
        self.common = options_of_all()
        own = [_parameter(parameter) for parameter in _parameters(found.body)]
        super().__init__(
            found.name.split()[-1],
            params=[*own, *self.common],
            callback=self._call,
            help=inspect.getdoc(found.body),
            options_metavar="[OPTIONS]" if any(isinstance(p, click.Option) for p in own) else "",
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep apart what follows ``--``, or the program to run, where the command wants it so."""
        if self.found.after_dashes and "--" in args:
            at = args.index("--")
            ctx.meta["objects"] = args[at + 1 :]
            args = args[:at]
        if self.found.rest in args:
            at = args.index(self.found.rest)
            ctx.meta["objects"] = args[at + 2 :]
            args = args[: at + 2]
        return super().parse_args(ctx, args)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write nothing where newer versions of click write arguments: `format_options` does."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, own options, and those of all commands, each under a heading."""
        own = [p for p in self.params if p not in self.common]
        _write(
            formatter, "Arguments", [(p.make_metavar(ctx), p.description) for p in own if isinstance(p, _Positional)]
        )
        _write(formatter, "Options", [r for p in own if isinstance(p, click.Option) if (r := p.get_help_record(ctx))])
        common = [*self.common, self.get_help_option(ctx)]
        _write(formatter, "Options of all commands", [r for p in common if p and (r := p.get_help_record(ctx))])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        with formatter.section("Examples"):
            for line in self.found.examples:
                formatter.write(f"{'':{formatter.current_indent}}$ {line}\n")

    def _call(self, **values: Any) -> int | None:
        context = click.get_current_context()
        run: Run = context.find_root().obj
        run.take({option.name: values.pop(option.name) for option in self.common if option.name})
        run.objects = tuple(context.meta.get("objects", ()))
        return self.found.body(run, **values)


class _Positional(click.Argument):
    """An argument with a help text, written in the usage line as it was described."""

    def __init__(self, *args: Any, help: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.description = help

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        """Return how the usage line writes it."""
        return self.metavar or ""


def _write(formatter: click.HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)


def _parameters(body: Body) -> list[inspect.Parameter]:
    """Return the parameters of a command's function after ``run``."""
    return list(inspect.signature(body, eval_str=True).parameters.values())[1:]


def _parameter(parameter: inspect.Parameter) -> click.Parameter:
    """Make click's parameter of a function's."""
    if get_origin(parameter.annotation) is not Annotated:
        raise TypeError(f"{parameter.name} has no Argument or Option")
    type_, described = get_args(parameter.annotation)
    plain, many = _plain(type_)
    required = parameter.default is inspect.Parameter.empty
    given = {} if required else {"default": parameter.default}
    if isinstance(described, Argument):
        return _Positional(
            [parameter.name],
            metavar=described.written,
            help=described.help,
            required=required,
            nargs=-1 if many else 1,
            **given,
        )
    names = [parameter.name, *described.names]
    if plain is bool:
        return click.Option(names, is_flag=True, help=described.help, **given)
    return click.Option(
        names,
        type=_Whole(min=described.min) if plain is int else plain,
        multiple=many,
        metavar=described.metavar,
        help=described.help,
        **given,
    )


_MOST = 2**31 - 1
"""The greatest integer of PostgreSQL, and more than anything is counted to."""


class _Whole(click.IntRange):
    """A number; what is none is said without the jargon of types."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number. The help does not tell of an end that nobody comes near."""
        number = super().convert(value, param, ctx)
        if number > _MOST:
            self.fail(f"{value} is too large", param, ctx)
        return number


def _plain(type_: Any) -> tuple[Any, bool]:
    """Return a type without ``| None`` and ``tuple[…, ...]``, and whether it was such a tuple."""
    if isinstance(type_, types.UnionType):
        type_ = next(part for part in get_args(type_) if part is not type(None))
    if get_origin(type_) is tuple:
        return get_args(type_)[0], True
    return type_, False
