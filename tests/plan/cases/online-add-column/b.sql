create table t (id integer primary key, token uuid default gen_random_uuid() not null, at timestamptz default now());
