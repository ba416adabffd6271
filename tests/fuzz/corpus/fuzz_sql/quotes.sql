select 1; select 'it''s;' -- c ;
, E'\';' ; /* a /* ; */ */ select $t$ ; $t$;