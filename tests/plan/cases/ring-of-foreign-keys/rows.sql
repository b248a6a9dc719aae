insert into a select i from generate_series(1, 20) as i;
insert into b select i, i from generate_series(1, 20) as i;
insert into c select i, i from generate_series(1, 20) as i;
update a set c = id;
