-- Settlements, premiums and shares of those of other provinces.

create table if not exists payment (
    payment_id bigint not null primary key,
    event_id bigint not null,
    kind bigint not null check (kind between 1 and 4),
    state bigint not null check (state between 1 and 3),
    person_id bigint not null,
    person_area bigint not null,
    institution_id bigint,
    payee_area bigint not null,
    at_ms bigint not null,
    own_fen bigint not null check (own_fen >= 0),
    wallet_fen bigint not null check (wallet_fen >= 0),
    cash_fen bigint not null check (cash_fen >= 0),
    items_fen bigint not null check (items_fen >= 0),
    plan text collate "C",
    plan_year bigint,
    reversed_by bigint,
    constraint plan_has_a_year check ((plan is null) = (plan_year is null))
);

create table if not exists payment_share (
    payment_id bigint not null,
    place bigint not null check (place >= 0),
    sponsor_id bigint not null,
    area bigint not null,
    binding_id bigint not null,
    -- 1 what was not held of the account, 2 the frozen quota.
    source bigint not null check (source between 1 and 2),
    -- The payment at the sponsor's node: this one, unless he is insured in another province.
    row_id bigint not null,
    amount_fen bigint not null check (amount_fen >= 0),
    primary key (payment_id, place)
);

create table if not exists premium (
    person_id bigint not null,
    plan text collate "C" not null,
    year bigint not null,
    payment_id bigint,
    primary key (person_id, plan, year)
);
