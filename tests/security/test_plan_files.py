"""The file of a plan: whoever can write it can write any statement, and take away what warns of it."""

from __future__ import annotations

import errno
import io
import json
import stat
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from pggit.cli.main import main
from pggit.core.canonical import digest
from pggit.core.errors import UsageError
from pggit.plan.model import EditedPlan, from_json
from servers import Database


@pytest.fixture
def written(make_database: Callable[..., Database], tmp_path: Path) -> tuple[Database, Path]:
    """A database with rows, and the file of a plan that adds a column to one of its tables."""
    here, there = make_database(), make_database()
    with here.connect() as connection:
        connection.execute("create table t (id integer); insert into t values (1); create table u (id integer)")
        connection.execute("insert into u values (1)")
    with there.connect() as connection:
        connection.execute("create table t (id integer, b integer); create table u (id integer)")
    file = tmp_path / "plan.json"
    ran("plan", here.url, there.url, "--out", str(file))
    return here, file


def ran(*arguments: str, status: int = 0) -> str:
    """Run a command of the program; return what it says."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        found = main(arguments)
    assert found == status, out.getvalue()
    assert "Traceback" not in out.getvalue()
    return out.getvalue()


def edited(file: Path, change: Callable[[dict[str, Any]], object], *, resealed: bool = False) -> None:
    """Change a plan; ``resealed``: and make its digest fit."""
    document = json.loads(file.read_text())
    change(document)
    if resealed:
        document.pop("digest")
        document["digest"] = digest(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        document = {"pggit_plan": document.pop("pggit_plan"), "digest": document.pop("digest"), **document}
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def rows(database: Database) -> int:
    """How many rows the tables of the database hold."""
    with database.connect() as connection:
        return sum(connection.execute(f"select count(*) from {table}").fetchone()[0] for table in ("t", "u"))  # type: ignore[index]


def test_as_it_was_written(written: tuple[Database, Path]) -> None:
    database, file = written
    ran("--db", database.url, "apply", str(file), "--yes")
    assert rows(database) == 2


def drop_u(document: dict[str, Any]) -> None:
    document["statements"].append({"sql": "truncate public.u", "verb": "alter", "key": "table public.t"})


def second_statement(document: dict[str, Any]) -> None:
    document["statements"][0]["sql"] += "; truncate public.u"


def test_edited(written: tuple[Database, Path]) -> None:
    """A changed file is refused; accepted as such, what it loses is found again."""
    database, file = written
    edited(file, drop_u)
    assert "was changed after pggit plan wrote it" in ran("--db", database.url, "apply", str(file), "--yes", status=6)
    said = ran("--db", database.url, "apply", str(file), "--yes", "--edited", status=6)
    assert "data-loss" in said
    assert "2: alter table public.t" in said
    assert "data-loss" in ran("--db", database.url, "apply", str(file), "--dry-run", "--edited", status=6)
    assert rows(database) == 2


def test_edited_with_a_digest_that_fits(written: tuple[Database, Path]) -> None:
    """The digest is no signature: what is lost is found again of any file."""
    database, file = written
    edited(file, drop_u, resealed=True)
    assert "data-loss" in ran("--db", database.url, "apply", str(file), "--yes", status=6)
    assert rows(database) == 2


@pytest.mark.parametrize("resealed", [False, True])
def test_one_statement_an_entry(written: tuple[Database, Path], resealed: bool) -> None:
    database, file = written
    edited(file, second_statement, resealed=resealed)
    said = ran("--db", database.url, "apply", str(file), "--yes", "--edited", "--allow", "data-loss", status=6)
    assert "is not one statement" in said
    assert rows(database) == 2


@pytest.mark.parametrize("sql", ["copy public.t to program 'id'", "call public.p()", "set role postgres", "vacuum"])
def test_no_statement_that_no_plan_has(written: tuple[Database, Path], sql: str) -> None:
    database, file = written
    edited(file, lambda plan: plan["statements"].append({"sql": sql, "verb": "alter", "key": "table public.t"}))
    said = ran("--db", database.url, "apply", str(file), "--yes", "--edited", "--allow", "data-loss", status=6)
    assert "was to be run" in said


BAD: list[tuple[str, str]] = [
    ("[" * 100_000, "nested too deeply"),
    ("{", "not a plan"),
    ("[]", "not a plan"),
    ("null", "not a plan"),
    ("{}", "not a plan"),
    ('{"pggit_plan": 1}', "has no source"),
    ('{"pggit_plan": 77}', "another format"),
]
WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda plan: plan.update(more=1), "'more', which is not known"),
    (lambda plan: plan.update(major="18"), "major is not an integer"),
    (lambda plan: plan.update(statements={}), "statements is not a list"),
    (lambda plan: plan["statements"].append(1), "item 2 is not an object"),
    (lambda plan: plan["statements"][0].pop("sql"), "item 1 has no sql"),
    (lambda plan: plan["statements"][0].update(hazards=[{}]), "hazards: item 1 has no kind"),
    (lambda plan: plan["statements"][0].update(transaction="x"), "transaction is none of"),
    (lambda plan: plan["statements"][0].update(wrong=1), "'wrong', which is not known"),
    (lambda plan: plan.update(renames=[["a"]]), "renames: item 1 is not a pair"),
    (lambda plan: plan.update(from_hash="x"), "from_hash is not a hash"),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_no_plan(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        from_json(text, "plan.json")
    assert said in error.value.message
    assert "\n" not in error.value.message


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_not_as_it_must_be(
    written: tuple[Database, Path], change: Callable[[dict[str, Any]], object], said: str
) -> None:
    _, file = written
    edited(file, change)
    with pytest.raises(UsageError) as error:
        from_json(file.read_text(), "plan.json", edited=True)
    assert said in error.value.message


def test_the_digest(written: tuple[Database, Path]) -> None:
    _, file = written
    plan = from_json(file.read_text())
    assert json.loads(file.read_text())["digest"] == plan.hash
    edited(file, lambda document: document.update(source="x"))
    with pytest.raises(EditedPlan):
        from_json(file.read_text())
    assert from_json(file.read_text(), edited=True).source == "x"


@pytest.mark.parametrize("relation", ["x", "", "table", 3])
def test_a_relation_is_a_key(written: tuple[Database, Path], relation: object) -> None:
    _, file = written
    edited(file, lambda document: document["statements"][0].update(relation=relation))
    assert "is not the key of an object" in ran("apply", str(file), "--edited", "--dry-run", status=2)


def test_a_plan_is_written_as_a_whole(written: tuple[Database, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file held stays where there is no room for the new one."""
    here, file = written
    before, wanted = file.read_text(), file.with_name("link.json")
    wanted.symlink_to(file)
    write = Path.write_text

    def full(path: Path, text: str, **options: Any) -> int:
        write(path, text[:10], **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert "No space left" in ran("plan", "empty", here.url, "--out", str(wanted), status=2)
    assert file.read_text() == before
    file.chmod(0o640)
    ran("plan", "empty", here.url, "--out", str(wanted))
    assert wanted.is_symlink() and file.read_text() != before
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert {path.name for path in file.parent.iterdir()} == {"plan.json", "link.json"}
    ran("plan", "empty", here.url, "--out", "/dev/null")
