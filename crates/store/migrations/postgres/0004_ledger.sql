-- The ledger. Rows of these tables are only ever added. That a journal sums to zero is no constraint of one
-- row: the program asserts it before it writes, and the audit sums again.

create table if not exists journal (
    journal_id bigint not null primary key,
    at_ms bigint not null,
    kind bigint not null check (kind between 1 and 10),
    reverses_id bigint
);

create table if not exists entry (
    journal_id bigint not null,
    leg bigint not null check (leg between 0 and 65535),
    -- On both legs he whose money moves.
    person_id bigint not null,
    position_kind bigint not null check (position_kind between 1 and 11),
    -- The person, institution or area of the position; zero where the kind says all.
    subject_id bigint not null,
    -- What held money is held for; zero where nothing is held.
    owner_id bigint not null,
    colour bigint not null,
    amount_fen bigint not null check (amount_fen <> 0),
    primary key (journal_id, leg)
);

create table if not exists claim (
    event_id bigint not null,
    from_area bigint not null,
    to_area bigint not null,
    side bigint not null check (side between 1 and 2),
    month bigint not null,
    amount_fen bigint not null,
    primary key (event_id, from_area, to_area, side)
);

-- Clearing goes month by month.
create index if not exists claim_by_month on claim (month);

create table if not exists trace (
    command_id bigint not null primary key,
    person_id bigint not null,
    bytes bytea not null
);
