insert into gone.u default values;
insert into gone.t (u) values (1);
