"""DDL programs: statements after each of which the engine must know the whole schema (test_ddl.py)."""

from __future__ import annotations

PROGRAMS: dict[str, str] = {
    "tables and what hangs on them": """
        create table t (id int primary key, a text default 'x' unique, check (a <> ''));
        create index i on t (lower(a));
        comment on index i is 'x'; comment on index t_pkey is 'pk'; comment on constraint t_pkey on t is 'c';
        comment on column t.a is 'x'; comment on table t is 'x';
        alter table t alter a set default 'y'; alter table t alter a drop default;
        alter table t add b int generated always as identity; alter table t alter b set increment 4;
        alter sequence t_b_seq increment 3; alter sequence t_b_seq rename to other_seq; alter table t alter b drop identity;
        create unique index ui on t (b, id); alter table t add constraint un unique using index ui;
        alter table t rename constraint un to unn; alter index unn rename to un3;
        create table likes (like t including all); alter table t cluster on i; alter index i set (fillfactor = 50);
        alter table t set without cluster; alter table t replica identity full; alter table t enable row level security;
        alter table t alter a set statistics 4; alter table t alter a set storage external; alter table t set (fillfactor = 70);
        alter table t set unlogged; alter table t set logged; alter table t alter a type varchar(9); drop index i;
        alter table t add constraint nv check (id > 0) not valid; alter table t validate constraint nv; alter table t drop column b;
        create statistics st on id, a from t; alter statistics st rename to st2; comment on statistics st2 is 'x'; drop table t cascade
    """,
    "renames ripple into views, rules, policies, keys, indexes, defaults": """
        create table t (id int primary key, a text check (a <> ''));
        create view v as select id, a from t; create view vv as select a from v where id > 1;
        create materialized view m as select a from t; create rule r as on insert to v do instead insert into t values (new.id, new.a);
        create table fk (x int references t, y int default 1); create index ix on t ((a || 'x')) where id > 3;
        create policy p on t using (id > (select max(x) from fk)); create statistics st on id, a from t;
        create trigger tr before update of a on t for each row when (new.a <> '') execute function suppress_redundant_updates_trigger();
        alter table t rename column a to b; alter table t rename column id to number; alter table fk rename column x to xx;
        alter table t rename to u; alter table fk rename to kk; create schema s; alter table u set schema s; alter schema s rename to s2;
        alter view v rename to w; alter view w rename column a to c; alter table s2.u rename constraint t_pkey to pk;
        alter policy p on s2.u rename to p2; alter trigger tr on s2.u rename to tr2; alter rule r on w rename to r2;
        alter materialized view m rename column a to z; alter materialized view m set schema s2; alter table s2.u disable trigger tr2;
        drop schema s2 cascade
    """,
    "renames of types": """
        create type e as enum ('a', 'b'); create domain d as int check (value > 0); create type c as (x int, y text);
        create type r as range (subtype = float8);
        create table t (e e default 'a' check (e <> 'b'), ee e[], d d, dd d[], c c, cc c[], r r);
        create view v as select e, (c).x, d from t where e = 'a'; create index i on t (d) where e = 'a';
        create function f(x e[]) returns d language sql as 'select 1::d'; create function g(t) returns setof t language sql as 'select $1';
        create function h() returns c[] language plpgsql as 'begin end';
        alter type e rename value 'a' to 'aa'; alter type e rename to e2; alter type e2 add value 'c'; alter type e2 add value 'q' before 'b';
        alter domain d rename to d2; alter domain d2 rename constraint d_check to dc; alter domain d2 set default 4;
        comment on domain d2 is 'x'; comment on constraint dc on domain d2 is 'x'; alter domain d2 drop constraint dc;
        alter type c rename attribute x to xx cascade; alter type c rename to c2; alter type c2 add attribute z int cascade;
        comment on type c2 is 'x'; comment on column c2.y is 'y'; alter type r rename to r2; alter table t rename to u;
        create schema s; alter type e2 set schema s; alter type c2 set schema s; alter schema s rename to s3;
        alter type s3.e2 set schema pg_catalog; alter type e2 set schema public; drop type s3.c2 cascade; drop domain d2 cascade
    """,
    "functions": """
        create table t (id int, a text); create function f(t) returns t language sql as 'select $1';
        create function b() returns setof t language sql as 'select * from t'; alter table t rename to u;
        create function plf(a int default 1) returns int language plpgsql immutable as 'begin return 1; end';
        create index i on u (plf(id)); create view v as select plf(1); alter table u add c int default plf(2);
        alter function plf rename to plf2; alter function plf2 strict; alter function plf2 set search_path = 'a';
        create schema s; alter function plf2(int) set schema s; alter schema s rename to s2; comment on function s2.plf2 is 'x';
        create or replace function s2.plf2(a int default 2) returns int language plpgsql immutable as 'begin return 2; end';
        create aggregate agg (int) (sfunc = int4pl, stype = int); create view va as select agg(id) from u;
        alter aggregate agg(int) rename to agg2; comment on aggregate agg2(int) is 'x';
        create procedure pr() language sql as 'select 1'; comment on procedure pr() is 'x'; drop procedure pr();
        create function tg() returns trigger language plpgsql as 'begin return new; end';
        create constraint trigger ct after insert on u deferrable for each row execute function tg();
        comment on trigger ct on u is 'x'; alter function tg() rename to tg2; drop function tg2() cascade; drop schema s2 cascade
    """,
    "functions with SQL bodies": """
        create table t (id int, a text);
        create function b() returns setof t language sql begin atomic select t.id, t.a from t; end;
        create function c() returns bigint language sql begin atomic select count(*) from b(); end;
        alter table t rename column a to z; alter table t rename to u; alter function b() rename to bb; drop table u cascade
    """,
    "partitions": """
        create table p (a int, b text) partition by range (a);
        create table p1 partition of p for values from (1) to (10); create table p2 (b text, a int);
        alter table p attach partition p2 for values from (10) to (20); create index pi on p (b); create index pi3 on only p (a);
        create index pi3a on p1 (a); alter index pi3 attach partition pi3a; alter table p add column c int default 3;
        create table sub partition of p for values from (30) to (40) partition by list (b); create table sub1 partition of sub default;
        alter table p add column d int not null default 1; alter table p add primary key (a, b); alter table p rename column b to bb;
        alter table p rename to pp; alter table pp detach partition p2; alter table pp add constraint ck check (a > 0);
        alter table pp alter c set not null; alter table pp drop constraint ck; alter table pp rename constraint p_pkey to pk;
        create trigger tr after insert on pp for each row execute function suppress_redundant_updates_trigger();
        create table fk (a int, bb text, foreign key (a, bb) references pp); alter table pp alter c type bigint; drop index pi;
        alter table pp drop column c; drop table sub cascade; alter table pp detach partition p1; drop table pp cascade
    """,
    "inheritance": """
        create table a (x int, y int check (y > 0)); create table b (z int) inherits (a); create table c () inherits (b);
        alter table a add n int default 1; alter table a rename n to m; alter table a drop column m; alter table a add q int;
        alter table a rename constraint a_y_check to ck; alter table a alter x set not null; alter table a alter x type bigint;
        alter table b no inherit a; alter table a add w int; alter table a rename to aa; alter table b rename to bb; drop table aa, bb cascade
    """,
    "sequences": """
        create table t (id serial, b int); create sequence s; alter sequence s owned by t.b; alter table t alter b set default nextval('s');
        alter table t rename b to c; alter sequence s owned by none; alter sequence s rename to s2; alter sequence s2 as smallint;
        alter sequence t_id_seq rename to other; alter table t rename to u; alter sequence s2 owned by u.c; alter table u drop column c;
        comment on sequence other is 'x'; drop table u
    """,
    "many statements in one string": """
        create table a (x int); create table b (y int); alter table a rename x to z; drop table b; create table b (q text);;
        create view v as select z from a; alter table a rename to c; alter view v rename to w; alter table c rename z to zz
    """,
    "temporary objects": """
        create temp table t (a int primary key); create temp view v as select 1; create temp sequence s; alter table t add b int default 3;
        create function pg_temp.f() returns int language sql as 'select 1'; create type pg_temp.e as enum ('a');
        create index on t (a); comment on table t is 'x'; create table real (e int); create temp table t2 (like real);
        create trigger tr before update on t for each row execute function suppress_redundant_updates_trigger();
        alter table t enable row level security; create policy p on t using (true); create temp table k (a int references t);
        grant select on t to public; select * into temp into_temp from real; drop table t cascade; discard temp
    """,
    "tables made by queries": """
        create table a as select 1 as x; select * into b from a; create materialized view m as select * from b; refresh materialized view m;
        create table c as table a with no data; drop materialized view m
    """,
    "foreign data": """
        create foreign data wrapper w; create server s foreign data wrapper w options (host 'h');
        create user mapping for public server s options (password 'hunter2'); create foreign table f (a int) server s;
        alter foreign table f add b text; alter foreign table f alter b options (add x 'y'); alter server s options (set host 'i');
        alter user mapping for public server s options (set password 'hunter3'); alter server s rename to s2;
        alter foreign data wrapper w rename to w2; alter foreign table f rename to g; comment on server s2 is 'x';
        comment on foreign table g is 'x'; drop user mapping for public server s2; drop foreign data wrapper w2 cascade
    """,
    "publications": """
        create table t (id int primary key, a int); create schema s; create publication p for table t; alter table t rename to u;
        alter publication p rename to q; alter publication q set (publish = 'insert'); comment on publication q is 'x';
        alter publication q drop table u; alter publication q add table u; drop table u; drop publication q
    """,
    "members of an extension come and go": """
        create extension cube; create function f() returns int language sql as 'select 1'; create table t (a int);
        create view v as select f() from t; alter extension cube add function f(); alter extension cube add table t;
        alter extension cube drop table t; alter extension cube drop function f(); create table u (c cube); create schema s;
        alter extension cube set schema s; comment on extension cube is 'x'; drop extension cube cascade
    """,
    "operators and text search": """
        create operator === (function = int4eq, leftarg = int, rightarg = int); create view v as select 1 === 2; create schema s;
        alter operator === (int, int) set schema s; alter schema s rename to s2;
        create operator family s2.fam using btree; alter operator family s2.fam using btree rename to fam2;
        create operator class s2.oc for type int using btree family s2.fam2 as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=,
            operator 5 >, function 1 btint4cmp(int, int);
        alter operator class s2.oc using btree rename to oc2; create table t (a int); create index on t (a s2.oc2);
        create collation c (locale = 'C'); create table tc (a text collate c); alter collation c rename to c2;
        create text search configuration tsc (copy = simple); alter text search configuration tsc rename to tsc2;
        create text search dictionary dict (template = simple); alter text search configuration tsc2 alter mapping for word with dict;
        alter text search dictionary dict rename to dict2; create conversion conv for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
        alter conversion conv rename to conv2; create type sh; create cast (text as int4) with inout; comment on cast (text as int4) is 'x';
        drop cast (text as int4); drop schema s2 cascade
    """,
    "the schema public goes and comes": "create table t (a int); drop schema public cascade; create schema public; create table public.t (b int)",
}
