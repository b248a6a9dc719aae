create table changed (id integer primary key, a text) with (fillfactor = 70);
alter table changed enable row level security;
create table new_name (id integer primary key, a text not null, b numeric(10, 2));
create table added (id integer primary key, a text default 'a', b integer references changed);
