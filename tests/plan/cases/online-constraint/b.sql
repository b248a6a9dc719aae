create table u (id integer primary key);
create table t (id integer primary key, u integer references u on delete cascade, a integer check (a > 0));
