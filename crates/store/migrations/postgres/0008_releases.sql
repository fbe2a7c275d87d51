-- Policies as releases: how packs became law, by two people, and what each law resolved to, kept for ever.

create table if not exists policy_release (
    -- In the order in which they were proposed, which is the order in which they become law.
    release_number bigint not null primary key check (release_number > 0),
    -- 1 proposed, 2 released, 3 withdrawn. Stands early: a group reads it beside the number, and never the text.
    state bigint not null check (state between 1 and 3),
    -- 0 for the nation.
    area bigint not null,
    first_day bigint not null,
    -- Why it may begin on a day that has been decided already.
    reason text collate "C",
    -- SM3 of the text.
    text_digest bytea not null,
    proposed_by text collate "C" not null,
    proposed_ms bigint not null,
    -- Who approved or withdrew it.
    closed_by text collate "C",
    closed_ms bigint,
    -- A code over all columns, and over that of the release before, under a key that does not stand here.
    seal bytea not null,
    pack text collate "C" not null,
    constraint closed_by_somebody check ((state = 1) = (closed_by is null) and (closed_by is null) = (closed_ms is null)),
    constraint released_by_two check (state <> 2 or closed_by <> proposed_by)
);

-- The last release that is law: every group asks for it.
create index if not exists policy_in_force on policy_release (release_number) where state = 2;

create table if not exists policy_resolved (
    -- As traces name it: SM3 of the rules.
    policy_digest bytea not null,
    -- 0 for the nation.
    area bigint not null,
    from_day bigint not null,
    until_day bigint,
    -- The release with which it first became law.
    release_number bigint not null,
    -- A JSON array: the releases whose packs it came from.
    sources text collate "C" not null,
    -- A code over all columns, under a key that does not stand here.
    seal bytea not null,
    -- Lines key=value, from which the policy is built again.
    rules text collate "C" not null,
    primary key (policy_digest, area, from_day)
);
