-- renamed: language old_name → language new_name


begin;
alter language old_name rename to new_name;
create language added handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create or replace trusted language changed handler plpgsql_call_handler inline plpgsql_inline_handler;
drop language gone;
commit;
