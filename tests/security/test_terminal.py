"""Names, messages, comments, bodies and errors that steer a terminal, or forge lines, show what they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pggit
from cli.terminals import Terminal
from pggit.cli import stream
from pggit.cli.main import main
from pggit.core.cleaned import clean_author, clean_line, clean_message
from pggit.core.shown import comment, shown
from servers import Database

HOSTILE = "x\nFORGED\x1b[2K\x1b[31m\r\u202e\u2028\x9b2J\t[b]"
"""What every name and text holds; 40 bytes. A line that begins with FORGED was forged."""
_OURS = re.compile(r"\x1b\[(?:0|1|2|31|32|33|36)(?:;(?:1|2|31|32|33|36))*m")
_PSQL = "/usr/lib/postgresql/15/bin/psql"
_SPINNING = re.compile(r"\x1b\[\?25[lh]|\x1b\[1A|\x1b\[2K|\r")

LOOK = [
    "status", "status --coverage", "diff", "diff --stat", "diff HEAD~1 HEAD", "diff empty work", "log", "log --oneline",
    "log --graph --all", "log --show-signature", "show", "show --stat", "show HEAD~1", "blame {table}", "history", "history {table}",
    "branch", "branch -v", "branch --no-merged", "show-branch", "tag", "tag -l *", "reflog", "shortlog", "describe --all",
    "stash list", "stash kept", "conflicts", "remote", "remote list", "request list", "request show 1",
    "request show 1 --markdown", "protect", "plan HEAD work", "plan HEAD work --sql", "plan empty work --sql", "drift",
    "drift --repair --dry-run", "fsck", "health", "config", "verify", "merge --check main side", "reset --hard --dry-run",
    "export --dry-run out", "switch side --dry-run", "init --print", "template list", "clone list", "worktree list",
    "pool status", "rev-parse HEAD",
]  # fmt: skip
WRONG = [
    "show {hostile}", "{hostile}", "log {hostile}", "switch {hostile}", "branch {hostile}", "blame {hostile}", "--{hostile}",
    "diff {hostile}", "tag -d {hostile}", "request show {hostile}", "config {hostile} x", "plan {hostile} work",
    "--db host={hostile} status", "apply {hostile}", "clone drop {hostile}", "deploy --to {hostile}", "import --migrations {hostile}",
    "resolve {hostile} --ours", "protect {hostile}", "grant reader {hostile}", "merge {hostile}", "pause {hostile}",
]  # fmt: skip
SCRIPTS = {
    "plan HEAD work --sql",
    "plan empty work --sql",
    "reset --hard --dry-run",
    "switch side --dry-run",
    "init --print",
}
"""What is a document where it goes to a pipe."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture
def hostile(database: Database, role, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A tracked database in which everything that has a name, or says something, is hostile."""
    for name in list(os.environ):
        if name.startswith("PG") and name != "PGGIT_TEST_VERSIONS":
            monkeypatch.delenv(name)
    (tmp_path / ".pggit.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGGIT_DB", database.url)
    table = quoted(HOSTILE)
    with pggit.open(database.url) as repository, psycopg.connect(database.url, autocommit=True) as sql:
        repository.init()
        sql.execute("select set_config('application_name', %s, false)", [HOSTILE])
        sql.execute(f"create table {table} ({quoted('c' + HOSTILE)} int default 1)")
        sql.execute(f"create function f() returns text language plpgsql as $$ begin return '{HOSTILE}'; end $$")
        repository.commit(f"{HOSTILE}\n\n{HOSTILE}", author=f"{HOSTILE} <{HOSTILE}>")
        repository.create_branch("side")
        repository.create_tag("v1", message=HOSTILE)
        sql.execute(f"alter table {table} add {quoted('d' + HOSTILE)} text")
        repository.commit("more")
        # as an older version may have left them
        sql.execute("set session_replication_role = replica; alter table pggit.ref drop constraint ref_name")
        sql.execute(
            "with c as (select * from pggit.commit where hash = pggit.head()),"
            " m as (insert into pggit.commit select pggit.commit_hash(tree, array[hash], %(x)s, authored_at, %(x)s), tree,"
            "   array[hash], %(x)s, authored_at, %(x)s, generation + 1 from c returning hash)"
            " update pggit.ref set commit = m.hash from m where name = 'heads/main'",
            {"x": HOSTILE},
        )
        sql.execute(
            "insert into pggit.ref (name, commit, message, tagger)"
            " select kind || %s, commit, %s, %s from pggit.ref, unnest('{heads/,tags/,remotes/o/}'::text[]) as kind"
            " where name = 'heads/side'",
            [HOSTILE] * 3,
        )
        sql.execute("reset session_replication_role")
        sql.execute("select pggit.set_remote('o', 'postgresql://localhost/nowhere')")
        sql.execute("select pggit.open_request('main', 'side', 'nobody looked at', '')")
        sql.execute("update pggit.request set title = %s, body = %s, author = %s", [HOSTILE] * 3)
        sql.execute("insert into pggit.setting (name, value) values ('author', %s)", [HOSTILE])
        sql.execute(f"create table {quoted('new' + HOSTILE)} (id int)")
        sql.execute(f"comment on table {table} is '{HOSTILE}'")
        sql.execute(f"alter table {table} add check ({quoted('c' + HOSTILE)}::text <> '{HOSTILE}')")
    return database


def words(line: str) -> list[str]:
    return [part.format(hostile="no" + HOSTILE, table="public." + quoted(HOSTILE)) for part in line.split()]


def require_shown(text: str, *, document: bool = False) -> None:
    """Check that nothing in a text steers a terminal but our own styles, and that no line is forged."""
    text = _OURS.sub("", text)
    left = text.replace("\n", "").replace("\t", "") if document else text.replace("\n", "")
    assert shown(left) == left, [hex(ord(one)) for one in left if shown(one) != one]
    for line in [] if document else text.split("\n"):
        assert not line.startswith("FORGED"), text


def test_no_command_prints_what_steers_a_terminal(hostile, capsys, monkeypatch):
    said = 0
    for line in LOOK + WRONG:
        for color in ("always", "never"):
            monkeypatch.setenv("PGGIT_COLOR", color)
            status = main(words(line))
            out, err = capsys.readouterr()
            assert status != 70, (line, err)
            if line in WRONG:
                assert status and err, line
            if line not in SCRIPTS:
                require_shown(out)
            require_shown(err)
            assert color == "always" or "\x1b" not in err
            said += "FORGED" in out + err
    assert said > 60  # the texts were there


def test_on_a_terminal_scripts_and_documents_are_shown_too(hostile):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for line in [
        *sorted(SCRIPTS - {"init --print"}),
        "status",
        "status --json",
        "log --no-color",
        "diff --json",
        "show {hostile}",
    ]:
        seat = Terminal(*words(line), "--no-pager", environment=environment)
        try:
            _, out = seat.end()
        finally:
            seat.kill()
        out = _SPINNING.sub("", out)
        assert "FORGED" in out, (line, out)
        require_shown(out, document="--json" in line)
        if line in SCRIPTS:
            assert not re.search("^FORGED", out, re.MULTILINE)


def test_the_pager_gets_the_same(hostile, tmp_path):
    paged = tmp_path / "paged"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PGGIT_PAGER": f"dd status=none of={paged}"}
    seat = Terminal("history", environment=environment, size=(80, 5))
    seat.end()
    assert "FORGED" in paged.read_text()
    require_shown(paged.read_text())


def test_documents_are_as_they_are(hostile, capsys):
    import json

    assert main(["status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert any(HOSTILE in change["key"] for change in document["changes"])
    assert main(["plan", "HEAD", "work", "--sql"]) == 0
    assert quoted("new" + HOSTILE) in capsys.readouterr().out


def test_a_script_runs_what_was_planned_and_nothing_else(hostile, capsys, make_database):
    """Comments are made of names: none ends before its line does."""
    with psycopg.connect(hostile.url, autocommit=True) as sql:
        sql.execute('create table "a\n\\! touch hacked\n; create table forged (); -- " (id int primary key)')
        sql.execute(
            'create index "i\n; create table forged (); -- " on "a\n\\! touch hacked\n; create table forged (); -- " (id)'
        )
    assert main(["plan", "empty", "work", "--sql", "--no-owners"]) == 0
    script = capsys.readouterr().out
    if os.access(_PSQL, os.X_OK):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            command = [_PSQL, "-X", "-v", "ON_ERROR_STOP=1", "-d", make_database().url, "-f", file.name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not Path("hacked").exists()
    other = make_database()
    with psycopg.connect(other.url, autocommit=True) as sql:
        sql.execute(script)
        assert sql.execute("select to_regclass('forged')").fetchone() == (None,)
        assert sql.execute(
            "select count(*) from pg_class where relkind = 'r' and relname like 'a%touch%'"
        ).fetchone() == (1,)
    assert main(["diff", hostile.url, other.url, "--no-owners", "--exit-code"]) in (0, 1)


def test_what_a_library_prints_is_shown(capsys):
    with stream.screened():
        print("a\x1b[2J", file=sys.stderr)
        sys.stdout.writelines(["b\u202e\n"])
        thread = threading.Thread(target=lambda: 1 / 0, name="t\x1b[2J")
        thread.start()
        thread.join()
    out, err = capsys.readouterr()
    assert (out, err.split("\n")[0]) == ("b\\u202e\n", "a\\x1b[2J")


def test_markup_and_our_own_styles_in_a_name_are_text(capsys, monkeypatch):
    from pggit.cli.output import Output

    out = Output("always")
    text = "[red]x[/] [link=http://e]y[/link] \x1b[31mz\x1b]8;;http://e\x07"
    out.table(["A"], [[text]], styles=["green"])
    out.line(out.style(text, "red"))
    table, line = capsys.readouterr().out.split("\n")[1:3]
    for printed in (table, line):
        assert "[red]x[/] [link=http://e]y[/link] \\x1b[31mz\\x1b]8;;http://e\\x07" in printed
        require_shown(printed)


def test_a_fault_is_shown_with_its_traceback_indented(hostile, capsys, monkeypatch):
    monkeypatch.setenv("PGGIT_DEBUG", "1")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{HOSTILE} postgresql://u:geheim@h/x")

    monkeypatch.setattr("pggit.repo.repository.Repository.status", fail)
    assert main(["status"]) == 70
    err = capsys.readouterr().err
    require_shown(err)
    assert "geheim" not in err and "| Traceback" in err and "FORGED" in err


def test_an_editor_gets_no_forged_lines(hostile, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\ncp "$1" {seen}\necho Message >> "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PGGIT_EDITOR", str(script))
    assert main(["commit"]) == 0
    lines = seen.read_text().split("\n")
    assert any("FORGED" in line for line in lines)
    assert all(line.startswith("#") for line in lines if line)


# -- authors and messages ------------------------------------------------------------------------------------------


def test_an_author_forges_no_header_and_a_message_has_no_controls(tracked):
    with pggit.open(tracked.url) as repository:
        made = repository.commit(
            "One \r\n\x1b[2Ktwo\x00\t \n\n".replace("\x00", ""),
            author="Ann\nDate: now <ann@example.com\n>",
            allow_empty=True,
        )
        repository.create_tag("v1", message="\nTag\x07 \n")
        tag = next(one for one in repository.tags() if one.name == "v1")
    assert made.author == "Ann Date: now <ann@example.com>"
    assert made.message == "One\n[2Ktwo"
    assert tag.message == "Tag"


def test_python_and_sql_clean_alike(database):
    with pggit.open(database.url) as repository:
        repository.init()
    with psycopg.connect(database.url, autocommit=True) as sql:

        @settings(max_examples=300, deadline=None)
        @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.text(" <>\n\t\x1b.a"))
        def alike(text: str) -> None:
            query = "select pggit.clean_message(%(t)s), pggit.clean_line(%(t)s), pggit.clean_author(%(t)s)"
            row = sql.execute(query, {"t": text}).fetchone()
            assert row == (clean_message(text), clean_line(text), clean_author(text))

        alike()


@given(st.text())
def test_a_comment_ends_with_its_line(text):
    assert len(comment(text).splitlines()) == 1
