create schema s;
create operator === (leftarg = integer, rightarg = integer, function = int4ne, commutator = ===, restrict = eqsel);
create operator s.@#@ (leftarg = text, rightarg = text, function = texteq);
create view v as select 1 === 2 as x;
create operator >%% (leftarg = integer, rightarg = integer, function = int4gt);
