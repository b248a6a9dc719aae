begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD recreate: function public.f(public.c) is dropped and made again
drop function public.f(public.c);
-- AccessExclusiveLock on composite public.c: stops reads and writes
alter type public.c rename to "c__pggit_old";
create type public.c as (a bigint, b text);
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column c: USING computes a new value for each row
-- HAZARD may-fail: column c of table public.t: a value may have no counterpart from public.c to public.c
-- HAZARD data-loss: what values of column c of table public.t lose from public.c to public.c
-- HAZARD not-reversible: no statement brings back: what values of column c of table public.t lose from public.c to public.c
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column c type public.c using c::text::public.c;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column many: USING computes a new value for each row
-- HAZARD may-fail: column many of table public.t: a value may have no counterpart from public.c[] to public.c
-- HAZARD data-loss: what values of column many of table public.t lose from public.c[] to public.c
-- HAZARD not-reversible: no statement brings back: what values of column many of table public.t lose from public.c[] to public.c
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column many type public.c[] using many::text::public.c[];
-- HAZARD recreate: composite public.c is dropped and made again
-- AccessExclusiveLock on composite public.c: stops reads and writes
drop type public."c__pggit_old";
-- HAZARD runs-code: function public.f(public.c): its body is code that runs with the rights of who calls it
create function public.f(public.c)
returns integer
language sql
as $$select ($1).b::integer$$;
create view public.v (x) as
 SELECT (t.c).a AS x
   FROM public.t;
commit;
