create table t (id integer primary key, a integer, b text);
create materialized view gone as select id from t;
create materialized view changed as select id, a from t;
create unique index changed_id on changed (id);
create materialized view old_name as select b, a + 1 as more from t where id > 3;
