create table countries (
    code char(2) primary key check (code = upper(code)),
    name text not null unique
);
create table currencies (
    code char(3) primary key check (code = upper(code)),
    name text not null,
    decimals smallint not null default 2 check (decimals between 0 and 4)
);
create table languages (
    code text primary key,
    name text not null unique
);
