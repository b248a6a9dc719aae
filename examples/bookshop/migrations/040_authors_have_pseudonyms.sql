create table pseudonyms (
    author_id bigint not null references authors on delete cascade,
    name text not null unique,
    primary key (author_id, name)
);
comment on table pseudonyms is 'Other names that an author writes under.';
