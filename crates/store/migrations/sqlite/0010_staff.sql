-- Members of staff who sign in with a name and a password.

create table if not exists staff (
    name text not null primary key,
    -- The text of a slow digest with its parameters and salt (argon2).
    password text not null,
    -- One bit a role.
    roles integer not null,
    -- A JSON array of area codes.
    areas text not null,
    active integer not null check (active between 0 and 1),
    changed_by text not null,
    changed_ms integer not null,
    -- A code over all columns, under a key that does not stand here.
    seal blob not null,
    -- Who he is: the same for all names of one person, so that what takes two takes two persons. Empty: the name.
    person text
) strict;
