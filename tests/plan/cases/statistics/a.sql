create table t (id integer primary key, a integer, b integer, c integer);
create statistics gone on a, b from t;
create statistics changed on b, c from t;
create statistics old_name (ndistinct) on a, c from t;
