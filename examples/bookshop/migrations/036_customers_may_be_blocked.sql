alter table customers add column blocked boolean not null default false;
create index customers_blocked on customers (id) where blocked;
