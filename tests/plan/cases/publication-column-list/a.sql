create table t (id integer primary key, a integer, b text);
create publication p for table t (id, a) where (a > 3);
