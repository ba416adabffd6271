do $$ begin create role r; end $$;
create user mapping for x server y;