insert into gone select i, 'g' || i from generate_series(1, 20) as i;
insert into changed select i, 'c' || i from generate_series(1, 20) as i;
insert into old_name select i, 'o' || i, i from generate_series(1, 20) as i;
