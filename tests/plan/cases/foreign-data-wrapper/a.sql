create foreign data wrapper gone;
create foreign data wrapper changed options (a '1', b '2');
create foreign data wrapper old_name options (x '1');
create server s foreign data wrapper old_name;
