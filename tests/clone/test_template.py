"""Templates: built once, sealed, named by what builds them; found, verified, dropped when nobody needs them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from clone.conftest import names, unfinished
from pggit.clone import clone, pool, template
from pggit.clone.label import labelled
from pggit.clone.source.files import Files, files_of, seeds_of
from pggit.clone.unused import drop, gc
from pggit.clone.verify import verify
from pggit.core.errors import Busy, NotFound, PermissionDenied, Refused, SqlFailed
from pggit.db import database as databases
from pggit.db.scratch import try_lock, unlock
from pggit.sections import Environment
from servers import TestServer, connect

SCHEMA = {
    "00_common/1_types.sql": "create type mood as enum ('sad', 'glad');",
    "10_tables/2_users.sql": "create table users (id int primary key, m mood);",
    "10_tables/10_posts.sql": "create table posts (id int primary key, u int references users);",
    "seeds/1.sql": "insert into users select i, 'sad' from generate_series(1, 100) as i;",
    "only_production.sql": "create table audit ();",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tree of files of SQL."""
    for name, text in SCHEMA.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


LOCAL = Environment("local", include=("[01]*/**",), seeds=("seeds/**",))


def base_of(project: Path) -> Files:
    return files_of(None, LOCAL, project)


def rows(server: TestServer, name: str, text: str) -> list[tuple]:
    with closing(connect(server.url_of(name))) as connection:
        return connection.execute(text.encode()).fetchall()


@pytest.fixture
def created(admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of databases that were made, whoever made them in this process."""
    made: list[str] = []
    real = databases.create_database

    def counted(connection: psycopg.Connection, name: str, **options: object) -> None:
        made.append(name)
        real(connection, name, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(databases, "create_database", counted)
    yield made


def test_built_once(server: TestServer, admin: psycopg.Connection, project: Path, created: list[str]) -> None:
    first = template.build(admin, base_of(project))
    again = template.build(admin, base_of(project))
    assert (first.built, again.built) == (True, False)
    assert first.name == again.name == "pggit_template_" + first.hash[:16]
    assert len(created) == 1
    assert again.milliseconds < first.milliseconds / 2
    (label,) = [one.label for one in labelled(admin, "template")]
    assert label.hash == first.hash
    assert label.files and label.bytes and label.files > 200 and label.bytes > 5_000_000
    assert not unfinished(admin)
    clone.create(admin, first.name, "c")
    assert rows(server, "c", "select to_regclass('audit'), to_regclass('posts')::text, count(*) from users") == [
        (None, "posts", 0)
    ]


def test_it_is_sealed(server: TestServer, admin: psycopg.Connection, project: Path) -> None:
    made = template.build(admin, base_of(project))
    flags = "select datistemplate, datallowconn from pg_database where datname = %s"
    assert admin.execute(flags, (made.name,)).fetchone() == (True, False)
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(server.url_of(made.name))
    with pytest.raises(psycopg.errors.WrongObjectType, match="cannot drop a template"):
        admin.execute(f'drop database "{made.name}"')
    drop(admin, made.name)
    assert made.name not in names(admin)
    with pytest.raises(NotFound):
        drop(admin, made.name)
    with pytest.raises(NotFound):
        drop(admin, "postgres")


@pytest.mark.parametrize(
    "change",
    [
        lambda p: (p / "10_tables/2_users.sql").write_text(SCHEMA["10_tables/2_users.sql"] + " "),
        lambda p: (p / "10_tables/2_users.sql").rename(p / "10_tables/3_users.sql"),
        lambda p: (p / "10_tables/11_more.sql").write_text("create table more ();"),
        lambda p: (p / "10_tables/part.psql").write_text("select 2;"),
        lambda p: (p / "10_tables/rows.txt").write_text("8\n"),
    ],
    ids=["bytes", "name", "another file", "an included file", "a copied file"],
)
def test_any_input_makes_another_template(
    admin: psycopg.Connection, project: Path, change: Callable[[Path], object]
) -> None:
    (project / "10_tables/part.psql").write_text("select 1;")
    (project / "10_tables/rows.txt").write_text("7\n")
    (project / "10_tables/5_copied.sql").write_text("create table n (i int);\n\\copy n from rows.txt\n\\ir part.psql\n")
    first = template.build(admin, base_of(project))
    change(project)
    second = template.build(admin, base_of(project))
    assert second.built and second.name != first.name
    assert len(labelled(admin, "template")) == 2


def test_role_and_locale_make_another_template(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, project: Path
) -> None:
    first = template.build(admin, base_of(project))
    admin.execute("create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
                  + (" locale_provider libc" if server.version >= 15 else ""))  # fmt: skip
    latin = template.build(admin, base_of(project), like="latin")
    databases.drop_database(admin, "latin")
    encodings = "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = %s"
    assert admin.execute(encodings, (latin.name,)).fetchone() == ("LATIN1", "C")
    clone.create(admin, latin.name, "c")
    assert rows(server, "c", "show server_encoding") == [("LATIN1",)]
    maker = role("login createdb")
    with closing(databases.maintenance(psycopg.conninfo.make_conninfo(server.url, user=maker))) as connection:
        theirs = template.build(connection, base_of(project))
    assert len({first.name, latin.name, theirs.name}) == 3
    assert theirs.built


def test_seeds_are_a_layer(server: TestServer, admin: psycopg.Connection, project: Path, created: list[str]) -> None:
    base = template.build(admin, base_of(project))
    seeded = template.build(admin, seeds_of(LOCAL, project, base_of(project)))
    assert (base.base, seeded.base) == (None, base.name)
    assert len(created) == 2
    (project / "seeds/1.sql").write_text("insert into users values (1, 'glad');")
    other = template.build(admin, seeds_of(LOCAL, project, base_of(project)))
    assert other.base == base.name and other.name != seeded.name
    assert len(created) == 3  # the base was there
    for one, count in ((base, 0), (seeded, 100), (other, 1)):
        clone.create(admin, one.name, f"c_{count}")
        assert rows(server, f"c_{count}", "select count(*) from users") == [(count,)]
    statistics = "select n_distinct from pg_stats where tablename = 'users' and attname = 'id'"
    assert rows(server, "c_100", statistics) == [(-1.0,)]


def test_a_failed_build_leaves_nothing(admin: psycopg.Connection, project: Path) -> None:
    (project / "10_tables/2_users.sql").write_text("create table users (id int);\nselect 1 / 0;")
    with pytest.raises(SqlFailed, match=r"2_users\.sql:2: division by zero"):
        template.build(admin, base_of(project))
    assert not labelled(admin) and not unfinished(admin)


def test_eight_at_once_build_it_once(
    server: TestServer, project: Path, admin: psycopg.Connection, created: list[str]
) -> None:
    (project / "10_tables/1_slow.sql").write_text("select pg_sleep(0.3);")
    waited: list[str] = []

    def work(_: int) -> template.Template:
        with closing(databases.maintenance(server.url)) as connection:
            return template.build(connection, seeds_of(LOCAL, project, base_of(project)), waiting=waited.append)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(work, range(8)))
    assert len({one.name for one in made}) == 1
    assert sum(one.built for one in made) == 1
    assert len(created) == 2
    assert waited


def test_who_does_not_share_the_lock_is_held_back_by_the_name(
    server: TestServer, project: Path, admin: psycopg.Connection
) -> None:
    """Advisory locks are of a database: clients without a right to connect to postgres may use another one."""
    (project / "10_tables/1_slow.sql").write_text("select pg_sleep(0.3);")
    databases.create_database(admin, "elsewhere")

    def work(name: str) -> template.Template:
        with closing(connect(server.url_of(name))) as connection:
            return template.build(connection, base_of(project), like="postgres")

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(work, ["postgres", "elsewhere"]))
    assert made[0].name == made[1].name
    assert sorted(one.built for one in made) == [False, True]
    assert not unfinished(admin)
    databases.drop_database(admin, "elsewhere")


def test_waiting_ends(server: TestServer, project: Path, admin: psycopg.Connection) -> None:
    name = template.build(admin, base_of(project)).name
    drop(admin, name)
    with closing(databases.maintenance(server.url)) as other:
        assert try_lock(other, name)
        begun = time.monotonic()
        with pytest.raises(Busy, match="somebody else is building"):
            template.build(admin, base_of(project), wait=0.3)
        assert time.monotonic() - begun < 5
        # nobody who waits has a snapshot
        waiting = threading.Thread(target=lambda: template.build(admin, base_of(project)))
        waiting.start()
        time.sleep(0.2)
        query = "select count(*) from pg_stat_activity where backend_xmin is not null and pid <> pg_backend_pid()"
        assert other.execute(query + " and backend_type = 'client backend' and state <> 'active'").fetchone() == (0,)
        unlock(other, name)
        waiting.join()
    assert labelled(admin, "template", name=name)


def test_a_template_of_somebody_else_is_not_trusted(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, project: Path
) -> None:
    maker, thief = role("login createdb"), role("login createdb")
    with closing(databases.maintenance(psycopg.conninfo.make_conninfo(server.url, user=maker))) as connection:
        made = template.build(connection, base_of(project))
        admin.execute(f'alter database "{made.name}" owner to "{thief}"')
        other = template.build(connection, base_of(project))  # under another name: the thief cannot keep it from being
        assert other.built and other.name.startswith(f"{made.name}_")
        assert template.build(connection, base_of(project)).name == other.name
        drop(connection, other.name)
        admin.execute(f'alter database "{made.name}" owner to postgres')
        assert not template.build(connection, base_of(project)).built
        admin.execute(f'alter database "{made.name}" owner to "{maker}"')
        connection.execute(f'alter database "{made.name}" allow_connections true')
        with pytest.raises(Refused, match="was opened"):
            template.build(connection, base_of(project))
        drop(connection, made.name)
        databases.create_database(connection, made.name)
        with pytest.raises(Refused, match="not a template"):
            template.build(connection, base_of(project))
        databases.drop_database(connection, made.name)


def test_an_interrupted_drop_is_finished(admin: psycopg.Connection, project: Path) -> None:
    made = template.build(admin, base_of(project))
    admin.execute(f'alter database "{made.name}" is_template false')
    assert [one.why for one in gc(admin, dry_run=True)] == ["dropping it was interrupted"]
    assert template.build(admin, base_of(project)).built
    admin.execute(f'alter database "{made.name}" is_template false')
    assert [one.name for one in gc(admin)] == [made.name]
    assert not labelled(admin)


def test_who_may_not_create_databases(
    server: TestServer, role: Callable[..., str], admin: psycopg.Connection, project: Path
) -> None:
    plain = role("login")
    with (
        closing(databases.maintenance(psycopg.conninfo.make_conninfo(server.url, user=plain))) as connection,
        pytest.raises(PermissionDenied) as caught,
    ):
        template.build(connection, base_of(project))
    assert "CREATEDB" in str(caught.value.hint)
    assert not unfinished(admin)


def test_find(admin: psycopg.Connection, project: Path) -> None:
    made = template.build(admin, base_of(project))
    for text in (made.name, made.hash, made.hash[:6], f"files of {project} (environment local)", made.name[:20]):
        assert template.find(admin, text).name == made.name
    with pytest.raises(NotFound):
        template.find(admin, "zzz")
    seeded = template.build(admin, seeds_of(LOCAL, project, base_of(project)))
    with pytest.raises(Refused, match="several"):
        template.find(admin, "pggit_template_")
    assert template.find(admin, f"files of {project} (environment local, with seeds)").name == seeded.name


def test_verify(server: TestServer, role: Callable[..., str], admin: psycopg.Connection, project: Path) -> None:
    made = template.build(admin, seeds_of(LOCAL, project, base_of(project)))

    def outcomes() -> dict[str, str]:
        found = verify(admin, labelled(admin, "template", name=made.name)[0])
        return {check.name: check.outcome for check in found}

    assert outcomes() == dict.fromkeys(("sealed", "name", "owner", "sessions", "schema", "rows"), "ok")
    assert not unfinished(admin)

    def tamper(text: str) -> None:
        admin.execute(f'alter database "{made.name}" is_template false allow_connections true')
        with closing(connect(server.url_of(made.name))) as connection:
            connection.execute(text.encode())
        databases.require_unused(admin, made.name)
        assert {name: outcome for name, outcome in outcomes().items() if outcome != "ok"} == {
            "sealed": "wrong",
            "contents": "skipped",
        }
        databases.seal(admin, made.name)

    tamper("delete from users where id = 1")
    assert [name for name, outcome in outcomes().items() if outcome != "ok"] == ["rows"]
    tamper("insert into users values (1, 'sad'); alter table users add x int")
    assert [name for name, outcome in outcomes().items() if outcome != "ok"] == ["schema"]
    admin.execute(f'alter database "{made.name}" owner to {role()}')
    assert outcomes()["owner"] == "wrong"
    admin.execute(f'alter database "{made.name}" owner to postgres')
    admin.execute(f'alter database "{made.name}" rename to renamed')
    with closing(databases.maintenance(server.url)) as connection:
        found = verify(connection, labelled(connection, "template", name="renamed")[0])
    assert {check.name: check.outcome for check in found}["name"] == "wrong"


def test_gc(server: TestServer, admin: psycopg.Connection, project: Path) -> None:
    old = template.build(admin, seeds_of(LOCAL, project, base_of(project)))
    admin.execute(
        f"""comment on database "{old.name}" is '{label_with(admin, old.name, "2026-01-01T00:00:00+00:00")}'"""
    )
    admin.execute(
        f"""comment on database "{old.base}" is '{label_with(admin, str(old.base), "2026-01-01T00:00:00+00:00")}'"""
    )
    (project / "10_tables/2_users.sql").write_text(
        "create table users (id int, m mood);create unique index on users (id);"
    )
    (project / "10_tables/10_posts.sql").write_text("create table posts ();")
    new = template.build(admin, seeds_of(LOCAL, project, base_of(project)))
    clone.create(admin, old.name, "c")
    assert gc(admin) == []  # the clone is of it, and it is of its base
    clone.drop(admin, "c")
    pool.define(server.url, "p", template=old.name, size=1)
    assert gc(admin) == []  # it is a pool's
    pool.stop(server.url, "p")
    assert [one.name for one in gc(admin, dry_run=True)] == [old.name, old.base]
    assert [one.why for one in gc(admin)] == [f"superseded by {new.name}", f"superseded by {new.base}"]
    assert {one.name for one in labelled(admin)} == {new.name, new.base}
    assert gc(admin, older_than=timedelta(days=1)) == []
    assert [one.name for one in gc(admin, older_than=timedelta(0))] == [new.name, new.base]


def label_with(admin: psycopg.Connection, name: str, made: str) -> str:
    """The label of a template, as if it had been built at another time."""
    from dataclasses import replace

    return replace(labelled(admin, name=name)[0].label, made=made).text().replace("'", "''")


def test_environments(project: Path) -> None:
    def chosen(environment: Environment, path: Path | None = None) -> list[str]:
        return [str(file.relative_to(project)) for file in files_of(path, environment, project).files]

    tables = ["10_tables/2_users.sql", "10_tables/10_posts.sql"]
    assert chosen(LOCAL) == ["00_common/1_types.sql", *tables]
    assert chosen(Environment("e", include=("**",), exclude=("**/*_posts.sql",), seeds=("seeds",))) == [
        "00_common/1_types.sql", "10_tables/2_users.sql", "only_production.sql",
    ]  # fmt: skip
    assert chosen(Environment("e", exclude=("**/2_*",)), project / "10_tables") == ["10_tables/10_posts.sql"]
    assert chosen(Environment("e", include=("10_tables/10_posts.sql",))) == ["10_tables/10_posts.sql"]
    with pytest.raises(NotFound, match="environment e includes no"):
        chosen(Environment("e", include=("nothing/**",)))
    with pytest.raises(NotFound, match="environment e includes no"):
        chosen(Environment("e", include=("nothing/**",)), project / "seeds")
    with pytest.raises(NotFound, match=r"no \.sql file matches seeds"):
        seeds_of(Environment("e", seeds=("nothing",)), project, base_of(project))
    with pytest.raises(NotFound):
        files_of(project / "none", None, project)
