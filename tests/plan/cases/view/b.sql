create table t (id integer primary key, a integer, b text);
create view changed with (security_barrier) as select id, a, b from t where a > 0;
create view uses_changed as select id from changed;
create view new_name as select b, a + 1 as more from t where id > 3;
create view added (x, y) as select id, b from t with local check option;
