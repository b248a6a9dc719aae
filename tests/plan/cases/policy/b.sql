create table t (id integer primary key, owner text);
alter table t enable row level security;
create policy changed on t for update to pg_monitor using (owner = current_user) with check (id > 0);
create policy new_name on t as restrictive to pg_monitor using (id < 100);
create policy added on t for insert with check (id > 0);
