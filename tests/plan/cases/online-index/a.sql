create table t (id integer primary key, a integer, b text);
create index gone on t (a);
create index changed on t (b);
