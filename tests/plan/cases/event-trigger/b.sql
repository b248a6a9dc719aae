create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger changed on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function f();
create event trigger new_name on sql_drop execute function f();
create event trigger added on ddl_command_start execute function f();
alter event trigger added disable;
