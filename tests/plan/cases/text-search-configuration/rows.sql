insert into t select i, 'some words ' || i from generate_series(1, 20) as i;
