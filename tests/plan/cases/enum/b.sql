create type grown as enum ('a', 'b', 'c', 'd');
create type shrunk as enum ('x', 'z');
create type relabelled as enum ('one', 'two');
create type new_name as enum ('p', 'q', 'r');
create type added as enum ('k', 'l');
create table t (id integer primary key, g grown default 'a', s shrunk default 'x', n new_name);
