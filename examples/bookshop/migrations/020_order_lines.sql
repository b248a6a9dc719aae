create table order_lines (
    order_id bigint not null references orders on delete cascade,
    edition_id bigint not null references editions,
    quantity integer not null default 1 check (quantity > 0),
    price numeric(12, 2) not null check (price >= 0),
    primary key (order_id, edition_id)
);
create index order_lines_edition on order_lines (edition_id);
