-- renamed: language old_name → language new_name


begin;
alter language old_name rename to new_name;
-- HAZARD runs-code: language added: its handler runs the code of functions
create language added handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
-- HAZARD runs-code: language changed: its handler runs the code of functions
create or replace trusted language changed handler plpgsql_call_handler inline plpgsql_inline_handler;
drop language gone;
commit;
