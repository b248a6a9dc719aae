create table gone (id integer primary key);
create table changed (id integer primary key, a integer);
create table added (id integer primary key);
create publication p for table changed (id) where (id > 5), added;
