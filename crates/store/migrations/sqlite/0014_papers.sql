-- What institutions hand in around their bills: visits, lines, filings, files, and how they connect.

create table if not exists paper (
    kind integer not null,
    -- 0 for what is the agency's own.
    owner_id integer not null,
    name text not null,
    -- Whom it is about, or 0.
    person_id integer not null,
    listed_ms integer not null,
    version integer not null check (version > 0),
    -- Encrypted, and bound to all columns before it.
    body_ct blob not null,
    primary key (kind, owner_id, name)
) strict;

-- Bills of a day, visits of an institution.
create index if not exists paper_owner on paper (kind, owner_id, listed_ms);
-- What there is of a person.
create index if not exists paper_person on paper (person_id, kind, listed_ms);
