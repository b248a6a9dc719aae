alter table books add column subtitle text not null default '';
alter table editions add column weight integer check (weight > 0);
