create table t (id integer primary key, a bigint default 3 not null, b text);
create index t_a on t (a);
comment on column t.a is 'what it is';
