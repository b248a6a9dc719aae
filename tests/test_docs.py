"""The documentation: what is generated is up to date, everything is in it, and the pages that show a session work as they say."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

import pggit
from pggit.plan import model

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script docs/generate.py."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date(generate):
    for name, text in generate.pages().items():
        assert (DOCS / "reference" / name).read_text(encoding="utf-8") == text, f"python docs/generate.py writes {name}"


def test_every_sql_function_says_what_it_does(generate):
    found = generate.sql_functions()
    assert {"status", "log", "commit", "create_branch", "diff", "get_history", "version", "health_check",
            "pause_tracking"} <= {row[0] for row in found}  # fmt: skip
    for name, *_, said in found:
        assert said, f"pggit.{name} has no comment in the engine"


def test_settings_of_the_repository_are_the_engine_s(generate):
    text = dict(generate.files())["80_admin.sql"]
    allowed = re.search(r"allowed text := (.*?) end;", text, re.DOTALL)
    assert allowed
    assert set(re.findall(r"when '(\w+)' then", allowed[1])) == set(generate.REPOSITORY_SETTINGS)


def test_links_lead_somewhere():
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page}: {target}"


def test_readme_first_screen():
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24]
    commands = [line.split("#")[0].strip() for line in first if line.startswith("    ")]
    assert commands[0] == "pggit diff postgresql://host/staging postgresql://host/production"
    assert commands[1] == "pggit diff postgresql://host/production dir:schema/"
    assert any(line.startswith("pggit uninstall") for line in commands)


def test_every_attribute_of_a_plan_is_documented(generate):
    for of in (model.Plan, model.Statement):
        assert generate.documented(of).keys() == {field.name for field in dataclasses.fields(of)}


@pytest.mark.parametrize("page", ["tutorial.md", "how-to/plan.md", "how-to/sign.md", "how-to/review.md"])
def test_what_a_page_says_works(page, database, tmp_path, monkeypatch):
    monkeypatch.setenv("PGGIT_DB", database.url)
    monkeypatch.chdir(tmp_path)
    connection = database.connect()

    def execute(block: str) -> None:
        for statement in block.split(";\n"):
            with contextlib.suppress(psycopg.errors.FeatureNotSupported):  # the one that the text says fails
                connection.execute(statement)

    follow(DOCS / page, execute)


@pytest.mark.parametrize("page", sorted(path.name for path in (DOCS / "scenarios").glob("[0-9]*.md")))
def test_what_a_scenario_tells_happens(page, database, tmp_path, monkeypatch):
    monkeypatch.setenv("PGGIT_DB", database.url)
    monkeypatch.chdir(tmp_path)
    connection = database.connect()
    connection.execute((ROOT / "examples" / "shop.sql").read_text(encoding="utf-8"))
    with pggit.open(database.url) as repository:
        repository.init()
    follow(DOCS / "scenarios" / page, connection.execute)


def follow(page: Path, execute: Callable[[str], object]) -> None:
    """Do what a page says, in the current directory, and compare what the commands print."""
    text = page.read_text(encoding="utf-8")
    for language, file, block in re.findall(r"```(console|sql|toml)(?: (\S+))?\n(.*?)```", text, re.DOTALL):
        if file:
            Path(file).write_text(block, encoding="utf-8")
        elif language == "sql":
            execute(block)
        if language == "sql":
            continue
        for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            arguments = shlex.split(command)
            assert arguments[0] in ("pggit", "ssh-keygen", "sh")
            program = [sys.executable, "-m"] if arguments[0] == "pggit" else []
            done = subprocess.run([*program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
            told = "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())
            assert re.fullmatch(_pattern(expected), told), f"$ {command}\n{told}"


def _pattern(expected: str) -> str:
    """An expression for what a command printed: … stands for anything in a line, and alone for any lines."""
    lines = expected.rstrip().splitlines()
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in lines]
    return "".join(parts) + r"\s*"
