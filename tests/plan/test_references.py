"""References tell from definitions what PostgreSQL knows of a live database: every dependency of pg_depend."""

from __future__ import annotations

from pggit.kinds.reader import expand, pin, read_state
from pggit.plan import live
from pggit.plan.references import References
from servers import Database

_SETUP = """
create schema s; create schema "My S";
create type s.e as enum ('a', 'b'); create domain s.d as s.e default 'a' check (value <> 'b');
create type "My S"."C 1" as (x s.d, y integer[]); create type s.r as range (subtype = s.d);
create collation s.co from "C"; create sequence s.q;
create function s.f(s.e) returns integer language sql immutable as 'select 1';
create function s.tf() returns trigger language plpgsql as 'begin return new; end';
create operator s.=== (leftarg = s.e, rightarg = s.e, function = enum_eq_e, commutator = operator(s.===));
create aggregate s.agg (s.e) (sfunc = s.step, stype = integer, initcond = '0');
create cast (s.e as integer) with function s.f(s.e);
create table s.u (id integer primary key, e s.e, unique (e, id));
create table "My S"."T 1" (
  id integer default nextval('s.q') primary key, e s.e[], d s.d default 'a', c "My S"."C 1", "R" s.r, t text collate s.co, u integer references s.u,
  g integer generated always as (s.f('a')) stored, constraint k check (s.f('a') > 0), foreign key (id) references s.u (id)
);
create index i on s.u (s.f(e)) where e = 'a'; create statistics s.st on id, e from s.u;
create view s.v as select t.id, t.c, s.f(u.e) as x from "My S"."T 1" as t join s.u as u on u.e operator(s.===) 'a';
create view s.by_key as select id, e from s.u group by id;
create materialized view s.m as select x, s.agg('a') from s.v group by x; create index mi on s.m (x);
create view s.top as select m.x from s.m;
create function s.rows() returns setof s.v language sql begin atomic select * from s.v; end;
create function s.takes(s.u, "My S"."C 1"[]) returns s.m language sql as 'select * from s.m';
create trigger tr before update of e on s.u for each row when (s.f(new.e) > 0) execute function s.tf();
create policy p on s.u using (exists (select from s.v)); create rule ru as on delete to s.u do also insert into "My S"."T 1" default values;
create table s.part (a integer, e s.e) partition by list (s.f(e)); create table s.part_1 partition of s.part for values in (1);
create table s.heir () inherits (s.u); create table s.typed of "My S"."C 1";
create publication pub for table s.u;
create foreign data wrapper w; create server se foreign data wrapper w; create foreign table s.ft (e s.e) server se;
create text search dictionary s.dict (template = simple); create text search configuration s.ts (copy = pg_catalog.simple);
alter text search configuration s.ts alter mapping for word with s.dict;
""".replace(
    "create operator s",
    "create function enum_eq_e(s.e, s.e) returns boolean language internal immutable strict as 'enum_eq';"
    "create function s.step(integer, s.e) returns integer language sql as 'select $1';create operator s",
)

_EDGES = """
with edge as (
  select distinct
    case when d.classid = 'pg_rewrite'::regclass and rw.rulename = '_RETURN' then 'pg_class'::regclass else d.classid end as classid,
    case when d.classid = 'pg_rewrite'::regclass and rw.rulename = '_RETURN' then rw.ev_class else d.objid end as objid,
    case when d.classid = 'pg_rewrite'::regclass and rw.rulename = '_RETURN' then 0 else d.objsubid end as objsubid,
    d.refclassid, d.refobjid, d.refobjsubid
  from pg_depend as d left join pg_rewrite as rw on rw.oid = d.objid and d.classid = 'pg_rewrite'::regclass
  where d.deptype = 'n' and d.objid >= 16384 and d.refobjid >= 16384
)
select a, b from (select
  (select {target_kind} || ' ' || {target_identity oid=edge.objid} from pg_identify_object(edge.classid, edge.objid, edge.objsubid) as target),
  (select {target_kind} || ' ' || {target_identity oid=edge.refobjid} from pg_identify_object(edge.refclassid, edge.refobjid, edge.refobjsubid) as target)
  from edge) as told (a, b) where a is not null and b is not null and a <> b
"""


def test_whatever_pg_depend_knows_is_found(database: Database) -> None:
    """Each dependency between objects that are read is told by the definitions, or else as hidden."""
    connection = database.connect()
    connection.execute(_SETUP)
    state = read_state(connection)
    references = References(state, live.hidden(connection))
    with connection.transaction():
        pin(connection)
        edges = connection.execute(expand(_EDGES, database.version).encode()).fetchall()
    looked = [(_key(a), _key(b)) for a, b in edges]
    known = [(a, b) for a, b in looked if a in references.group_of and b in references.group_of]
    assert len(known) > 60, known
    missing = [(a, b) for a, b in known if not _reaches(references, a, b)]
    assert missing == []


def _key(told: str) -> str:
    return told.replace("default value for ", "default ", 1) if told.startswith("default value for ") else told


def _reaches(references: References, key: str, needed: str) -> bool:
    """Whether what is needed, or the column of it, or a child that goes along, is told."""
    refs = references.of(key)
    found = refs.hard | refs.late
    home = references.group_of[needed]
    own = references.group_of[key]
    return needed in found or home in found or home == own


def test_dependents_are_the_references_backwards(database: Database) -> None:
    """Who needs an object is found without looking at all objects, and is the same as if one did."""
    connection = database.connect()
    connection.execute(_SETUP)
    state = read_state(connection)
    references = References(state, live.hidden(connection))
    for wanted in references.group_of:
        slow = set()
        for key in references.group_of:
            refs = references.of(key)
            if wanted in (refs.hard | refs.late) - {key}:
                slow.add(key)
        assert set(references.dependents({wanted})) == slow, wanted


def test_bodies_are_soft(database: Database) -> None:
    """What a PL/pgSQL body speaks of need only be there when it runs."""
    connection = database.connect()
    connection.execute(
        "create schema s; create table s.t (a integer); create function f() returns integer language plpgsql as"
        " $$begin execute 'select a from s.t'; return 1; end$$"
    )
    refs = References(read_state(connection)).of("function public.f()")
    assert "table s.t" in refs.soft and "table s.t" not in refs.hard
