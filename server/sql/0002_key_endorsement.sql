-- One receipt key speaks for another: how a device that trusts an old key comes to trust a new one.
CREATE TABLE server_key_endorsement (
    key_id TEXT NOT NULL,               -- of the key that is spoken for
    by_id TEXT NOT NULL,                -- of the key that signed
    signature TEXT NOT NULL,            -- ES256 over the statement (receipt_key.h), raw r||s in base64url
    PRIMARY KEY (key_id, by_id)
) STRICT;
