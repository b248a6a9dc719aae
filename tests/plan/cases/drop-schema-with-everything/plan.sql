begin;
drop operator gone.===(integer,integer);
drop text search configuration gone.ts;
drop collation gone.co;
create table public.kept (
    id integer not null
);
alter table public.kept add constraint kept_pkey primary key (id);
-- AccessExclusiveLock on materialized view gone.m: stops reads and writes
set local lock_timeout = 3000;
drop materialized view gone.m;
-- AccessExclusiveLock on view gone.w: stops reads and writes
drop view gone.w;
-- AccessExclusiveLock on view gone.v: stops reads and writes
drop view gone.v;
drop aggregate gone.agg(integer);
drop function gone.f(gone.t);
-- HAZARD data-loss: the rows of table gone.t
-- HAZARD not-reversible: no statement brings back: the rows of table gone.t
-- AccessExclusiveLock on table gone.t: stops reads and writes
drop table gone.t;
-- HAZARD data-loss: the rows of table gone.u
-- HAZARD not-reversible: no statement brings back: the rows of table gone.u
-- AccessExclusiveLock on table gone.u: stops reads and writes
drop table gone.u;
drop function gone.tf();
-- HAZARD data-loss: the position of sequence gone.q
-- HAZARD not-reversible: no statement brings back: the position of sequence gone.q
-- AccessExclusiveLock on sequence gone.q: stops reads and writes
drop sequence gone.q;
-- AccessExclusiveLock on composite gone.c: stops reads and writes
drop type gone.c;
drop domain gone.d;
drop type gone.e;
-- HAZARD privileges: default acl for role postgres in schema gone on tables changes
alter default privileges for role postgres in schema gone revoke all on tables from pg_monitor;
drop schema gone;
commit;
