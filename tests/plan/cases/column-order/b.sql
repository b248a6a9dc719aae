create table t (b text, id integer primary key, c date, a integer);
