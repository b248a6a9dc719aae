"""Exported files make what they were written from, in the order that they tell, with psql and without."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from kinds.cases import Case, all_cases
from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.errors import Refused, SqlFailed
from pggit.db.load import load_directory
from pggit.kinds.reader import read_state
from pggit.work.export import Exported, export
from pggit.work.rings import rings
from servers import Database, TestServer

MakeDatabase = Callable[..., Database]
_CASES = all_cases()
_CORPUS = os.environ.get("PGGIT_CORPUS")


def _loaded(made: MakeDatabase, text: str) -> tuple[Database, psycopg.Connection]:
    database = made()
    connection = database.connect()
    connection.execute(text.encode())
    return database, connection


def _same(first: psycopg.Connection, second: psycopg.Connection) -> None:
    a, b = read_state(first), read_state(second)
    assert diff(a, b) == []
    assert tree.root(a)[1] == tree.root(b)[1]


def _comes_back(source: Database, directory: Path, make_database: MakeDatabase) -> Exported:
    """Export a database and load the files into another: in their order, without a second attempt."""
    done = export(directory, source.url)
    connection = make_database().connect()
    loaded = load_directory(connection, directory)
    assert [file.relative_to(directory).as_posix() for file in loaded] == list(done.files)
    _same(source.connect(), connection)
    return done


def _psql(url: str, directory: Path) -> None:
    done = subprocess.run(
        ["psql", url, "-q", "-X", "--single-transaction", "-f", str(directory / "load.psql")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(params=_CASES, ids=[case.name for case in _CASES])
def case(request: pytest.FixtureRequest, server: TestServer) -> Iterator[Case]:
    """Each case of a kind that this server understands, with its roles."""
    found: Case = request.param
    if not found.since <= server.version < found.before or found.tablespaces:
        pytest.skip(f"not for PostgreSQL {server.version}")
    if found.needs and not server.admin.execute(found.needs).fetchone()[0]:
        pytest.skip("the server lacks what the case needs")
    for name in found.roles:
        server.create_role("nologin", name)
    yield found
    for name in found.roles:
        server.drop_role(name)


def test_every_kind_comes_back(case: Case, make_database: MakeDatabase, tmp_path: Path) -> None:
    source, connection = _loaded(make_database, case.given)
    connection.execute(case.setup)
    _comes_back(source, tmp_path / "out", make_database)


@pytest.mark.skipif(not _CORPUS, reason="PGGIT_CORPUS names the directory of the corpus")
@pytest.mark.parametrize(("file", "version"), [("pagila-schema", 18), ("danbooru-structure", 15)])
def test_real_schemas_come_back(
    file: str, version: int, server: TestServer, make_database: MakeDatabase, tmp_path: Path
) -> None:
    if server.version != version:
        pytest.skip(f"is tried on {version}")
    source = make_database()
    load_directory(source.connect(), Path(_CORPUS or "") / "real" / f"{file}.sql")
    done = _comes_back(source, tmp_path / "out", make_database)
    assert len(done.files) > 50
    assert not [path for path in done.files if "later" in path]
    target = make_database()
    _psql(target.url, tmp_path / "out")
    _same(source.connect(), target.connect())


RING = """
create table a (id int primary key, b int);
create table b (id int primary key, a int references a);
alter table a add foreign key (b) references b;
set check_function_bodies = off;
create function next_c() returns int language sql as 'select max(id) + 1 from c';
create table c (id int default next_c() primary key, kind text);
create view v as select id, kind from c group by id;
create function touch() returns trigger language plpgsql as 'begin insert into c values (1); return new; end';
create trigger touch after insert on c execute function touch();
create function of_c(c) returns text language sql begin atomic select ($1).kind; end;
alter table c add check (of_c(c) <> '');
comment on table a is 'rings';
"""


def test_rings_are_opened(make_database: MakeDatabase, tmp_path: Path) -> None:
    source, _ = _loaded(make_database, RING)
    done = _comes_back(source, tmp_path / "out", make_database)
    assert [path for path in done.files if "later" in path] == ["public/table/a.later.sql", "public/table/c.later.sql"]
    assert (tmp_path / "out/public/table/a.later.sql").read_text() == (
        "alter table public.a add constraint a_b_fkey foreign key (b) references public.b (id);\n"
    )
    target = make_database()
    _psql(target.url, tmp_path / "out")
    _same(source.connect(), target.connect())


SHOP = """
create schema shop;
create table shop.users (id serial primary key, email text not null unique);
create table shop.orders (id int, day date, user_id int references shop.users) partition by range (day);
create table shop.orders_1 partition of shop.orders for values from ('2026-01-01') to ('2026-02-01');
create index on shop.orders (user_id);
create function shop.total(int) returns int language sql as $$select 1$$;
create function shop.total(text) returns int language sql as $$select 2$$;
create operator shop.<=> (leftarg = int, rightarg = int, function = int4eq);
create table "My Schema" ();
create schema "My Schema" create table "Ä .. /x" (a int);
comment on column shop.users.email is 'where to';
"""


def test_files_are_as_one_would_write_them(make_database: MakeDatabase, tmp_path: Path) -> None:
    source, connection = _loaded(make_database, SHOP)
    out = tmp_path / "out"
    done = _comes_back(source, out, make_database)
    assert sorted(done.files) == [
        "My_Schema/table/Ä_x.sql",
        "database/schema/My_Schema.sql",
        "database/schema/shop.sql",
        "public/table/My_Schema.sql",
        "shop/function/total.sql",
        "shop/operator/less-equals-greater.sql",
        "shop/sequence/users_id_seq.sql",
        "shop/table/orders.sql",
        "shop/table/users.sql",
    ]
    role = connection.execute("select quote_ident(current_user)").fetchone()[0]
    assert (out / "shop/table/users.sql").read_text() == (
        "create table shop.users (\n"
        "    id integer default nextval('shop.users_id_seq'::regclass) not null,\n"
        "    email text not null\n"
        ");\n"
        "\n"
        f"alter table shop.users owner to {role};\n"
        "alter table shop.users add constraint users_pkey primary key (id);\n"
        "alter table shop.users add constraint users_email_key unique (email);\n"
        "comment on column shop.users.email is 'where to';\n"
        "alter sequence shop.users_id_seq owned by shop.users.id;\n"
    )
    assert "create table shop.orders_1 partition of shop.orders" in (out / "shop/table/orders.sql").read_text()


def test_a_second_export_writes_what_changed(make_database: MakeDatabase, tmp_path: Path) -> None:
    source, connection = _loaded(make_database, SHOP)
    out = tmp_path / "out"
    planned = export(out, source.url, dry_run=True)
    assert "load.psql" in planned.written and not out.exists()
    assert export(out, source.url) == planned
    assert export(out, source.url).written == ()
    (out / ".git").mkdir()
    (out / "notes.sql").write_text("select 1")
    before = {file: file.stat().st_mtime_ns for file in out.rglob("*.sql")}
    connection.execute('drop schema "My Schema" cascade')
    connection.execute("alter table shop.users add column note text; create view shop.v as select 1 as a")
    planned = export(out, source.url, dry_run=True)
    assert planned.written == ("load.psql", "shop/table/users.sql", "shop/view/v.sql")
    assert planned.removed == ("database/schema/My_Schema.sql", "My_Schema/table/Ä_x.sql")
    assert planned.kept == ("notes.sql",)
    assert (out / "My_Schema").exists()
    assert export(out, source.url) == planned
    assert not (out / "My_Schema").exists()
    assert {file for file, when in before.items() if file.exists() and file.stat().st_mtime_ns != when} == {
        out / "shop/table/users.sql"
    }
    target = make_database().connect()
    load_directory(target, out)
    _same(connection, target)


def test_files_of_others_are_left_alone(make_database: MakeDatabase, tmp_path: Path) -> None:
    source, connection = _loaded(make_database, "create table a ()")
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match=r"no export wrote: mine\.txt"):
        export(tmp_path, source.url)
    with pytest.raises(Refused, match="is a file"):
        export(tmp_path / "mine.txt", source.url)
    out = tmp_path / "out"
    export(out, source.url)
    (out / "public/table/b.sql").write_text("create table mine ()")
    connection.execute("create table b ()")
    with pytest.raises(Refused, match=r"b\.sql is there already"):
        export(out, source.url)
    assert (out / "public/table/b.sql").read_text() == "create table mine ()"
    # a list that leads out of the directory
    index = out / "load.psql"
    index.write_text(index.read_text() + "\\ir ../mine.sql\n\\ir /etc/mine.sql\n")
    (tmp_path / "mine.sql").write_text("mine")
    (out / "public/table/b.sql").unlink()
    assert export(out, source.url).removed == ()
    assert (tmp_path / "mine.sql").exists()


@pytest.mark.parametrize("place", ["public/table/t.sql", "public/table", "public", "load.psql"])
def test_nothing_is_written_through_links(make_database: MakeDatabase, tmp_path: Path, place: str) -> None:
    """A repository can bring links: what they lead to is the user's."""
    database = make_database()
    connection = database.connect()
    connection.execute("create table t (a int); create table gone (a int)")
    out, home = tmp_path / "out", tmp_path / "home"
    export(out, database.url)
    (out / place).rename(home)
    (out / place).symlink_to(home)
    before = {path: path.read_bytes() for path in [home, *home.rglob("*")] if path.is_file()}
    connection.execute("alter table t add evil text; drop table gone; create table more (a int)")
    with pytest.raises(Refused, match="is a symbolic link, and nothing is written through it"):
        export(out, database.url)
    assert {path: path.read_bytes() for path in [home, *home.rglob("*")] if path.is_file()} == before


def test_a_load_goes_by_the_list_as_far_as_it_goes(make_database: MakeDatabase, tmp_path: Path) -> None:
    for name, text in (
        ("a", "select 1 / (count(*) - 2)::int from pg_class where relname in ('b', 'c')"),
        ("b", "create table b ()"),
        ("c", "create table c ()"),
    ):
        (tmp_path / f"{name}.sql").write_text(text)
    (tmp_path / "load.psql").write_text("\\ir c.sql\n\\ir b.sql\n\\ir gone.sql\n\\ir a.sql\n")
    with pytest.raises(SqlFailed, match="division by zero"):
        load_directory(make_database().connect(), tmp_path)
    (tmp_path / "load.psql").write_text("\\ir a.sql\n\\ir c.sql\n")
    loaded = load_directory(make_database().connect(), tmp_path)
    assert [file.name for file in loaded] == ["a.sql", "c.sql", "b.sql"]


def test_owners_and_secrets(make_database: MakeDatabase, tmp_path: Path, role: Callable[..., str]) -> None:
    name = role("nologin")
    source, connection = _loaded(
        make_database,
        f"""
        create table a (id int); alter table a owner to {name}; grant select on a to public;
        alter default privileges for role {name} grant select on tables to public;
        create foreign data wrapper w; create server s foreign data wrapper w options (host 'h', password 'geheim');
        create user mapping for {name} server s options (user 'u', password 'geheim');
        """,
    )
    done = _comes_back(source, tmp_path / "out", make_database)
    text = "".join(file.read_text() for file in (tmp_path / "out").rglob("*.sql"))
    assert "geheim" not in text and "password '{secret}'" in text
    assert len(done.secrets) == 2 and all(label.endswith("option password") for label in done.secrets)
    assert f"alter table public.a owner to {name};" in text and "grant select on table public.a to PUBLIC;" in text
    export(tmp_path / "bare", source.url, owners=False)
    bare = "".join(file.read_text() for file in (tmp_path / "bare").rglob("*.sql"))
    assert "owner to" not in bare and "grant" not in bare and "create table public.a" in bare
    connection.execute(f"drop owned by {name} cascade")


def test_an_empty_database_and_one_without_public(make_database: MakeDatabase, tmp_path: Path) -> None:
    source = make_database()
    assert _comes_back(source, tmp_path / "empty", make_database).files == ()
    source.connect().execute("drop schema public")
    assert _comes_back(source, tmp_path / "none", make_database).files == ("database/schema/public.sql",)


def test_rings_in_the_order_of_what_needs_what() -> None:
    found = list(rings({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"a", "e"}}))
    assert [sorted(one) for one in found] == [["d"], ["b", "c"], ["a"], ["e"]]


def test_names_that_differ_in_case_share_a_file(make_database: MakeDatabase, tmp_path: Path) -> None:
    source, _ = _loaded(make_database, 'create table "A" (id int primary key); create table a (b int references "A")')
    assert _comes_back(source, tmp_path / "out", make_database).files == ("public/table/A.sql",)
