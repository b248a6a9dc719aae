create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger gone on ddl_command_end execute function f();
create event trigger changed on ddl_command_end execute function f();
create event trigger old_name on sql_drop execute function f();
