-- A small shop: what `make demo` and the tutorial work on.

create type order_status as enum ('new', 'paid', 'shipped', 'returned');

create table customers (
  id integer generated always as identity primary key,
  email text not null unique,
  name text not null,
  joined_on date not null default current_date
);
comment on table customers is 'Everybody who has ever ordered';
comment on column customers.email is 'Where the invoice goes';

create table products (
  id integer generated always as identity primary key,
  sku text not null unique,
  title text not null,
  price numeric(10, 2) not null check (price >= 0)
);

create table orders (
  id integer generated always as identity primary key,
  customer_id integer not null references customers,
  status order_status not null default 'new',
  ordered_at timestamptz not null default now()
);
create index orders_customer on orders (customer_id, ordered_at);

create table order_lines (
  order_id integer not null references orders on delete cascade,
  line integer not null,
  product_id integer not null references products,
  quantity integer not null check (quantity > 0),
  price numeric(10, 2) not null,
  primary key (order_id, line)
);

create view order_totals as
  select o.id, o.customer_id, o.status, sum(l.quantity * l.price) as total
  from orders as o join order_lines as l on l.order_id = o.id
  group by o.id;

create function open_orders(customer integer) returns bigint
language sql stable
as $$
  select count(*) from orders where customer_id = customer and status in ('new', 'paid')
$$;
comment on function open_orders is 'How many orders of a customer are not shipped yet';
