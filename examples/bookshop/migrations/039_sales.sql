create materialized view sales as
select e.book_id, date_trunc('month', o.placed) as month, sum(l.quantity) as copies
from order_lines as l join orders as o on o.id = l.order_id join editions as e on e.id = l.edition_id
where o.state <> 'cancelled'
group by 1, 2;
create unique index sales_book_month on sales (book_id, month);
