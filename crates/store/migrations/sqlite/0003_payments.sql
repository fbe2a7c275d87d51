-- Settlements, premiums and shares of those of other provinces.

create table if not exists payment (
    payment_id integer not null primary key,
    event_id integer not null,
    kind integer not null check (kind between 1 and 4),
    state integer not null check (state between 1 and 3),
    person_id integer not null,
    person_area integer not null,
    institution_id integer,
    payee_area integer not null,
    at_ms integer not null,
    own_fen integer not null check (own_fen >= 0),
    wallet_fen integer not null check (wallet_fen >= 0),
    cash_fen integer not null check (cash_fen >= 0),
    items_fen integer not null check (items_fen >= 0),
    plan text,
    plan_year integer,
    reversed_by integer,
    constraint plan_has_a_year check ((plan is null) = (plan_year is null))
) strict;

create table if not exists payment_share (
    payment_id integer not null,
    place integer not null check (place >= 0),
    sponsor_id integer not null,
    area integer not null,
    binding_id integer not null,
    -- 1 what was not held of the account, 2 the frozen quota.
    source integer not null check (source between 1 and 2),
    -- The payment at the sponsor's node: this one, unless he is insured in another province.
    row_id integer not null,
    amount_fen integer not null check (amount_fen >= 0),
    primary key (payment_id, place)
) strict, without rowid;

create table if not exists premium (
    person_id integer not null,
    plan text not null,
    year integer not null,
    payment_id integer,
    primary key (person_id, plan, year)
) strict, without rowid;
