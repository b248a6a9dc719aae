create type gone;
