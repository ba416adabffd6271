ALTER TABLE task ADD COLUMN priority smallint NOT NULL DEFAULT 2;
ALTER TABLE task ADD CONSTRAINT ck_task_priority CHECK (priority BETWEEN 1 AND 3);
