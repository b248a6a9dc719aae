begin;
drop user mapping for pg_monitor server s;
create user mapping for pg_signal_backend server s options ("user" 'added');
-- {secret} is to be filled in: user mapping public on server s: option My Option
alter user mapping for public server s options (set "user" 'b', add "My Option" '{secret}');
commit;
