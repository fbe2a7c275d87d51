-- The ledger. Rows of these tables are only ever added. That a journal sums to zero is no constraint of one
-- row: the program asserts it before it writes, and the audit sums again.

create table if not exists journal (
    journal_id integer not null primary key,
    at_ms integer not null,
    kind integer not null check (kind between 1 and 10),
    reverses_id integer
) strict;

create table if not exists entry (
    journal_id integer not null,
    leg integer not null check (leg between 0 and 65535),
    -- On both legs he whose money moves.
    person_id integer not null,
    position_kind integer not null check (position_kind between 1 and 11),
    -- The person, institution or area of the position; zero where the kind says all.
    subject_id integer not null,
    -- What held money is held for; zero where nothing is held.
    owner_id integer not null,
    colour integer not null,
    amount_fen integer not null check (amount_fen <> 0),
    primary key (journal_id, leg)
) strict, without rowid;

create table if not exists claim (
    event_id integer not null,
    from_area integer not null,
    to_area integer not null,
    side integer not null check (side between 1 and 2),
    month integer not null,
    amount_fen integer not null,
    primary key (event_id, from_area, to_area, side)
) strict, without rowid;

-- Clearing goes month by month.
create index if not exists claim_by_month on claim (month);

create table if not exists trace (
    command_id integer not null primary key,
    person_id integer not null,
    bytes blob not null
) strict;
