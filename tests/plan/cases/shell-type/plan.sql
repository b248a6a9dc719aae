begin;
drop type public.gone;
create type public.added;
commit;
