//! The same groups on both engines: the same rows, the same facts, the same findings.

use gongji_domain::account::{Colour, Lots};
use gongji_domain::binding::BindingState;
use gongji_domain::journal::{JournalKind, Moves, Position};
use gongji_domain::limits::Period;
use gongji_domain::message::Answer;
use gongji_domain::record::{Counter, MessageState, Rows, Wanted};
use gongji_domain::wallet::{TransferState, Wallet};
use gongji_store::{Store, StoreError};
use gongji_words::Fen;
use proptest::prelude::{ProptestConfig, any, proptest};

use crate::rows::{
    a_binding, a_claim, a_hold, a_message, a_notice, a_timer, a_transfer, an_account, an_insured, an_outbox_row,
    asking, binding_due, full, record,
};
use crate::world::{Database, Scratch, area, command, day, dump, now, person, put, read, yuan};

/// Small numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 33).unwrap() % most
    }

    fn day(&mut self) -> u8 {
        u8::try_from(self.below(4)).unwrap() + 1
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }
}

/// An account, and all holds on it, as parts of it.
fn money(dice: &mut Dice, rows: &mut Rows) {
    let id = dice.below(5);
    let mut lots = Lots::none();
    for owner in 1..4 {
        let colour = Colour(2020 + i32::try_from(dice.below(3)).unwrap());
        let held = Lots::one(colour, Fen::from_fen(dice.below(4)));
        lots.put_all(&held);
        rows.holds.insert((person(id), command(owner)), a_hold(id, owner, held));
    }
    lots.put(Colour(2022), Fen::from_fen(dice.below(100)));
    rows.accounts.insert(person(id), an_account(id, lots));
    let wallet = Wallet { person: person(id), place: area(), balance: Fen::from_fen(dice.below(9)) };
    rows.wallets.insert(person(id), wallet);
}

fn relations(dice: &mut Dice, rows: &mut Rows) {
    let (sponsor, beneficiary, id) = (dice.below(5), dice.below(5), dice.below(9));
    let binding = a_binding(id * 100 + sponsor * 10 + beneficiary, sponsor, beneficiary);
    let state = dice.one_of(BindingState::ALL);
    let (binding, used) = (gongji_domain::binding::Binding { state, ..binding }, yuan(dice.below(9)));
    let counted_on = day(dice.day());
    let period = dice.one_of(&Period::of(counted_on));
    let counter = Counter { sponsor: person(sponsor), binding: binding.id, period, used };
    rows.counters.insert((counter.sponsor, counter.binding, period), counter);
    rows.bindings.insert((binding.sponsor, binding.id), binding);
    rows.persons.insert(person(sponsor), an_insured(sponsor));
    let id = dice.below(20);
    let state = dice.one_of(TransferState::ALL);
    let sent_at = crate::world::noon(dice.day());
    let transfer = a_transfer(1000 + id, id % 5, (id + 1) % 5);
    rows.transfers.insert(transfer.id, gongji_domain::wallet::Transfer { state, sent_at, ..transfer });
}

fn traffic(dice: &mut Dice, rows: &mut Rows) {
    let state = dice.one_of(&[0, 1]);
    let state = if state == 0 { asking() } else { MessageState::Answered(Answer::Done) };
    let number = dice.below(6);
    let message = a_message(&format!("m{number}"), number, state);
    rows.messages.insert(message.id.clone(), message);
    let due = binding_due(dice.below(3), dice.below(3));
    rows.timers.insert(due, a_timer(dice.day(), due));
    let notice = a_notice(dice.below(3), dice.below(9), 0);
    rows.notices.insert((notice.person, notice.command, 0), notice);
    let sent = dice.below(9);
    rows.outbox.insert((command(sent), 0), an_outbox_row(sent, 0));
}

fn ledger(dice: &mut Dice, rows: &mut Rows) {
    let (id, owner) = (dice.below(5), dice.below(3));
    let mut moves = Moves::none();
    let places = [Position::Free(person(id)), Position::Held(person(id), command(owner)), Position::Wallet(person(id))];
    moves.push(person(id), (Position::Credits, dice.one_of(&places)), (Colour(2021), yuan(1 + dice.below(3))));
    // Never the journal of a payment: a journal that moves nothing of the payment's sponsors is no ledger.
    record(rows, 1000 + dice.below(30), JournalKind::Credit, moves);
    let claim = a_claim(dice.below(30), gongji_words::Month::of(day(1)));
    rows.claims.insert((claim.event, claim.from, claim.to, claim.side), claim);
}

fn some_rows(dice: &mut Dice) -> Rows {
    let mut rows = if dice.below(8) == 0 { full() } else { Rows::default() };
    for kind in [money, relations, traffic, ledger] {
        if dice.below(3) > 0 {
            kind(dice, &mut rows);
        }
    }
    rows
}

fn some_wanted(dice: &mut Dice) -> Wanted {
    Wanted {
        people: [person(dice.below(6)), person(dice.below(6))].into(),
        sponsors_of: [person(dice.below(6))].into(),
        days: [day(dice.day())].into(),
        payments: [command(dice.below(30)), command(1000 + dice.below(20))].into(),
        timers: [binding_due(dice.below(3), dice.below(3))].into(),
        ..Wanted::default()
    }
}

fn outcome(result: Result<(), StoreError>) -> String {
    result.map_or_else(|failure| format!("{failure:?}"), |()| "written".to_owned())
}

fn findings(store: &Store) -> Vec<String> {
    let totals = now(store.audit_totals()).unwrap();
    let mut lines: Vec<String> = totals.discrepancies.iter().map(|found| format!("{found:?}")).collect();
    lines.push(format!("{} {} {}", totals.people, totals.journals, totals.entries));
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engines_agree_after_any_groups(seed in any::<u64>(), groups in 1..14_usize) {
        let mut dice = Dice(seed | 1);
        let (memory, scratch, database) = (Store::memory(), Scratch::new(), Database::new());
        let spread = Database::new();
        let others = [scratch.create(), database.create(), spread.create_spread()];
        for _ in 0..groups {
            let (rows, wanted) = (some_rows(&mut dice), some_wanted(&mut dice));
            let (written, one) = (outcome(put(&memory, &rows)), read(&memory, &wanted));
            for store in &others {
                assert_eq!(written, outcome(put(store, &rows)));
                let other = read(store, &wanted);
                assert_eq!(one.read, other.read);
                assert_eq!(one.rows, other.rows);
            }
        }
        for store in &others {
            assert_eq!(dump(&memory), dump(store));
            assert_eq!(findings(&memory), findings(store));
        }
        drop(others);
        assert_eq!(dump(&memory), dump(&scratch.open()));
        assert_eq!(dump(&memory), dump(&database.open()));
        assert_eq!(dump(&memory), dump(&spread.open()));
    }
}
