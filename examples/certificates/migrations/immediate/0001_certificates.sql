-- MySQL and MariaDB, where every constraint is checked at once.
CREATE TABLE courses (
    name VARCHAR(60) PRIMARY KEY,
    issued BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE certificates (
    code VARCHAR(16) PRIMARY KEY,
    holder VARCHAR(60) NOT NULL,
    course VARCHAR(60) NOT NULL,
    number BIGINT NOT NULL,
    downloads BIGINT NOT NULL DEFAULT 0,
    UNIQUE (course, number),
    FOREIGN KEY (course) REFERENCES courses (name)
);

INSERT INTO courses (name) VALUES ('Rust'), ('SQL');
