-- Who the people are: ciphertext under a key of each one's own, and the keyed hash by which he is found. No
-- column of this database holds a name, certificate number or telephone in the clear.

create table if not exists person_secret (
    person_id bigint not null primary key,
    -- The person's own key, wrapped by the master key. Without it the other columns cannot be read.
    key_wrapped bytea not null,
    name_ct bytea not null,
    certificate_ct bytea not null,
    phone_ct bytea
);

create table if not exists certificate_index (
    hash bytea not null primary key,
    kind bigint not null check (kind between 1 and 4),
    person_id bigint not null
);

-- Shredding a person takes his hash away too.
create index if not exists certificate_by_person on certificate_index (person_id);

-- What this database is: a value that only the right master key gives.
create table if not exists store_identity (
    name text collate "C" not null primary key,
    value bytea not null
);
