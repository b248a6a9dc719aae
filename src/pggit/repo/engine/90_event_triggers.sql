-- Last, so that installing is not captured. PostgreSQL fires event triggers of one event by name.
create event trigger pggit_a_note on ddl_command_end execute function pggit.note_user();
create event trigger pggit_a_note_drop on sql_drop execute function pggit.note_user();
create event trigger pggit_ddl on ddl_command_end execute function pggit.on_ddl_command_end();
create event trigger pggit_drop on sql_drop execute function pggit.on_sql_drop();
alter event trigger pggit_a_note enable always;
alter event trigger pggit_a_note_drop enable always;
alter event trigger pggit_ddl enable always;
alter event trigger pggit_drop enable always;
