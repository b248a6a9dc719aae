create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table changed (a bigint options (column_name 'y'), c text) server s options (t 'y', u 'z');
create foreign table new_name (a integer not null, c date) server s;
create foreign table added (a integer default 1, b text collate "C") server s options (t 'new');
