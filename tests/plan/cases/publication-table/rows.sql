insert into gone values (1);
