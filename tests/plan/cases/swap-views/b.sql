create table t (id integer primary key, a integer);
create view outer_one as select id, a from t;
create view inner_one as select id from outer_one;
