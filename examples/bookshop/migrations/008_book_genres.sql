create table book_genres (
    book_id bigint not null references books on delete cascade,
    genre_id bigint not null references genres on delete cascade,
    primary key (book_id, genre_id)
);
