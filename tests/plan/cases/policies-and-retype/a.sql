create table t (id integer primary key, tenant integer, a text);
alter table t enable row level security, force row level security;
create policy mine on t using (tenant = current_setting('app.tenant')::integer) with check (a <> '');
create view v with (security_barrier) as select id, tenant from t;
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update of tenant on t for each row execute function f();
create rule r as on update to t where new.tenant < 0 do instead nothing;
