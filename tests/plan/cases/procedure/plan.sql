-- renamed: procedure public.old_name(text,integer) → procedure public.new_name(text,integer)


begin;
alter procedure public.old_name(text,integer) rename to new_name;
-- HAZARD runs-code: procedure public.added(date): its body is code that runs with the rights of who calls it
create procedure public.added(a date)
language plpgsql
as $$begin commit; end$$;
-- HAZARD privileges: procedure public.changed(integer) runs with the rights of its owner
-- HAZARD runs-code: procedure public.changed(integer): its body is code that runs with the rights of who calls it
create or replace procedure public.changed(a integer)
language sql
security definer
as $$select a + 1$$;
drop procedure public.gone();
commit;
