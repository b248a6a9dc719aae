create foreign data wrapper w;
create server gone foreign data wrapper w;
create server changed version '1' foreign data wrapper w options (host 'a', password 'hush');
create server old_name foreign data wrapper w options (x '1');
create foreign table f (a integer) server old_name;
