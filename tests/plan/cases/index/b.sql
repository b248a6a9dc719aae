create table t (id integer primary key, a integer, b text, c text);
create index changed on t (b desc, a);
create index new_name on t (lower(c)) where a > 3;
create unique index added on t (a) include (b);
