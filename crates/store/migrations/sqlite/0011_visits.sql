-- Visits that institutions registered, and how many previews they asked for.

create table if not exists visit (
    institution_id integer not null,
    -- The institution's name for it.
    name text not null,
    patient_id integer not null,
    opened_ms integer not null,
    previews integer not null check (previews >= 0),
    primary key (institution_id, name)
) strict;

-- What a person is shown of previews of his bills.
create index if not exists visit_patient on visit (patient_id);
