create table t (id integer primary key, a integer);
create view v as select 1 as x;
comment on table t is 'gone';
comment on column t.a is 'as it was';
