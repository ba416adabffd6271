create or replace function f() returns int
language sql begin atomic
 select case when 1=1 then 2 end; select 3;
end;
select f();
