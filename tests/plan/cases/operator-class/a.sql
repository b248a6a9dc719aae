create operator class gone for type integer[] using gin as storage bigint;
create operator class changed for type integer using btree as operator 1 <, operator 3 =, function 1 btint4cmp(integer, integer);
create operator class old_name for type bigint using hash as operator 1 =, function 1 hashint8(bigint);
create table t (id integer primary key, a integer);
create index i on t (a changed);
