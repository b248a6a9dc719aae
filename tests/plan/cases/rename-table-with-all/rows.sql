insert into u select i from generate_series(1, 20) as i;
insert into old_name (a, u) select 'a' || i, i from generate_series(1, 20) as i;
insert into child select i, i from generate_series(1, 20) as i;
