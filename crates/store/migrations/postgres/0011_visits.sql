-- Visits that institutions registered, and how many previews they asked for.

create table if not exists visit (
    institution_id bigint not null,
    -- The institution's name for it.
    name text collate "C" not null,
    patient_id bigint not null,
    opened_ms bigint not null,
    previews bigint not null check (previews >= 0),
    primary key (institution_id, name)
);

-- What a person is shown of previews of his bills.
create index if not exists visit_patient on visit (patient_id);
