create table t (id integer primary key, a integer, b text);
create view gone as select id from t;
create view changed as select id, a from t;
create view uses_changed as select id from changed;
create view old_name as select b, a + 1 as more from t where id > 3;
