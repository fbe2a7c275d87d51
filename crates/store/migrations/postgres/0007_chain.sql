-- What shows that somebody changed rows by hand. The key of the authentication codes is not in this database.

-- One seal for each person whom something concerns, in the order in which it happened to him: also how his journals are
-- found.
create table if not exists chain (
    person_id bigint not null,
    -- From 1, without a gap.
    number bigint not null check (number > 0),
    day bigint not null,
    -- What is sealed: bits of 1 to 4 for journal, payment and trace of one command, 8 a binding, 9 the person,
    -- 10 the freeze, 11 a command that is sealed in full for another person.
    kind bigint not null check (kind between 1 and 11),
    -- The command or binding; zero for the person and the freeze.
    subject_id bigint not null,
    -- A short keyed digest of the rows that are sealed.
    covers bytea not null,
    -- Over all of the above and the code of the seal before.
    mac bytea not null,
    primary key (person_id, number)
);

-- What each group sealed, so that the last things that happened to a person cannot be taken away without a trace. Kept until
-- the day is closed.
create table if not exists sheet (
    -- Each writer that may have a group under way has one.
    lane bigint not null,
    number bigint not null check (number > 0),
    day bigint not null,
    -- People and the number of the last seal of each, as variable-length numbers.
    heads bytea not null,
    mac bytea not null,
    primary key (lane, number)
);

create table if not exists closed_day (
    day bigint not null primary key,
    -- Over the root before and the last seals of everybody on this day.
    root bytea not null,
    people bigint not null check (people >= 0),
    -- A JSON array: for each lane its last sheet of then.
    lanes text collate "C" not null
);
