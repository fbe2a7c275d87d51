-- What shows that somebody changed rows by hand. The key of the authentication codes is not in this database.

-- One seal for each person whom something concerns, in the order in which it happened to him: also how his journals are
-- found.
create table if not exists chain (
    person_id integer not null,
    -- From 1, without a gap.
    number integer not null check (number > 0),
    day integer not null,
    -- What is sealed: bits of 1 to 4 for journal, payment and trace of one command, 8 a binding, 9 the person,
    -- 10 the freeze, 11 a command that is sealed in full for another person.
    kind integer not null check (kind between 1 and 11),
    -- The command or binding; zero for the person and the freeze.
    subject_id integer not null,
    -- A short keyed digest of the rows that are sealed.
    covers blob not null,
    -- Over all of the above and the code of the seal before.
    mac blob not null,
    primary key (person_id, number)
) strict, without rowid;

-- What each group sealed, so that the last things that happened to a person cannot be taken away without a trace. Kept until
-- the day is closed.
create table if not exists sheet (
    -- Each writer that may have a group under way has one.
    lane integer not null,
    number integer not null check (number > 0),
    day integer not null,
    -- People and the number of the last seal of each, as variable-length numbers.
    heads blob not null,
    mac blob not null,
    primary key (lane, number)
) strict, without rowid;

create table if not exists closed_day (
    day integer not null primary key,
    -- Over the root before and the last seals of everybody on this day.
    root blob not null,
    people integer not null check (people >= 0),
    -- A JSON array: for each lane its last sheet of then.
    lanes text not null
) strict;
