"""What is said of a statement is what a server does: locks, rewrites, scans."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest

from pggit.core.errors import Refused
from pggit.core.state import State
from pggit.kinds import Object, kind_of_key
from pggit.kinds.reader import read_state
from pggit.plan.action import Action, Scene, Size
from pggit.plan.effects import effects
from pggit.plan.model import Statement
from plan.observing import groups, locks_of, observe
from servers import Database, TestServer

_SETUP = """
set client_min_messages = error;
create domain free as integer;
create domain pos as integer check (value > 0);
create type mood as enum ('sad', 'glad');
create type pair as (x integer, y integer);
create function fixed() returns integer language sql immutable as 'select 1';
create function moving() returns integer language plpgsql as 'begin return 1; end';
create function noted() returns trigger language plpgsql as 'begin return new; end';
create sequence seq;
create table t (
  id integer primary key, a integer, b text default 'b', v varchar(50), n numeric(10, 2), ts timestamp(3), tz timestamptz,
  d date, c cidr, bits varbit(8), f integer, p pos, ch char(5), iv interval, k integer not null,
  known integer, m mood, vs varchar(5)[], small smallint, sum integer generated always as (a + 1) stored,
  constraint known_there check (known is not null)
);
insert into t select i, i, 'b' || i, 'v' || i, i, now(), now(), now(), '10.0.0.0/8', b'101', i, i, 'c', '1 hour',
  i, i, 'sad', '{x}', 1 from generate_series(1, 100) as i;
alter table t add constraint later check (a > 0) not valid;
create unique index t_spare on t (k);
create index t_v on t (v);
create table u (id integer primary key, t_id integer constraint u_t references t, x integer);
insert into u select i, i, i from generate_series(1, 100) as i;
alter table u add constraint u_later foreign key (x) references t not valid;
create type lone as (x integer);
create table typed of pair;
create table part (id integer not null, at date, ref integer) partition by range (id);
create table part_1 partition of part for values from (0) to (100);
create table part_rest partition of part default;
insert into part select i, now(), 1 from generate_series(1, 50) as i;
insert into part values (500, now(), 1);
create index part_at on only part (at);
create index part_1_at on part_1 (at);
alter table part add constraint part_ref foreign key (ref) references t;
create table loose (id integer not null, at date, ref integer);
insert into loose values (1001, now(), 1);
create table base (id integer);
create table heir (id integer);
insert into base values (1);
insert into heir values (1);
create table shaped (x integer, y integer);
create table more (checked varchar(9) constraint more_check check (length(checked) > 0), expressed varchar(9), told varchar(9), low varchar(9),
  number integer, bare varchar(9) collate "C");
insert into more values ('a', 'b', 'c', 'd', 1, 'e');
create index more_expressed on more (lower(expressed));
create index more_told on more (number) where told > 'a';
create index more_number on more (number);
create index more_bare on more (bare);
create view shown as select id, a from t;
create view cut with (security_barrier) as select id from base;
create materialized view kept as select id, a from t;
create unique index kept_id on kept (id);
create trigger noted before insert on t for each row execute function noted();
create policy mine on t using (id > 0);
create rule nothing as on delete to u do instead nothing;
create statistics stat on a, k from t;
create publication pub for table u;
create foreign data wrapper w;
create server far foreign data wrapper w;
create foreign table ft (id integer, x integer) server far;
create unlogged table unlogged (id integer);
insert into unlogged values (1);
set timezone = 'Europe/Paris';
"""

_T = "table public.t"
_CASES = """
alter table public.t add column z integer
alter table public.t add column z integer default 1
alter table public.t add column z timestamptz default now()
alter table public.t add column z integer default 1 not null
alter table public.t add column z integer default public.fixed()
alter table public.t add column z integer default public.moving()
alter table public.t add column z uuid default gen_random_uuid()
alter table public.t add column z double precision default random()
alter table public.t add column z bigint default nextval('public.seq'::regclass)
alter table public.t add column z integer generated always as identity
alter table public.t add column z integer generated always as (a * 2) stored
alter table public.t add column z public.pos
alter table public.t add column z public.free
alter table public.t add column z serial
18: alter table public.t add column z integer generated always as (a * 2) virtual
17: alter table public.t alter column sum set expression as (a + 2)
alter table public.t alter column sum drop expression
alter table public.t drop column f
alter table public.t drop column sum
alter table public.t rename column a to z
alter table public.t alter column f type bigint
alter table public.t alter column small type integer
alter table public.t alter column f type bigint using f::bigint
alter table public.t alter column f type integer using f + 1
alter table public.t alter column f type oid
alter table public.t alter column b type varchar
alter table public.t alter column b type varchar(200)
alter table public.t alter column b type text collate "C"
alter table public.t alter column v type text
alter table public.t alter column v type text using v::text
alter table public.t alter column v type varchar(80)
alter table public.t alter column v type varchar(20)
alter table public.t alter column v type varchar
alter table public.t alter column v type varchar(50) collate "C"
alter table public.t alter column v type bpchar
alter table public.t alter column n type numeric(14,2)
alter table public.t alter column n type numeric(14,3)
alter table public.t alter column n type numeric
alter table public.t alter column n type numeric(9,2)
alter table public.t alter column ts type timestamp(6)
alter table public.t alter column ts type timestamp
alter table public.t alter column ts type timestamp(1)
alter table public.t alter column ts type timestamptz
alter table public.t alter column tz type timestamp
alter table public.t alter column tz type timestamptz(6)
alter table public.t alter column tz type timestamptz(2)
alter table public.t alter column iv type interval(3)
alter table public.t alter column iv type interval(6)
alter table public.t alter column iv type interval hour
alter table public.t alter column d type timestamp
alter table public.t alter column c type inet
alter table public.t alter column bits type varbit(16)
alter table public.t alter column bits type varbit(4)
alter table public.t alter column bits type varbit
alter table public.t alter column f type public.free
alter table public.t alter column f type public.pos
alter table public.t alter column p type integer
alter table public.t alter column p type bigint
alter table public.t alter column ch type char(9)
alter table public.t alter column ch type text
alter table public.t alter column ch type bpchar
alter table public.t alter column m type text
alter table public.t alter column vs type varchar(9)[]
alter table public.t alter column vs type varchar[]
alter table public.t alter column vs type text[]
alter table public.more alter column checked type text
alter table public.more alter column expressed type text
alter table public.more alter column told type text
alter table public.more alter column number type oid
alter table public.more alter column bare type text
alter table public.more alter column bare type varchar(9)
alter table public.more alter column bare type varchar(20) collate "C"
alter table public.more alter column low type text
alter table public.t alter column a set default 3
alter table public.t alter column b drop default
alter table public.t alter column a set not null
alter table public.t alter column known set not null
alter table public.t alter column k set not null
alter table public.t alter column k drop not null
alter table public.t alter column k add generated always as identity
alter table public.t alter column a set statistics 50
alter table public.t alter column a set (n_distinct = 5)
alter table public.t alter column b set storage external
alter table public.t alter column b set compression pglz
alter table public.t add constraint z check (a > 0)
alter table public.t add constraint z check (a > 0) not valid
18: alter table public.t add constraint z check (a > 0) not enforced
18: alter table public.t add constraint z not null a
18: alter table public.t add constraint z not null a not valid
alter table public.t add constraint z unique (a)
alter table public.t add constraint z unique using index t_spare
alter table public.t add constraint z exclude using btree (a with =)
alter table public.heir add constraint z primary key (id)
alter table public.u add constraint z foreign key (x) references public.t (id)
alter table public.u add constraint z foreign key (x) references public.t (id) not valid
alter table public.t validate constraint later
alter table public.u validate constraint u_later
alter table public.u drop constraint u_t
alter table public.t drop constraint later
alter table public.t drop constraint t_pkey cascade
alter table public.u alter constraint u_t deferrable
alter table public.t rename constraint later to sooner
alter table public.t set (fillfactor = 70)
alter table public.t set (autovacuum_enabled = false, toast_tuple_target = 256)
alter table public.t set (toast.autovacuum_enabled = false)
alter table public.t reset (fillfactor)
alter table public.t set (user_catalog_table = true)
alter table public.t set (parallel_workers = 2)
alter table public.t cluster on t_pkey
alter table public.t set without cluster
alter table public.heir set unlogged
alter table public.unlogged set logged
alter table public.t replica identity full
alter table public.t enable row level security
alter table public.t force row level security
alter table public.t disable trigger noted
alter table public.t enable always trigger noted
alter table public.u disable rule nothing
alter table public.t owner to postgres
alter table public.t rename to z
alter table public.t set schema elsewhere
alter table public.heir inherit public.base
alter table public.shaped of public.pair
alter table public.typed not of
15: alter table public.unlogged set access method heap_too
alter table public.unlogged set tablespace spare
alter table public.part attach partition public.loose for values from (1000) to (2000)
alter table public.part detach partition public.part_1
create table public.part_2 partition of public.part for values from (100) to (200)
create table public.fresh (id integer)
create table public.fresh () inherits (public.base)
drop table public.part_1
drop table public.shaped
drop table public.u
create index z on public.t (a)
create unique index z on public.t (a)
create index z on only public.part (ref)
create index z on public.kept (a)
alter index public.part_at attach partition public.part_1_at
alter index public.t_v rename to z
alter index public.t_v set (fillfactor = 70)
alter index public.t_v set tablespace spare
drop index public.t_v
create trigger z before insert on public.t for each row execute function public.noted()
drop trigger noted on public.t
alter trigger noted on public.t rename to z
create policy z on public.t using (true)
alter policy mine on public.t using (true)
drop policy mine on public.t
create rule z as on insert to public.u do nothing
drop rule nothing on public.u
alter rule nothing on public.u rename to z
create statistics public.z on a, k from public.t
alter statistics public.stat set statistics 7
alter statistics public.stat rename to z
drop statistics public.stat
comment on table public.t is 'x'
comment on column public.t.a is 'x'
comment on constraint later on public.t is 'x'
comment on trigger noted on public.t is 'x'
comment on index public.t_v is 'x'
comment on view public.shown is 'x'
comment on schema public is 'x'
comment on type public.pair is 'x'
create view public.z as select a from public.t
create or replace view public.shown as select id, a, 1 as one from public.t
alter view public.shown set (security_barrier = true)
alter view public.shown alter column a set default 1
alter view public.shown rename to z
alter view public.shown owner to postgres
drop view public.shown
create materialized view public.z as select id from public.base with no data
refresh materialized view public.kept
refresh materialized view concurrently public.kept
alter materialized view public.kept set (fillfactor = 70)
alter materialized view public.kept cluster on kept_id
drop materialized view public.kept
grant select on table public.t to public
grant select (a) on table public.t to public
revoke all on table public.t from public
alter default privileges grant select on tables to public
alter sequence public.seq increment by 2
alter sequence public.seq owned by public.t.id
alter sequence public.seq rename to z
15: alter sequence public.seq set unlogged
drop sequence public.seq
create sequence public.z
alter type public.mood rename value 'sad' to 'low'
alter type public.pair add attribute z integer cascade
alter type public.pair rename to z
alter type public.pair set schema elsewhere
alter type public.pair owner to pg_monitor
alter type public.mood owner to postgres
alter type public.lone drop attribute x
drop type public.lone
alter domain public.free add constraint z check (value < 1000)
alter domain public.pos add constraint z check (value < 1000)
alter domain public.pos add constraint z check (value < 1000) not valid
alter domain public.pos set not null
alter domain public.pos drop constraint pos_check
alter publication pub add table public.t
alter publication pub drop table public.u
create publication z for table public.t
drop publication pub
alter foreign table public.ft add column z integer default random()
alter foreign table public.ft alter column x type text
alter foreign table public.ft alter column x set not null
alter foreign table public.ft rename to z
drop foreign table public.ft
create function public.z() returns integer language sql as 'select 1'
drop function public.moving()
create schema z
cluster public.t using t_pkey
update public.t set a = 1 where id < 3
delete from public.base
"""


def _cases() -> list[tuple[int, str]]:
    found = []
    for line in _CASES.strip().splitlines():
        since, colon, rest = line.partition(": ")
        found.append((int(since), rest) if colon and since.isdigit() else (13, line))
    return found


@pytest.fixture(scope="module")
def populated(server: TestServer) -> Iterator[tuple[Database, State]]:
    """A database with rows, and its state."""
    if server.version >= 15:
        server.admin.execute("set allow_in_place_tablespaces = on")
        server.admin.execute("create tablespace spare location ''")
    database = server.create_database()
    connection = database.connect()
    connection.execute(_SETUP)
    connection.execute("create schema elsewhere")
    connection.execute("create access method heap_too type table handler heap_tableam_handler")
    yield database, read_state(connection)
    server.drop_database(database)
    if server.version >= 15:
        server.admin.execute("drop tablespace spare")


def _said(sql: str, state: State, version: int, group: str = _T, empty: bool = False) -> Statement:
    obj = Object(*kind_of_key(group), state.definition(group, group))
    sizes = {key: Size(rows=100, bytes=8192, empty=empty) for key in state.groups}
    return effects(sql, Action("alter", group, group, obj, obj, [sql]), Scene(state, state, version, sizes))


def test_locks_rewrites_scans(populated: tuple[Database, State], server: TestServer) -> None:
    """Of every statement: the strongest lock and what it is on, whether a file is written anew, whether rows are read."""
    database, state = populated
    connection = database.connect()
    connection.execute("set timezone = 'Europe/Paris'")
    wrong = []
    for since, sql in _cases():
        if server.version < since:
            continue
        said = _said(sql, state, server.version)
        try:
            seen = observe(connection, sql)
        except psycopg.Error as error:
            wrong.append(f"{sql}\n  {error}")
            continue
        told = (said.lock, seen.locks.get(said.relation or ""), said.rewrites, said.scans)
        was = (seen.strongest, seen.strongest, seen.rewrites, seen.copies or seen.rows_read > 0)
        if told != was:
            wrong.append(f"{sql}\n  said {told} {said.relation}\n  was  {was} {seen.locks}")
    assert not wrong, "\n".join(wrong)


_CONCURRENT = (
    "create index concurrently z on public.t (a)",
    "create unique index concurrently z on public.t (a)",
    "drop index concurrently public.t_v",
    "14: alter table public.part detach partition public.part_1 concurrently",
)


def test_concurrently(make_database, server: TestServer) -> None:
    """What refuses a transaction is seen by another session, while a transaction that reads the table holds it up."""
    for case in _CONCURRENT:
        since, colon, sql = case.partition(": ")
        if colon and server.version < int(since):
            continue
        sql = sql if colon else case
        database = make_database()
        writer, runner, watcher = (database.connect() for _ in range(3))
        writer.execute(_SETUP)
        if "detach" in sql:  # refused where there is a default partition
            writer.execute("drop table part_rest")
        state = read_state(writer)
        said = _said(sql, state, server.version)
        known, pid = groups(watcher), runner.info.backend_pid
        writer.execute("begin; update t set a = 2 where id = 1; select * from part")
        thread = Thread(target=runner.execute, args=(sql,))
        thread.start()
        seen: dict[str, str] = {}
        for _ in range(200):
            seen = locks_of(watcher, pid, known) or seen
            if watcher.execute("select 1 from pg_locks where pid = %s and not granted", (pid,)).fetchone():
                break
            time.sleep(0.01)
        writer.execute("rollback")
        thread.join()
        assert said.transaction == "none" and said.lock == "ShareUpdateExclusiveLock", sql
        assert said.lock_timeout == 0 and said.statement_timeout == 0
        # DETACH waits in its second transaction, which holds a lock for the session no more
        assert seen.get(said.relation or "", said.lock) == said.lock, (sql, seen)


def _kinds_of_hazards(sql: str, state: State, group: str = _T, empty: bool = False) -> set[str]:
    return {hazard.kind for hazard in _said(sql, state, 18, group, empty).hazards}


_HAZARDS = {
    "drop table public.part_1": {"data-loss", "not-reversible"},
    "drop view public.shown": set(),
    "drop materialized view public.kept": set(),
    "drop foreign table public.ft": set(),
    "alter table public.t drop column f": {"data-loss", "not-reversible"},
    "alter table public.t drop column sum": set(),
    "drop sequence public.seq": {"data-loss", "not-reversible"},
    "drop schema s": set(),
    "drop schema s cascade": {"data-loss", "not-reversible"},
    "drop extension x": {"data-loss", "not-reversible"},
    "alter table public.t alter column f type bigint": {"rewrite"},
    "alter table public.t alter column f type smallint": {"rewrite", "may-fail"},
    "alter table public.t alter column n type numeric(9,1)": {"rewrite", "may-fail", "data-loss", "not-reversible"},
    "alter table public.t alter column v type varchar(10)": {"rewrite", "may-fail"},
    "alter table public.t alter column v type varchar(10) using v::varchar(10)": {
        "rewrite",
        "may-fail",
        "data-loss",
        "not-reversible",
    },
    "alter table public.t alter column v type text": set(),
    "alter table public.t alter column m type text": {"rewrite"},
    "alter table public.t alter column b type public.mood using b::public.mood": {"rewrite", "may-fail"},
    "alter table public.t alter column f set not null": {"long-lock", "may-fail"},
    "alter table public.t alter column known set not null": set(),
    "alter table public.t add column z integer not null": {"long-lock", "may-fail"},
    "alter table public.t add column z integer default 1 not null": set(),
    "alter table public.t add constraint z check (a > 0)": {"long-lock", "may-fail"},
    "alter table public.t add constraint z check (a > 0) not valid": set(),
    "alter table public.t validate constraint later": {"may-fail"},
    "alter table public.u add constraint z foreign key (x) references public.t (id)": {"long-lock", "may-fail"},
    "create index z on public.t (a)": {"long-lock", "index-build"},
    "create index concurrently z on public.t (a)": {"index-build"},
    "create unique index concurrently z on public.t (a)": {"index-build", "may-fail"},
    "alter table public.t enable row level security": {"privileges"},
    "alter table public.t owner to x": {"privileges"},
    "grant select on table public.t to public": {"privileges"},
    "create policy z on public.t": {"privileges"},
    "create function public.z() returns integer language sql security definer as 'select 1'": {
        "privileges",
        "runs-code",
    },
    "create function public.z() returns integer language sql as 'select 1'": {"runs-code"},
    "create trigger z before insert on public.t for each row execute function public.noted()": {"runs-code"},
    "create event trigger z on ddl_command_end execute function public.noted()": {"runs-code"},
    "create extension x": {"runs-code"},
    "create role z superuser": {"privileges"},
    "create view public.fresher as select public.mine(1)": {"runs-code"},
    "create view public.fresher as select lower('A')": set(),
    "create view public.fresher as select pg_read_file('x')": {"runs-code"},
    "alter table public.fresh alter column id set default public.mine(1)": {"runs-code"},
    "alter table public.fresh add constraint z check (id operator(public.@@) 1)": {"runs-code"},
    "create table public.fresh (id integer)": set(),
    "alter table public.fresh add column x integer default random()": set(),
    "create index z on public.fresh (a)": set(),
    "drop table public.fresh": set(),
}
_RIGHTS = {"privileges", "runs-code"}


@pytest.mark.parametrize("sql", _HAZARDS)
def test_hazards(populated: tuple[Database, State], sql: str) -> None:
    """Hazards are where rows are, and nowhere else."""
    _, state = populated
    assert _kinds_of_hazards(sql, state) == _HAZARDS[sql]
    on_rows = sql.startswith(("alter table", "create index", "create unique", "drop table"))
    if on_rows:
        assert _kinds_of_hazards(sql, state, empty=True) <= _RIGHTS


def test_unknown_statement(populated: tuple[Database, State]) -> None:
    """What is not one statement of a sort that plans have is refused; of LOCK TABLE the worst is assumed."""
    _, state = populated
    said = _said("lock table public.t in share mode", state, 18)
    assert (said.lock, said.relation, said.hazards) == ("AccessExclusiveLock", _T, ())
    for sql in (
        "vacuum public.t",
        "alter table public.t do something new",
        "comment on table public.t is 'x'; drop table public.t",
        "commit",
        "copy public.t to program 'x'",
        "",
    ):
        with pytest.raises(Refused, match="what was to be run"):
            _said(sql, state, 18)


def test_how_it_is_run(populated: tuple[Database, State]) -> None:
    """Transactions and timeouts follow from locks and scans."""
    _, state = populated
    quick = _said("alter table public.t add column z integer", state, 18)
    assert (quick.transaction, quick.lock_timeout, quick.statement_timeout) == ("shared", 3_000, 30_000)
    assert (quick.rows, quick.bytes) == (100, 8192)
    scan = _said("alter table public.t validate constraint later", state, 18)
    assert (scan.transaction, scan.lock_timeout, scan.statement_timeout) == ("own", 0, 0)
    on_empty = _said("alter table public.t add constraint z check (a > 0)", state, 18, empty=True)
    assert on_empty.transaction == "shared"
    assert _said("alter type public.mood add value 'x'", state, 18).transaction == "own"
    assert _said("create materialized view public.z as select 1", state, 18).statement_timeout == 0


def test_secrets() -> None:
    """Every placeholder is asked for by the name of its option; where it is plain text, nobody is asked."""
    scene = Scene(State(), State(), 18)

    def asked(key: str, sql: str) -> tuple[str, ...]:
        obj = Object(*kind_of_key(key), {})
        return effects(sql, Action("create", key, key, None, obj, [sql]), scene).secrets

    mapping = "create user mapping for x server s options (\"user\" 'a', password '{secret}', api_key '{secret}')"
    key = "user mapping x on server s"
    assert asked(key, mapping) == (f"{key}: option password", f"{key}: option api_key")
    subscription = "create subscription s connection 'host=h password={secret}' publication p"
    assert asked("subscription s", subscription) == ("subscription s: password in connection",)
    address = "create subscription s connection 'postgresql://u:{secret}@h/d' publication p"
    assert asked("subscription s", address) == ("subscription s: password in connection",)
    assert asked("schema s", "comment on schema s is '{secret}'") == ()


_REVERSED = {
    "index public.z": "create index z on public.t (a)",
    "view public.z": "create view public.z as select 1 as a",
    "sequence public.z": "create sequence public.z",
    "statistics public.z": "create statistics public.z on a, k from public.t",
}


@pytest.mark.parametrize("key", _REVERSED)
def test_reverse(key: str, make_database, server: TestServer) -> None:
    """The reverse statement leads back; where there is none, nothing is said."""
    connection = make_database().connect()
    connection.execute(_SETUP)
    a = read_state(connection)
    connection.execute(_REVERSED[key])
    b = read_state(connection)
    scene = Scene(a, b, server.version)
    group = scene.groups_of[key]
    obj = Object(*kind_of_key(key), b.definition(group, key))
    said = effects(_REVERSED[key], Action("create", group, key, None, obj, [_REVERSED[key]]), scene)
    back = said.reverse
    assert back is not None
    connection.execute(back)
    assert read_state(connection).groups == a.groups
    forth = effects(back, Action("drop", group, key, obj, None, [back]), Scene(b, a, server.version)).reverse
    if "sequence" in key:
        assert forth is None  # its position is gone
        return
    assert forth is not None
    connection.execute(forth)
    assert read_state(connection).groups == b.groups


def test_reverse_of_renaming(populated: tuple[Database, State]) -> None:
    """A column gets its name back; the lock is told although the state has the new name already."""
    _, state = populated
    old, new = (Object("column", f"public.t.{name}", {"type": "integer"}) for name in ("was", "a"))
    sql = "alter table public.t rename column was to a"
    said = effects(sql, Action("rename", _T, new.key, old, new, [sql]), Scene(state, state, 18))
    assert said.reverse == "alter table public.t rename column a to was"
    assert (said.lock, said.relation) == ("AccessExclusiveLock", _T)


def test_fast(populated: tuple[Database, State]) -> None:
    """Four thousand statements of all sorts take less than a second of CPU, or three while coverage is measured."""
    _, state = populated
    scene = Scene(state, state, 18)
    obj = Object("table", "public.t", {})
    statements = [sql for _, sql in _cases()] * 20
    rounds = []
    for _ in range(3):  # others who use the machine cost us time, too
        begin = time.process_time()
        for sql in statements:
            effects(sql, Action("create", _T, _T, None, obj, ["", sql]), scene)
        rounds.append(time.process_time() - begin)
    assert min(rounds) / len(statements) * 4000 < (1.0 if sys.gettrace() is None else 3.0)
