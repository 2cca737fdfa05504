-- PostgreSQL and SQLite. The foreign key is checked by COMMIT.
CREATE TABLE courses (
    name VARCHAR(60) PRIMARY KEY,
    issued BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE certificates (
    code VARCHAR(16) PRIMARY KEY,
    holder VARCHAR(60) NOT NULL,
    course VARCHAR(60) NOT NULL REFERENCES courses (name) DEFERRABLE INITIALLY DEFERRED,
    number BIGINT NOT NULL,
    downloads BIGINT NOT NULL DEFAULT 0,
    UNIQUE (course, number)
);

INSERT INTO courses (name) VALUES ('Rust'), ('SQL');
