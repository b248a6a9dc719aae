begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add column at timestamp with time zone default now();
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t add column token uuid;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column token set default gen_random_uuid();
commit;

-- repeated, a transaction each time, until it changes no row
update public.t set token = default where ctid = any (array(select ctid from public.t where token is null limit 5000 for no key update));

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint pggit_not_null_89c6abcb1eb6 check (token is not null) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint pggit_not_null_89c6abcb1eb6
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint pggit_not_null_89c6abcb1eb6;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column token set not null;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop constraint pggit_not_null_89c6abcb1eb6;
commit;
