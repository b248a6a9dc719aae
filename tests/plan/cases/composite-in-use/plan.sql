begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c alter attribute a type bigint cascade;
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c add attribute d date cascade;
create or replace function public.f(public.c)
returns integer
language sql
as $$select ($1).b::integer$$;
create view public.v (x) as
 SELECT (c).a AS x
   FROM public.t;
commit;
