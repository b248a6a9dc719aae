begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add column pggit_new_5c911f68197d bigint;
-- HAZARD runs-code: column public.t.a: its body is code that runs with the rights of who calls it
create function public.pggit_retype_5c911f68197d() returns trigger language plpgsql as $$ begin new.pggit_new_5c911f68197d := new.a; return new; end $$;
-- HAZARD runs-code: column public.t.a: it is code that runs whenever rows of its table are written
-- ShareRowExclusiveLock on table public.t: stops writes
create trigger "~pggit_retype_5c911f68197d" before insert or update on public.t for each row execute function public.pggit_retype_5c911f68197d();
-- ShareRowExclusiveLock on table public.t: stops writes
alter table public.t enable always trigger "~pggit_retype_5c911f68197d";
commit;

-- repeated, a transaction each time, until it changes no row
update public.t set pggit_new_5c911f68197d = a where ctid = any (array(select ctid from public.t where pggit_new_5c911f68197d is null and a is not null limit 5000 for no key update));

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint pggit_not_null_afd8b25468d4 check (pggit_new_5c911f68197d is not null) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint pggit_not_null_afd8b25468d4
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint pggit_not_null_afd8b25468d4;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column pggit_new_5c911f68197d set not null;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop constraint pggit_not_null_afd8b25468d4;
commit;

-- HAZARD index-build: index pggit_index_c36e7b940f67 is built over the rows of table public.t
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently pggit_index_c36e7b940f67 on public.t using btree (pggit_new_5c911f68197d);

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
lock table public.t in access exclusive mode;
-- AccessExclusiveLock on table public.t: stops reads and writes
drop trigger "~pggit_retype_5c911f68197d" on public.t;
drop function public.pggit_retype_5c911f68197d();
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop column a;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t rename column pggit_new_5c911f68197d to a;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter index public.pggit_index_c36e7b940f67 rename to t_a;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column a set default 3;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
comment on column public.t.a is 'what it is';
commit;
