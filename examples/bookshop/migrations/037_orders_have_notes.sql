alter table orders add column note text not null default '';
alter table orders add column discount_id bigint references discounts;
