begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD recreate: function public.f(public.d) is dropped and made again
drop function public.f(public.d);
alter domain public.d rename to "d__pggit_old";
create domain public.d as bigint constraint d_check check ((VALUE > 0));
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column a drop default;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column a: USING computes a new value for each row
-- HAZARD may-fail: column a of table public.t: a value may have no counterpart from public.d to public.d
-- HAZARD data-loss: what values of column a of table public.t lose from public.d to public.d
-- HAZARD not-reversible: no statement brings back: what values of column a of table public.t lose from public.d to public.d
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column a type public.d using a::text::public.d;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column a set default 1;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column b: USING computes a new value for each row
-- HAZARD may-fail: column b of table public.t: a value may have no counterpart from public.d[] to public.d
-- HAZARD data-loss: what values of column b of table public.t lose from public.d[] to public.d
-- HAZARD not-reversible: no statement brings back: what values of column b of table public.t lose from public.d[] to public.d
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column b type public.d[] using b::text::public.d[];
-- HAZARD recreate: domain public.d is dropped and made again
drop domain public."d__pggit_old";
-- HAZARD runs-code: function public.f(public.d): its body is code that runs with the rights of who calls it
create function public.f(public.d)
returns public.d
language sql
as $$select $1$$;
create view public.v (a) as
 SELECT t.a
   FROM public.t;
commit;
