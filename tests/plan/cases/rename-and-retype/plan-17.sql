-- renamed: column public.t.old_name → column public.t.new_name
-- renamed: default public.t.old_name → default public.t.new_name


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t rename column old_name to new_name;
commit;

begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column new_name drop default;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column new_name: every value is converted
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column new_name type bigint;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table only public.t alter column new_name set default 5;
create view public.v (new_name) as
 SELECT t.new_name
   FROM public.t;
commit;
