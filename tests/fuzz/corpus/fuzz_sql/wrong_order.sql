-- migrate:down
-- migrate:up
select 1