create table t (id integer primary key, a integer);
create view inner_one as select id, a from t;
create view outer_one as select id from inner_one;
