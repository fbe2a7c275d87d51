//! What a command wants to see, and readings of facts that several judges share.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, Day, PersonId};

use crate::account::Colour;
use crate::message::{Bill, Command, Due, Envelope, MemberFacts, PeerCommand};
use crate::person::Person;
use crate::record::{Facts, Wanted};

use super::Sight;

pub(super) fn wanted(envelope: &Envelope, node: AreaCode) -> Wanted {
    let mut wanted = Wanted {
        messages: BTreeSet::from([envelope.message.clone()]),
        days: BTreeSet::from([envelope.at.day()]),
        ..Wanted::default()
    };
    // What was cancelled before it came has left a tombstone under the id that it comes with.
    if let Command::Peer(PeerCommand::Pay(..) | PeerCommand::SettleAway(..)) = &envelope.command {
        wanted.payments.insert(envelope.id);
    }
    want_command(&mut wanted, &envelope.command, node);
    wanted
}

fn want_command(wanted: &mut Wanted, command: &Command, node: AreaCode) {
    match command {
        Command::Register(person) => people(wanted, &[person.id]),
        Command::Credit { person, .. } | Command::PayHeirs { person } | Command::File { person, .. } => {
            people(wanted, &[*person]);
        }
        Command::EndFiling { person, filed } => {
            people(wanted, &[*person]);
            wanted.messages.insert(filed.clone());
        }
        Command::Correct(correction) => people(wanted, &[correction.person]),
        Command::Freeze(person) | Command::Unfreeze(person) => people(wanted, &[*person]),
        Command::OpenWallet { person, .. } => people(wanted, &[*person]),
        Command::RegisterInstitution(institution) => {
            wanted.institutions.insert(institution.id);
        }
        Command::ChangeStatus { person, .. } | Command::Move { person, .. } => family(wanted, *person),
        Command::TurnYear(_) => {}
        Command::ShowFamilyCode { member, .. } => people(wanted, &[*member]),
        Command::Bind(request) => {
            people(wanted, &[request.sponsor, request.beneficiary]);
            wanted.sponsors_of.insert(request.sponsor);
        }
        Command::Consent(pair, _)
        | Command::Review(pair, _)
        | Command::ChangeLimits(pair, _)
        | Command::Pause(pair)
        | Command::Resume(pair)
        | Command::Unbind(pair, _) => people(wanted, &[pair.sponsor, pair.beneficiary]),
        Command::SetQuota(order) | Command::Transfer(order) => {
            people(wanted, &[order.pair.sponsor, order.pair.beneficiary]);
        }
        Command::Order { beneficiary, .. } => family(wanted, *beneficiary),
        Command::Settle(bill) | Command::Preview(bill) => want_bill(wanted, bill, node),
        Command::Reverse { original } => {
            wanted.messages.insert(original.clone());
        }
        Command::PayPremium(order) => people(wanted, &[order.payer, order.person]),
        Command::AcceptTransfer { transfer, receiver, .. } => {
            people(wanted, &[*receiver]);
            wanted.payments.insert(*transfer);
        }
        Command::CancelTransfer { transfer, sender } => {
            people(wanted, &[*sender]);
            wanted.payments.insert(*transfer);
        }
        Command::Due(due) => want_due(wanted, *due),
        Command::Acknowledge(_) => {}
        Command::Peer(command) => want_peer(wanted, command, node),
    }
}

fn want_bill(wanted: &mut Wanted, bill: &Bill, node: AreaCode) {
    wanted.institutions.insert(bill.institution);
    if bill.patient_area.province() == node {
        family(wanted, bill.patient);
    }
}

fn want_due(wanted: &mut Wanted, due: Due) {
    wanted.timers.insert(due);
    match due {
        Due::Binding { sponsor, .. } => people(wanted, &[sponsor]),
        Due::Transfer { sender, transfer } => {
            people(wanted, &[sender]);
            wanted.payments.insert(transfer);
        }
    }
}

fn want_peer(wanted: &mut Wanted, command: &PeerCommand, node: AreaCode) {
    match command {
        PeerCommand::MemberFacts(person) => people(wanted, &[*person]),
        PeerCommand::Mirror(binding) => people(wanted, &[binding.sponsor, binding.beneficiary]),
        PeerCommand::EndBinding { sponsor, .. } => people(wanted, &[*sponsor]),
        PeerCommand::Standing(question) => people(wanted, &[question.sponsor]),
        PeerCommand::Pay(question, ..) => people(wanted, &[question.sponsor]),
        PeerCommand::Confirm { share, sponsor, .. } | PeerCommand::Cancel { share, sponsor } => {
            people(wanted, &[*sponsor]);
            wanted.payments.insert(*share);
        }
        PeerCommand::SettleAway(bill, _) | PeerCommand::PreviewAway(bill, _) => want_bill(wanted, bill, node),
        PeerCommand::ConfirmAway { settlement, patient } | PeerCommand::CancelAway { settlement, patient } => {
            people(wanted, &[*patient]);
            wanted.payments.insert(*settlement);
        }
        PeerCommand::ReverseAway { settlement, key, day, .. } => {
            people(wanted, &[*key]);
            wanted.payments.insert(*settlement);
            wanted.days.insert(*day);
        }
        PeerCommand::TransferNotice(transfer) => {
            people(wanted, &[transfer.receiver]);
            wanted.payments.insert(transfer.id);
        }
        PeerCommand::TransferAccepted { transfer, sender, .. } => {
            people(wanted, &[*sender]);
            wanted.payments.insert(*transfer);
        }
        PeerCommand::Arrive { person, past, .. } => {
            people(wanted, &[person.id]);
            wanted.people.extend(past.ended.iter().map(|binding| binding.sponsor));
        }
        PeerCommand::Remit { person, .. } => people(wanted, &[*person]),
    }
}

fn people(wanted: &mut Wanted, people: &[PersonId]) {
    wanted.people.extend(people);
}

/// A person and everybody bound to him as a sponsor.
fn family(wanted: &mut Wanted, person: PersonId) {
    wanted.people.insert(person);
    wanted.sponsors_of.insert(person);
}

/// The colour of this year's money in an area: the calendar's year, moved on by each turn that was ordered early.
pub(super) fn colour_now(sight: Sight<'_>, area: AreaCode) -> Colour {
    let day = sight.envelope.at.day();
    let month = sight.law.on(area, day).map_or(1, |law| law.money.insurance_year_month);
    let codes = BTreeSet::from([area.pool(), area.province()]);
    let turns = |code: &AreaCode| sight.facts.rows.area_years.get(code).map_or(0, |row| row.early_turns);
    Colour::of_year(day, month, codes.iter().map(turns).sum())
}

/// Asks for people that have not been read; `None` when all have.
pub(super) fn unread(facts: &Facts, people: impl IntoIterator<Item = PersonId>, days: &[Day]) -> Option<Wanted> {
    let missing: BTreeSet<PersonId> = people.into_iter().filter(|person| !facts.read.people.contains(person)).collect();
    let days: BTreeSet<Day> = days.iter().copied().filter(|day| !facts.read.days.contains(day)).collect();
    if missing.is_empty() && days.is_empty() {
        return None;
    }
    Some(Wanted { people: missing, days, ..Wanted::default() })
}

/// What another province may know of a person of this one.
pub(super) fn member_facts(facts: &Facts, person: &Person) -> MemberFacts {
    MemberFacts {
        scheme: person.scheme,
        status: person.status,
        area: person.area,
        born: person.born,
        sex: person.sex,
        traits: person.traits.clone(),
        wallet_open: facts.rows.wallets.contains_key(&person.id),
    }
}
