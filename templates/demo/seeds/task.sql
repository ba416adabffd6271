-- 100,000 tasks, ten for each user. Nothing random and no clock: two builds of this seed are the same.
INSERT INTO task (user_id, title, status, is_complete, due_date, created_at, priority)
SELECT 1 + (n % 10000),
       (ARRAY['Write', 'Review', 'Plan', 'Fix', 'Ship', 'Measure', 'Discuss'])[1 + n % 7] || ' '
           || (ARRAY['the report', 'the migration', 'the budget', 'the release', 'the tests'])[1 + n % 5]
           || ' #' || n,
       (ARRAY['open', 'doing', 'done', 'open', 'done'])[1 + n % 5],
       n % 5 IN (2, 4),
       CASE WHEN n % 9 <> 0 THEN date '2026-01-01' + (n * 37 % 365)::integer END,
       timestamptz '2026-01-01 08:00+00' + n * interval '1 minute',
       1 + n % 3
  FROM generate_series(0, 99999) AS n;

-- The users came with their ids: the next one must not collide.
SELECT setval(pg_get_serial_sequence('"user"', 'id'), (SELECT max(id) FROM "user"));
