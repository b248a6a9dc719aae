insert into gone.t values (1);
insert into old_name.t select i, 'a' || i from generate_series(1, 20) as i;
