begin;
drop cast (public.e AS date);
create cast (public.e AS bigint) with inout as implicit;
-- HAZARD recreate: cast (public.e AS integer) is dropped and made again
drop cast (public.e AS integer);
create cast (public.e AS integer) with function public.to_int(public.e) as assignment;
commit;
