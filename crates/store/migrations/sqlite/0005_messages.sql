-- What came in, what goes out, what is to be done later, and the institutions.

create table if not exists message (
    sender text not null check (sender <> ''),
    message_id text not null check (message_id <> ''),
    command_id integer not null,
    entered_ms integer not null,
    attempt integer not null check (attempt >= 0),
    -- 1 other provinces are being asked, 2 answered for ever.
    state integer not null check (state between 1 and 2),
    -- A JSON array of field names and keyed digests.
    digests text not null,
    -- As JSON: while others are asked the command, so that a start after a crash can bring it to its answer;
    -- then the outcome, which the faces render again for a repeat.
    content text not null check (content <> ''),
    primary key (sender, message_id)
) strict, without rowid;

-- A start after a crash takes up what was being asked.
create index if not exists message_asking on message (command_id) where state = 1;

create table if not exists notice (
    person_id integer not null,
    command_id integer not null,
    place integer not null check (place >= 0),
    at_ms integer not null,
    -- The stable code of the notice.
    notice text not null check (notice <> ''),
    amount_fen integer,
    primary key (person_id, command_id, place)
) strict, without rowid;

create table if not exists outbox (
    command_id integer not null,
    place integer not null check (place >= 0),
    -- What is asked of whom, as JSON.
    ask text not null,
    delivery integer not null check (delivery between 1 and 2),
    primary key (command_id, place)
) strict, without rowid;

-- Nearly all messages are acknowledged: the few that wait are found without passing the others.
create index if not exists outbox_waiting on outbox (command_id, place) where delivery = 1;

create table if not exists timer (
    -- 1 a binding of the person, 2 a transfer of his.
    due_kind integer not null check (due_kind between 1 and 2),
    person_id integer not null,
    subject_id integer not null,
    at_ms integer not null,
    state integer not null check (state between 1 and 2),
    primary key (due_kind, person_id, subject_id)
) strict, without rowid;

-- Timed work is taken in the order of time.
create index if not exists timer_waiting on timer (at_ms, due_kind, person_id, subject_id) where state = 1;

create table if not exists institution (
    institution_id integer not null primary key,
    area integer not null,
    kind integer not null check (kind between 1 and 2),
    designation integer not null check (designation between 1 and 3),
    aid integer not null check (aid between 1 and 2),
    wallet integer not null check (wallet between 1 and 2)
) strict;
