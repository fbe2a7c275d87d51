//! Rows of every kind, which go together: one sponsor, one beneficiary, one settlement, one transfer.

use std::collections::BTreeSet;

use gongji_domain::account::{Account, AreaYear, Colour, Hold, HoldKind, Lots};
use gongji_domain::binding::{Binding, BindingState, Channel, EndCause};
use gongji_domain::burden::Purpose;
use gongji_domain::decide::Source;
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::journal::{Entry, Journal, JournalKind, Moves, Position};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::{Limits, Period};
use gongji_domain::message::{Answer, Command, Due, Past, PeerAsk, PeerCommand, Purse};
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::policy::Proof;
use gongji_domain::reason::{Notice, Reason};
use gongji_domain::record::{
    Claim, ClaimSide, Counter, Delivery, FamilyCodeRow, FilingRow, ItemCounter, MessageRow, MessageState, NoticeRow,
    OutboxRow, PaymentKind, PaymentRow, PaymentState, PremiumRow, Rows, Share, SponsorChoice, TimerRow, TimerState,
    TraceRow,
};
use gongji_domain::wallet::{Transfer, TransferState, Wallet};
use gongji_words::{AreaCode, Fen, InstitutionId, MessageId, Month, PersonId};

use crate::world::{area, command, day, noon, person, yuan};

pub const SPONSOR: i64 = 1;
pub const BENEFICIARY: i64 = 2;
pub const BINDING: i64 = 10;
pub const CREDIT: i64 = 20;
pub const QUOTA: i64 = 21;
pub const SETTLEMENT: i64 = 22;
pub const TRANSFER: i64 = 23;
pub const OLD: Colour = Colour(2024);
pub const NEW: Colour = Colour(2025);

pub fn an_insured(id: i64) -> Person {
    Person {
        id: person(id),
        area: area(),
        scheme: Scheme::Employee,
        status: InsuranceStatus::Active,
        born: gongji_words::Day::new(1980, 2, 29).unwrap(),
        sex: Some(Sex::Female),
        traits: BTreeSet::from([Trait::ChronicEntitlement, Trait::MutualHelpPlan]),
    }
}

pub fn a_binding(id: i64, sponsor: i64, beneficiary: i64) -> Binding {
    Binding {
        id: command(id),
        sponsor: person(sponsor),
        beneficiary: person(beneficiary),
        sponsor_area: area(),
        beneficiary_area: AreaCode::from_number(130_200),
        relation: Relation::Parent,
        state: BindingState::Ending,
        end_cause: Some(EndCause::BySponsor),
        asked_at: noon(1),
        consent_until: Some(noon(2)),
        from: day(3),
        until: Some(day(28)),
        ends_at: Some(noon(20)),
        unbound_paused: false,
        ended_at: None,
        limits: Limits { quota: Some(yuan(300)), per_day: Some(Fen::ZERO), ..Limits::default() },
        purposes: Some(BTreeSet::from([Purpose::Outpatient, Purpose::Premium])),
        proof: Proof::Upload,
        channel: Channel::Counter,
        review_after_consent: true,
        frozen_quota: Some(yuan(50)),
    }
}

pub fn a_transfer(id: i64, sender: i64, receiver: i64) -> Transfer {
    Transfer {
        id: command(id),
        sender: person(sender),
        receiver: person(receiver),
        sender_area: area(),
        receiver_area: AreaCode::from_number(430_100),
        amount: yuan(40),
        sent_at: noon(8),
        returns_at: noon(9),
        state: TransferState::Accepted,
    }
}

pub fn an_account(id: i64, lots: Lots) -> Account {
    Account { person: person(id), lots, frozen: false }
}

pub fn a_hold(id: i64, owner: i64, lots: Lots) -> Hold {
    Hold { person: person(id), owner: command(owner), kind: HoldKind::Quota, lots }
}

/// The state of a message for which other provinces are being asked.
pub fn asking() -> MessageState {
    MessageState::Asking(Box::new(Command::Freeze(PersonId::from_number(1))))
}

pub fn a_message(id: &str, number: i64, state: MessageState) -> MessageRow {
    MessageRow {
        id: MessageId::new("H1", id).unwrap(),
        command: command(number),
        entered_at: noon(8),
        digests: vec![("amount".to_owned(), u64::MAX), ("patient".to_owned(), 0)],
        attempt: 3,
        state,
    }
}

pub fn a_timer(at: u8, due: Due) -> TimerRow {
    TimerRow { at: noon(at), due, state: TimerState::Waiting }
}

pub fn binding_due(sponsor: i64, binding: i64) -> Due {
    Due::Binding { sponsor: person(sponsor), binding: command(binding) }
}

pub fn an_outbox_row(number: i64, place: u16) -> OutboxRow {
    let ask = PeerAsk {
        to: AreaCode::from_number(430_000),
        command: PeerCommand::Arrive {
            person: an_insured(9),
            purse: Purse {
                account: Some(an_account(9, Lots::from_iter([(OLD, yuan(3)), (NEW, yuan(4))]))),
                wallet: Some((area(), yuan(1))),
            },
            incoming: Vec::new(),
            past: Past { ended: vec![a_binding(70, 1, 9)], shown_by: vec![person(2)] },
        },
    };
    OutboxRow { command: command(number), place, ask, delivery: Delivery::Waiting }
}

pub fn a_claim(event: i64, month: Month) -> Claim {
    let (from, to) = (area(), AreaCode::from_number(430_100));
    Claim { event: command(event), from, to, side: ClaimSide::Debtor, month, amount: yuan(-5) }
}

pub fn a_notice(id: i64, number: i64, place: u16) -> NoticeRow {
    let (notice, amount) = (Notice::Spent, Some(yuan(60)));
    NoticeRow { person: person(id), command: command(number), place, at: noon(8), notice, amount }
}

/// A journal and its entries.
pub fn record(rows: &mut Rows, id: i64, kind: JournalKind, moves: Moves) {
    let id = command(id);
    rows.journals.insert(id, Journal { id, at: noon(8), kind, reverses: None });
    rows.entries.extend(moves.into_entries(id).into_iter().map(|entry: Entry| ((entry.journal, entry.leg), entry)));
}

fn moves(of: i64, list: &[(Position, Position, Colour, i64)]) -> Moves {
    let mut moves = Moves::none();
    for (out_of, into, colour, amount) in list {
        moves.push(person(of), (*out_of, *into), (*colour, yuan(*amount)));
    }
    moves
}

/// Money: 500 yuan credited, 50 held as a quota, 60 paid for a bill, 40 transferred and accepted.
fn ledger(rows: &mut Rows) {
    let own = Position::Free(person(SPONSOR));
    let held = Position::Held(person(SPONSOR), command(BINDING));
    let till = Position::Institution(InstitutionId::from_number(5));
    let wallet = Position::Wallet(person(BENEFICIARY));
    let credited = moves(SPONSOR, &[(Position::Credits, own, OLD, 200), (Position::Credits, own, NEW, 300)]);
    record(rows, CREDIT, JournalKind::Credit, credited);
    record(rows, QUOTA, JournalKind::Quota, moves(SPONSOR, &[(own, held, OLD, 50)]));
    record(rows, SETTLEMENT, JournalKind::Settlement, moves(SPONSOR, &[(own, till, OLD, 60)]));
    record(rows, TRANSFER, JournalKind::Transfer, moves(SPONSOR, &[(own, wallet, NEW, 40)]));
    let lots = Lots::from_iter([(OLD, yuan(140)), (NEW, yuan(260))]);
    rows.accounts.insert(person(SPONSOR), an_account(SPONSOR, lots));
    let hold = a_hold(SPONSOR, BINDING, Lots::one(OLD, yuan(50)));
    rows.holds.insert((person(SPONSOR), command(BINDING)), hold);
    let wallet = Wallet { person: person(BENEFICIARY), place: area(), balance: yuan(40) };
    rows.wallets.insert(person(BENEFICIARY), wallet);
}

fn settlement() -> PaymentRow {
    let share = Share {
        sponsor: person(SPONSOR),
        area: area(),
        binding: command(BINDING),
        source: Source::Account,
        row: command(SETTLEMENT),
        amount: yuan(60),
    };
    PaymentRow {
        id: command(SETTLEMENT),
        event: command(SETTLEMENT),
        kind: PaymentKind::Settlement,
        state: PaymentState::Paid,
        key: person(BENEFICIARY),
        key_area: area(),
        institution: Some(InstitutionId::from_number(5)),
        payee_area: area(),
        at: noon(8),
        own: yuan(1),
        wallet: yuan(2),
        cash: yuan(3),
        items: yuan(4),
        shares: vec![share],
        plan: None,
        reversed_by: None,
    }
}

fn spent(rows: &mut Rows) {
    rows.payments.insert(command(SETTLEMENT), settlement());
    let (sponsor, binding, used) = (person(SPONSOR), command(BINDING), yuan(60));
    for period in Period::of(day(8)) {
        rows.counters.insert((sponsor, binding, period), Counter { sponsor, binding, period, used });
    }
    let (patient, month) = (person(BENEFICIARY), Month::of(day(8)));
    rows.item_counters.insert((patient, month), ItemCounter { patient, month, used: yuan(4) });
}

fn relations(rows: &mut Rows) {
    let (sponsor, beneficiary) = (person(SPONSOR), person(BENEFICIARY));
    rows.persons.insert(sponsor, an_insured(SPONSOR));
    let child = Person { scheme: Scheme::Resident, sex: None, ..an_insured(BENEFICIARY) };
    rows.persons.insert(beneficiary, child);
    rows.bindings.insert((sponsor, command(BINDING)), a_binding(BINDING, SPONSOR, BENEFICIARY));
    rows.transfers.insert(command(TRANSFER), a_transfer(TRANSFER, SPONSOR, BENEFICIARY));
    let filing = FilingRow { id: command(30), person: beneficiary, area: area(), from: day(1), until: None };
    rows.filings.insert((beneficiary, filing.id), filing);
    rows.family_codes.insert((beneficiary, sponsor), FamilyCodeRow { member: beneficiary, holder: sponsor });
    rows.choices.insert(beneficiary, SponsorChoice { beneficiary, sponsors: vec![sponsor, person(7)] });
    let plan = "resident".to_owned();
    let premium = PremiumRow { person: beneficiary, plan: plan.clone(), year: 2026, payment: Some(command(31)) };
    rows.premiums.insert((beneficiary, plan, 2026), premium);
}

fn traffic(rows: &mut Rows) {
    let answers = [
        ("m1", asking()),
        ("m2", MessageState::Answered(Answer::Refused(Reason::BindSelf))),
        ("m3", MessageState::Answered(Answer::Settled(settled()))),
    ];
    for (number, (id, state)) in (40..).zip(answers) {
        let row = a_message(id, number, state);
        rows.messages.insert(row.id.clone(), row);
    }
    let notice = a_notice(SPONSOR, SETTLEMENT, 0);
    rows.notices.insert((notice.person, notice.command, notice.place), notice);
    rows.outbox.insert((command(41), 2), an_outbox_row(41, 2));
    let due = binding_due(SPONSOR, BINDING);
    rows.timers.insert(due, a_timer(20, due));
    let trace = TraceRow { command: command(SETTLEMENT), key: person(BENEFICIARY), bytes: vec![0, 255, 1] };
    rows.traces.insert(trace.command, trace);
}

fn settled() -> gongji_domain::message::Settled {
    gongji_domain::message::Settled {
        own: yuan(1),
        aid: vec![(person(SPONSOR), yuan(60))],
        wallet: yuan(2),
        cash: yuan(3),
        reason: Some(Reason::BindSelf),
        owed: vec![(area(), yuan(60))],
        left: Some(yuan(9)),
    }
}

fn places(rows: &mut Rows) {
    let institution = Institution {
        id: InstitutionId::from_number(5),
        area: area(),
        kind: InstitutionKind::Pharmacy,
        designation: Designation::Suspended,
        aid: Takes::Yes,
        wallet: Takes::No,
    };
    rows.institutions.insert(institution.id, institution);
    rows.area_years.insert(area(), AreaYear { area: area(), early_turns: -1 });
    let claim = a_claim(SETTLEMENT, Month::of(day(8)));
    rows.claims.insert((claim.event, claim.from, claim.to, claim.side), claim);
}

/// Rows of every kind, with money that adds up.
pub fn full() -> Rows {
    let mut rows = Rows::default();
    relations(&mut rows);
    ledger(&mut rows);
    spent(&mut rows);
    traffic(&mut rows);
    places(&mut rows);
    rows
}
