create table t (id integer primary key, a integer);
create view v as select 1 as x;
comment on column t.a is E'it''s \\ other';
comment on view v is 'added';
comment on constraint t_pkey on t is 'added too';
