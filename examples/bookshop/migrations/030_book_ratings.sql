create view book_ratings as
select b.id as book_id, count(r.id) as reviews, round(avg(r.stars), 2) as stars
from books as b left join reviews as r on r.book_id = b.id
group by b.id;
