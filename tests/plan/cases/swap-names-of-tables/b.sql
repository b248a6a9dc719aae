create table y (id integer constraint x_pkey primary key, a text);
create table x (id integer constraint y_pkey primary key, b date);
