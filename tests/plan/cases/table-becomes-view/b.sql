create table base (id bigint primary key, a integer);
create view t as select id, a from base;
create view v as select a from t;
