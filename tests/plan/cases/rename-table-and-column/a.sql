create table old_name (id integer primary key, old_column text, x integer);
create view v as select old_column from old_name;
