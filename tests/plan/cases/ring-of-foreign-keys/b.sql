create table x (id integer primary key, z integer);
create table y (id integer primary key, x integer references x, more integer);
create table z (id integer primary key, y integer references y, more integer, most integer);
alter table x add foreign key (z) references z;
alter table z add constraint self foreign key (more) references z;
