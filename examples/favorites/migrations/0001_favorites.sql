-- Both tables count what they have in `favorites`: a user at most five, and a creature as many as it is liked by.
CREATE TABLE users (
    name VARCHAR(40) PRIMARY KEY,
    favorites BIGINT NOT NULL DEFAULT 0,
    CHECK (favorites <= 5)
);

CREATE TABLE creatures (
    name VARCHAR(40) PRIMARY KEY,
    fans BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE favorites (
    user_name VARCHAR(40) NOT NULL,
    creature VARCHAR(40) NOT NULL,
    PRIMARY KEY (user_name, creature),
    FOREIGN KEY (user_name) REFERENCES users (name),
    FOREIGN KEY (creature) REFERENCES creatures (name)
);

INSERT INTO creatures (name) VALUES ('badger'), ('crow'), ('fox'), ('hedgehog'), ('lynx'), ('newt'), ('otter'), ('owl');
