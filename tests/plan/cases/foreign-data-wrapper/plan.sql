-- renamed: foreign data wrapper old_name → foreign data wrapper new_name


begin;
alter foreign data wrapper old_name rename to new_name;
create foreign data wrapper added;
alter foreign data wrapper changed options (drop a, set b '3', add c '4');
create foreign data wrapper new_name options (x '1');
-- HAZARD recreate: server s is dropped and made again
drop server s;
create server s foreign data wrapper new_name;
drop foreign data wrapper gone;
drop foreign data wrapper old_name;
commit;
