create type added;
