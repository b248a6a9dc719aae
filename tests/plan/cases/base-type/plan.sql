-- renamed: base type public.old_name → base type public.new_name


begin;
alter type public.old_name rename to new_name;
drop type public.gone cascade;
create type public.added;
alter type public.changed set (receive = public.changed_recv);
-- HAZARD runs-code: function public.added_in(cstring): its language internal is not trusted: it may do whatever the server can
create function public.added_in(cstring)
returns public.added
language internal
immutable
strict
as $$int4in$$;
-- HAZARD runs-code: function public.added_out(public.added): its language internal is not trusted: it may do whatever the server can
create function public.added_out(public.added)
returns cstring
language internal
immutable
strict
as $$int4out$$;
create type public.added (
  input = public.added_in, output = public.added_out, internallength = 4, passedbyvalue
);
commit;
