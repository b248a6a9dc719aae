insert into x select i, 'a' || i from generate_series(1, 20) as i;
insert into y select i, '2020-01-01' from generate_series(1, 20) as i;
