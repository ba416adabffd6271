select 1;
/* a /* b */ */ alter database "app" set x = 1;