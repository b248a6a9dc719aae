-- renamed: column public.t.old_name → column public.t.new_name


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t rename column old_name to new_name;
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column a: every value is converted
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t alter column a type bigint;
reset lock_timeout;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint t_a_not_null not null a not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_a_not_null
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_a_not_null;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add column added date default '2020-01-01'::date;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column note drop default;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column note type text;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column note set default 'n'::text;
-- HAZARD data-loss: the values of column gone of table public.t
-- HAZARD not-reversible: no statement brings back: the values of column gone of table public.t
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t drop column gone;
commit;
