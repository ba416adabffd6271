select e'a'
'\'' ; create rule r as on insert to t do (select 1; select 2); select $1, a$b$ from x