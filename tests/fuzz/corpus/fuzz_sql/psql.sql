copy t (a) from stdin;
1
\.
\set x 1
