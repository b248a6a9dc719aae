begin;
alter extension hstore set schema y;
-- HAZARD runs-code: extension pg_trgm: the extension's script runs, with a superuser's rights where it is trusted
create extension pg_trgm with schema public version '1.6';
comment on extension pg_trgm is 'text similarity measurement and index searching based on trigrams';
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column a type y.hstore using a::text::y.hstore;
-- ShareLock on table public.t: stops writes
create index i on public.t using gin ((((id)::text)) public.gin_trgm_ops);
-- HAZARD data-loss: what tables of extension citext hold, where it has any
-- HAZARD not-reversible: no statement brings back: what tables of extension citext hold, where it has any
drop extension citext;
commit;
