create table t (id integer primary key, a integer, b integer, c integer);
create statistics changed on b, c from t;
alter statistics changed set statistics 50;
create statistics new_name (ndistinct) on a, c from t;
create statistics added (mcv) on a, b, c from t;
