select 1;
\connect app
