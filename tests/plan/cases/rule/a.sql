create table t (id integer primary key, a integer);
create rule gone as on delete to t do instead nothing;
create rule changed as on update to t do also nothing;
create rule old_name as on insert to t where new.id < 0 do instead nothing;
