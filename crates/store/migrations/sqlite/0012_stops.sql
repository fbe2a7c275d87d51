-- Stops of mutual aid by operators: what is stopped, by which two people and why, and who ended it; kept for ever.

create table if not exists aid_stop (
    -- 1, 2, 3 in the order in which they came.
    stop_number integer not null primary key check (stop_number > 0),
    -- 1 an area, 2 an institution, 3 another province.
    target_kind integer not null check (target_kind between 1 and 3),
    -- The code of the area or province, or the number of the institution.
    target integer not null,
    reason text not null,
    begun_by text not null,
    begun_and text not null,
    begun_ms integer not null,
    -- Empty while it is in force.
    ended_by text,
    ended_and text,
    ended_ms integer,
    -- A code over the columns down to begun_ms and over that of the stop before, under a key that does not stand here.
    seal blob not null,
    -- A code over that and the columns of the end.
    end_seal blob,
    constraint begun_by_two check (begun_and <> begun_by),
    constraint ended_by_two check ((ended_by is null) = (ended_ms is null) and (ended_and is null) = (ended_ms is null)
        and (end_seal is null) = (ended_ms is null) and ended_and <> ended_by)
) strict;

-- Those in force, one of a target: every group asks for them.
create unique index if not exists aid_stop_in_force on aid_stop (target_kind, target) where ended_ms is null;
