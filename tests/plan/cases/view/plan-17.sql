-- renamed: view public.old_name → view public.new_name


begin;
-- AccessExclusiveLock on view public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter view public.old_name rename to new_name;
create view public.added (x, y) with (check_option='local') as
 SELECT t.id AS x,
    t.b AS y
   FROM public.t;
-- AccessExclusiveLock on view public.changed: stops reads and writes
create or replace view public.changed (id, a, b) with (security_barrier='true') as
 SELECT t.id,
    t.a,
    t.b
   FROM public.t
  WHERE (t.a > 0);
-- AccessExclusiveLock on view public.gone: stops reads and writes
drop view public.gone;
commit;
