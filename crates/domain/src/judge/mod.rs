//! Judging: a command and the facts it saw become an answer and the rows to write. One function a command, in
//! files by theme; [`judge`] is the only door.
//!
//! Invariants: a known message gets its first answer and moves nothing; a judgement that needs more facts or
//! another province says so and writes no money; a message keeps the id and the day of its first try; whatever is written belongs to people that the group holds.

mod aid;
mod away;
mod bind;
mod case_of;
mod draft;
mod due;
mod facts;
mod family;
mod peers;
mod premium;
mod reverse;
mod settle;
mod status;
mod wallet;
mod world;

use gongji_words::{AreaCode, CommandId, Moment};

use crate::message::{Answer, Command, Envelope, Heard, PeerAsk, PeerCommand};
use crate::policy::Law;
use crate::reason::Reason;
use crate::record::{Facts, MessageRow, MessageState, Rows, Wanted};
use crate::zoo::{self, Cage};

use draft::Draft;

/// What a judge sees: the law, the province that the node serves, the facts, the command.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The law.
    pub law: &'a Law,
    /// The province of this node.
    pub node: AreaCode,
    /// The facts that the group read.
    pub facts: &'a Facts,
    /// The command.
    pub envelope: &'a Envelope,
}

/// What a judgement comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// The one answer, and the rows to write with it.
    Done(Answer, Rows),
    /// More must be read before it can be judged.
    More(Wanted),
    /// Other provinces must be asked first; the rows keep that the message is waiting.
    Ask(Vec<PeerAsk>, Rows),
    /// The message waits for other provinces since an earlier try: it must be judged as what was entered then.
    Entered(CommandId, Moment),
}

/// What a use case comes to, before the message row is added.
enum Verdict<'a> {
    Done(Answer, Draft<'a>),
    Refused(Reason),
    More(Wanted),
    Ask(Vec<PeerAsk>, Draft<'a>),
}

/// Judges one command. Total: every command gets a judgement, whatever the facts.
#[must_use]
pub fn judge(sight: Sight<'_>) -> Judgement {
    let known = sight.facts.rows.messages.get(&sight.envelope.message);
    if let Some(row) = known {
        if let Some(field) = changed_field(row, sight.envelope)
            && !zoo::open(Cage::ChangedRepeatSilent)
        {
            return Judgement::Done(Answer::Conflict(field), Rows::default());
        }
        match &row.state {
            MessageState::Answered(answer) if !is_judged_again(&sight.envelope.command) => {
                return Judgement::Done(answer.clone(), Rows::default());
            }
            MessageState::Asking(_) if (row.command, row.entered_at) != (sight.envelope.id, sight.envelope.at) => {
                return Judgement::Entered(row.command, row.entered_at);
            }
            MessageState::Answered(_) | MessageState::Asking(_) => {}
        }
    }
    let attempt = known.map_or(0, |row| row.attempt);
    match judge_command(sight) {
        Verdict::More(wanted) => Judgement::More(wanted),
        Verdict::Refused(reason) => {
            answered(sight, attempt, Answer::Refused(reason), aid::give_back(sight).into_rows())
        }
        Verdict::Done(answer, draft) => answered(sight, attempt, answer, draft.into_rows()),
        Verdict::Ask(asks, _) if is_question(&sight.envelope.command) => Judgement::Ask(asks, Rows::default()),
        Verdict::Ask(asks, draft) => {
            let mut rows = draft.into_rows();
            keep(
                &mut rows,
                message_row(sight, attempt + 1, MessageState::Asking(Box::new(sight.envelope.command.clone()))),
            );
            Judgement::Ask(asks, rows)
        }
    }
}

/// A repeat is not, whatever it asks for.
fn is_judged_again(command: &Command) -> bool {
    let share = matches!(command, Command::Peer(PeerCommand::Pay(..)));
    zoo::open(Cage::RepeatJudgedAgain) || zoo::open(Cage::AnswerOverwritten) || share && zoo::open(Cage::SharePaidAgain)
}

fn judge_command(sight: Sight<'_>) -> Verdict<'_> {
    match &sight.envelope.command {
        Command::Register(person) => world::register(sight, person),
        Command::Credit { person, amount, kind } => world::credit(sight, *person, *amount, kind),
        Command::Correct(correction) => world::correct(sight, correction),
        Command::PayHeirs { person } => world::pay_heirs(sight, *person),
        Command::RegisterInstitution(institution) => world::register_institution(sight, institution),
        Command::ChangeStatus { person, status } => status::change(sight, *person, *status),
        Command::Move { person, area } => status::relocate(sight, *person, *area),
        Command::Freeze(person) => world::freeze(sight, *person),
        Command::Unfreeze(person) => world::unfreeze(sight, *person),
        Command::File { person, area, from, until } => world::file(sight, *person, (*area, *from, *until)),
        Command::EndFiling { person, filed } => world::end_filing(sight, *person, filed),
        Command::TurnYear(area) => world::turn_year(sight, *area),
        Command::ShowFamilyCode { holder, member } => world::show_family_code(sight, *holder, *member),
        Command::Bind(request) => bind::bind(sight, request),
        Command::Consent(pair, said) => family::consent(sight, *pair, *said),
        Command::Review(pair, verdict) => family::review(sight, *pair, *verdict),
        Command::ChangeLimits(pair, change) => family::change_limits(sight, *pair, change),
        Command::Pause(pair) => family::pause(sight, *pair),
        Command::Resume(pair) => family::resume(sight, *pair),
        Command::Unbind(pair, side) => family::unbind(sight, *pair, *side),
        Command::Order { beneficiary, sponsors } => family::order(sight, *beneficiary, sponsors),
        Command::Settle(bill) => settle::settle(sight, bill),
        Command::Preview(bill) => settle::preview(sight, bill),
        Command::Reverse { original } => reverse::reverse(sight, original),
        Command::PayPremium(order) => premium::pay(sight, order),
        Command::OpenWallet { person, place } => wallet::open(sight, *person, *place),
        Command::SetQuota(order) => wallet::set_quota(sight, order),
        Command::Transfer(order) => wallet::transfer(sight, order),
        Command::AcceptTransfer { transfer, receiver, sender_area } => {
            wallet::accept(sight, *transfer, (*receiver, *sender_area))
        }
        Command::CancelTransfer { transfer, sender } => wallet::cancel(sight, *transfer, *sender),
        Command::Due(due) => due::due(sight, *due),
        Command::Acknowledge(row) => due::acknowledge(sight, row),
        Command::Peer(command) => peers::answer(sight, command),
    }
}

fn changed_field(row: &MessageRow, envelope: &Envelope) -> Option<String> {
    let first = |name: &str| row.digests.iter().find(|(field, _)| field == name).map(|(_, digest)| *digest);
    let changed = envelope.digests.iter().find(|(field, digest)| first(field) != Some(*digest));
    let missing = || {
        let gone = |name: &String| !envelope.digests.iter().any(|(field, _)| field == name);
        row.digests.iter().map(|(field, _)| field).find(|name| gone(name)).cloned()
    };
    changed.map(|(field, _)| field.clone()).or_else(missing)
}

fn answered(sight: Sight<'_>, attempt: u16, answer: Answer, mut rows: Rows) -> Judgement {
    if is_question(&sight.envelope.command) {
        return Judgement::Done(answer, Rows::default());
    }
    if !matches!(sight.envelope.command, Command::Acknowledge(_)) {
        keep(&mut rows, message_row(sight, attempt, MessageState::Answered(answer.clone())));
    }
    Judgement::Done(answer, rows)
}

/// Questions are answered by what is there now; they are not messages and leave nothing behind.
fn is_question(command: &Command) -> bool {
    use PeerCommand as P;
    matches!(command, Command::Preview(_) | Command::Peer(P::MemberFacts(_) | P::Standing(_) | P::PreviewAway(..)))
}

fn message_row(sight: Sight<'_>, attempt: u16, state: MessageState) -> MessageRow {
    let envelope = sight.envelope;
    MessageRow {
        id: envelope.message.clone(),
        command: envelope.id,
        entered_at: envelope.at,
        digests: envelope.digests.clone(),
        attempt,
        state,
    }
}

fn keep(rows: &mut Rows, row: MessageRow) {
    rows.messages.insert(row.id.clone(), row);
}

/// What has been heard in answer to a question, if anything: `Some(None)` when the other side did not answer, or is stopped
/// and so is not asked.
fn heard<'a>(sight: Sight<'a>, asked: &PeerAsk) -> Option<&'a Option<Answer>> {
    let known = sight.envelope.heard.iter().find(|Heard { asked: question, .. }| question == asked);
    let stopped = sight.facts.stops.stop_peer(asked.to).then_some(&None);
    known.map(|heard| &heard.answer).or(stopped)
}

/// Why nothing is heard of another province.
fn unheard(sight: Sight<'_>, of: AreaCode) -> Reason {
    if sight.facts.stops.stop_peer(of) { Reason::SettleStopped } else { Reason::SysUpstream }
}

/// The id of something that a command makes beside itself: the same for every try, so that a repeat finds it.
#[must_use]
pub fn derived_id(base: CommandId, salts: &[i64]) -> CommandId {
    let mix = |state: u64, part: i64| {
        let word = (state ^ part.cast_unsigned()).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    };
    // The base has a round of its own: taken together with the first salt, all pairs of one difference would
    // make the same id.
    let parts = std::iter::once(base.number()).chain(salts.iter().copied());
    CommandId::from_number((parts.fold(0, mix) >> 1).cast_signed())
}

/// The id under which a question to another province is entered there: the same for every repeat.
#[must_use]
pub fn peer_command_id(asker: CommandId, place: u16, command: &PeerCommand) -> CommandId {
    match command {
        PeerCommand::SettleAway(..) | PeerCommand::PreviewAway(..) => asker,
        PeerCommand::Pay(question, ..) => aid::share_id(question.payment, question.binding, question.attempt),
        _ => derived_id(asker, &[i64::from(place), 1]),
    }
}

/// What a command wants to see, as far as it can be told from the command alone.
#[must_use]
pub fn wanted(envelope: &Envelope, node: AreaCode) -> Wanted {
    facts::wanted(envelope, node)
}
