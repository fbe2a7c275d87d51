-- People as the rules see them, and their money. Keys are bigints that the program makes. Times are
-- milliseconds since 1970-01-01T00:00 UTC, days are days since 1970-01-01, money is fen; words of closed
-- vocabularies stand as their stable numbers.

create table if not exists person (
    person_id bigint not null primary key,
    area bigint not null,
    scheme bigint not null check (scheme between 1 and 3),
    status bigint not null check (status between 1 and 5),
    born_day bigint not null,
    sex bigint check (sex between 1 and 2),
    -- One bit for each trait, by its number.
    traits bigint not null check (traits >= 0),
    -- One bit for each table in which rows may stand under this key: a group looks only there. Never cleared.
    kinds bigint not null check (kinds >= 0)
);

-- Who is not registered here has no row to lock, but may be named by bindings and claims of other provinces: then this
-- row is locked. It is never deleted.
create table if not exists person_lock (
    person_id bigint not null primary key
);

create table if not exists account (
    person_id bigint not null primary key,
    frozen bigint not null check (frozen between 0 and 1),
    -- A JSON object: fen by colour. The account is one row, because it is written at every payment.
    lots text collate "C" not null,
    -- The sums of these lots and of what is held stand here too, so that a constraint can compare them.
    balance_fen bigint not null check (balance_fen >= 0),
    held_fen bigint not null check (held_fen >= 0),
    -- Counts the writings: whoever writes without having read the last one writes no row.
    version bigint not null check (version > 0),
    constraint held_is_part_of_balance check (held_fen <= balance_fen)
);

create table if not exists hold (
    person_id bigint not null,
    owner_id bigint not null,
    kind bigint not null check (kind between 1 and 2),
    -- A JSON object: fen by colour.
    lots text collate "C" not null,
    -- Their sum. Zero once released or spent: then no group reads it any more.
    held_fen bigint not null check (held_fen >= 0),
    primary key (person_id, owner_id)
);

create table if not exists wallet (
    person_id bigint not null primary key,
    place bigint not null,
    balance_fen bigint not null check (balance_fen >= 0)
);

create table if not exists transfer (
    transfer_id bigint not null primary key,
    sender_id bigint not null,
    receiver_id bigint not null,
    sender_area bigint not null,
    receiver_area bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    sent_ms bigint not null,
    returns_ms bigint not null,
    state bigint not null check (state between 1 and 4)
);

-- A sender's transfers of one day count against limits: every group that locks him asks for them.
create index if not exists transfer_by_sender on transfer (sender_id, sent_ms);

-- A sender's waiting transfers may be of any day.
create index if not exists transfer_waiting_by_sender on transfer (sender_id) where state = 1;

-- A receiver is shown, and accepts, only what waits.
create index if not exists transfer_waiting_by_receiver on transfer (receiver_id) where state = 1;

create table if not exists filing (
    person_id bigint not null,
    filing_id bigint not null,
    area bigint not null,
    from_day bigint not null,
    until_day bigint,
    primary key (person_id, filing_id)
);

create table if not exists area_year (
    area bigint not null primary key,
    early_turns bigint not null
);
