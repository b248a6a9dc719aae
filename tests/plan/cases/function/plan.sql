-- renamed: function public.old_name(text) → function public.new_name(text)


begin;
alter function public.old_name(text) rename to new_name;
-- HAZARD privileges: function public.added(integer,text,integer[]) runs with the rights of its owner
-- HAZARD runs-code: function public.added(integer,text,integer[]): its body is code that runs with the rights of who calls it
create function public.added(a integer, b text default 'x'::text, variadic c integer[] default '{}'::integer[])
returns table (x integer, y text)
language sql
security definer
set work_mem to '7MB'
as $$select 1, b$$;
-- HAZARD runs-code: function public.changed(integer): its body is code that runs with the rights of who calls it
create or replace function public.changed(a integer)
returns integer
language sql
immutable
parallel safe
as $$select a + 1$$;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD recreate: function public.returns_other(integer) is dropped and made again
drop function public.returns_other(integer);
-- HAZARD runs-code: function public.returns_other(integer): its body is code that runs with the rights of who calls it
create function public.returns_other(a integer)
returns bigint
language sql
as $$select a::bigint$$;
-- HAZARD runs-code: view public.v: public.returns_other() runs whenever it is used
create view public.v (x) as
 SELECT public.returns_other(1) AS x;
drop function public.gone();
commit;
