-- Times are milliseconds since 1970.
CREATE TABLE teams (
    name VARCHAR(60) PRIMARY KEY
);

CREATE TABLE people (
    team VARCHAR(60) NOT NULL,
    name VARCHAR(60) NOT NULL,
    PRIMARY KEY (team, name),
    FOREIGN KEY (team) REFERENCES teams (name)
);

CREATE TABLE jobs (
    id VARCHAR(60) PRIMARY KEY,
    team VARCHAR(60) NOT NULL,
    first_day VARCHAR(10) NOT NULL,
    weeks BIGINT NOT NULL,
    -- queued, running, done, failed
    state VARCHAR(10) NOT NULL,
    progress BIGINT NOT NULL,
    -- How often it was begun: the worker that has it knows the number, and one that had it before knows another.
    attempts BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    -- When a worker may take it: at once, after a delay, or when the lease of the one that has it ends. Nothing once it has ended.
    due BIGINT,
    reason VARCHAR(200),
    FOREIGN KEY (team) REFERENCES teams (name)
);

CREATE INDEX jobs_due ON jobs (due);

-- What jobs have made.
CREATE TABLE schedules (
    id VARCHAR(60) PRIMARY KEY,
    shifts BIGINT NOT NULL,
    FOREIGN KEY (id) REFERENCES jobs (id)
);

-- Nobody works twice a day.
CREATE TABLE shifts (
    schedule VARCHAR(60) NOT NULL,
    day VARCHAR(10) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    person VARCHAR(60) NOT NULL,
    PRIMARY KEY (schedule, day, person),
    FOREIGN KEY (schedule) REFERENCES schedules (id)
);

CREATE TABLE changes (
    id VARCHAR(32) PRIMARY KEY,
    happened BIGINT NOT NULL,
    user_name VARCHAR(60) NOT NULL,
    what VARCHAR(200) NOT NULL
);

CREATE TABLE attempts (
    id VARCHAR(32) PRIMARY KEY,
    happened BIGINT NOT NULL,
    user_name VARCHAR(60) NOT NULL,
    what VARCHAR(200) NOT NULL,
    carried_out BIGINT NOT NULL
);

CREATE INDEX changes_newest ON changes (happened);
CREATE INDEX attempts_newest ON attempts (happened);
