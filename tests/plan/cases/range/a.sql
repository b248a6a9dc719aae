create type gone as range (subtype = date);
create type changed as range (subtype = integer);
create type old_name as range (subtype = text, collation = "C");
create table t (id integer primary key, c changed, o old_name);
