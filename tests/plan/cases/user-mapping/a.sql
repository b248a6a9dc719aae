create foreign data wrapper w;
create server s foreign data wrapper w;
create user mapping for pg_monitor server s options ("user" 'gone');
create user mapping for public server s options ("user" 'a');
