create table t (id integer primary key, owner text);
alter table t enable row level security;
create policy gone on t for select using (id > 1);
create policy changed on t for update using (owner = current_user);
create policy old_name on t as restrictive to pg_monitor using (id < 100);
