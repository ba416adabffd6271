-- Deleting a user looks for the user's tasks; the list of open tasks is read by user, state and date.
CREATE INDEX ix_task_user_id ON task (user_id);
CREATE INDEX idx_task_user_status_date ON task (user_id, is_complete, due_date);
