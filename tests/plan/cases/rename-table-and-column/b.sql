create table new_name (id integer constraint old_name_pkey primary key, new_column text, x integer);
create view v as select new_column as old_column from new_name;
