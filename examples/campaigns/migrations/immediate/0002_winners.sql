-- MySQL and MariaDB, where every constraint is checked at once.
CREATE TABLE winners (
    campaign VARCHAR(32) PRIMARY KEY,
    variant VARCHAR(40) NOT NULL,
    FOREIGN KEY (campaign, variant) REFERENCES variants (campaign, name)
);
