-- MySQL and MariaDB, where every constraint is checked at once.
-- Of each schedule one, and only of what is there.
CREATE TABLE publications (
    schedule VARCHAR(60) PRIMARY KEY,
    published BIGINT NOT NULL,
    FOREIGN KEY (schedule) REFERENCES schedules (id)
);
