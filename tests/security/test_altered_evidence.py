"""What a superuser alters in the store or in the engine after it was anchored is found: one alteration a test."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.errors import PgGitError, Refused
from pggit.core.results import Finding
from pggit.repo.repository import Repository
from pggit.repo.signing import load_signer, sign_commits, verify
from pggit.repo.signing.anchor import compare, write_anchor
from pggit.repo.signing.stored import create_signed_tag
from security.conftest import install_older, set_trap
from servers import Database, TestServer

HASH = "decode(repeat('00', 32), 'hex')"

# a request that was merged, one that is open, a merge that is done, as the engine writes them
REVIEWED = """
insert into pggit.request (id, branch, target, title, body, state, opened_by, author, ended_at, ended_by)
  values (1, 'side', 'main', 'One', '', 'closed', 'ann', 'ann', clock_timestamp(), 'ann');
insert into pggit.request (id, branch, target, title, body, state, opened_by, author) values (2, 'side', 'main', 'Two', '', 'open', 'ann', 'ann');
insert into pggit.request_revision (request, revision, source, target, outcome, change_hash, changes, hazards, conflicts, findings, proof, proven,
  proved_at, proved_by)
  select q.id, 1, pggit.head(), pggit.head(), 'merged', pggit.head(), '[]', '{}', '[]', '[]', '{"proven": false}', false, clock_timestamp(), 'ann'
  from pggit.request as q;
insert into pggit.approval (id, request, revision, source, change_hash, verdict, who, author)
  select n, 2, 1, pggit.head(), pggit.head(), 'reject', 'bob', 'bob' from generate_series(1, 2) as n;
insert into pggit.merges (id, ours, theirs, name, message, state, started_by, ended_at, ended_by, commit)
  values (1, pggit.head(), pggit.head(), 'side', 'Merge', 'done', 'ann', clock_timestamp(), 'ann', pggit.head());
insert into pggit.set_aside (kind, name, message) values ('ref', 'heads/x', 'it is removed');
insert into pggit.conflicts (merge, key, group_key, class, attributes, choice, reason, resolved_by) values (1, 'table public.t', 'table public.t', 'both changed', '{}', 'ours', 'why', 'ann');
"""

STORE = [
    # commits
    ("commit author", "update pggit.commit set author = 'mallory' where message = 't1'", "damaged commit"),
    ("commit message", "update pggit.commit set message = 'x' where message = 't1'", "damaged commit"),
    ("commit time", "update pggit.commit set authored_at = authored_at - interval '1 day' where message = 't1'", "damaged commit"),
    ("commit parents", "update pggit.commit set parents = '{}' where message = 't1'", "damaged commit"),
    ("commit tree", "update pggit.commit set tree = (select tree from pggit.commit where message = 't0') where message = 't1'", "damaged commit"),
    ("commit generation", "update pggit.commit set generation = 9 where message = 't1'", "damaged commit"),
    ("commit hash", f"update pggit.commit set hash = {HASH} where message = 't1'", "missing parent"),
    ("commit deleted", "delete from pggit.commit where message = 't1'", "missing parent"),
    ("definition", "update pggit.blob set definition = '{}' where definition ->> 'type' = 'integer'", "damaged definition"),
    ("definition deleted", "delete from pggit.blob where definition ->> 'type' = 'integer'", "missing definition"),
    ("tree", "update pggit.tree set entries = entries - 'column public.t0.id' where entries ? 'column public.t0.id'", "damaged tree"),
    ("semantic hash", f"update pggit.tree set meaning = {HASH} where entries ? 'table public.t0'", "damaged tree"),
    ("tree deleted", "delete from pggit.tree where entries ? 'table public.t0'", "missing tree"),
    ("commit's changes edited", "update pggit.commit_change set key = 'table public.x' where key = 'table public.t1'", "damaged history"),
    ("commit's changes deleted", "delete from pggit.commit_change where key = 'table public.t1'", "damaged history"),
    ("commit's changes added", "insert into pggit.commit_change select commit, group_key, 'x', old, new from pggit.commit_change limit 1", "damaged history"),
    # refs
    ("branch moved", "update pggit.ref set commit = (select commit from pggit.ref where name = 'heads/side') where name = 'heads/main'", "rewritten history"),
    ("branch deleted", "delete from pggit.ref where name = 'heads/side'", "rewritten history"),
    ("branch renamed", "update pggit.ref set name = 'heads/other' where name = 'heads/side'", "rewritten history"),
    ("branch added", "insert into pggit.ref (name, commit) values ('heads/new', pggit.head())", "unexplained ref"),
    ("branch added, dated back", "insert into pggit.ref (name, commit) values ('heads/new', pggit.head());"
     " insert into pggit.reflog (id, ref, new, at, message) select reflog_id + 1, 'heads/new', pggit.head(), '2020-01-01', 'branch: created from HEAD'"
     " from pggit.repository; update pggit.repository set reflog_id = reflog_id + 1", "dated back"),
    ("tag message", "update pggit.ref set message = 'x' where name = 'tags/v1'", "rewritten tag"),
    ("tagger", "update pggit.ref set tagger = 'mallory' where name = 'tags/v1'", "rewritten tag"),
    ("tag's time", "update pggit.ref set updated_at = '2020-01-01' where name = 'tags/v1'", "rewritten tag"),
    ("tag moved", "update pggit.ref set commit = pggit.head() where name = 'tags/v1'", "rewritten tag"),
    ("tag deleted", "delete from pggit.ref where name = 'tags/v1'", "rewritten tag"),
    # the reflog
    ("reflog who", "update pggit.reflog set who = 'ann' where id = 2", "rewritten reflog"),
    ("reflog message", "update pggit.reflog set message = 'x' where id = 2", "rewritten reflog"),
    ("reflog time", "update pggit.reflog set at = at - interval '1 second' where id = 2", "rewritten reflog"),
    ("reflog commits", "update pggit.reflog set old = new where id = 2", "rewritten reflog"),
    ("reflog name", "update pggit.reflog set ref = 'heads/other' where ref = 'heads/side'", "rewritten reflog"),
    ("reflog name, renamed", "update pggit.reflog set ref = 'heads/x', written = 'heads/side' where ref = 'heads/side'", "rewritten reflog"),
    ("reflog renamed", "update pggit.reflog set renamed = null where renamed is not null", "rewritten reflog"),
    ("reflog deleted", "delete from pggit.reflog where id = 2", "rewritten reflog"),
    ("reflog deleted at the end", "delete from pggit.reflog where id = (select max(id) from pggit.reflog)", "rewritten reflog"),
    ("reflog deleted and counted", "delete from pggit.reflog where id = (select max(id) from pggit.reflog);"
     " update pggit.repository set reflog_id = reflog_id - 1", "rewritten reflog"),
    ("reflog exchanged", "update pggit.reflog set id = case id when 2 then -3 else -2 end where id in (2, 3); update pggit.reflog set id = -id where id < 0",
     "rewritten reflog"),
    ("reflog inserted", "update pggit.reflog set id = -id - 1 where id >= 3; update pggit.reflog set id = -id where id < 0;"
     " insert into pggit.reflog (id, ref, new, message) values (3, 'heads/side', pggit.head(), 'x');"
     " update pggit.repository set reflog_id = reflog_id + 1", "rewritten reflog"),
    ("reflog numbered again", "delete from pggit.reflog where id = 2; update pggit.reflog set id = -id + 1 where id > 2;"
     " update pggit.reflog set id = -id where id < 0; update pggit.repository set reflog_id = reflog_id - 1", "rewritten reflog"),
    ("reflog emptied", "truncate pggit.reflog; update pggit.repository set reflog_id = 0", "rewritten reflog"),
    # signatures
    ("signature deleted", "delete from pggit.signature where tag = ''", "missing signature"),
    ("signature of a tag deleted", "delete from pggit.signature where tag <> ''", "missing signature"),
    ("signature replaced", "update pggit.signature set armored = 'x'", "rewritten signature"),
    ("signer replaced", "update pggit.signature set signer = 'ssh-ed25519 AAAA'", "rewritten signature"),
    # the history of statements
    ("history who", "update pggit.change set current_user_name = 'ann' where id = 2", "rewritten history"),
    ("history session user", "update pggit.transaction set session_user_name = 'ann' where id = 1", "rewritten history"),
    ("history client", "update pggit.transaction set client = '10.0.0.1', application = 'x' where id = 1", "rewritten history"),
    ("history cause", "update pggit.transaction set cause = 'drift' where id = 1", "rewritten history"),
    ("history tag", "update pggit.change set tag = 'DROP TABLE' where id = 2", "rewritten history"),
    ("history time", "update pggit.change set at = at - interval '1 day' where id = 2", "rewritten history"),
    ("history key", "update pggit.change set key = 'table public.x' where id = 2", "rewritten history"),
    ("history definition", "update pggit.change set new = null where id = 2", "rewritten history"),
    ("history commit", "update pggit.change set commit = pggit.head() where id = 1", "rewritten history"),
    ("history commit taken off", "update pggit.change set commit = null where id = 1", "rewritten history"),
    ("history statement", "update pggit.change set statement = (select min(encode(hash, 'hex'))::bytea from pggit.statement) where id = 2", "rewritten history"),
    ("history deleted", "delete from pggit.change where id = 2", "rewritten history"),
    ("history inserted", "insert into pggit.change (id, xid, at, key) select -1, xid, at, key from pggit.change limit 1", "missing entry"),
    ("history transaction deleted", "delete from pggit.transaction where id = 1", "rewritten history"),
    ("history emptied", "truncate pggit.change, pggit.transaction; update pggit.repository set change_id = 0", "rewritten history"),
    ("statement text", "update pggit.statement set text = 'select 1' where text like 'create table public.t1%'", "damaged statement"),
    ("statement text with its hash", "update pggit.statement set text = 'select 1', hash = sha256('select 1') where text like 'create table public.t1%'", "missing statement"),
    ("statement deleted", "delete from pggit.statement", "missing statement"),
    ("captured deleted", "delete from pggit.capture", "rewritten capture"),
    ("captured edited", "update pggit.capture set session_user_name = 'ann'", "rewritten capture"),
    # protections, settings, access
    ("protection weakened", "update pggit.protection set approvals = 0", "rewritten protection"),
    ("protection deleted", "delete from pggit.protection", "rewritten protection"),
    ("protection added", "insert into pggit.protection (pattern) values ('new*')", "rewritten protection"),
    ("setting edited", "update pggit.setting set value = 'mallory' where name = 'author'", "rewritten setting"),
    ("setting deleted", "delete from pggit.setting", "rewritten setting"),
    ("setting added", "insert into pggit.setting values ('ignore', '.')", "rewritten setting"),
    ("access level", "update pggit.access set level = 'admin'", "rewritten access"),
    ("access added", "insert into pggit.access (role, role_oid, level) values ('mallory', 10, 'admin')", "rewritten access"),
    ("access of another role", "update pggit.access set role_oid = 10", "rewritten access"),
    ("access deleted", "delete from pggit.access", "rewritten access"),
    # reviews and merges
    ("approval turned round", "update pggit.approval set verdict = 'approve' where id = 1", "rewritten approval"),
    ("approval by another", "update pggit.approval set who = 'ann' where id = 1", "rewritten approval"),
    ("approval deleted", "delete from pggit.approval where id = 1", "rewritten approval"),
    ("approval inserted before", "update pggit.approval set id = 3 where id = 2", "rewritten approval"),
    ("request closed by another", "update pggit.request set ended_by = 'bob' where id = 1", "rewritten request"),
    ("request opened by another", "update pggit.request set opened_by = 'bob' where id = 2", "rewritten request"),
    ("request opened again", "update pggit.request set state = 'open' where id = 1", "rewritten request"),
    ("request deleted", "delete from pggit.request where id = 1", "rewritten request"),
    ("revision edited", """update pggit.request_revision set changes = '["x"]'""", "rewritten revision"),
    ("revision deleted", "delete from pggit.request_revision where request = 1", "rewritten revision"),
    ("proof forged", "update pggit.request_revision set proven = true where request = 2", "rewritten proof"),
    ("proof forged after the end", "update pggit.request_revision set proven = true, proved_at = clock_timestamp() where request = 1", "rewritten proof"),
    ("proof deleted", "update pggit.request_revision set proof = null, proven = false, proved_at = null where request = 2", "rewritten proof"),
    ("merge by another", "update pggit.merges set ended_by = 'bob'", "rewritten merge"),
    ("merge's conflict resolved by another", "update pggit.conflicts set resolved_by = 'bob'", "rewritten merge"),
    # roles
    ("approval by another role", "update pggit.approval set role = 10 where role is distinct from 10; update pggit.approval set role = 0", "rewritten approval"),
    ("request of another role", "update pggit.request set opened_role = 0", "rewritten request"),
    ("revision of another role", "update pggit.request_revision set made_role = 0", "rewritten revision"),
    ("reflog of another role", "update pggit.reflog set role = 0 where id = 2", "rewritten reflog"),
    ("commit brought by another", "update pggit.recorded set who = 'ann'", "rewritten commit"),
    ("commit brought by another role", "update pggit.recorded set role = 0", "rewritten recorded"),
    ("commit brought by nobody", "delete from pggit.recorded", "rewritten commit"),
    # the repository
    ("upgrade log edited", "update pggit.upgrade_log set who = 'ann'", "rewritten upgrade log"),
    ("upgrade log deleted", "delete from pggit.upgrade_log", "rewritten upgrade log"),
    ("upgrade log inserted", "insert into pggit.upgrade_log (version, action) values (1, 'upgrade')", "rewritten upgrade log"),
    ("set aside emptied", "delete from pggit.set_aside", "rewritten upgrade log"),
    ("set aside edited", "update pggit.set_aside set message = 'x'", "rewritten upgrade log"),
    ("identity", "update pggit.repository set identity = gen_random_uuid()", "another repository"),
    ("tracked by", "update pggit.repository set tracked_by = 'snapshots'", "rewritten repository"),
    ("paused", "update pggit.repository set paused_until = 'infinity'", "rewritten repository"),
    ("paused for a time", "select pggit.pause_tracking('1 hour'); select pggit.pause_tracking('0')", "paused"),
]  # fmt: skip

ENGINE = [
    ("body", "create or replace function pggit.author() returns text language sql stable set search_path = pg_catalog, pg_temp as $$ select 'ann' $$"),
    ("definer", "alter function pggit.commit_hash(bytea, bytea[], text, timestamptz, text) security definer"),
    ("invoker", "alter function pggit.commit(text, boolean, timestamptz) security invoker"),
    ("settings of a function", "alter function pggit.author() reset search_path"),
    ("volatility", "alter function pggit.author() immutable"),
    ("language", "create or replace function pggit.short(hash bytea) returns text language plpgsql immutable set search_path = pg_catalog, pg_temp"
     " as $$ begin return left(encode(hash, 'hex'), 10); end $$"),
    ("overloaded", "create function pggit.short(hash text) returns text language sql as $$ select 'x' $$"),
    ("event trigger dropped", "drop event trigger pggit_drop"),
    ("event trigger disabled", "alter event trigger pggit_ddl disable"),
    ("event trigger of another function", "create function public.nothing() returns event_trigger language plpgsql as 'begin end';"
     " drop event trigger pggit_ddl; create event trigger pggit_ddl on ddl_command_end execute function public.nothing()"),
    ("event trigger with tags", "drop event trigger pggit_ddl; create event trigger pggit_ddl on ddl_command_end when tag in ('CREATE VIEW')"
     " execute function pggit.on_ddl_command_end()"),
    ("guard disabled", "alter table pggit.ref disable trigger guard_branch"),
    ("guard dropped", "drop trigger guard_branch on pggit.ref"),
    ("guard of another function", "drop trigger guard_branch on pggit.ref; create trigger guard_branch before update or delete on pggit.ref"
     " for each row when (starts_with(old.name, 'heads/')) execute function pggit.leave_out_replicated()"),
    ("reading disabled", "alter table pggit.capture disable trigger read_touched"),
    ("trigger added", "create trigger more before insert on pggit.reflog for each row execute function pggit.leave_out_replicated()"),
    ("primary key dropped", "alter table pggit.commit drop constraint commit_pkey"),
    ("check dropped", "alter table pggit.approval drop constraint approval_verdict_check"),
    ("not null dropped", "alter table pggit.reflog alter who drop not null"),
    ("default", "alter table pggit.reflog alter who set default 'ann'"),
    ("index dropped", "drop index pggit.change_open"),
    ("column added", "alter table pggit.commit add note text"),
    ("view replaced", "create or replace view pggit.tags as select 'v1' as name, ''::text as hash, ''::text as message, now() as tagged_at, 'ann'::text as tagger"),
    ("unlogged", "alter table pggit.change set unlogged"),
    ("default rights", "create function pggit.more() returns text language sql as $$ select 'x' $$"),
    ("operator", "create operator pggit.@@@ (function = pg_catalog.texteq, leftarg = text, rightarg = text)"),
]  # fmt: skip

GRANTS = [
    "grant insert on pggit.approval to {role}",
    "grant update (who) on pggit.reflog to {role}",
    "grant execute on function pggit.note_change(text, text, bytea) to public",
    "grant create on schema pggit to {role}",
]

PLANTED = [
    ("view", "alter table pggit.statement rename to kept; create view pggit.statement as select hash, text from pggit.kept where {trap}"),
    ("rule", "create view pggit.more as select * from pggit.statement; drop view pggit.more; create table pggit.more (hash bytea, text text);"
     " create rule more as on insert to pggit.statement do also insert into pggit.more values (new.hash, new.text)"),
    ("policy", "create policy more on pggit.change using ({trap}); alter table pggit.change enable row level security, force row level security"),
    ("policy that waits", "create policy more on pggit.change using ({trap})"),
    ("index expression", "create function {schema}.value(text) returns text language sql immutable as $$ select 'x' $$;"
     " create index more on pggit.statement ({schema}.value(text));"
     " create or replace function {schema}.value(text) returns text language sql immutable as $$ select {trap}::text $$"),
    ("partial index", "create function {schema}.value(text) returns boolean language sql immutable as $$ select true $$;"
     " create index more on pggit.statement (hash) where {schema}.value('x');"
     " create or replace function {schema}.value(text) returns boolean language sql immutable as $$ select {trap} $$"),
    ("domain", "create domain {schema}.value as text; alter table pggit.commit_change alter group_key type {schema}.value;"
     " alter domain {schema}.value add check ({trap}) not valid"),
    ("child", "create table {schema}.child () inherits (pggit.statement)"),
    ("statistics", "create function {schema}.value(text) returns text language sql immutable as $$ select {trap}::text $$;"
     " create statistics pggit.more on ({schema}.value(text)), hash from pggit.statement"),
    ("cast", "create function {schema}.value(jsonb) returns text language plpgsql immutable as $$ begin perform {trap}; return 'x'; end $$;"
     " create cast (jsonb as text) with function {schema}.value(jsonb) as assignment"),
    ("function of PostgreSQL's", "create function pg_catalog.sha256(text) returns bytea language sql as $$ select pg_catalog.sha256('x'::bytea) $$"),
]  # fmt: skip


class Store:
    """A tracked database with all that can be anchored."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database, self.file = database, directory / "anchors"
        self.signer = load_signer(directory / "key")
        self.allowed = parse_allowed_signers(f"ann@example.com {self.signer.public}", "file")

    def sql(self, text: str) -> None:
        with self.database.connect() as connection:
            connection.execute(text.encode())

    def anchor(self, reason: str | None = None) -> None:
        with pggit.open(self.database.url) as repository:
            write_anchor(repository, self.file, self.signer, reason=reason)

    def findings(self) -> list[Finding]:
        with pggit.open(self.database.url) as repository:
            return list(compare(repository, self.file, self.allowed).findings)

    def problems(self) -> set[str]:
        return {one.problem for one in self.findings() if one.severity != "note"}

    def fsck(self) -> set[tuple[str, str]]:
        with pggit.open(self.database.url) as repository:
            return {(one.problem, one.object) for one in repository.fsck()}


def fill(repository: Repository, directory: Path, reader: str) -> None:
    """Make a history with something in every table that is anchored."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / "key"], check=True)
    signer = load_signer(directory / "key")
    for n in range(3):
        repository.connection.execute(f"create table public.t{n} (id int)".encode())
        repository.commit(f"t{n}", author="ann")
    repository.create_branch("first", "HEAD~1")
    repository.rename_branch("first", "side")
    create_signed_tag(repository, "v1", "HEAD~1", "First", signer)
    sign_commits(repository, [repository.commit_info().hash], signer)
    repository.set("author", "ann")
    repository.grant("reader", reader)
    repository.connection.execute("select pggit.protect('release*', 2)")
    repository.connection.execute(REVIEWED.encode())
    repository.connection.execute("create table public.pending1 (id int)")
    repository.status()  # folded, and no commit has it
    repository.connection.execute("create table public.pending2 (id int)")


@pytest.fixture(scope="module", params=["installed", "upgraded"])
def template(
    request: pytest.FixtureRequest, server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Path]]:
    database, directory, reader = server.create_database(), tmp_path_factory.mktemp("keys"), server.create_role()
    if request.param == "upgraded":
        install_older(database)
    with pggit.open(database.url) as repository:
        repository.upgrade() if request.param == "upgraded" else repository.init()
        fill(repository, directory, reader)
    yield database, directory
    server.drop_database(database)
    server.drop_role(reader)


@pytest.fixture
def store(template: tuple[Database, Path], make_database: Callable[..., Database], tmp_path: Path) -> Store:
    """A copy of it, anchored."""
    database, directory = template
    (tmp_path / "key").write_bytes((directory / "key").read_bytes())
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "key.pub").write_bytes((directory / "key.pub").read_bytes())
    made = Store(make_database(database.name), tmp_path)
    made.anchor()
    return made


def test_what_was_not_altered_is_sound(store: Store) -> None:
    assert store.findings() == []
    assert store.fsck() == set()
    store.anchor()
    assert store.findings() == []


@pytest.mark.parametrize(("how", "problem"), [pytest.param(*case[1:], id=case[0]) for case in STORE])
def test_rows(store: Store, how: str, problem: str) -> None:
    store.sql(f"set session_replication_role = replica; {how}")
    assert problem in store.problems()


@pytest.mark.parametrize("how", [pytest.param(how, id=name) for name, how in ENGINE])
def test_the_engine(store: Store, how: str) -> None:
    store.sql(how)
    assert "altered engine" in store.problems()
    assert "altered engine" in {problem for problem, _ in store.fsck()}
    with pggit.open(store.database.url) as repository:
        assert {check.name: check.status for check in repository.health()}["engine"] == "error"


@pytest.mark.parametrize("what", ["function pggit.author()", "table pggit.commit"])
def test_an_engine_of_another_owner_is_not_used(store: Store, what: str) -> None:
    store.sql(f"alter {what} owner to pg_monitor")
    with pytest.raises(PgGitError, match="belongs to role pg_monitor"):
        store.problems()
    with pytest.raises(PgGitError, match="belongs to role pg_monitor"):
        store.fsck()


@pytest.mark.parametrize("how", GRANTS)
def test_grants(store: Store, how: str, role: Callable[..., str]) -> None:
    name = role()
    store.sql(how.format(role=name))
    assert {"rewritten grants", "unexpected grant"} <= store.problems()


def test_grants_to_a_role_that_has_some(store: Store) -> None:
    store.sql("do $$ declare name name := (select a.role from pggit.access as a); begin"
              " execute format('grant insert on pggit.approval to %I', name); end $$")  # fmt: skip
    assert store.problems() == {"rewritten grants"}


@pytest.mark.parametrize("how", [pytest.param(how, id=name) for name, how in PLANTED])
def test_reading_runs_nothing_that_was_planted(store: Store, how: str, role: Callable[..., str]) -> None:
    attacker = set_trap(store.database, role())
    store.sql(how.format(trap=f"{attacker.trap}()", schema=attacker.schema))
    assert store.problems() == {"not read"}
    with pggit.open(store.database.url) as repository:
        with pytest.raises(PgGitError, match="the store is not read"):
            verify(repository, all=True)
        with pytest.raises(PgGitError, match="the store is not read"):
            write_anchor(repository, store.file, store.signer)
    assert attacker.loot() == []


def test_a_check_that_was_planted_is_not_run(store: Store, role: Callable[..., str]) -> None:
    attacker = set_trap(store.database, role())
    store.sql(
        f"create function {attacker.schema}.value(text) returns boolean language sql immutable as $$ select true $$;"
        f" alter table pggit.statement add check ({attacker.schema}.value(text)); create or replace function"
        f" {attacker.schema}.value(text) returns boolean language sql immutable as $$ select {attacker.trap}() $$"
    )
    assert "altered engine" in store.problems()
    assert attacker.loot() == []


def test_triggers_that_were_disabled_for_a_time_are_a_gap(store: Store) -> None:
    store.sql("alter event trigger pggit_ddl disable; alter event trigger pggit_ddl enable always")
    assert store.problems() == {"altered triggers"}
    with pytest.raises(PgGitError, match="triggers were disabled"):
        store.anchor()
    store.anchor("ticket 12")
    assert store.problems() == set()


def test_captures_that_were_deleted_before_anything_was_anchored_are_drift(store: Store) -> None:
    store.sql("create table public.hidden (id int)")
    store.sql("delete from pggit.capture where query like '%hidden%'")
    assert ("drift", "table public.hidden") in store.fsck()


SPELLINGS = (
    "HEAD", "@", "main", "heads/main", "side", "HEAD~", "HEAD~1", "main^", "main^1~0", "HEAD^0", "HEAD@{0}", "@{1}",
    "main@{0}", "main@{1 minute ago}", "v1", "tags/v1", "main..side", "side...main~1",
)  # fmt: skip


def test_names_are_found_without_the_engine(store: Store) -> None:
    """However they are spelled; and one of which the engine says something else is not verified."""
    with pggit.open(store.database.url) as repository:
        names = [repository.commit_info("main").hash, repository.commit_info("main").hash[:9], *SPELLINGS]
        for name in names:
            assert not verify(repository, [name], store.allowed).findings, name
    store.sql(
        "create or replace function pggit.resolve(expression text) returns bytea language sql stable security definer"
        " set search_path = pg_catalog, pg_temp as $$ select commit from pggit.ref where name = 'heads/side' $$"
    )
    with pggit.open(store.database.url) as repository:
        side = repository.commit_info("side").hash
        for name in [*names[:2], "HEAD", "main", "HEAD~0"]:
            with pytest.raises(Refused, match=side[:10]):
                verify(repository, [name], store.allowed)
        verify(repository, ["side"], store.allowed)
