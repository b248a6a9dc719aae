begin;
-- AccessExclusiveLock on table public.t_old: stops reads and writes
set local lock_timeout = 3000;
alter table public.t_old add constraint pggit_bound_e8fd4aa8cd2d check (id is not null and id >= '1'::integer and id < '100'::integer) not valid;
commit;

-- HAZARD may-fail: rows of public.t_old may violate constraint pggit_bound_e8fd4aa8cd2d
-- ShareUpdateExclusiveLock on table public.t_old: stops other DDL
alter table public.t_old validate constraint pggit_bound_e8fd4aa8cd2d;

begin;
-- AccessExclusiveLock on table public.t_old: stops reads and writes
set local lock_timeout = 3000;
alter table public.t attach partition public.t_old FOR VALUES FROM (1) TO (100);
-- AccessExclusiveLock on table public.t_old: stops reads and writes
alter table public.t_old drop constraint pggit_bound_e8fd4aa8cd2d;
commit;
