create table t (id integer primary key, a integer, b text);
create index changed on t (b, a);
create unique index added on t (lower(b)) where a > 3;
comment on index added is 'new';
