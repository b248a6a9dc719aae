-- renamed: event trigger old_name → event trigger new_name


begin;
alter event trigger old_name rename to new_name;
drop event trigger gone;
-- HAZARD runs-code: event trigger added: it is code that runs in every DDL statement of every role, with that role's rights
create event trigger added on ddl_command_start execute function public.f();
alter event trigger added disable;
-- HAZARD recreate: event trigger changed is dropped and made again
drop event trigger changed;
-- HAZARD runs-code: event trigger changed: it is code that runs in every DDL statement of every role, with that role's rights
create event trigger changed on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function public.f();
commit;
