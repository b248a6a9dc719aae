create table t (id integer primary key);
create publication gone for table t;
create publication changed for table t;
create publication old_name for table t with (publish = 'delete');
