create table t (id integer primary key, a integer, b text, c text);
create index gone on t (a);
create index changed on t (b);
create index old_name on t (lower(c)) where a > 3;
