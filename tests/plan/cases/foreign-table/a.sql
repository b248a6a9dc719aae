create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table gone (a integer) server s;
create foreign table changed (a integer options (column_name 'x'), b text) server s options (t 'x');
create foreign table old_name (a integer not null, c date) server s;
