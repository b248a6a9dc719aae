insert into "My Schema"."T 1" select i, 'g', 'B"b' from generate_series(1, 20) as i;
