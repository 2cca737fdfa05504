-- Times are milliseconds since 1970.
CREATE TABLE accounts (
    id VARCHAR(32) PRIMARY KEY,
    email VARCHAR(120) NOT NULL UNIQUE,
    password VARCHAR(200) NOT NULL
);

CREATE TABLE logins (
    token VARCHAR(32) PRIMARY KEY,
    account VARCHAR(32) NOT NULL,
    expires BIGINT NOT NULL,
    FOREIGN KEY (account) REFERENCES accounts (id)
);

-- A campaign runs since some time, or it does not. It counts its visitors, and each variant its own.
CREATE TABLE campaigns (
    id VARCHAR(32) PRIMARY KEY,
    account VARCHAR(32) NOT NULL,
    name VARCHAR(40) NOT NULL,
    running_since BIGINT,
    visitors INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, name),
    FOREIGN KEY (account) REFERENCES accounts (id)
);

CREATE TABLE variants (
    campaign VARCHAR(32) NOT NULL,
    name VARCHAR(40) NOT NULL,
    weight INTEGER NOT NULL,
    visitors INTEGER NOT NULL DEFAULT 0,
    conversions INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign, name),
    FOREIGN KEY (campaign) REFERENCES campaigns (id),
    CHECK (weight > 0),
    CHECK (conversions <= visitors)
);

-- A visitor of a campaign has one variant.
CREATE TABLE visits (
    campaign VARCHAR(32) NOT NULL,
    visitor VARCHAR(40) NOT NULL,
    variant VARCHAR(40) NOT NULL,
    PRIMARY KEY (campaign, visitor),
    FOREIGN KEY (campaign, variant) REFERENCES variants (campaign, name)
);

-- And is converted once, by the variant that it has.
CREATE TABLE conversions (
    campaign VARCHAR(32) NOT NULL,
    visitor VARCHAR(40) NOT NULL,
    PRIMARY KEY (campaign, visitor),
    FOREIGN KEY (campaign, visitor) REFERENCES visits (campaign, visitor)
);
