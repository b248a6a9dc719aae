create view order_totals as
select o.id as order_id, o.currency_code, coalesce(sum(l.quantity * l.price), 0) as total, count(l.edition_id) as lines
from orders as o left join order_lines as l on l.order_id = o.id
group by o.id;
