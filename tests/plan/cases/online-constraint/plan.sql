begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t add constraint t_a_check check ((a > 0)) not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_a_check
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_a_check;

begin;
-- ShareRowExclusiveLock on table public.t: stops writes
set local lock_timeout = 3000;
alter table public.t add constraint t_u_fkey foreign key (u) references public.u (id) on delete cascade not valid;
commit;

-- HAZARD may-fail: rows of public.t may violate constraint t_u_fkey
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter table public.t validate constraint t_u_fkey;
