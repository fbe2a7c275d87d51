-- Tokens that let institutions and signed-in staff in: digests alone, so that nobody who reads them comes in.

create table if not exists credential (
    -- SM3 of the token.
    digest bytea not null primary key,
    -- 1 an institution, 2 a member of staff.
    holder_kind bigint not null check (holder_kind between 1 and 2),
    -- The number of the institution, or the name with which the member of staff signs in.
    holder text collate "C" not null,
    -- One bit a role.
    roles bigint not null,
    -- A JSON array of area codes.
    areas text collate "C" not null,
    from_ms bigint not null,
    until_ms bigint,
    issued_by text collate "C" not null,
    issued_ms bigint not null,
    revoked_by text collate "C",
    revoked_ms bigint,
    -- A code over all columns, under a key that does not stand here: whoever owns the database alone makes no token.
    seal bytea not null,
    constraint revoked_by_somebody check ((revoked_by is null) = (revoked_ms is null))
);

-- All tokens of one holder: they end when his roles or his password change.
create index if not exists credential_holder on credential (holder_kind, holder);
