-- What takes two persons: who proposed it, who decided, and why. Never deleted.

create table if not exists proposal (
    proposal_id integer not null primary key,
    -- 1 open, 2 approved, 3 rejected, 4 withdrawn.
    state integer not null check (state between 1 and 4),
    -- 1 unfreezing, 2 correction, 3 payment to heirs.
    matter integer not null,
    person_id integer not null,
    amount_fen integer not null,
    area integer not null,
    -- The name that its proposer gave it.
    name text not null,
    grounds text not null,
    proposed_by text not null,
    proposed_ms integer not null,
    -- Who approved, rejected or withdrew it, and why if he said so.
    closed_by text,
    closed_ms integer,
    closing_grounds text,
    -- A code over all columns, under a key that does not stand here: whoever owns the database alone approves nothing.
    seal blob not null,
    -- A repeat finds the first.
    constraint proposed_once unique (proposed_by, name),
    constraint closed_by_somebody check ((state = 1) = (closed_by is null) and (closed_by is null) = (closed_ms is null)),
    constraint approved_by_two check (state <> 2 or closed_by <> proposed_by)
) strict;
