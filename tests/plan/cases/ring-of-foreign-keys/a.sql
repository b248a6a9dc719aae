create table a (id integer primary key, c integer);
create table b (id integer primary key, a integer references a);
create table c (id integer primary key, b integer references b);
alter table a add foreign key (c) references c;
