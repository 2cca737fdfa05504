-- The transactions of calls with `exactly_once`: tells whether a COMMIT took effect that was not answered.
CREATE TABLE IF NOT EXISTS sqlx_transactional_ledger (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- FALSE was written by one who came to ask: the transaction had not committed, and never will.
    stored BOOLEAN NOT NULL,
    written_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    INDEX (written_at)
) ENGINE = InnoDB;
