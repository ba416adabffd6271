-- migrate:up transaction:false
create table t(n int);
-- migrate:down
drop table t;
