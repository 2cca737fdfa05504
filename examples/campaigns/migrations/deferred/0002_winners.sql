-- PostgreSQL and SQLite. That the winner is one of the variants is checked by COMMIT.
CREATE TABLE winners (
    campaign VARCHAR(32) PRIMARY KEY,
    variant VARCHAR(40) NOT NULL,
    FOREIGN KEY (campaign, variant) REFERENCES variants (campaign, name) DEFERRABLE INITIALLY DEFERRED
);
