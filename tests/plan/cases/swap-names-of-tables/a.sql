create table x (id integer primary key, a text);
create table y (id integer primary key, b date);
