create table t (id integer, a text, constraint t_pkey primary key (id) deferrable);
create view v as select id, a from t group by id, a;
