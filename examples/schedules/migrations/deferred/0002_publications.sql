-- PostgreSQL and SQLite. That the schedule is there is checked by COMMIT.
-- Of each schedule one, and only of what is there.
CREATE TABLE publications (
    schedule VARCHAR(60) PRIMARY KEY,
    published BIGINT NOT NULL,
    FOREIGN KEY (schedule) REFERENCES schedules (id) DEFERRABLE INITIALLY DEFERRED
);
