begin;
drop transform for public.one language sql;
create transform for public.three language sql (from sql with function public.f(internal));
create or replace transform for public.two language sql (from sql with function public.g(internal));
commit;
