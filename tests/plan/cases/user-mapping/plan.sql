begin;
drop user mapping for pg_monitor server s;
create user mapping for pg_signal_backend server s options (u 'added');
alter user mapping for public server s options (set u 'b', add "My Option" 'c');
commit;
