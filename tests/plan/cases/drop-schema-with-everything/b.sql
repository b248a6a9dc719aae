create table kept (id integer primary key);
