"""Definitions of a store: whoever can write to it chooses them, and none of them becomes anything but its own object."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.core.errors import PgGitError
from pggit.core.state import State, empty_state
from pggit.db.session import run
from pggit.kinds import valid
from pggit.kinds.valid import InvalidDefinition
from pggit.plan.make import plan
from pggit.plan.planner import make_plan
from pggit.repo.share import exchange
from pggit.work.change import How
from pggit.work.merge.merge import Want, merge
from pggit.work.request.look import open_request
from pggit.work.switch import switch
from security.conftest import Attacker
from servers import Database

COLUMN = "column public.t.a"
TABLE = {"table public.t": {"_columns": ["a"]}, COLUMN: {"type": "integer"}}


def injected(mark: Path) -> list[dict[str, dict[str, object]]]:
    """Groups that hold more than their objects: each would write a file as the server's account."""
    program = f"copy (select 1) to program 'touch {mark}'"
    return [
        {**TABLE, COLUMN: {"type": f"integer); {program}; create temporary table z(a integer"}},
        {**TABLE, "default public.t.a": {"expression": f"1; {program}; --"}},
        {
            **TABLE,
            "constraint c on public.t": {"type": "check", "expression": f"true); commit; {program}; begin; select (1"},
        },
        {**TABLE, "comment table public.t is null; " + program: {"text": "x"}},
        {**TABLE, "owner table public.t": {"role": f"postgres; {program}"}},
        {**TABLE, "acl PUBLIC on table public.t": {"privileges": [f"select on public.t to public; {program}; --"]}},
        {**TABLE, "index public.i": {"method": f"btree (a); {program}; --", "columns": [{"column": "a"}]}},
    ]


def written(connection: psycopg.Connection, groups: dict[str, object]) -> str:
    """Write a commit with these groups beside the branch, by the functions that a writer may call; return its hash."""
    row = connection.execute(
        "select pggit.write_commit(pggit.put_groups(pggit.tree_of('HEAD'), %s), array[encode(pggit.head(), 'hex')],"
        " 'x', clock_timestamp(), 'innocent')",
        [json.dumps(groups)],
    ).fetchone()
    assert row is not None
    return str(row[0])


def planted(tracked: Database, attacker: Attacker, groups: dict[str, object]) -> str:
    """Let the attacker, who is a writer, make a branch of such a commit."""
    with pggit.open(tracked.url) as repository:
        repository.grant("writer", attacker.name)
        repository.commit("start", allow_empty=True)
    with attacker.connect() as connection:
        commit = written(connection, groups)
        connection.execute("select pggit.create_branch('evil', %s)", [commit])
    return commit


WAYS: dict[str, Callable[[pggit.Repository], object]] = {
    "plan": lambda repository: plan("work", "evil", repository),
    "plan of two commits": lambda repository: plan("evil", "HEAD", repository),
    "merge --dry-run": lambda repository: merge(repository, "evil", how=How(dry_run=True)),
    "merge as a merge": lambda repository: merge(repository, "evil", Want(fast_forward=False)),
    "switch": lambda repository: switch(repository, "evil"),
    "request open": lambda repository: open_request(repository, "evil", title="x"),
}


@pytest.mark.parametrize("number", range(len(injected(Path("/x")))))
@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_writer_is_run(tracked: Database, attacker: Attacker, way: str, number: int) -> None:
    mark = Path(f"/tmp/pggit-mark-{tracked.name}")
    try:
        planted(tracked, attacker, {"table public.t": injected(mark)[number]})
    except psycopg.Error:
        return  # the store itself refuses it
    with pggit.open(tracked.url) as repository, pytest.raises(PgGitError):
        WAYS[way](repository)
    assert not mark.exists()
    with tracked.connect() as connection:
        assert connection.execute("select to_regclass('public.t')").fetchone() == (None,)


def test_nothing_of_a_remote_is_taken(make_database: Callable[..., Database], tmp_path: Path) -> None:
    """What a remote sends is looked at before it is stored: none of its commit is."""
    here, there = make_database(), make_database()
    for database in (here, there):
        with pggit.open(database.url) as repository:
            repository.init()
            repository.commit("start", allow_empty=True)
    groups = {"table public.t": injected(tmp_path)[0]}
    with there.connect() as connection:
        commit = written(connection, groups)
        connection.execute("select pggit.create_branch('evil', %s)", [commit])
    with pggit.open(here.url) as mine, pggit.open(there.url) as theirs:
        with pytest.raises(InvalidDefinition, match=r"column public\.t\.a: type is not a type"):
            exchange.fetch(mine, theirs, "there")
        assert mine.connection.execute(
            "select count(*) from pggit.commit where hash = %s", [bytes.fromhex(commit)]
        ).fetchone() == (0,)


def test_one_statement_at_a_time(database: Database) -> None:
    """What runs goes by the extended protocol, which takes one statement."""
    with database.connect() as connection:
        with pytest.raises(PgGitError, match="cannot insert multiple commands"):
            run(connection, "create table a (i int); create table b (i int)")
        assert connection.execute("select to_regclass('a')").fetchone() == (None,)
        assert run(connection, "create table c (i int)") == -1
        assert run(connection, "insert into c select generate_series(1, 3)") == 3


REFUSED = [
    ("column", "public.t.a", {"type": "integer not null"}),
    ("column", "public.t.a", {"type": "integer, b integer"}),
    ("column", "public.t.a", {"type": "integer -- x"}),
    ("column", "public.t.a", {"type": "integer /* x"}),
    ("column", "public.t.a", {"type": "serial"}),
    ("column", "public.t.a", {"type": "numeric((select 1))"}),
    ("column", "public.t.a", {"type": "public.t.a%type"}),
    ("column", "public.t.a", {"type": "integer", "storage": "plain, drop column b"}),
    ("column", "public.t.a", {"type": "integer", "more": 1}),
    ("column", "public.t.a", {}),
    ("column", "public.t.a", {"type": 5}),
    ("column", "public.t.a", {"type": "inte\0ger"}),
    ("column", "public.t.a", {"type": "text", "identity": {"generated": "always"}}),
    ("column", "public.t.a", {"type": "text", "not_null": {"name": ""}}),
    ("default", "public.t.a", {"expression": "1, alter column b set default 2"}),
    ("default", "public.t.a", {"expression": "1 from x"}),
    ("default", "public.t.a", {"expression": "1 not null"}),
    ("default", "public.t.a", {"expression": "'x' collate \"C\""}),
    ("default", "public.t.a", {"expression": "$1"}),
    ("default", "public.t.a", {"expression": ""}),
    ("constraint", "c on public.t", {"type": "check", "expression": "a) no inherit"}),
    ("constraint", "c on public.t", {"type": "check", "expression": "(a"}),
    ("constraint", "c on public.t", {"type": "anything", "expression": "a"}),
    ("view", "public.v", {"query": "select 1 with check option", "columns": []}),
    ("view", "public.v", {"query": "select 1 into x", "columns": []}),
    ("view", "public.v", {"query": "select 1; select 2", "columns": []}),
    ("materialized view", "public.v", {"query": "select 1 with no data", "columns": []}),
    ("table", "public.t", {"partition_of": "public.p", "bound": "for values in (public.f())"}),
    ("table", "public.t", {"partition_key": "list (a) using heap"}),
    ("table", "public.t", {"inherits": ["public.p) tablespace x --"]}),
    ("rule", "r on public.t", {"event": "insert", "body": "do nothing; drop table public.t"}),
    ("rule", "r on public.t", {"event": "insert to public.t do nothing --", "body": "do nothing"}),
    ("function", "public.f()", {"language": "sql", "sql_body": "return 1 as 'x'"}),
    ("function", "public.f()", {"language": "sql", "sql_body": "begin atomic select 1; end; drop table public.t"}),
    ("function", "public.f(integer)", {"language": "sql security definer", "body": "x"}),
    ("function", "public.f(integer, text); drop table public.t", {"language": "sql", "body": "x"}),
    ("function", "public.f()", {"language": "sql"}),
    ("sequence", "public.s", {"type": "bigint"}),
    ("text search dictionary", "public.d", {"template": "pg_catalog.simple", "options": {"a": "1, b = 2"}}),
    ("policy", "p on public.t", {"command": "all", "roles": ["public, x"]}),
    ("table", 'public."t"', {}),
    ("table", "public.T", {}),
    ("table", "public.select", {}),
    ("table", "t", {}),
    ("table", 'public."' + "x" * 64 + '"', {}),
    ("constraint", "c on public.t on x", {"type": "check", "expression": "a"}),
    ("cast", "(integer AS text) without function --", {"method": "inout"}),
    ("role setting", "x in database y", {"settings": {}}),
    ("comment", "comment table public.t", {"text": "x"}),
    ("no kind", "public.t", {}),
]


@pytest.mark.parametrize(("kind", "identity", "definition"), REFUSED, ids=map(repr, range(len(REFUSED))))
def test_refused(kind: str, identity: str, definition: dict[str, object]) -> None:
    with pytest.raises(InvalidDefinition):
        valid.check(kind, identity, definition)


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ("table public.t", "column public.u.a"),
        ("table public.t", "constraint c on public.u"),
        ("table public.t", "comment table public.u"),
        ("table public.t", "table public.u"),
        ("table public.t", "acl PUBLIC on schema public"),
        ("schema public", "column public.t.a"),
        ("column public.t.a", "column public.t.a"),
        ("view public.v", "owner table public.v"),
    ],
)
def test_refused_in_another_group(group: str, key: str) -> None:
    with pytest.raises(InvalidDefinition):
        valid.check_text(group, key, json.dumps({"type": "check", "expression": "a", "text": "x"}))


@pytest.mark.parametrize("text", ["[]", "null", "{", '{"type": ' + "[" * 100_000 + "]" * 100_000 + "}", '{"type": {}}'])
def test_what_is_no_definition(text: str) -> None:
    state = State({"table public.t": {"table public.t": "x", COLUMN: "y"}}, {"x": "{}", "y": text})
    with pytest.raises(InvalidDefinition, match=COLUMN):
        make_plan(empty_state(), state, major=18)


@pytest.mark.parametrize("one", ["1 + ", "- ", "("])
def test_deep_expressions_end_in_a_message(one: str) -> None:
    """A sum of some hundred terms is nothing special; what would overflow the parser's stack is refused."""
    close = ")" if one == "(" else ""
    valid.check("default", "public.t.a", {"expression": one * 400 + "1" + close * 400})
    for length in (30_000, 300_000):
        with pytest.raises(InvalidDefinition):
            valid.check("default", "public.t.a", {"expression": one * length + "1 /" + close * length})
