create foreign data wrapper w;
create server changed version '2' foreign data wrapper w options (host 'b', port '7', password 'hush');
create server new_name foreign data wrapper w options (x '1');
create foreign table f (a integer) server new_name;
create server added type 't' version '3' foreign data wrapper w;
