-- Bindings stand with the sponsor, whose account they use. What names a beneficiary stands with him.

create table if not exists binding (
    sponsor_id integer not null,
    binding_id integer not null,
    beneficiary_id integer not null,
    sponsor_area integer not null,
    beneficiary_area integer not null,
    relation integer not null,
    state integer not null check (state between 1 and 9),
    end_cause integer,
    asked_ms integer not null,
    consent_until_ms integer,
    from_day integer not null,
    until_day integer,
    ends_ms integer,
    -- Whether it was paused when its unbinding was asked for.
    unbound_paused integer not null check (unbound_paused between 0 and 1),
    ended_ms integer,
    quota_fen integer check (quota_fen >= 0),
    per_settlement_fen integer check (per_settlement_fen >= 0),
    per_day_fen integer check (per_day_fen >= 0),
    per_month_fen integer check (per_month_fen >= 0),
    per_year_fen integer check (per_year_fen >= 0),
    -- One bit for each purpose, by its number; null allows all.
    purposes integer check (purposes >= 0),
    -- The word of the vocabulary, because this crate must not name the rules in which its numbers are.
    proof text not null check (proof <> ''),
    channel integer not null check (channel between 1 and 2),
    review_after_consent integer not null check (review_after_consent between 0 and 1),
    frozen_quota_fen integer check (frozen_quota_fen >= 0),
    primary key (sponsor_id, binding_id)
) strict, without rowid;

-- From a beneficiary to the bindings that name him. It is a table and not an index of binding, so that where
-- rows are spread over machines it stands with the beneficiary.
create table if not exists link (
    beneficiary_id integer not null,
    sponsor_id integer not null,
    binding_id integer not null,
    primary key (beneficiary_id, sponsor_id, binding_id)
) strict, without rowid;

-- The period stands before the binding in the key: a group asks for all bindings of one sponsor in four periods.
create table if not exists counter (
    sponsor_id integer not null,
    period_kind integer not null check (period_kind between 0 and 3),
    period_number integer not null,
    binding_id integer not null,
    used_fen integer not null check (used_fen >= 0),
    primary key (sponsor_id, period_kind, period_number, binding_id)
) strict, without rowid;

create table if not exists item_counter (
    patient_id integer not null,
    month integer not null,
    used_fen integer not null check (used_fen >= 0),
    primary key (patient_id, month)
) strict, without rowid;

create table if not exists family_code (
    member_id integer not null,
    holder_id integer not null,
    primary key (member_id, holder_id)
) strict, without rowid;

create table if not exists sponsor_choice (
    beneficiary_id integer not null primary key,
    -- A JSON array of person ids, first to pay first.
    sponsors text not null
) strict;
