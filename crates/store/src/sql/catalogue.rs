//! Every statement of the engine, in one place: its name, the table it touches, the columns of the key by which
//! rows are found, its text.
//!
//! Invariants: a statement touches one table (but `BACKINGS` and `INSTITUTION_WITH_STOPS`, which are asked far more often than all
//! others and have to be one each); it is found by a key, walks an index, or goes through all rows in
//! the order of the key; columns are read and written in the order that stands here. Deliberately absent: text
//! put together at run time.

/// One statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    #[cfg_attr(not(test), expect(dead_code, reason = "names a statement where a test finds it broken"))]
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds the text against it"))]
    pub(crate) key: &'static str,
    pub(crate) sql: &'static str,
    /// Its place among all of them.
    pub(crate) place: usize,
}

/// For each table its key and columns; how rows are read by it, after `select columns from table`; other
/// statements, whole.
macro_rules! catalogue {
    ($($table:literal key $key:literal columns $columns:literal
        { $($read:ident: $rest:literal;)* } { $($other:ident: $sql:literal;)* })+) => {
        $($(
            pub(crate) const $read: Statement = Statement {
                name: stringify!($read),
                table: $table,
                key: $key,
                sql: concat!("select ", $columns, " from ", $table, " ", $rest),
                place: Place::$read as usize,
            };
        )*$(
            pub(crate) const $other: Statement = Statement {
                name: stringify!($other),
                table: $table,
                key: $key,
                sql: $sql,
                place: Place::$other as usize,
            };
        )*)+

        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the statements count them")]
        enum Place { $($($read,)* $($other,)*)+ Last }

        /// How many there are.
        pub(crate) const COUNT: usize = Place::Last as usize;

        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[Statement] = &[$($($read,)* $($other,)*)+];
    };
}

catalogue! {
    "person" key "person_id" columns "person_id, area, scheme, status, born_day, sex, traits, kinds" {
        PERSON: "where person_id = ?1";
        PERSONS: "order by person_id";
        PERSONS_BETWEEN: "where person_id > ?1 and person_id <= ?2 order by person_id";
    } {
        SAVE_PERSON: "insert into person (person_id, area, scheme, status, born_day, sex, traits, kinds) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
            on conflict (person_id) do update set area = excluded.area, scheme = excluded.scheme, \
            status = excluded.status, born_day = excluded.born_day, sex = excluded.sex, traits = excluded.traits";
        ADD_KINDS: "update person set kinds = kinds | ?2 where person_id = ?1";
    }

    "account" key "person_id" columns "person_id, frozen, lots, balance_fen, held_fen, version" {
        ACCOUNT: "where person_id = ?1";
        ACCOUNTS: "order by person_id";
        ACCOUNTS_FROM: "where person_id > ?1 order by person_id limit ?2";
        ACCOUNTS_BETWEEN: "where person_id > ?1 and person_id <= ?2 order by person_id";
    } {
        HAS_ACCOUNT: "select distinct person_id from account where person_id = ?1";
        ADD_ACCOUNT: "insert into account (person_id, frozen, lots, balance_fen, held_fen, version) \
            values (?1, ?2, ?3, ?4, ?5, 1)";
        SAVE_ACCOUNT: "update account set frozen = ?2, lots = ?3, balance_fen = ?4, held_fen = ?5, \
            version = version + 1 where person_id = ?1 and version = ?6";
        SAVE_HELD: "update account set held_fen = ?2, version = version + 1 \
            where person_id = ?1 and version = ?3";
    }

    "hold" key "person_id" columns "person_id, owner_id, kind, lots, held_fen" {
        HOLDS_OF: "where person_id = ?1 and held_fen > 0 order by owner_id";
        HOLDS: "order by person_id, owner_id";
        HOLDS_BETWEEN: "where person_id > ?1 and person_id <= ?2 order by person_id, owner_id";
    } {
        HAS_HOLD: "select distinct person_id from hold where person_id = ?1";
        SAVE_HOLD: "insert into hold (person_id, owner_id, kind, lots, held_fen) values (?1, ?2, ?3, ?4, ?5) \
            on conflict (person_id, owner_id) do update set kind = excluded.kind, lots = excluded.lots, \
            held_fen = excluded.held_fen";
    }

    "wallet" key "person_id" columns "person_id, place, balance_fen" {
        WALLET: "where person_id = ?1";
        WALLETS: "order by person_id";
        WALLETS_BETWEEN: "where person_id > ?1 and person_id <= ?2 order by person_id";
    } {
        HAS_WALLET: "select distinct person_id from wallet where person_id = ?1";
        SAVE_WALLET: "insert into wallet (person_id, place, balance_fen) values (?1, ?2, ?3) \
            on conflict (person_id) do update set place = excluded.place, balance_fen = excluded.balance_fen";
    }

    "transfer" key "transfer_id" columns "transfer_id, sender_id, receiver_id, sender_area, receiver_area, \
        amount_fen, sent_ms, returns_ms, state" {
        TRANSFER: "where transfer_id = ?1";
        TRANSFERS_SENT: "where sender_id = ?1 and sent_ms >= ?2 and sent_ms < ?3";
        TRANSFERS_WAITING_FROM: "where sender_id = ?1 and state = 1";
        TRANSFERS_WAITING_FOR: "where receiver_id = ?1 and state = 1";
        TRANSFERS: "order by transfer_id";
    } {
        HAS_SENT: "select distinct sender_id from transfer where sender_id = ?1";
        HAS_WAITING: "select distinct receiver_id from transfer where receiver_id = ?1 and state = 1";
        HAS_SENT_BETWEEN: "select distinct sender_id from transfer where sender_id > ?1 and sender_id <= ?2";
        HAS_WAITING_BETWEEN: "select distinct receiver_id from transfer where receiver_id > ?1 and receiver_id <= ?2 and state = 1";
        SAVE_TRANSFER: "insert into transfer (transfer_id, sender_id, receiver_id, sender_area, receiver_area, \
            amount_fen, sent_ms, returns_ms, state) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
            on conflict (transfer_id) do update set sender_id = excluded.sender_id, \
            receiver_id = excluded.receiver_id, sender_area = excluded.sender_area, \
            receiver_area = excluded.receiver_area, amount_fen = excluded.amount_fen, \
            sent_ms = excluded.sent_ms, returns_ms = excluded.returns_ms, state = excluded.state";
    }

    "filing" key "person_id" columns "filing_id, person_id, area, from_day, until_day" {
        FILINGS_OF: "where person_id = ?1 order by filing_id";
        FILINGS: "order by person_id, filing_id";
    } {
        HAS_FILING: "select distinct person_id from filing where person_id = ?1";
        HAS_FILING_BETWEEN: "select distinct person_id from filing where person_id > ?1 and person_id <= ?2";
        SAVE_FILING: "insert into filing (filing_id, person_id, area, from_day, until_day) \
            values (?1, ?2, ?3, ?4, ?5) on conflict (person_id, filing_id) do update set \
            area = excluded.area, from_day = excluded.from_day, until_day = excluded.until_day";
    }

    "area_year" key "area" columns "area, early_turns" {
        AREA_YEARS: "order by area";
    } {
        SAVE_AREA_YEAR: "insert into area_year (area, early_turns) values (?1, ?2) \
            on conflict (area) do update set early_turns = excluded.early_turns";
    }

    "binding" key "sponsor_id" columns "binding_id, sponsor_id, beneficiary_id, sponsor_area, beneficiary_area, \
        relation, state, end_cause, asked_ms, consent_until_ms, from_day, until_day, ends_ms, unbound_paused, ended_ms, \
        quota_fen, per_settlement_fen, per_day_fen, per_month_fen, per_year_fen, purposes, proof, channel, \
        review_after_consent, frozen_quota_fen" {
        BINDING: "where sponsor_id = ?1 and binding_id = ?2";
        BINDINGS_BY: "where sponsor_id = ?1 order by binding_id";
        BINDINGS: "order by sponsor_id, binding_id";
        BINDINGS_BETWEEN: "where sponsor_id > ?1 and sponsor_id <= ?2 order by sponsor_id, binding_id";
    } {
        HAS_BINDING: "select distinct sponsor_id from binding where sponsor_id = ?1";
        SAVE_BINDING: "insert into binding (binding_id, sponsor_id, beneficiary_id, sponsor_area, \
            beneficiary_area, relation, state, end_cause, asked_ms, consent_until_ms, from_day, until_day, \
            ends_ms, unbound_paused, ended_ms, quota_fen, per_settlement_fen, per_day_fen, per_month_fen, \
            per_year_fen, purposes, proof, channel, review_after_consent, frozen_quota_fen) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, \
            ?21, ?22, ?23, ?24, ?25) on conflict (sponsor_id, binding_id) do update set \
            beneficiary_id = excluded.beneficiary_id, sponsor_area = excluded.sponsor_area, \
            beneficiary_area = excluded.beneficiary_area, relation = excluded.relation, state = excluded.state, \
            end_cause = excluded.end_cause, asked_ms = excluded.asked_ms, \
            consent_until_ms = excluded.consent_until_ms, from_day = excluded.from_day, \
            until_day = excluded.until_day, ends_ms = excluded.ends_ms, \
            unbound_paused = excluded.unbound_paused, ended_ms = excluded.ended_ms, quota_fen = excluded.quota_fen, per_settlement_fen = excluded.per_settlement_fen, \
            per_day_fen = excluded.per_day_fen, per_month_fen = excluded.per_month_fen, \
            per_year_fen = excluded.per_year_fen, purposes = excluded.purposes, proof = excluded.proof, \
            channel = excluded.channel, review_after_consent = excluded.review_after_consent, \
            frozen_quota_fen = excluded.frozen_quota_fen";
    }

    "link" key "beneficiary_id" columns "beneficiary_id, sponsor_id, binding_id" {
        LINKS_OF: "where beneficiary_id = ?1 order by sponsor_id, binding_id";
    } {
        HAS_LINK: "select distinct beneficiary_id from link where beneficiary_id = ?1";
        HAS_LINK_BETWEEN: "select distinct beneficiary_id from link where beneficiary_id > ?1 and beneficiary_id <= ?2";
        BACKINGS: "select b.binding_id, b.sponsor_id, b.beneficiary_id, b.sponsor_area, b.beneficiary_area, b.relation, \
            b.state, b.end_cause, b.asked_ms, b.consent_until_ms, b.from_day, b.until_day, b.ends_ms, \
            b.unbound_paused, b.ended_ms, b.quota_fen, b.per_settlement_fen, b.per_day_fen, \
            b.per_month_fen, b.per_year_fen, b.purposes, b.proof, b.channel, b.review_after_consent, \
            b.frozen_quota_fen, \
            p.scheme, p.status, a.frozen, a.balance_fen - a.held_fen, a.held_fen from link l \
            join binding b on b.sponsor_id = l.sponsor_id and b.binding_id = l.binding_id \
            left join person p on p.person_id = l.sponsor_id left join account a on a.person_id = l.sponsor_id \
            where l.beneficiary_id = ?1 order by l.sponsor_id, l.binding_id";
        ADD_LINK: "insert into link (beneficiary_id, sponsor_id, binding_id) values (?1, ?2, ?3) \
            on conflict (beneficiary_id, sponsor_id, binding_id) do nothing";
    }

    "counter" key "sponsor_id" columns "sponsor_id, period_kind, period_number, binding_id, used_fen" {
        COUNTERS_EVER: "where sponsor_id = ?1 and period_kind = 0 order by binding_id";
        COUNTERS: "order by sponsor_id, period_kind, period_number, binding_id";
        COUNTERS_BETWEEN: "where sponsor_id > ?1 and sponsor_id <= ?2 \
            order by sponsor_id, period_kind, period_number, binding_id";
    } {
        HAS_COUNTER: "select distinct sponsor_id from counter where sponsor_id = ?1";
        SAVE_COUNTER: "insert into counter (sponsor_id, period_kind, period_number, binding_id, used_fen) \
            values (?1, ?2, ?3, ?4, ?5) on conflict (sponsor_id, period_kind, period_number, binding_id) \
            do update set used_fen = excluded.used_fen";
        COUNTERS_ON: "select sponsor_id, period_kind, period_number, binding_id, used_fen from counter \
            where sponsor_id = ?1 and period_kind = 0 union all \
            select sponsor_id, period_kind, period_number, binding_id, used_fen from counter \
            where sponsor_id = ?1 and period_kind = 1 and period_number = ?2 union all \
            select sponsor_id, period_kind, period_number, binding_id, used_fen from counter \
            where sponsor_id = ?1 and period_kind = 2 and period_number = ?3 union all \
            select sponsor_id, period_kind, period_number, binding_id, used_fen from counter \
            where sponsor_id = ?1 and period_kind = 3 and period_number = ?4";
    }

    "item_counter" key "patient_id" columns "patient_id, month, used_fen" {
        ITEM_COUNTER: "where patient_id = ?1 and month = ?2";
        ITEM_COUNTERS: "order by patient_id, month";
    } {
        HAS_ITEM_COUNTER: "select distinct patient_id from item_counter where patient_id = ?1";
        HAS_ITEM_COUNTER_BETWEEN: "select distinct patient_id from item_counter where patient_id > ?1 and patient_id <= ?2";
        SAVE_ITEM_COUNTER: "insert into item_counter (patient_id, month, used_fen) values (?1, ?2, ?3) \
            on conflict (patient_id, month) do update set used_fen = excluded.used_fen";
    }

    "family_code" key "member_id" columns "member_id, holder_id" {
        FAMILY_CODES_OF: "where member_id = ?1 order by holder_id";
        FAMILY_CODES: "order by member_id, holder_id";
    } {
        HAS_FAMILY_CODE: "select distinct member_id from family_code where member_id = ?1";
        HAS_FAMILY_CODE_BETWEEN: "select distinct member_id from family_code where member_id > ?1 and member_id <= ?2";
        ADD_FAMILY_CODE: "insert into family_code (member_id, holder_id) values (?1, ?2) \
            on conflict (member_id, holder_id) do nothing";
    }

    "sponsor_choice" key "beneficiary_id" columns "beneficiary_id, sponsors" {
        CHOICE: "where beneficiary_id = ?1";
        CHOICES: "order by beneficiary_id";
    } {
        HAS_CHOICE: "select distinct beneficiary_id from sponsor_choice where beneficiary_id = ?1";
        HAS_CHOICE_BETWEEN: "select distinct beneficiary_id from sponsor_choice where beneficiary_id > ?1 and beneficiary_id <= ?2";
        SAVE_CHOICE: "insert into sponsor_choice (beneficiary_id, sponsors) values (?1, ?2) \
            on conflict (beneficiary_id) do update set sponsors = excluded.sponsors";
    }

    "payment" key "payment_id" columns "payment_id, event_id, kind, state, person_id, person_area, \
        institution_id, payee_area, at_ms, own_fen, wallet_fen, cash_fen, items_fen, plan, plan_year, reversed_by" {
        PAYMENT: "where payment_id = ?1";
        PAYMENTS: "order by payment_id";
        PAYMENTS_BETWEEN: "where payment_id > ?1 and payment_id <= ?2 order by payment_id";
    } {
        COUNT_PAYMENTS: "select count(*) from payment";
        PAYMENT_IDS: "select payment_id from payment where payment_id > ?1 order by payment_id limit ?2";
        ADD_PAYMENT: "insert into payment (payment_id, event_id, kind, state, person_id, person_area, \
            institution_id, payee_area, at_ms, own_fen, wallet_fen, cash_fen, items_fen, plan, plan_year, \
            reversed_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
            on conflict (payment_id) do nothing";
        LAST_PAYMENT: "select max(at_ms) from payment";
        SAVE_PAYMENT: "update payment set event_id = ?2, kind = ?3, state = ?4, person_id = ?5, person_area = ?6, \
            institution_id = ?7, payee_area = ?8, at_ms = ?9, own_fen = ?10, wallet_fen = ?11, cash_fen = ?12, \
            items_fen = ?13, plan = ?14, plan_year = ?15, reversed_by = ?16 where payment_id = ?1";
    }

    "payment_share" key "payment_id" columns "payment_id, sponsor_id, area, binding_id, source, row_id, amount_fen" {
        SHARES_OF: "where payment_id = ?1 order by payment_id, place";
        SHARES: "order by payment_id, place";
        SHARES_BETWEEN: "where payment_id > ?1 and payment_id <= ?2 order by payment_id, place";
    } {
        ADD_SHARE: "insert into payment_share (payment_id, place, sponsor_id, area, binding_id, source, row_id, \
            amount_fen) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        DROP_SHARES: "delete from payment_share where payment_id = ?1";
    }

    "premium" key "person_id" columns "person_id, plan, year, payment_id" {
        PREMIUMS_OF: "where person_id = ?1 order by plan, year";
        PREMIUMS: "order by person_id, plan, year";
    } {
        HAS_PREMIUM: "select distinct person_id from premium where person_id = ?1";
        HAS_PREMIUM_BETWEEN: "select distinct person_id from premium where person_id > ?1 and person_id <= ?2";
        SAVE_PREMIUM: "insert into premium (person_id, plan, year, payment_id) values (?1, ?2, ?3, ?4) \
            on conflict (person_id, plan, year) do update set payment_id = excluded.payment_id";
    }

    "journal" key "journal_id" columns "journal_id, at_ms, kind, reverses_id" {
        JOURNAL: "where journal_id = ?1";
        JOURNALS: "order by journal_id";
        JOURNALS_FROM: "where journal_id > ?1 order by journal_id limit ?2";
    } {
        FIRST_JOURNAL: "select min(journal_id) from journal";
        LAST_JOURNAL: "select max(journal_id) from journal";
        COUNT_JOURNALS: "select count(*) from journal";
        JOURNAL_IDS: "select journal_id from journal where journal_id > ?1 order by journal_id limit ?2";
        ADD_JOURNAL: "insert into journal (journal_id, at_ms, kind, reverses_id) values (?1, ?2, ?3, ?4)";
    }

    "entry" key "journal_id" columns "journal_id, leg, person_id, position_kind, subject_id, owner_id, colour, \
        amount_fen" {
        ENTRIES_OF: "where journal_id = ?1 order by leg";
        ENTRIES: "order by journal_id, leg";
        ENTRIES_BETWEEN: "where journal_id > ?1 and journal_id <= ?2 order by journal_id, leg";
    } {
        COUNT_ENTRIES: "select count(*) from entry";
        ENTRY_IDS: "select distinct journal_id from entry where journal_id > ?1 order by journal_id limit ?2";
        ADD_ENTRY: "insert into entry (journal_id, leg, person_id, position_kind, subject_id, owner_id, colour, \
            amount_fen) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    }

    "chain" key "person_id" columns "person_id, number, day, kind, subject_id, covers, mac" {
        LAST_SEAL: "where person_id = ?1 order by number desc limit 1";
        LAST_SEAL_BY: "where person_id = ?1 and day <= ?2 order by number desc limit 1";
        SEALS_FROM: "where (person_id, number) > (?1, ?2) order by person_id, number limit ?3";
        SEALS_OF: "where person_id = ?1 and number > ?2 order by number limit ?3";
    } {
        ADD_SEAL: "insert into chain (person_id, number, day, kind, subject_id, covers, mac) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (person_id, number) do nothing";
        SEALED_SINCE: "select distinct person_id from chain where day >= ?1 and person_id > ?2 \
            order by person_id limit ?3";
    }

    "sheet" key "lane" columns "lane, number, day, heads, mac" {
        LAST_SHEET: "where lane = ?1 order by number desc limit 1";
        SHEETS_FROM: "where (lane, number) > (?1, ?2) order by lane, number limit ?3";
    } {
        ADD_SHEET: "insert into sheet (lane, number, day, heads, mac) values (?1, ?2, ?3, ?4, ?5) \
            on conflict (lane, number) do nothing";
        SHEET_DAYS: "select distinct day from sheet order by day";
        NEXT_LANE: "select min(lane) from sheet where lane > ?1";
        LAST_LANE: "select max(lane) from sheet";
        DROP_SHEETS: "delete from sheet where lane = ?1 and number < ?2";
    }

    "closed_day" key "day" columns "day, root, people, lanes" {
        CLOSED_DAYS: "order by day";
    } {
        LAST_CLOSED: "select max(day) from closed_day";
        ADD_CLOSED_DAY: "insert into closed_day (day, root, people, lanes) values (?1, ?2, ?3, ?4)";
    }

    "claim" key "event_id" columns "event_id, from_area, to_area, side, month, amount_fen" {
        CLAIMS_OF_MONTH: "where month = ?1 order by event_id, from_area, to_area, side";
        CLAIMS: "order by event_id, from_area, to_area, side";
    } {
        ADD_CLAIM: "insert into claim (event_id, from_area, to_area, side, month, amount_fen) \
            values (?1, ?2, ?3, ?4, ?5, ?6)";
    }

    "trace" key "command_id" columns "command_id, person_id, bytes" {
        TRACE: "where command_id = ?1";
        TRACES_FROM: "where command_id >= ?1 order by command_id limit ?2";
        TRACES: "order by command_id";
    } {
        COUNT_TRACES: "select count(*) from trace";
        TRACE_IDS: "select command_id from trace where command_id > ?1 order by command_id limit ?2";
        ADD_TRACE: "insert into trace (command_id, person_id, bytes) values (?1, ?2, ?3)";
    }

    "message" key "sender, message_id" columns "sender, message_id, command_id, entered_ms, attempt, state, \
        digests, content" {
        MESSAGE: "where sender = ?1 and message_id = ?2";
        MESSAGES_ASKING: "where state = 1 order by command_id limit ?1";
        MESSAGES: "order by sender, message_id";
    } {
        ADD_MESSAGE: "insert into message (sender, message_id, command_id, entered_ms, attempt, state, digests, \
            content) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (sender, message_id) do nothing";
        SAVE_MESSAGE: "update message set command_id = ?3, entered_ms = ?4, attempt = ?5, state = ?6, \
            digests = ?7, content = ?8 where sender = ?1 and message_id = ?2 and state = 1";
    }

    "notice" key "person_id" columns "person_id, command_id, place, at_ms, notice, amount_fen" {
        NOTICES_OF: "where person_id = ?1 order by at_ms, command_id, place";
        NOTICES: "order by person_id, command_id, place";
    } {
        SAVE_NOTICE: "insert into notice (person_id, command_id, place, at_ms, notice, amount_fen) \
            values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (person_id, command_id, place) do update set \
            at_ms = excluded.at_ms, notice = excluded.notice, amount_fen = excluded.amount_fen";
    }

    "outbox" key "command_id" columns "command_id, place, ask, delivery" {
        OUTBOX_WAITING: "where delivery = 1 and (command_id, place) > (?1, ?2) \
            order by command_id, place limit ?3";
        OUTBOX: "order by command_id, place";
    } {
        SAVE_OUTBOX: "insert into outbox (command_id, place, ask, delivery) values (?1, ?2, ?3, ?4) \
            on conflict (command_id, place) do update set ask = excluded.ask, delivery = excluded.delivery";
    }

    "timer" key "due_kind, person_id, subject_id" columns "at_ms, due_kind, person_id, subject_id, state" {
        TIMER: "where due_kind = ?1 and person_id = ?2 and subject_id = ?3";
        TIMERS_DUE: "where state = 1 and at_ms <= ?1 order by at_ms, due_kind, person_id, subject_id limit ?2";
        TIMERS: "order by due_kind, person_id, subject_id";
    } {
        SAVE_TIMER: "insert into timer (at_ms, due_kind, person_id, subject_id, state) \
            values (?1, ?2, ?3, ?4, ?5) on conflict (due_kind, person_id, subject_id) do update set \
            at_ms = excluded.at_ms, state = excluded.state";
        NEXT_TIMER: "select min(at_ms) from timer where state = 1";
    }

    "institution" key "institution_id" columns "institution_id, area, kind, designation, aid, wallet" {
        INSTITUTION: "where institution_id = ?1";
        INSTITUTIONS: "order by institution_id";
    } {
        INSTITUTION_WITH_STOPS: "select i.institution_id, i.area, i.kind, i.designation, i.aid, i.wallet, s.target_kind, s.target \
            from institution i left join aid_stop s on s.ended_ms is null where i.institution_id = ?1 \
            order by i.institution_id, s.target_kind, s.target";
        SAVE_INSTITUTION: "insert into institution (institution_id, area, kind, designation, aid, wallet) \
            values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (institution_id) do update set area = excluded.area, \
            kind = excluded.kind, designation = excluded.designation, aid = excluded.aid, wallet = excluded.wallet";
    }

    "person_secret" key "person_id" columns "person_id, key_wrapped, name_ct, certificate_ct, phone_ct" {
        SECRET: "where person_id = ?1";
    } {
        SECRETS_FROM: "select person_id, key_wrapped, certificate_ct from person_secret where person_id > ?1 \
            order by person_id limit ?2";
        ADD_SECRET: "insert into person_secret (person_id, key_wrapped, name_ct, certificate_ct, phone_ct) \
            values (?1, ?2, ?3, ?4, ?5)";
        ENROLLED: "select person_id from person_secret where person_id > ?1 order by person_id limit ?2";
        DROP_SECRET: "delete from person_secret where person_id = ?1";
    }

    "certificate_index" key "hash" columns "hash, person_id" {
        CERTIFICATE: "where hash = ?1";
    } {
        ADD_CERTIFICATE: "insert into certificate_index (hash, kind, person_id) values (?1, ?2, ?3)";
        CERTIFICATES_BETWEEN: "select person_id, hash from certificate_index where person_id > ?1 and person_id <= ?2 \
            order by person_id";
        DROP_CERTIFICATES: "delete from certificate_index where person_id = ?1";
    }

    "store_identity" key "name" columns "value" {
        IDENTITY: "where name = ?1";
    } {
        ADD_IDENTITY: "insert into store_identity (name, value) values (?1, ?2)";
        SAVE_IDENTITY: "insert into store_identity (name, value) values (?1, ?2) \
            on conflict (name) do update set value = excluded.value";
    }

    "policy_release" key "release_number" columns "release_number, state, area, first_day, reason, text_digest, \
        proposed_by, proposed_ms, closed_by, closed_ms, seal, pack" {
        RELEASES: "order by release_number";
    } {
        LAST_RELEASE: "select max(release_number) from policy_release where state = 2";
        ADD_RELEASE: "insert into policy_release (release_number, state, area, first_day, reason, text_digest, \
            proposed_by, proposed_ms, closed_by, closed_ms, seal, pack) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        CLOSE_RELEASE: "update policy_release set state = ?2, closed_by = ?3, closed_ms = ?4, seal = ?5 \
            where release_number = ?1 and state = 1";
    }

    "policy_resolved" key "policy_digest" columns "policy_digest, area, from_day, until_day, release_number, \
        sources, seal, rules" {
        RESOLVED: "where policy_digest = ?1 order by release_number, area, from_day";
        RESOLVED_ALL: "order by policy_digest, area, from_day";
    } {
        ADD_RESOLVED: "insert into policy_resolved (policy_digest, area, from_day, until_day, release_number, \
            sources, seal, rules) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
            on conflict (policy_digest, area, from_day) do nothing";
    }

    "aid_stop" key "stop_number" columns "stop_number, target_kind, target, reason, begun_by, begun_and, begun_ms, \
        ended_by, ended_and, ended_ms, seal, end_seal" {
        ALL_STOPS: "order by stop_number";
    } {
        STOPS_IN_FORCE: "select target_kind, target from aid_stop where ended_ms is null order by target_kind, target";
        ADD_STOP: "insert into aid_stop (stop_number, target_kind, target, reason, begun_by, begun_and, begun_ms, seal) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        END_STOP: "update aid_stop set ended_by = ?2, ended_and = ?3, ended_ms = ?4, end_seal = ?5 \
            where stop_number = ?1 and ended_ms is null";
    }

    "credential" key "digest" columns "digest, holder_kind, holder, roles, areas, from_ms, until_ms, issued_by, \
        issued_ms, revoked_by, revoked_ms, seal" {
        CREDENTIAL: "where digest = ?1";
        CREDENTIALS: "order by digest";
        CREDENTIALS_OF: "where holder_kind = ?1 and holder = ?2 order by digest";
    } {
        SAVE_CREDENTIAL: "insert into credential (digest, holder_kind, holder, roles, areas, from_ms, until_ms, \
            issued_by, issued_ms, revoked_by, revoked_ms, seal) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) on conflict (digest) do update set \
            revoked_by = excluded.revoked_by, revoked_ms = excluded.revoked_ms, seal = excluded.seal";
    }

    "staff" key "name" columns "name, password, roles, areas, active, changed_by, changed_ms, seal, person" {
        STAFF: "where name = ?1";
        ALL_STAFF: "order by name";
    } {
        SAVE_STAFF: "insert into staff (name, password, roles, areas, active, changed_by, changed_ms, seal, person) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (name) do update set \
            password = excluded.password, roles = excluded.roles, areas = excluded.areas, active = excluded.active, \
            changed_by = excluded.changed_by, changed_ms = excluded.changed_ms, seal = excluded.seal, \
            person = excluded.person";
    }

    "visit" key "institution_id" columns "institution_id, name, patient_id, opened_ms, previews" {
        VISIT: "where institution_id = ?1 and name = ?2";
        VISITS_OF: "where patient_id = ?1 order by opened_ms, institution_id, name";
    } {
        ADD_VISIT: "insert into visit (institution_id, name, patient_id, opened_ms, previews) \
            values (?1, ?2, ?3, ?4, ?5) on conflict (institution_id, name) do nothing";
        COUNT_PREVIEW: "update visit set previews = previews + 1 \
            where institution_id = ?1 and name = ?2 and previews < ?3";
    }

    "proposal" key "proposal_id" columns "proposal_id, state, matter, person_id, amount_fen, area, name, grounds, \
        proposed_by, proposed_ms, closed_by, closed_ms, closing_grounds, seal" {
        PROPOSAL: "where proposal_id = ?1";
        PROPOSAL_NAMED: "where proposed_by = ?1 and name = ?2";
        PROPOSALS: "order by proposal_id";
    } {
        ADD_PROPOSAL: "insert into proposal (proposal_id, state, matter, person_id, amount_fen, area, name, grounds, \
            proposed_by, proposed_ms, closed_by, closed_ms, closing_grounds, seal) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
            on conflict (proposed_by, name) do nothing";
        CLOSE_PROPOSAL: "update proposal set state = ?2, closed_by = ?3, closed_ms = ?4, closing_grounds = ?5, \
            seal = ?6 where proposal_id = ?1 and state = 1";
    }

    "paper" key "name" columns "kind, owner_id, name, person_id, listed_ms, version, body_ct" {
        PAPER: "where kind = ?1 and owner_id = ?2 and name = ?3";
        FOUR_PAPERS: "where kind = ?2 and owner_id = ?1 and name = ?3 union all \
            select kind, owner_id, name, person_id, listed_ms, version, body_ct from paper where kind = ?4 and owner_id = ?1 and name = ?5 union all \
            select kind, owner_id, name, person_id, listed_ms, version, body_ct from paper where kind = ?6 and owner_id = ?1 and name = ?7 union all \
            select kind, owner_id, name, person_id, listed_ms, version, body_ct from paper where kind = ?8 and owner_id = ?1 and name = ?9";
        PAPERS_OF_OWNER: "where kind = ?1 and owner_id = ?2 and listed_ms >= ?3 and listed_ms < ?4 and listed_ms > 0 \
            order by listed_ms, owner_id, name";
        PAPERS_OF_PERSON: "where kind = ?1 and person_id = ?2 order by listed_ms, owner_id, name";
    } {
        ADD_PAPER: "insert into paper (kind, owner_id, name, person_id, listed_ms, version, body_ct) \
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (kind, owner_id, name) do nothing";
        REPLACE_PAPER: "update paper set person_id = ?4, listed_ms = ?5, version = ?6, body_ct = ?7 \
            where kind = ?1 and owner_id = ?2 and name = ?3 and version = ?8";
        DROP_PAPERS: "delete from paper where person_id = ?1";
        PAPERS_COUNTED: "select kind, person_id, count(*) from paper where person_id = ?1 and kind between 5 and 6 \
            group by person_id, kind";
    }

    "migration" key "step" columns "step, name, digest" {
        MIGRATIONS: "order by step";
    } {
        ADD_MIGRATION: "insert into migration (step, name, digest) values (?1, ?2, ?3)";
    }
}
