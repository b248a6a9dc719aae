"""Colours, pager, help: on a terminal and not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pggit.cli.app import MODULES, build
from pggit.cli.command import Runnable, commands
from pggit.cli.output import Output

PROGRAM = [sys.executable, "-m", "pggit"]


def _on_a_terminal(arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run the program on a pseudo-terminal of 24 lines; return its status and what it wrote."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *arguments], stdin=follower, stdout=follower, stderr=follower, env={**os.environ, **environment}
    )
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        written += part
    os.close(leader)
    return process.wait(), written.decode()


def test_version(program):
    assert program("--version").out.startswith("pggit ")
    assert program("--no-color", "--version").out.startswith("pggit ")
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pggit", "--version"], capture_output=True, text=True, check=True
    )
    for heavy in ("psycopg", "rich", "click", "tomllib"):
        assert heavy not in found.stderr


def test_a_pipe_has_no_colours_and_status_no_heavy_imports(shop, database):
    found = subprocess.run(
        [sys.executable, "-X", "importtime", *PROGRAM[1:], "status"],
        capture_output=True, text=True, check=True, env={**os.environ, "PGGIT_PAGER": "false"},
    )  # fmt: skip
    assert "nothing to commit" in found.stdout
    assert "\x1b" not in found.stdout
    for heavy in ("rich", "typer", "postgast", "pggit.repo.states", "pggit.repo.install", "pydantic"):
        assert f" {heavy}\n" not in found.stderr, heavy


def test_colours_on_a_terminal(shop, sql):
    sql("create table coloured (id int)")
    status, text = _on_a_terminal(["status"], {})
    assert status == 0
    assert "\x1b[32mnew:" in text
    for environment, extra in (({"NO_COLOR": "1"}, []), ({}, ["--no-color"]), ({"PGGIT_COLOR": "never"}, [])):
        assert "\x1b[3" not in _on_a_terminal(["status", *extra], environment)[1]
    assert "\x1b[33mcommit" in _on_a_terminal(["log"], {})[1]
    assert "\x1b[3" in _on_a_terminal(["branch"], {})[1]


def test_colours_where_they_are_asked_for(shop, sql, monkeypatch):
    sql("create table coloured (id int)")
    monkeypatch.setenv("PGGIT_COLOR", "always")
    assert "\x1b[32m" in shop("diff").out
    assert "\x1b[" in shop("branch").out
    assert "\x1b" not in shop("diff", "--json").out


def test_long_output_goes_through_the_pager(shop, sql, tmp_path: Path):
    sql("".join(f"create table t{n} (id int);" for n in range(40)))
    pager = {"PGGIT_PAGER": f"dd status=none of={tmp_path / 'paged'}"}
    assert "t39" not in _on_a_terminal(["status"], pager)[1]
    assert "public.t39" in (tmp_path / "paged").read_text()
    assert "t39" in _on_a_terminal(["status", "--no-pager"], pager)[1]
    assert "t39" in _on_a_terminal(["status", "--json"], pager)[1]


def test_progress_is_shown_on_a_terminal_only(shop):
    assert "Reading the catalog" in _on_a_terminal(["fsck"], {})[1]
    assert shop("fsck").err == ""


def test_help_of_all_commands(program):
    text = program("--help").out
    assert program().out == text
    for name in MODULES:
        assert f"  {name} " in text
        assert program(name, "--help").status == 0


def test_every_command_has_examples_and_described_parameters():
    for name in MODULES:
        build(name)
    for found in commands.values():
        assert found.examples, found.name
        built = Runnable(found)
        assert built.help, found.name
        for parameter in built.params:
            assert getattr(parameter, "help", None) or getattr(parameter, "description", None), (found.name, parameter)
        with_context = built.get_help(build_context(built))
        assert "Examples:" in with_context
        assert "Options of all commands:" in with_context


def build_context(command: Runnable):
    """A context to print help in."""
    import click

    return click.Context(command, info_name=command.name)


def test_tables_align():
    lines = Output("never").table_lines(["A", "B"], [("x", "1"), ("longer", "2")])
    assert lines == ["A       B", "x       1", "longer  2"]
