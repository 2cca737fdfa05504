-- Times are milliseconds since 1970.
CREATE TABLE patients (
    id VARCHAR(32) PRIMARY KEY,
    name VARCHAR(60) NOT NULL,
    email VARCHAR(120) NOT NULL UNIQUE,
    password VARCHAR(200) NOT NULL,
    code VARCHAR(32) NOT NULL UNIQUE,
    verified_at BIGINT,
    last_login BIGINT,
    logins BIGINT NOT NULL DEFAULT 0,
    wrong_passwords BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
    token VARCHAR(32) PRIMARY KEY,
    patient VARCHAR(32) NOT NULL,
    expires BIGINT NOT NULL,
    FOREIGN KEY (patient) REFERENCES patients (id)
);

CREATE TABLE outbox (
    id VARCHAR(32) PRIMARY KEY,
    recipient VARCHAR(120) NOT NULL,
    subject VARCHAR(120) NOT NULL,
    body VARCHAR(500) NOT NULL,
    written BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    sent BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX outbox_waiting ON outbox (sent, failures, written);
