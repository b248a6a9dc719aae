-- renamed: aggregate public.old_name(integer) → aggregate public.new_name(integer)


begin;
alter aggregate public.old_name(integer) rename to new_name;
create aggregate public.added(text) (
  sfunc = textcat, stype = text, initcond = ''
);
create or replace aggregate public.changed(integer) (
  sfunc = int4pl, stype = integer, initcond = '7'
);
drop aggregate public.gone(integer);
commit;
