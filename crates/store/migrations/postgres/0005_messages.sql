-- What came in, what goes out, what is to be done later, and the institutions.

create table if not exists message (
    sender text collate "C" not null check (sender <> ''),
    message_id text collate "C" not null check (message_id <> ''),
    command_id bigint not null,
    entered_ms bigint not null,
    attempt bigint not null check (attempt >= 0),
    -- 1 other provinces are being asked, 2 answered for ever.
    state bigint not null check (state between 1 and 2),
    -- A JSON array of field names and keyed digests.
    digests text collate "C" not null,
    -- As JSON: while others are asked the command, so that a start after a crash can bring it to its answer;
    -- then the outcome, which the faces render again for a repeat.
    content text collate "C" not null check (content <> ''),
    primary key (sender, message_id)
);

-- A start after a crash takes up what was being asked.
create index if not exists message_asking on message (command_id) where state = 1;

create table if not exists notice (
    person_id bigint not null,
    command_id bigint not null,
    place bigint not null check (place >= 0),
    at_ms bigint not null,
    -- The stable code of the notice.
    notice text collate "C" not null check (notice <> ''),
    amount_fen bigint,
    primary key (person_id, command_id, place)
);

create table if not exists outbox (
    command_id bigint not null,
    place bigint not null check (place >= 0),
    -- What is asked of whom, as JSON.
    ask text collate "C" not null,
    delivery bigint not null check (delivery between 1 and 2),
    primary key (command_id, place)
);

-- Nearly all messages are acknowledged: the few that wait are found without passing the others.
create index if not exists outbox_waiting on outbox (command_id, place) where delivery = 1;

create table if not exists timer (
    -- 1 a binding of the person, 2 a transfer of his.
    due_kind bigint not null check (due_kind between 1 and 2),
    person_id bigint not null,
    subject_id bigint not null,
    at_ms bigint not null,
    state bigint not null check (state between 1 and 2),
    primary key (due_kind, person_id, subject_id)
);

-- Timed work is taken in the order of time.
create index if not exists timer_waiting on timer (at_ms, due_kind, person_id, subject_id) where state = 1;

create table if not exists institution (
    institution_id bigint not null primary key,
    area bigint not null,
    kind bigint not null check (kind between 1 and 2),
    designation bigint not null check (designation between 1 and 3),
    aid bigint not null check (aid between 1 and 2),
    wallet bigint not null check (wallet between 1 and 2)
);
