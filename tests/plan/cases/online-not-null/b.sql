create table t (id integer primary key, a integer not null, b integer not null check (b is not null));
