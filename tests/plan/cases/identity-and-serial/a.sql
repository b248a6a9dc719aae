create table t (id serial primary key, a integer);
create table u (id integer generated always as identity primary key, a integer);
