//! What a command wants to see before it is judged, and what a judgement names when that was not all.

use gongji_domain::burden::{Part, Purpose};
use gongji_domain::judge::{Judgement, wanted};
use gongji_domain::message::{AidQuestion, Bill, Command, Due, Envelope, PeerCommand, Told};
use gongji_domain::record::Wanted;
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment};

use super::node::{NODE, Node};
use super::world::{HERE, bill, hospital, pair, person, populated, premium, province_law, request, wallet_order, yuan};

const FAR: AreaCode = AreaCode::from_number(110_000);

/// What is wanted, in words and numbers, without the message and the day of the command.
fn in_words(wanted: &Wanted) -> String {
    let mut words = Vec::new();
    let mut say = |name: &str, numbers: Vec<String>| {
        if !numbers.is_empty() {
            words.push(format!("{name} {}", numbers.join(" ")));
        }
    };
    say("people", wanted.people.iter().map(|id| id.number().to_string()).collect());
    say("sponsors of", wanted.sponsors_of.iter().map(|id| id.number().to_string()).collect());
    say("institutions", wanted.institutions.iter().map(|id| id.number().to_string()).collect());
    say("payments", wanted.payments.iter().map(|id| id.number().to_string()).collect());
    say("days", wanted.days.iter().map(ToString::to_string).collect());
    say("messages", wanted.messages.iter().map(ToString::to_string).collect());
    say(
        "timers",
        wanted.timers.iter().map(|due| format!("{due:?}").split(' ').next().unwrap_or_default().to_owned()).collect(),
    );
    words.join(", ")
}

fn question() -> AidQuestion {
    AidQuestion {
        payment: CommandId::from_number(70),
        attempt: 0,
        sponsor: person(1),
        sponsor_area: HERE,
        binding: CommandId::from_number(71),
        purpose: Purpose::Outpatient,
        payee_area: FAR,
        at: Moment::parse("2026-02-02T10:00").expect("a moment"),
    }
}

#[test]
fn each_command_wants_whom_it_is_about() {
    let id = CommandId::from_number(9);
    let [home, away] = [HERE, FAR].map(|area| Bill { patient_area: area, ..bill(4, Part::Copay, yuan(50)) });
    let peer = Command::Peer;
    let rows = [
        (Command::Freeze(person(1)), "people 1"),
        (Command::OpenWallet { person: person(1), place: HERE }, "people 1"),
        (Command::Move { person: person(1), area: FAR }, "people 1, sponsors of 1"),
        (Command::EndFiling { person: person(1), filed: crate::messages::message("f1") }, "people 1, messages test/f1"),
        (Command::TurnYear(HERE), ""),
        (Command::Bind(request(1, 4)), "people 1 4, sponsors of 1"),
        (Command::Pause(pair(1, 4)), "people 1 4"),
        (Command::SetQuota(wallet_order(pair(1, 4), yuan(5))), "people 1 4"),
        (Command::Order { beneficiary: person(4), sponsors: vec![person(1)] }, "people 4, sponsors of 4"),
        (Command::Settle(home), "people 4, sponsors of 4, institutions 1"),
        (Command::Preview(home), "people 4, sponsors of 4, institutions 1"),
        (Command::Settle(away), "institutions 1"),
        (Command::PayPremium(premium(1, 4, 2027)), "people 1 4"),
        (Command::RegisterInstitution(hospital(3, HERE)), "institutions 3"),
        (Command::CancelTransfer { transfer: id, sender: person(1) }, "people 1, payments 9"),
        (Command::AcceptTransfer { transfer: id, receiver: person(4), sender_area: FAR }, "people 4, payments 9"),
        (Command::Due(Due::Binding { sponsor: person(1), binding: id }), "people 1, timers Binding"),
        (Command::Due(Due::Transfer { sender: person(1), transfer: id }), "people 1, payments 9, timers Transfer"),
        (peer(PeerCommand::Standing(question())), "people 1"),
        (peer(PeerCommand::Pay(question(), yuan(5), Told::Spent)), "people 1, payments 80"),
        (peer(PeerCommand::Cancel { share: id, sponsor: person(1) }), "people 1, payments 9"),
        (peer(PeerCommand::SettleAway(home, hospital(8, FAR))), "people 4, sponsors of 4, institutions 1, payments 80"),
        (peer(PeerCommand::PreviewAway(home, hospital(8, FAR))), "people 4, sponsors of 4, institutions 1"),
        (peer(PeerCommand::CancelAway { settlement: id, patient: person(4) }), "people 4, payments 9"),
    ];
    for (command, expected) in rows {
        let envelope = Envelope {
            message: MessageId::new("test", "m1").expect("a short name"),
            id: CommandId::from_number(80),
            serial: CommandId::from_number(80),
            at: Moment::parse("2026-02-02T10:00").expect("a moment"),
            command: command.clone(),
            heard: Vec::new(),
            digests: Vec::new(),
        };
        let mut wants = wanted(&envelope, NODE);
        assert!(wants.messages.remove(&envelope.message), "whether it is known");
        assert!(wants.days.remove(&envelope.at.day()), "what was used that day");
        assert_eq!(in_words(&wants), expected, "{command:?}");
    }
}

/// 1 and 3 have bound 4.
fn family(now: &str) -> Node {
    let mut node = populated(province_law(""), now);
    node.tell(Command::Bind(request(1, 4)));
    node.tell(Command::Bind(request(3, 4)));
    node
}

/// What is still wanted after this was read: people, days of February 2026, payments.
fn still_wanted(node: &mut Node, command: &Command, read: (&[i64], &[u8], &[CommandId])) -> String {
    let (people, days, payments) = read;
    let read = Wanted {
        people: people.iter().map(|number| person(*number)).collect(),
        days: days.iter().map(|day| Day::new(2026, 2, *day).expect("a day")).collect(),
        payments: payments.iter().copied().collect(),
        ..Wanted::default()
    };
    match node.judged_on(read, command.clone()) {
        Judgement::More(wanted) => in_words(&wanted),
        Judgement::Done(answer, _) => format!("{answer:?}"),
        Judgement::Ask(..) | Judgement::Entered(..) => panic!("nobody is asked"),
    }
}

#[test]
fn a_bill_names_the_sponsors_and_the_day_that_were_not_read() {
    let mut node = family("2026-02-02T10:00");
    let settle = Command::Settle(bill(4, Part::Copay, yuan(50)));
    let rows: [(&[i64], &[u8], &str); 4] = [
        (&[4], &[], "people 1 3, days 2026-02-02"),
        (&[4, 1], &[2], "people 3"),
        (&[1, 3, 4], &[], "days 2026-02-02"),
        (&[1, 3], &[2], "people 4"),
    ];
    for (people, days, expected) in rows {
        assert_eq!(still_wanted(&mut node, &settle, (people, days, &[])), expected, "{people:?} {days:?}");
    }
    assert!(still_wanted(&mut node, &settle, (&[1, 3, 4], &[2], &[])).starts_with("Settled"));
}

#[test]
fn a_reversal_names_the_payment_then_who_paid_and_its_day() {
    let mut node = family("2026-02-02T10:00");
    node.send("s1", Command::Settle(bill(4, Part::Copay, yuan(50))));
    let payment = *node.rows.payments.keys().next().expect("a payment");
    node.wait(24 * 60);
    let original = MessageId::new("test", "s1").expect("a short name");
    let reverse = Command::Reverse { original };
    let none = format!("payments {}", payment.number());
    assert_eq!(still_wanted(&mut node, &reverse, (&[1, 4], &[2], &[])), none);
    assert_eq!(still_wanted(&mut node, &reverse, (&[], &[], &[payment])), "people 1 4, days 2026-02-02");
    assert_eq!(still_wanted(&mut node, &reverse, (&[1], &[2], &[payment])), "people 4");
    assert_eq!(still_wanted(&mut node, &reverse, (&[1, 4], &[2], &[payment])), "Reversed");
}

#[test]
fn a_premium_and_a_transfer_name_the_other_side() {
    let mut node = family("2026-02-02T10:00");
    let order = Command::PayPremium(premium(1, 4, 2027));
    assert_eq!(still_wanted(&mut node, &order, (&[4], &[2], &[])), "people 1");
    let mut node = family("2025-12-20T10:00");
    node.send("t1", Command::Transfer(wallet_order(pair(1, 4), yuan(50))));
    let transfer = *node.rows.transfers.keys().next().expect("it was sent");
    let accept = Command::AcceptTransfer { transfer, receiver: person(4), sender_area: HERE };
    assert_eq!(still_wanted(&mut node, &accept, (&[4], &[], &[transfer])), "people 1");
    assert!(still_wanted(&mut node, &accept, (&[1, 4], &[], &[transfer])).starts_with("Accepted"));
}
