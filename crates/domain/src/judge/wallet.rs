//! The wallet: opening it, freezing a quota (from 2026-01-09), sending and accepting transfers (until then).

use gongji_words::{AreaCode, CommandId, Fen, Month, PersonId};

use crate::account::{HoldKind, Lots};
use crate::binding::{Binding, Standing};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Due, MemberFacts, PeerAsk, PeerCommand, WalletOrder};
use crate::person::{InsuranceStatus, Person};
use crate::policy::{WalletLaw, WalletMode};
use crate::reason::{Notice, Reason};
use crate::wallet::{Transfer, TransferState, Wallet, return_moment};
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, aid, bind, facts, heard, unheard};

/// Opens a wallet, or changes its place of use.
pub(super) fn open(sight: Sight<'_>, person: PersonId, place: AreaCode) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let Some(area) = draft.local(person).map(|person| person.area) else {
        return Verdict::Refused(Reason::WalletAreaNotOpen);
    };
    if !is_open(sight, area) {
        return Verdict::Refused(Reason::WalletAreaNotOpen);
    }
    let balance = sight.facts.rows.wallets.get(&person).map_or(Fen::ZERO, |wallet| wallet.balance);
    draft.rows.wallets.insert(person, Wallet { person, place, balance });
    Verdict::Done(Answer::Done, draft)
}

fn is_open(sight: Sight<'_>, area: AreaCode) -> bool {
    let law = sight.law.on(area, sight.envelope.at.day());
    law.is_ok_and(|law| law.wallet.open && law.wallet.mode != WalletMode::Closed)
}

/// A pair that may use the wallet: what both sides' law and state say, in order of precedence.
struct WalletPair {
    binding: Binding,
    sponsor: Person,
}

enum Checked {
    Pair(Box<WalletPair>),
    Refused(Reason),
    Ask(PeerAsk),
}

fn check(sight: Sight<'_>, draft: &Draft<'_>, (order, mode): (&WalletOrder, WalletMode)) -> Checked {
    let pair = order.pair;
    let Some(sponsor) = draft.local(pair.sponsor) else { return Checked::Refused(Reason::WalletNotOpenSelf) };
    let law = sight.law.on(sponsor.area, sight.envelope.at.day());
    if !law.is_ok_and(|law| law.wallet.mode == mode) {
        return Checked::Refused(Reason::WalletMode);
    }
    if !sight.facts.rows.wallets.contains_key(&pair.sponsor) {
        return Checked::Refused(Reason::WalletNotOpenSelf);
    }
    let now = sight.envelope.at;
    let of_pair = |binding: &&Binding| binding.beneficiary == pair.beneficiary;
    let binding = sight.facts.bindings_by(pair.sponsor).filter(of_pair).max_by_key(|b| (b.asked_at, b.id));
    let receiver_area = draft.local(pair.beneficiary).map_or(order.receiver_area, |person| person.area);
    if !is_open(sight, sponsor.area) || !is_open(sight, receiver_area) {
        return Checked::Refused(Reason::WalletAreaNotOpen);
    }
    match receiver_of(sight, draft, (pair.beneficiary, receiver_area)) {
        Err(stop) => return stop,
        Ok(member) if !member.wallet_open => return Checked::Refused(Reason::WalletNotOpenReceiver),
        Ok(_) => {}
    }
    match binding.filter(|binding| binding.standing(now) == Standing::Usable) {
        Some(binding) => Checked::Pair(Box::new(WalletPair { binding: binding.clone(), sponsor: sponsor.clone() })),
        None => Checked::Refused(Reason::WalletRelation),
    }
}

fn receiver_of(
    sight: Sight<'_>,
    draft: &Draft<'_>,
    (receiver, to): (PersonId, AreaCode),
) -> Result<MemberFacts, Checked> {
    if let Some(person) = draft.local(receiver) {
        return Ok(facts::member_facts(sight.facts, person));
    }
    let ask = PeerAsk { to, command: PeerCommand::MemberFacts(receiver) };
    match heard(sight, &ask) {
        None => Err(Checked::Ask(ask)),
        Some(Some(Answer::Member(member))) => Ok(member.clone()),
        Some(None) => Err(Checked::Refused(unheard(sight, ask.to))),
        Some(Some(_)) => Err(Checked::Refused(Reason::WalletNotOpenReceiver)),
    }
}

/// What the wallet may take of a sponsor: what a payment would take, nothing of an account that cannot be used.
fn spendable(draft: &Draft<'_>, sponsor: &Person) -> Lots {
    let usable =
        sponsor.status == InsuranceStatus::Active && draft.account(sponsor.id).is_some_and(|account| !account.frozen);
    if usable { aid::usable_lots(draft, sponsor.id) } else { Lots::none() }
}

/// Sets what is frozen for a relation from now.
pub(super) fn set_quota<'a>(sight: Sight<'a>, order: &WalletOrder) -> Verdict<'a> {
    let amount = order.amount;
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let pair = match check(sight, &draft, (order, WalletMode::Quota)) {
        Checked::Pair(pair) => pair,
        Checked::Refused(reason) => return Verdict::Refused(reason),
        Checked::Ask(ask) => return Verdict::Ask(vec![ask], draft),
    };
    let WalletPair { mut binding, sponsor } = *pair;
    if amount.is_negative() {
        return Verdict::Refused(Reason::WalletBalance);
    }
    let owner = (binding.id, HoldKind::Quota);
    let held = draft.held(sponsor.id, binding.id);
    if let Some(less) = held.first(amount) {
        draft.release(sponsor.id, owner, &held.without(&less));
    } else {
        let more = amount.minus(held.total());
        let Some(lots) = spendable(&draft, &sponsor).first(more) else {
            return Verdict::Refused(Reason::WalletBalance);
        };
        draft.hold(sponsor.id, owner, &lots);
    }
    binding.frozen_quota = amount.is_positive().then_some(amount);
    draft.keep_binding(binding);
    Verdict::Done(Answer::Frozen(amount), draft)
}

/// Sends money from a personal account to a relative's wallet; it is frozen there while pending.
pub(super) fn transfer<'a>(sight: Sight<'a>, order: &WalletOrder) -> Verdict<'a> {
    let WalletOrder { pair, amount, .. } = *order;
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let checked = match check(sight, &draft, (order, WalletMode::Transfer)) {
        Checked::Pair(pair) => pair,
        Checked::Refused(reason) => return Verdict::Refused(reason),
        Checked::Ask(ask) => return Verdict::Ask(vec![ask], draft),
    };
    let sponsor = &checked.sponsor;
    if sight.facts.stops.stop_area(sponsor.area) {
        return Verdict::Refused(Reason::SettleStopped);
    }
    let law = sight.law.on(sponsor.area, sight.envelope.at.day()).expect("the wallet's mode was read from it");
    if let Some(reason) = transfer_stop(sight, &law.wallet, (pair.sponsor, amount)) {
        return Verdict::Refused(reason);
    }
    let Some(lots) = spendable(&draft, sponsor).first(amount) else {
        return Verdict::Refused(Reason::WalletBalance);
    };
    let transfer = Transfer {
        id: sight.envelope.id,
        sender: pair.sponsor,
        receiver: pair.beneficiary,
        sender_area: sponsor.area,
        receiver_area: checked.binding.beneficiary_area,
        amount,
        sent_at: sight.envelope.at,
        returns_at: return_moment(sight.envelope.at, law.wallet.return_at),
        state: TransferState::Pending,
    };
    draft.hold(pair.sponsor, (transfer.id, HoldKind::Transfer), &lots);
    draft.keep_timer(Due::Transfer { sender: pair.sponsor, transfer: transfer.id }, Some(transfer.returns_at));
    draft.notify(transfer.receiver, Notice::WalletIn, Some(amount));
    keep(&mut draft, transfer);
    Verdict::Done(Answer::Pending, draft)
}

/// Hours, size, a pending one, count: in order of precedence. All sent on the day count.
fn transfer_stop(sight: Sight<'_>, law: &WalletLaw, (sender, amount): (PersonId, Fen)) -> Option<Reason> {
    let now = sight.envelope.at;
    let minute = u16::from(now.hour()) * 60 + u16::from(now.minute());
    let sent: Vec<&Transfer> = sight.facts.rows.transfers.values().filter(|t| t.sender == sender).collect();
    let today: Vec<&&Transfer> = sent.iter().filter(|transfer| transfer.sent_at.day() == now.day()).collect();
    let sum = Fen::sum(today.iter().map(|transfer| transfer.amount)).plus(amount);
    let pending = law.pending_blocks && sent.iter().any(|transfer| transfer.state == TransferState::Pending);
    let checks = [
        (is_closed(law, minute), Reason::WalletClosed),
        (amount > law.transfer_max, Reason::WalletOverSingle),
        (pending, Reason::WalletPending),
        (today.len() >= law.transfers_a_day as usize, Reason::WalletOverCount),
        (law.day_max.is_some_and(|most| sum > most), Reason::WalletOverCount),
        (!amount.is_positive() && !zoo::open(Cage::ZeroTransfer), Reason::WalletBalance),
    ];
    checks.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
}

fn is_closed(law: &WalletLaw, minute: u16) -> bool {
    if law.closed_from <= law.closed_until {
        return minute >= law.closed_from && minute < law.closed_until;
    }
    minute >= law.closed_from || minute < law.closed_until
}

/// Keeps a transfer, and its mirror where the receiver is insured in another province.
fn keep(draft: &mut Draft<'_>, transfer: Transfer) {
    if !bind::is_here(draft.sight, transfer.receiver_area) && bind::is_here(draft.sight, transfer.sender_area) {
        draft.tell(transfer.receiver_area, PeerCommand::TransferNotice(transfer));
    }
    draft.rows.transfers.insert(transfer.id, transfer);
}

fn pending(sight: Sight<'_>, id: CommandId) -> Option<Transfer> {
    sight.facts.rows.transfers.get(&id).filter(|transfer| transfer.state == TransferState::Pending).copied()
}

/// The receiver takes a transfer: from then on there is no way back.
pub(super) fn accept(sight: Sight<'_>, id: CommandId, (receiver, sender_area): (PersonId, AreaCode)) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let Some(transfer) = pending(sight, id).filter(|transfer| transfer.receiver == receiver) else {
        return match just_accepted(sight, id) {
            Some(amount) => {
                if zoo::open(Cage::WalletCreditedTwice) {
                    put_into_wallet(&mut draft, receiver, amount);
                }
                Verdict::Done(Answer::Accepted(amount), draft)
            }
            None => Verdict::Refused(Reason::WalletNoWayBack),
        };
    };
    if bind::is_here(sight, sender_area) {
        if let Some(more) = facts::unread(sight.facts, [transfer.sender], &[]) {
            return Verdict::More(more);
        }
        let held = draft.held(transfer.sender, id);
        let way = (&held, Position::Wallet(receiver));
        draft.spend_held(transfer.sender, (id, HoldKind::Transfer), way);
        draft.keep_timer(Due::Transfer { sender: transfer.sender, transfer: id }, None);
    } else {
        let ask = PeerAsk {
            to: sender_area,
            command: PeerCommand::TransferAccepted {
                transfer: id,
                sender: transfer.sender,
                receiver_area: transfer.receiver_area,
            },
        };
        match heard(sight, &ask) {
            None => return Verdict::Ask(vec![ask], draft),
            Some(Some(Answer::Accepted(_))) => {}
            Some(None) => return Verdict::Refused(unheard(sight, sender_area)),
            Some(Some(_)) => return Verdict::Refused(Reason::WalletNoWayBack),
        }
        take_over(&mut draft, transfer);
        return Verdict::Done(Answer::Accepted(transfer.amount), draft);
    }
    put_into_wallet(&mut draft, receiver, transfer.amount);
    owe(&mut draft, &transfer);
    keep(&mut draft, Transfer { state: TransferState::Accepted, ..transfer });
    Verdict::Done(Answer::Accepted(transfer.amount), draft)
}

/// The sender's node said yes to this very command, and its own message that the transfer is accepted has come
/// before the answer.
fn just_accepted(sight: Sight<'_>, id: CommandId) -> Option<Fen> {
    sight.envelope.heard.iter().find_map(|heard| match (&heard.asked.command, &heard.answer) {
        (PeerCommand::TransferAccepted { transfer, .. }, Some(Answer::Accepted(amount))) if *transfer == id => {
            Some(*amount)
        }
        _ => None,
    })
}

/// At the receiver's node: a transfer that the sender's node has given up goes into the wallet, once.
pub(super) fn take_over(draft: &mut Draft<'_>, transfer: Transfer) {
    let receiver = transfer.receiver;
    let way = (Position::Area(transfer.sender_area.pool()), Position::Wallet(receiver));
    draft.push_plain(receiver, way, transfer.amount);
    put_into_wallet(draft, receiver, transfer.amount);
    owe(draft, &transfer);
    draft.rows.transfers.insert(transfer.id, Transfer { state: TransferState::Accepted, ..transfer });
}

fn put_into_wallet(draft: &mut Draft<'_>, person: PersonId, amount: Fen) {
    let known = draft.sight.facts.rows.wallets.get(&person).copied();
    let mut wallet = known.unwrap_or(Wallet { person, place: draft.sight.node, balance: Fen::ZERO });
    wallet.balance = wallet.balance.plus(amount);
    draft.rows.wallets.insert(person, wallet);
}

/// From acceptance the sponsor's area owes the receiver's.
fn owe(draft: &mut Draft<'_>, transfer: &Transfer) {
    let month = Month::of(draft.sight.envelope.at.day());
    draft.owe(transfer.id, (transfer.sender_area, transfer.receiver_area), (month, transfer.amount));
}

/// At the sender's node: the receiver of another province takes it.
pub(super) fn accepted(sight: Sight<'_>, id: CommandId, receiver_area: AreaCode) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let known = sight.facts.rows.transfers.get(&id);
    if let Some(before) = known.filter(|transfer| transfer.state == TransferState::Accepted) {
        return Verdict::Done(Answer::Accepted(before.amount), draft);
    }
    let Some(waiting) = pending(sight, id) else { return Verdict::Refused(Reason::WalletNoWayBack) };
    let transfer = Transfer { receiver_area, ..waiting };
    let held = draft.held(transfer.sender, id);
    let way = (&held, Position::Area(transfer.receiver_area.pool()));
    draft.spend_held(transfer.sender, (id, HoldKind::Transfer), way);
    draft.keep_timer(Due::Transfer { sender: transfer.sender, transfer: id }, None);
    owe(&mut draft, &transfer);
    keep(&mut draft, Transfer { state: TransferState::Accepted, ..transfer });
    Verdict::Done(Answer::Accepted(transfer.amount), draft)
}

/// The sender takes back what is still pending.
pub(super) fn cancel(sight: Sight<'_>, id: CommandId, sender: PersonId) -> Verdict<'_> {
    let Some(transfer) = pending(sight, id).filter(|transfer| transfer.sender == sender) else {
        return Verdict::Refused(Reason::WalletNoWayBack);
    };
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    give_back(&mut draft, transfer, TransferState::Cancelled);
    Verdict::Done(Answer::Cancelled, draft)
}

/// Releases what is held for a pending transfer.
pub(super) fn give_back(draft: &mut Draft<'_>, transfer: Transfer, state: TransferState) {
    let held = draft.held(transfer.sender, transfer.id);
    draft.release(transfer.sender, (transfer.id, HoldKind::Transfer), &held);
    draft.keep_timer(Due::Transfer { sender: transfer.sender, transfer: transfer.id }, None);
    keep(draft, Transfer { state, ..transfer });
}
