create type gone as enum ('a');
create type grown as enum ('a', 'c');
create type shrunk as enum ('x', 'y', 'z');
create type relabelled as enum ('one', 'twoo');
create type old_name as enum ('p', 'q', 'r');
create table t (id integer primary key, g grown default 'a', s shrunk default 'x', n old_name);
