create schema s;
create operator <%% (leftarg = integer, rightarg = integer, function = int4lt);
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
create operator public.@#@ (leftarg = text, rightarg = text, function = texteq);
create view v as select 1 === 2 as x;
