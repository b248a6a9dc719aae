-- renamed: operator public.@#@(text,text) → operator s.@#@(text,text)


begin;
alter operator public.@#@(text,text) set schema s;
drop operator public.<%%(integer,integer);
create operator public.>%% (function = int4gt, leftarg = integer, rightarg = integer);
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD recreate: operator public.===(integer,integer) is dropped and made again
drop operator public.===(integer,integer);
create operator public.=== (function = int4ne, leftarg = integer, rightarg = integer, commutator = operator(public.===), restrict = eqsel);
-- HAZARD runs-code: view public.v: operator public.=== runs whenever it is used
create view public.v (x) as
 SELECT (1 OPERATOR(public.===) 2) AS x;
commit;
