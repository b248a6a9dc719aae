create foreign data wrapper changed options (b '3', c '4');
create foreign data wrapper new_name options (x '1');
create server s foreign data wrapper new_name;
create foreign data wrapper added;
