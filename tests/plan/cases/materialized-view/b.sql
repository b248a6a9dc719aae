create table t (id integer primary key, a integer, b text);
create materialized view changed as select id, a, b from t;
create unique index changed_id on changed (id);
create materialized view new_name as select b, a + 1 as more from t where id > 3;
create materialized view added as select count(*) as n from t with no data;
