create table gone (id integer primary key, a text);
create table changed (id integer primary key, a text);
create table old_name (id integer primary key, a text not null, b numeric(10, 2));
