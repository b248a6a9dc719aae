create table t (id integer primary key);
create publication changed for table t with (publish = 'insert, update');
create publication new_name for table t with (publish = 'delete');
create publication added for all tables with (publish_via_partition_root);
