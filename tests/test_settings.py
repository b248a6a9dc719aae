"""Where settings come from, and which of two sources wins."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pggit
from pggit.core.errors import UsageError
from pggit.settings import SETTINGS, explain, load


def test_flag_goes_before_environment_before_file_before_default(tmp_path: Path) -> None:
    (tmp_path / ".pggit.toml").write_text('db = "file"\nscratch = "file"\nuser_name = "file"\n')
    env = {"PGGIT_DB": "env", "PGGIT_SCRATCH": "env"}
    found = load({"db": "flag", "scratch": None}, tmp_path, env)
    assert (found.db, found.scratch, found.user_name, found.user_email) == ("flag", "env", "file", None)
    assert found.sources["db"] == "flag"
    assert found.sources["scratch"] == "environment PGGIT_SCRATCH"
    assert found.sources["user_name"] == str(tmp_path / ".pggit.toml")
    assert found.sources["user_email"] == "default"
    assert [row[0] for row in explain(found)] == [s.name for s in SETTINGS]


def test_file_is_searched_upward_and_its_paths_start_at_it(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".pggit.toml").write_text('data_dir = "elsewhere"\n')
    assert load({}, below, {}).data_dir == tmp_path / "elsewhere"
    assert load({"data_dir": "here"}, below, {}).data_dir == below / "here"
    assert load({}, below, {"PGGIT_DATA_DIR": "/abs"}).data_dir == Path("/abs")


@pytest.mark.parametrize("marker", [".git", "pyproject.toml"])
def test_data_live_in_the_project(tmp_path: Path, marker: str) -> None:
    below = tmp_path / "sub"
    below.mkdir()
    (tmp_path / marker).touch()
    found = load({}, below, {})
    assert found.data_dir == tmp_path / ".pggit"
    assert found.project == tmp_path


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('scrach = "x"', "unknown setting 'scrach'", "did you mean 'scratch'?"),
        ("db = 1", "db must be text", None),
        ('color = "pink"', "color must be one of auto, always, never", None),
        ("db = ", "not valid TOML", None),
        ("data_dir = 3", "data_dir must be text", None),
    ],
)
def test_a_wrong_file_is_an_error(tmp_path: Path, text: str, message: str, hint: str | None) -> None:
    (tmp_path / ".pggit.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load({}, tmp_path, {})
    assert message in str(caught.value)
    assert caught.value.hint == hint or hint is None
    assert caught.value.exit_status == 2


def test_unknown_flag_is_an_error() -> None:
    with pytest.raises(UsageError, match="zzz"):
        load({"zzz": 1})


def test_color_pager_and_libpq(tmp_path: Path) -> None:
    assert load({}, tmp_path, {}).color == "auto"
    assert load({}, tmp_path, {"NO_COLOR": "1"}).color == "never"
    assert load({}, tmp_path, {"NO_COLOR": ""}).color == "auto"
    assert load({}, tmp_path, {"NO_COLOR": "1", "PGGIT_COLOR": "always"}).color == "always"
    assert load({}, tmp_path, {"PAGER": "less"}).pager == "less"
    assert load({}, tmp_path, {"PAGER": "less", "PGGIT_PAGER": "cat"}).pager == "cat"
    assert load({}, tmp_path, {"PGHOST": "h", "PGPASSWORD": "x"}).libpq == ("PGHOST",)


_HAND_ON = ("bisect.py", "dump.py", "start.py")
"""What starts other programs hands its own environment on to them."""


def test_nothing_else_reads_the_environment() -> None:
    root = Path(pggit.__file__).parent
    for file in root.rglob("*.py"):
        if file.name in ("settings.py", *_HAND_ON):
            continue
        for found in ast.walk(ast.parse(file.read_text())):
            assert not (isinstance(found, ast.Attribute) and found.attr in ("environ", "getenv")), file
