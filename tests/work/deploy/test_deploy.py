"""Deployments to real servers: there, back again, and what is said where neither could be done."""

from __future__ import annotations

import stat
from dataclasses import replace

import psycopg
import pytest

from pggit.apply import journal
from pggit.core.errors import NotFound, Refused, SqlFailed
from pggit.settings import load
from pggit.work.deploy.deploy import deploy
from pggit.work.deploy.results import How, LeftMidway
from work.deploy.conftest import WIDER, schema


def test_it_is_proven_backed_up_applied_and_looked_at(production, to, wider, make_database):
    model = make_database()
    model.connect().execute(WIDER.encode())
    said = []
    done = deploy(wider, to(), how=How(tell=said.append))
    assert schema(production) == done.hash == schema(model)
    assert (done.already, done.proof, done.reconnects, done.resumed) == (False, "proven", 0, False)
    assert done.statements > 3
    assert production.connect().execute("select count(*), sum(total) from orders").fetchone() == (200, 20100)
    assert done.backup and done.backup.file.parent == to().state / "backups"
    assert stat.S_IMODE(done.backup.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(done.backup.file.parent.stat().st_mode) == 0o700
    assert said == [f"backup {done.backup.file} ({done.backup.bytes} bytes), read again"]
    assert not list((to().state / "deployments").iterdir())


def test_at_its_end_already_nothing_is_done(production, to, wider):
    deploy(wider, to())
    again = deploy(wider, to())
    assert (again.already, again.statements, again.backup, again.proof) == (True, 0, None, "not needed")
    assert len(list((to().state / "backups").iterdir())) == 1


def test_a_dry_run_changes_nothing(production, to, wider):
    before = schema(production)
    done = deploy(wider, to(protected="remote production"), how=How(dry_run=True))
    assert done.dry_run and done.statements == sum(len(step.statements) for step in done.steps) > 3
    assert schema(production) == before
    assert not (to().state / "backups").exists()


def test_what_is_protected_is_refused(production, to, wider):
    before = schema(production)
    with pytest.raises(Refused, match="remote production is protected"):
        deploy(wider, to(protected="remote production"))
    assert schema(production) == before


def test_what_deletes_rows_is_refused_before_anything_is_done(production, to, tmp_path):
    (tmp_path / "less.sql").write_text("create table public.users (id int primary key, email text not null)")
    before = schema(production)
    with pytest.raises(Refused, match="data-loss"):
        deploy(f"dir:{tmp_path}/less.sql", to())
    assert schema(production) == before
    assert not (to().state / "backups").exists()


@pytest.fixture
def plain(production, role):
    """A role that owns the shop and may not make databases."""
    name = role("login")
    for statement in (
        "alter table users owner to {}", "alter table orders owner to {}", "grant all on schema public to {}",
        f'grant create on database "{production.name}" to {{}}',
    ):  # fmt: skip
        production.connect().execute(statement.format(name).encode())
    return name


def _settings(tmp_path, text=""):
    (tmp_path / ".pggit.toml").write_text(text)
    return load({}, tmp_path, {})


def test_without_the_right_to_make_databases_there_is_no_proof(production, to, plain, make_database, tmp_path):
    model = make_database()
    model.connect().execute(WIDER.encode())
    target, settings = to(url=production.url_as(plain)), _settings(tmp_path)
    before = schema(production)
    how = How(ignore=["owner", "grants"])
    with pytest.raises(Refused, match="may not create databases"):
        deploy(model.url, target, settings=settings, how=how)
    assert schema(production) == before
    done = deploy(model.url, target, settings=settings, how=replace(how, prove=False))
    assert (done.proof, done.already) == ("skipped", False)


def test_it_is_proven_on_the_scratch_server_then(production, to, plain, server, wider, tmp_path):
    settings = _settings(tmp_path, f'scratch = "{server.url}"')
    done = deploy(wider, to(url=production.url_as(plain)), settings=settings)
    assert (done.proof, schema(production)) == ("proven", done.hash)


def test_files_that_are_not_of_the_environment_are_left_out(production, to, tmp_path, make_database):
    files = tmp_path / "schema"
    (files / "dev").mkdir(parents=True)
    (files / "1.sql").write_text(WIDER)
    (files / "2.sql").write_text("create table public.everywhere (a int);")
    (files / "dev" / "3.sql").write_text("create table public.only_in_dev (a int);")
    (files / "rows.sql").write_text("this is no sql")
    settings = _settings(
        tmp_path,
        """[environments.production]
        include = ["schema/**/*.sql"]
        exclude = ["schema/dev/**"]
        seeds = ["schema/rows.sql"]
        [environments.none]
        include = ["nowhere/**"]
        """,
    )
    done = deploy(f"dir:{files}", to(environment="production"), settings=settings)
    assert done.proof == "proven" and done.state == f"dir:{files}"
    model = make_database()
    model.connect().execute((WIDER + "create table public.everywhere (a int)").encode())
    assert schema(production) == schema(model)
    with pytest.raises(NotFound, match="environment none includes no file"):
        deploy(f"dir:{files}", to(environment="none"), settings=settings)


# --- failures ------------------------------------------------------------------------------------------------------


def _with_duplicates(production):
    """Make the last of the plan's steps fail: an index that cannot be unique."""
    production.connect().execute("update users set email = 'same' where id < 3")
    return WIDER + "create unique index users_email on public.users (email);"


def _expression(tmp_path, text):
    (tmp_path / "wanted.sql").write_text(text)
    return f"dir:{tmp_path}/wanted.sql"


def test_a_failure_in_the_middle_is_taken_back(production, to, tmp_path):
    wanted = _expression(tmp_path, _with_duplicates(production))
    before, events = schema(production), []
    with pytest.raises(SqlFailed, match=r"is at .* as before") as caught:
        deploy(wanted, to(), how=How(progress=events.append))
    done = [event.statement.key for event in events if event.what == "done"]
    assert done.count("table public.notes") == 2, "it was made, and dropped again"
    assert "took it back" in caught.value.message
    assert schema(production) == before
    with production.connect() as connection:
        assert journal.read(connection) is None
        assert connection.execute("select count(*), sum(total) from orders").fetchone() == (200, 20100)


def test_what_is_one_transaction_is_only_rolled_back(production, to, tmp_path):
    production.connect().execute("insert into orders values (0, 1, null)")
    wanted = _expression(
        tmp_path,
        """create table public.users (id int primary key, email text not null);
        create table public.orders (id int primary key, user_id int references public.users, total numeric(3, 2));
        create index orders_user on public.orders (user_id);""",
    )
    before = schema(production)
    with pytest.raises(SqlFailed, match=r"all was rolled back: production is at \w{10} as before") as caught:
        deploy(wanted, to(), how=How(allow=["data-loss"]))
    assert caught.value.hint is None
    assert schema(production) == before


def test_what_somebody_else_changed_meanwhile_is_not_taken_back(production, to, tmp_path):
    wanted = _expression(tmp_path, _with_duplicates(production))
    others = production.connect()

    def meddle(event):
        if event.what == "done" and event.statement.key == "table public.notes":
            others.execute("create table public.theirs (id int)")

    with pytest.raises(LeftMidway) as caught:
        deploy(wanted, to(), how=How(progress=meddle))
    (backup,) = (to().state / "backups").iterdir()
    assert "changed meanwhile by somebody else: table public.theirs (new)" in caught.value.message
    assert f"production is at {schema(production)[:10]} now" in caught.value.message
    assert "table public.notes (new)" in caught.value.message
    assert f"The backup is {backup}." in caught.value.hint
    assert caught.value.exit_status == 6
    assert others.execute("select to_regclass('public.theirs') is not null").fetchone() == (True,)


@pytest.mark.parametrize(
    "meddling", ["alter table public.users add theirs int", "create index theirs on public.users (id)",
                 "comment on column public.users.email is 'theirs'"],
)  # fmt: skip
def test_somebody_elses_change_of_the_same_table_is_not_taken_back(production, to, tmp_path, meddling):
    wanted = _expression(tmp_path, _with_duplicates(production))
    others = production.connect()

    def meddle(event):
        if event.what == "done" and event.statement.key == "table public.notes":
            others.execute(meddling.encode())

    with pytest.raises(LeftMidway, match="changed meanwhile by somebody else"):
        deploy(wanted, to(), how=How(progress=meddle))


def test_rows_that_the_plan_deleted_are_in_the_backup(production, to, tmp_path, make_database):
    text = _with_duplicates(production).replace("email text not null, ", "").replace("(email)", "(nick)")
    text = text.replace("nick text,", "email text not null, nick text default 'one',")
    text = text[: text.index("create table public.orders")] + text[text.index("create table public.notes") :]
    before = schema(production)
    with pytest.raises(SqlFailed, match="took it back") as caught:
        deploy(_expression(tmp_path, text), to(), how=How(allow=["data-loss"], prove=False))
    (backup,) = (to().state / "backups").iterdir()
    assert caught.value.hint == f"Rows and values that the plan deleted are in the backup {backup}."
    assert schema(production) == before


def test_rights_are_missing_before_the_backup(production, to, wider, role):
    name = role("login createdb")
    with pytest.raises(psycopg.Error):
        production.connect(user=name).execute("alter table users add x int")
    with pytest.raises(Exception, match=r"not proven|owner|permission") as caught:
        deploy(wider, to(url=production.url_as(name)))
    assert caught.value.exit_status in (5, 6)
