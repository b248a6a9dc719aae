create table t (id integer primary key, a bigint, b text);
create publication p for table t (id, a) where (a > 3);
