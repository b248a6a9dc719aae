-- renamed: publication old_name → publication new_name


begin;
alter publication old_name rename to new_name;
drop publication gone;
create publication added for all tables with (publish_via_partition_root = true);
alter publication changed set (publish = 'insert, update');
commit;
