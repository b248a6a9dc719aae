create table t (id integer primary key, a integer);
create rule changed as on update to t where old.id = 1 do instead nothing;
create rule new_name as on insert to t where new.id < 0 do instead nothing;
create rule added as on delete to t where old.id > 5 do also nothing;
