-- Bindings stand with the sponsor, whose account they use. What names a beneficiary stands with him.

create table if not exists binding (
    sponsor_id bigint not null,
    binding_id bigint not null,
    beneficiary_id bigint not null,
    sponsor_area bigint not null,
    beneficiary_area bigint not null,
    relation bigint not null,
    state bigint not null check (state between 1 and 9),
    end_cause bigint,
    asked_ms bigint not null,
    consent_until_ms bigint,
    from_day bigint not null,
    until_day bigint,
    ends_ms bigint,
    -- Whether it was paused when its unbinding was asked for.
    unbound_paused bigint not null check (unbound_paused between 0 and 1),
    ended_ms bigint,
    quota_fen bigint check (quota_fen >= 0),
    per_settlement_fen bigint check (per_settlement_fen >= 0),
    per_day_fen bigint check (per_day_fen >= 0),
    per_month_fen bigint check (per_month_fen >= 0),
    per_year_fen bigint check (per_year_fen >= 0),
    -- One bit for each purpose, by its number; null allows all.
    purposes bigint check (purposes >= 0),
    -- The word of the vocabulary, because this crate must not name the rules in which its numbers are.
    proof text collate "C" not null check (proof <> ''),
    channel bigint not null check (channel between 1 and 2),
    review_after_consent bigint not null check (review_after_consent between 0 and 1),
    frozen_quota_fen bigint check (frozen_quota_fen >= 0),
    primary key (sponsor_id, binding_id)
);

-- From a beneficiary to the bindings that name him. It is a table and not an index of binding, so that where
-- rows are spread over machines it stands with the beneficiary.
create table if not exists link (
    beneficiary_id bigint not null,
    sponsor_id bigint not null,
    binding_id bigint not null,
    primary key (beneficiary_id, sponsor_id, binding_id)
);

-- The period stands before the binding in the key: a group asks for all bindings of one sponsor in four periods.
create table if not exists counter (
    sponsor_id bigint not null,
    period_kind bigint not null check (period_kind between 0 and 3),
    period_number bigint not null,
    binding_id bigint not null,
    used_fen bigint not null check (used_fen >= 0),
    primary key (sponsor_id, period_kind, period_number, binding_id)
);

create table if not exists item_counter (
    patient_id bigint not null,
    month bigint not null,
    used_fen bigint not null check (used_fen >= 0),
    primary key (patient_id, month)
);

create table if not exists family_code (
    member_id bigint not null,
    holder_id bigint not null,
    primary key (member_id, holder_id)
);

create table if not exists sponsor_choice (
    beneficiary_id bigint not null primary key,
    -- A JSON array of person ids, first to pay first.
    sponsors text collate "C" not null
);
