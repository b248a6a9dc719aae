create table book_authors (
    book_id bigint not null references books on delete cascade,
    author_id bigint not null references authors,
    position smallint not null default 1,
    primary key (book_id, author_id)
);
create index book_authors_author on book_authors (author_id);
