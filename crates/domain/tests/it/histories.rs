//! Generated histories of a family at one node: after every command the books, the counters and the timers agree,
//! a preview says what the settlement does, a reversal restores, a repeat moves nothing.

use std::sync::LazyLock;

use gongji_domain::binding::Binding;
use gongji_domain::burden::Part;
use gongji_domain::limits::Limits;
use gongji_domain::message::{
    Answer, BindRequest, Command, Consented, Correction, CreditKind, LimitChange, Pair, Settled, Side, Using, Verdict,
};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_domain::wallet::TransferState;
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, MessageId};
use proptest::prelude::*;
use proptest::sample::select;

use super::books;
use super::forall::for_all;
use super::node::Node;
use super::world::{
    HERE, THERE, bill, binding, pair, person, populated, premium, province_law, request, wallet_order, yuan,
};

/// One thing that happens, in numbers: what they mean depends on what is there by then.
#[derive(Clone, Copy, Debug)]
struct Step {
    what: What,
    one: i64,
    other: i64,
    amount: i64,
    pick: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Bind,
    Consent,
    Review,
    Limit,
    Pause,
    Resume,
    Unbind,
    Order,
    Settle,
    Reverse,
    Premium,
    Quota,
    Transfer,
    Accept,
    Cancel,
    Status,
    Freeze,
    Unfreeze,
    Credit,
    Correct,
    Heirs,
    Move,
    TurnYear,
    Wait,
}

const OFTEN: [What; 9] = [
    What::Bind,
    What::Consent,
    What::Review,
    What::Reverse,
    What::Quota,
    What::Transfer,
    What::Accept,
    What::Premium,
    What::Wait,
];

const SELDOM: [What; 14] = [
    What::Limit,
    What::Pause,
    What::Resume,
    What::Unbind,
    What::Order,
    What::Cancel,
    What::Status,
    What::Freeze,
    What::Unfreeze,
    What::Credit,
    What::Correct,
    What::Heirs,
    What::Move,
    What::TurnYear,
];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![4 => select(OFTEN.to_vec()), 2 => select(SELDOM.to_vec()), 2 => Just(What::Settle)];
    let amount = prop_oneof![3 => (0..=30_i64).prop_map(|tens| tens * 1000), 1 => 0..=60_000_i64];
    let step = (what, 1..=5_i64, 1..=5_i64, amount, 0..1000_usize);
    let step = step.prop_map(|(what, one, other, amount, pick)| Step { what, one, other, amount, pick });
    prop::collection::vec(step, 1..40)
}

/// Laws that differ in what a history meets.
static LAWS: LazyLock<[Law; 5]> = LazyLock::new(|| {
    [
        "",
        "bind.consent = \"everybody\"\nbind.review = \"before-effect\"\nunbind.effect = \"next-day\"",
        "till.own-account = \"own-must-be-zero\"\ntill.sponsors-per-settlement = \"one\"\n\
         till.shortfall = \"all-or-nothing\"\ntill.sponsor-order = \"balance-descending\"\n\
         money.usable = \"previous-years\"",
        "money.reserve = \"250.00\"\nlimits.one-for-all = true\nbind.effect = \"next-day\"\n\
         till.item-limit = { parts = [\"device\"], monthly = \"120.00\" }",
        "till.own-account = \"aid-first\"\ntill.sponsor-order = \"beneficiary-order\"\n\
         money.insurance-year-month = 7\nunbind.effect = \"next-day-if-bound-today\"",
    ]
    .map(province_law)
});

/// Times of transfers, of quotas, and before both.
const STARTS: [&str; 5] =
    ["2025-12-20T09:00", "2025-10-02T12:00", "2026-02-01T09:00", "2026-06-29T23:00", "2024-11-20T09:00"];

struct History {
    node: Node,
    sent: Vec<(String, Command)>,
}

impl History {
    /// A family that is bound already, in whatever way the area asks for.
    fn begin(law: usize, start: usize) -> Self {
        let mut node = populated(LAWS[law].clone(), STARTS[start]);
        for (sponsor, beneficiary) in [(1, 4), (3, 4), (2, 5), (1, 3)] {
            let beneficiary_area = node.rows.persons[&person(beneficiary)].area;
            node.tell(Command::Bind(BindRequest { beneficiary_area, ..request(sponsor, beneficiary) }));
            node.tell(Command::Consent(pair(sponsor, beneficiary), Consented::Yes));
            node.tell(Command::Review(pair(sponsor, beneficiary), Verdict::Approve));
        }
        Self { node, sent: Vec::new() }
    }

    /// A binding that is there, or the pair of the step.
    fn pair_of(&self, step: Step) -> Pair {
        let known: Vec<&Binding> = self.node.rows.bindings.values().collect();
        if known.is_empty() {
            return pair(step.one, step.other);
        }
        let known = known[step.pick % known.len()];
        Pair { sponsor: known.sponsor, beneficiary: known.beneficiary }
    }

    fn area_of(&self, number: i64) -> AreaCode {
        self.node.rows.persons[&person(number)].area
    }

    /// Does the step, unless it is about nothing.
    fn act(&mut self, step: Step) {
        if step.what == What::Wait {
            return self.node.wait(i64::try_from(step.pick).expect("small") * 17 + step.amount / 10);
        }
        let Some(command) = self.command_of(step) else { return };
        let message = format!("h{}", self.sent.len());
        let before = self.node.clone();
        let answer = self.node.send(&message, command.clone());
        judge_settlement(&before, &command, &answer);
        judge_limits(&self.node, &command, &answer);
        judge_way_back(&before, &command);
        self.sent.push((message, command));
        self.repeats_move_nothing(&answer);
    }

    /// The last message again, and again with another content.
    fn repeats_move_nothing(&mut self, first: &Answer) {
        let (message, command) = self.sent.last().expect("just sent").clone();
        let kept = self.node.rows.clone();
        let mut again = self.node.clone();
        assert_eq!(again.send(&message, command.clone()), *first, "a repeat gets the first answer");
        assert_eq!(again.rows, kept, "a repeat moves nothing");
        if let Command::Settle(bill) = command {
            let changed = Command::Settle(gongji_domain::message::Bill { fund: bill.fund.plus(yuan(1)), ..bill });
            assert_eq!(again.send(&message, changed), Answer::Conflict("fund".to_owned()));
            assert_eq!(again.rows, kept, "a conflict moves nothing");
        }
    }

    fn command_of(&self, step: Step) -> Option<Command> {
        let pair = self.pair_of(step);
        let amount = Fen::from_fen(step.amount);
        Some(match step.what {
            What::Bind => Command::Bind(self.request_of(step)),
            What::Consent if step.pick.is_multiple_of(7) => Command::Consent(pair, Consented::No),
            What::Consent => Command::Consent(pair, Consented::Yes),
            What::Review => {
                Command::Review(pair, [Verdict::Approve, Verdict::Reject][usize::from(step.pick.is_multiple_of(9))])
            }
            What::Limit => {
                Command::ChangeLimits(pair, LimitChange { per_month: Some(Some(amount)), ..Default::default() })
            }
            What::Pause => Command::Pause(pair),
            What::Resume => Command::Resume(pair),
            What::Unbind => Command::Unbind(pair, [Side::Sponsor, Side::Beneficiary][step.pick % 2]),
            What::Order => Command::Order { beneficiary: pair.beneficiary, sponsors: vec![pair.sponsor] },
            What::Settle => Command::Settle(self.bill_of(step)),
            What::Reverse => Command::Reverse { original: self.pick_message(step)? },
            What::Premium => self.premium_of(step, pair),
            What::Quota => Command::SetQuota(wallet_order(pair, amount)),
            What::Transfer => Command::Transfer(wallet_order(pair, amount)),
            What::Accept | What::Cancel => self.answer_to_transfer(step)?,
            _ => return Some(self.event_of(step)),
        })
    }

    fn event_of(&self, step: Step) -> Command {
        let who = person(step.one);
        let amount = Fen::from_fen(step.amount);
        match step.what {
            What::Status => {
                let status = InsuranceStatus::ALL[step.pick % InsuranceStatus::ALL.len()];
                Command::ChangeStatus { person: who, status }
            }
            What::Freeze => Command::Freeze(who),
            What::Unfreeze => Command::Unfreeze(who),
            What::Credit => {
                let kind = if step.pick.is_multiple_of(2) { CreditKind::Contribution } else { CreditKind::Interest };
                Command::Credit { person: who, amount, kind }
            }
            What::Correct => {
                let amount = if step.pick.is_multiple_of(2) { amount } else { amount.negated() };
                let [maker, checker, grounds] = ["甲", "乙", "示例"].map(str::to_owned);
                Command::Correct(Correction { person: who, amount, maker, checker, grounds })
            }
            What::Heirs => Command::PayHeirs { person: who },
            What::Move => {
                let area = [HERE, THERE, HERE, THERE, AreaCode::from_number(110_000)][step.pick % 5];
                Command::Move { person: who, area }
            }
            _ => Command::TurnYear([HERE, THERE][step.pick % 2]),
        }
    }

    fn request_of(&self, step: Step) -> BindRequest {
        let today = self.node.now.day();
        let amount = Some(Fen::from_fen(step.amount));
        let limits = match step.pick % 6 {
            0 => Limits { quota: amount, ..Limits::default() },
            1 => Limits { per_settlement: amount, ..Limits::default() },
            2 => Limits { per_day: amount, per_year: Some(yuan(400)), ..Limits::default() },
            _ => Limits::default(),
        };
        let from = (step.pick.is_multiple_of(5)).then(|| today.plus_days(3));
        let until = (step.pick.is_multiple_of(4)).then(|| today.plus_days(5));
        let beneficiary_area = self.area_of(step.other);
        BindRequest { from, until, limits, beneficiary_area, ..request((step.one - 1) % 3 + 1, step.other) }
    }

    fn bill_of(&self, step: Step) -> gongji_domain::message::Bill {
        let known: Vec<&Binding> = self.node.rows.bindings.values().collect();
        let patient = if known.is_empty() { step.other } else { known[step.pick % known.len()].beneficiary.number() };
        let parts = [Part::Copay, Part::Device, Part::Fitness];
        let mut bill = bill(patient, parts[step.pick % 3], Fen::from_fen(step.amount));
        bill.burden.add(Part::Copay, Fen::from_fen(step.amount / 3));
        bill.institution = InstitutionId::from_number(i64::from(step.pick.is_multiple_of(4)) + 1);
        bill.patient_area = self.area_of(patient);
        bill.using = match step.pick % 23 {
            0 => Using::Own,
            1 => Using::Cash,
            2 => Using::Only(person(step.one)),
            _ => Using::Auto,
        };
        bill
    }

    fn premium_of(&self, step: Step, pair: Pair) -> Command {
        let year = self.node.now.day().year() + 1;
        let payer = if step.pick.is_multiple_of(3) { pair.beneficiary } else { pair.sponsor };
        let mut order = premium(payer.number(), pair.beneficiary.number(), year);
        order.amount = Fen::from_fen(step.amount);
        Command::PayPremium(order)
    }

    fn pick_message(&self, step: Step) -> Option<MessageId> {
        let paid = |command: &Command| matches!(command, Command::Settle(_) | Command::PayPremium(_));
        let paid: Vec<&String> = self.sent.iter().filter(|(_, sent)| paid(sent)).map(|(message, _)| message).collect();
        let picked = paid.get(step.pick.checked_rem(paid.len())?)?;
        Some(MessageId::new("test", picked.as_str()).expect("a short name"))
    }

    fn answer_to_transfer(&self, step: Step) -> Option<Command> {
        let rows = &self.node.rows;
        let mut known: Vec<_> = rows.transfers.values().collect();
        known.sort_by_key(|transfer| transfer.state);
        if known.first().is_some_and(|first| first.state == TransferState::Pending) {
            known.retain(|transfer| transfer.state == TransferState::Pending || step.pick.is_multiple_of(5));
        }
        let transfer = known.get(step.pick.checked_rem(known.len())?)?;
        Some(if step.what == What::Accept {
            let sender_area = transfer.sender_area;
            Command::AcceptTransfer { transfer: transfer.id, receiver: transfer.receiver, sender_area }
        } else {
            Command::CancelTransfer { transfer: transfer.id, sender: transfer.sender }
        })
    }
}

/// The preview said it, it writes nothing, and the purses pay the bill.
fn judge_settlement(before: &Node, command: &Command, answer: &Answer) {
    let Command::Settle(bill) = command else { return };
    let mut preview = before.clone();
    assert_eq!(preview.tell(Command::Preview(*bill)), *answer, "a preview is what the settlement does");
    assert_eq!(preview.rows, before.rows, "a preview writes nothing");
    let Answer::Settled(Settled { own, wallet, cash, owed, .. }) = answer else { return };
    let Answer::Settled(settled) = answer else { return };
    let paid = own.plus(*wallet).plus(settled.aid_total());
    assert_eq!(paid.plus(*cash), bill.burden.total());
    assert_eq!(Fen::sum(owed.iter().map(|(_, amount)| *amount)), paid, "somebody owes each fen that is not cash");
}

/// Right after a payment no counter is above its sponsor's limit.
fn judge_limits(node: &Node, command: &Command, answer: &Answer) {
    let (Command::Settle(bill), Answer::Settled(settled)) = (command, answer) else { return };
    for (sponsor, amount) in &settled.aid {
        let bound = binding(node, Pair { sponsor: *sponsor, beneficiary: bill.patient }).expect("he is bound");
        let facts = gongji_domain::record::Facts::of(node.rows.clone(), Default::default());
        let used = facts.used(bound, node.now.day());
        let Limits { quota, per_settlement, per_day, per_month, per_year } = bound.limits;
        let within = |limit: Option<Fen>, used: Fen| limit.is_none_or(|most| used <= most);
        assert!(within(quota, used.total) && within(per_day, used.day), "{:?} {used:?}", bound.limits);
        assert!(within(per_month, used.month) && within(per_year, used.year), "{:?} {used:?}", bound.limits);
        assert!(within(per_settlement, *amount), "{:?} {amount}", bound.limits);
    }
}

/// A payment that is undone at once leaves everything as it was, unless its owner has died or is elsewhere.
fn judge_way_back(before: &Node, command: &Command) {
    let payer = match command {
        Command::Settle(bill) => bill.patient,
        Command::PayPremium(order) => order.person,
        _ => return,
    };
    if before.rows.persons[&payer].status == InsuranceStatus::Dead {
        return;
    }
    let mut node = before.clone();
    let answer = node.send("there", command.clone());
    if !matches!(answer, Answer::Settled(_) | Answer::PaidBy(_)) {
        return assert_eq!(money(&node.rows), money(&before.rows), "a refusal moves nothing");
    }
    let original = MessageId::new("test", "there").expect("a short name");
    assert_eq!(node.send("back", Command::Reverse { original: original.clone() }), Answer::Reversed);
    assert_eq!(books::standing(&node.rows), books::standing(&before.rows), "a reversal restores");
    let twice = node.send("twice", Command::Reverse { original });
    assert_eq!(twice, Answer::Refused(gongji_domain::reason::Reason::ReverseTwice));
}

fn money(rows: &Rows) -> Vec<(CommandId, u16)> {
    rows.entries.keys().copied().collect()
}

#[test]
fn after_every_command_of_any_history_the_books_agree() {
    for_all(100, &(0..LAWS.len(), 0..STARTS.len(), steps()), |(law, start, steps)| {
        let mut history = History::begin(law, start);
        books::check(&history.node.rows);
        for step in steps {
            history.act(step);
            books::check(&history.node.rows);
        }
    });
}
