-- People as the rules see them, and their money. Keys are bigints that the program makes. Times are
-- milliseconds since 1970-01-01T00:00 UTC, days are days since 1970-01-01, money is fen; words of closed
-- vocabularies stand as their stable numbers.

create table if not exists person (
    person_id integer not null primary key,
    area integer not null,
    scheme integer not null check (scheme between 1 and 3),
    status integer not null check (status between 1 and 5),
    born_day integer not null,
    sex integer check (sex between 1 and 2),
    -- One bit for each trait, by its number.
    traits integer not null check (traits >= 0),
    -- One bit for each table in which rows may stand under this key: a group looks only there. Never cleared.
    kinds integer not null check (kinds >= 0)
) strict;

create table if not exists account (
    person_id integer not null primary key,
    frozen integer not null check (frozen between 0 and 1),
    -- A JSON object: fen by colour. The account is one row, because it is written at every payment.
    lots text not null,
    -- The sums of these lots and of what is held stand here too, so that a constraint can compare them.
    balance_fen integer not null check (balance_fen >= 0),
    held_fen integer not null check (held_fen >= 0),
    -- Counts the writings: whoever writes without having read the last one writes no row.
    version integer not null check (version > 0),
    constraint held_is_part_of_balance check (held_fen <= balance_fen)
) strict;

create table if not exists hold (
    person_id integer not null,
    owner_id integer not null,
    kind integer not null check (kind between 1 and 2),
    -- A JSON object: fen by colour.
    lots text not null,
    -- Their sum. Zero once released or spent: then no group reads it any more.
    held_fen integer not null check (held_fen >= 0),
    primary key (person_id, owner_id)
) strict, without rowid;

create table if not exists wallet (
    person_id integer not null primary key,
    place integer not null,
    balance_fen integer not null check (balance_fen >= 0)
) strict;

create table if not exists transfer (
    transfer_id integer not null primary key,
    sender_id integer not null,
    receiver_id integer not null,
    sender_area integer not null,
    receiver_area integer not null,
    amount_fen integer not null check (amount_fen > 0),
    sent_ms integer not null,
    returns_ms integer not null,
    state integer not null check (state between 1 and 4)
) strict;

-- A sender's transfers of one day count against limits: every group that locks him asks for them.
create index if not exists transfer_by_sender on transfer (sender_id, sent_ms);

-- A sender's waiting transfers may be of any day.
create index if not exists transfer_waiting_by_sender on transfer (sender_id) where state = 1;

-- A receiver is shown, and accepts, only what waits.
create index if not exists transfer_waiting_by_receiver on transfer (receiver_id) where state = 1;

create table if not exists filing (
    person_id integer not null,
    filing_id integer not null,
    area integer not null,
    from_day integer not null,
    until_day integer,
    primary key (person_id, filing_id)
) strict, without rowid;

create table if not exists area_year (
    area integer not null primary key,
    early_turns integer not null
) strict;
