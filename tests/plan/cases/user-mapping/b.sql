create foreign data wrapper w;
create server s foreign data wrapper w;
create user mapping for public server s options ("user" 'b', "My Option" 'c');
create user mapping for pg_signal_backend server s options ("user" 'added');
