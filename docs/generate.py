"""Writes docs/reference from the code: `python docs/generate.py`; with `--check` it only tells what is out of date."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import click

import pggit
from pggit.cli.app import MODULES, build, program
from pggit.cli.command import Runnable
from pggit.cli.config import REPOSITORY_SETTINGS
from pggit.core import errors
from pggit.kinds import kinds
from pggit.plan import model
from pggit.repo.install import files
from pggit.sections import Environment, Remote, keys
from pggit.settings import SETTINGS

FOLDER = Path(__file__).parent / "reference"
_NOTE = "<!-- Written by docs/generate.py: change the code, not this file. -->\n"


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    made = {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "kinds.md": kinds_page(),
        "exit-status.md": exit_status_page(),
        "sql.md": sql_page(),
        "plan-file.md": plan_file_page(),
    }
    return {name: f"{_NOTE}\n{text.rstrip()}\n" for name, text in made.items()}


def commands_page() -> str:
    """Return the page of commands: their help."""
    parts = ["# Commands\n", _help(program(), "pggit", None)]
    for name in MODULES:
        built = build(name)
        if isinstance(built, Runnable):
            parts.append(f"## {name}\n\n{_help(built, f'pggit {name}', built)}")
            continue
        assert isinstance(built, click.Group)
        parts.append(f"## {name}\n\n{built.help}\n")
        alone = getattr(built, "alone", None)
        if alone is not None:
            parts.append(_help(alone, f"pggit {name}", alone))
        parts += [
            f"### {name} {sub}\n\n{_help(part, f'pggit {name} {sub}', part)}" for sub, part in built.commands.items()
        ]
    return "\n".join(parts)


def _help(command: click.Command, path: str, _: object) -> str:
    context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
    return f"```text\n{command.get_help(context)}\n```\n"


def _section(name: str, kind: type[Environment | Remote], text: str) -> list[str]:
    """Return the part about a section of the settings file, by its class."""
    told = dict(re.findall(r"^ +(\w+): (.+(?:\n {12}.+)*)$", inspect.getdoc(kind) or "", re.MULTILINE))
    rows = [f"| `{key}` | {_toml(default)} | {told[key]} |" for key, default in keys(kind).items()]
    return [f"\n## `[{name}.NAME]`\n", f"{text}\n", "| Key | Default | Meaning |\n|---|---|---|", *rows]


def _toml(value: object) -> str:
    """Write a default as the settings file would."""
    return "" if value in (None, "", ()) else f"`{json.dumps(value)}`"


def settings_page() -> str:
    """Return the page of settings."""
    rows = [
        f"| `{s.name}`{' *' if s.own else ''} | {', '.join(f'`{v}`' for v in s.variables)}"
        f" | {s.default or ''} | {s.help} |"
        for s in SETTINGS
    ]
    stored = [f"| `{name}` | {default} | {help} |" for name, (default, help) in REPOSITORY_SETTINGS.items()]
    return "\n".join(
        [
            "# Settings\n",
            "A value is taken from a flag, else the environment, else `.pggit.toml` in the project's directory or one",
            "above it, else your own settings in `~/.config/pggit/config.toml` (`$XDG_CONFIG_HOME/pggit/config.toml`;",
            "on Windows `%APPDATA%\\pggit\\config.toml`), else the default. `pggit config` shows each with where it",
            "comes from. Your own file may have `[remotes.NAME]` too; they go before those of a project.\n",
            "Settings marked with * are yours alone: they run programs, or decide over secrets, and the file of a",
            "project, which may have come with a repository that was cloned, cannot have them. What else that file may",
            "do, and whose files are read, is in [who is trusted](../explanation/security.md#settings-files).\n",
            "| Name | Environment | Default | Meaning |\n|---|---|---|---|",
            *rows,
            "\n## Sections of the file\n",
            "`.pggit.toml` may have sections with names of your own. An unknown key is an error.",
            *_section(
                "environments", Environment, "Which files of SQL belong to it. Globs start at the settings file."
            ),
            *_section("remotes", Remote, "A database to [deploy](../how-to/deploy.md) to."),
            "\n## In the repository\n",
            "These are kept in the tracked database; `pggit config NAME VALUE` sets them, `--unset` resets them.\n",
            "| Name | Default | Meaning |\n|---|---|---|",
            *stored,
        ]
    )


def kinds_page() -> str:
    """Return the page of kinds of objects and the keys of their definitions."""
    rows = []
    for name, kind in sorted(kinds().items()):
        keys = ", ".join(
            f"`{key}`" + (f" ({merge.value})" if merge.value != "scalar" else "") for key, merge in kind.merge.items()
        )
        what = "optional" if kind.optional else "" if kind.head else "part of another"
        rows.append(f"| {name} | {what} | {keys} |")
    return "\n".join(
        [
            "# Kinds of objects\n",
            "Each object has a kind, an identity and a definition with these keys; in brackets how two changes of one",
            "are merged where they are no plain values. What is at its default has no key. Optional kinds are read",
            "where they are asked for only.\n",
            "| Kind | | Keys of the definition |\n|---|---|---|",
            *rows,
        ]
    )


def exit_status_page() -> str:
    """Return the page of exit statuses, from `core/errors.py`."""
    for module in pkgutil.walk_packages(pggit.__path__, "pggit."):  # so that all subclasses are there
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    text = errors.__doc__ or ""
    table = re.findall(r"^(\d+) +(.+)$", text, re.MULTILINE)
    codes: dict[int, list[str]] = {}
    for error in _all_errors(errors.PgGitError):
        codes.setdefault(error.exit_status, []).append(error.code)
    rows = [
        f"| {status} | {meaning} | {', '.join(f'`{c}`' for c in sorted(set(codes.get(int(status), []))))} |"
        for status, meaning in table
    ]
    return "\n".join(
        [
            "# Exit statuses\n",
            "A command that fails writes one line and a hint to standard error. With `--json` it writes",
            '`{"error": {"code": …, "message": …, "hint": …}}` to standard output instead.\n',
            "| Status | Meaning | Codes of errors |\n|---|---|---|",
            *rows,
            "| 130 | interrupted | |",
            "| 141 | whoever read the output has gone | |",
        ]
    )


def _all_errors(error: type[errors.PgGitError]) -> Iterator[type[errors.PgGitError]]:
    yield error
    for sub in error.__subclasses__():
        yield from _all_errors(sub)


_FUNCTION = re.compile(r"((?:^-- .*\n)*)^create function pggit\.(\w+)\((.*?)\)\s+returns (.+?)\n", re.MULTILINE)
_VIEW = re.compile(r"((?:^-- .*\n)*)^create (?:view|table) pggit\.(\w+) ", re.MULTILINE)
_LEVELS = {"reading": "reader", "auditing": "auditor", "writing": "writer", "administering": "admin"}


def plan_file_page() -> str:
    """Return the page of the plan's file: the attributes as the classes document them."""
    hazards = [f"| `{kind}` | {meaning} |" for kind, meaning in model.HAZARDS.items()]
    return "\n".join(
        [
            "# The file of a plan\n",
            "`pggit plan A B --out FILE` writes it, `prove` and `apply` read it; `--json` prints the same. It is JSON",
            "in UTF-8, the same bytes for the same two states. `pggit_plan` is the number of the format, now",
            f"{model.FORMAT}; another one is refused. It holds no passwords. `digest` is the plan's hash: "
            "the SHA-256 of the file",
            "without that line. A file that was changed since is refused unless `apply --edited` accepts it; what its",
            "statements lose, which rights they change and which code they run is found again either way.\n",
            "## The plan\n",
            *_attributes(model.Plan),
            "\n## Statements\n",
            "Attributes at their default are left out.\n",
            *_attributes(model.Statement),
            "\n## Hazards\n",
            "A hazard has a `kind` and a `message`. `apply` runs what has `data-loss` only with `--allow data-loss`.\n",
            "| Kind | Meaning |\n|---|---|",
            *hazards,
        ]
    )


def _attributes(of: type) -> Iterator[str]:
    """Yield a table of a dataclass: each field with its type, its default, and what the docstring says of it."""
    said = documented(of)
    yield "| Name | Type | Default | Meaning |\n|---|---|---|---|"
    for field in fields(of):
        kind = (
            str(field.type).replace("tuple[tuple[str, str], ...]", "list of [str, str]").replace(" | None", " or null")
        )
        kind = re.sub(r"tuple\[(\w+), \.\.\.\]", r"list of \1", kind).replace("Transaction", "str")
        default = "" if field.default is MISSING else f"`{json.dumps(field.default)}`"
        yield f"| `{field.name}` | {kind} | {default} | {said[field.name]} |"


def documented(of: type) -> dict[str, str]:
    """Return what the section "Attributes" of a class's docstring says, by name."""
    section = inspect.cleandoc(of.__doc__ or "").split("Attributes:\n", 1)[1]
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=    \S)", section):
        names, _, text = " ".join(entry.split()).replace("``", "`").partition(": ")
        found |= dict.fromkeys(names.split(", "), text)
    return found


def sql_functions() -> list[tuple[str, str, str, str, str]]:
    """Return (name, arguments, result, level, what it does) of the functions that users may be granted."""
    text = "\n".join(text for _, text in files())
    levels = {
        name: level
        for array, level in _LEVELS.items()
        for name in re.findall(r"'(\w+)\(", re.search(rf"{array} text\[\] := array\[(.*?)\];", text, re.DOTALL)[1])  # type: ignore[index]
    }
    found = []
    for comment, name, arguments, result in _FUNCTION.findall(text):
        if name in levels:
            said = " ".join(line[3:] for line in comment.splitlines())
            found.append((name, " ".join(arguments.split()), " ".join(result.split()), levels[name], said))
    return sorted(found, key=lambda row: (list(_LEVELS.values()).index(row[3]), row[0]))


def sql_page() -> str:
    """Return the page of SQL functions."""
    rows = [
        f"| `pggit.{name}({arguments})` | `{result}` | {level} | {said} |"
        for name, arguments, result, level, said in sql_functions()
    ]
    return "\n".join(
        [
            "# SQL functions\n",
            "For psql and other clients. The level is what `pggit grant LEVEL ROLE` must have given a role",
            "that did not install pgGit; PUBLIC may call none of them.\n",
            "| Function | Returns | Level | What it does |\n|---|---|---|---|",
            *rows,
            "\nViews and tables to read: `pggit.branches`, `pggit.tags`, `pggit.objects` (the live schema as last",
            "looked at), `pggit.requests`, `pggit.history` (auditor: every captured change with its statement),",
            "`pggit.performance_metrics` (what capture and `status()` cost), `pggit.upgrade_log`.",
        ]
    )


def main() -> int:
    """Write the pages, or tell which differ."""
    stale = []
    for name, text in pages().items():
        file = FOLDER / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
    print("\n".join(stale) or "up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
