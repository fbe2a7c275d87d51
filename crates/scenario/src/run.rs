//! Plays a scenario against the real use cases and reports every expectation that does not hold.

use std::collections::BTreeMap;

use gongji_domain::clearing::{Clearing, net};
use gongji_domain::message::{
    Answer, Command, Consented, CreditKind, Pair, Side, Verdict as ReviewVerdict, WalletOrder,
};
use gongji_domain::policy::Law;
use gongji_domain::reason::{Notice, Reason};
use gongji_domain::trace::Trace;
use gongji_service::Clock as _;
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, MessageId, Month, PersonId};

use crate::convert;
use crate::reply::{ClearingReply, Reply, SettledReply};
use crate::syntax::{self, Line, LinkState, Scenario, Statement};
use crate::world::{Sent, Standing, StoreMaker, World, in_words};

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: expected {}, got {}", self.file, self.line, self.expected, self.got)
    }
}

/// A settlement with its trace, for those who want it explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The line that settled.
    pub line: u32,
    /// Its source text.
    pub source: String,
    /// How it was decided.
    pub trace: Trace,
    /// What people are called in the file.
    pub names: BTreeMap<PersonId, String>,
}

/// What playing one file came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Counted statements that held.
    pub passed: u64,
    /// Those that did not.
    pub failures: Vec<Failure>,
    /// Settlements with their traces.
    pub explained: Vec<Explained>,
}

/// Whether a code is one that files may use.
#[must_use]
pub fn is_known_code(code: &str) -> bool {
    Reason::from_code(code).is_some() || Notice::from_code(code).is_some()
}

/// Plays a file on fresh stores, one node for each province that it names.
pub async fn run(scenario: &Scenario, law: &Law, make_store: &mut StoreMaker<'_>) -> Report {
    set(scenario, law, make_store).await.0
}

/// The same, and what stands there afterwards, to go on with.
pub async fn set(scenario: &Scenario, law: &Law, make_store: &mut StoreMaker<'_>) -> (Report, Standing) {
    let mut make = |province: AreaCode| make_store(province);
    let mut player =
        Player { world: World::new(law.clone(), &mut make), report: Report::default(), file: &scenario.file };
    for line in &scenario.lines {
        player.play(line).await;
    }
    (player.report, player.world.standing())
}

struct Player<'a> {
    world: World<'a>,
    report: Report,
    file: &'a str,
}

impl Player<'_> {
    async fn play(&mut self, line: &Line) {
        let reply = match self.perform(&line.statement).await {
            Ok(reply) => reply,
            Err(why) => Reply::Broken(why),
        };
        let holds = meets(&line.statement, &reply);
        match (&line.expectation, holds) {
            (Some(_), true) => self.report.passed += 1,
            (Some(expected), false) => self.fail(line, expected, &reply.text()),
            (None, true) => {}
            (None, false) => self.fail(line, "success", &reply.text()),
        }
        self.check_sum(line, &reply);
        self.check_ledger(line).await;
        self.explain(line).await;
    }

    fn fail(&mut self, line: &Line, expected: &str, got: &str) {
        let (expected, got) = (expected.to_owned(), got.to_owned());
        self.report.failures.push(Failure { file: self.file.to_owned(), line: line.number, expected, got });
    }

    /// Own, aid, wallet and cash are the personal part, no more and no less.
    fn check_sum(&mut self, line: &Line, reply: &Reply) {
        let (Statement::Settle { visit, .. } | Statement::Preview { visit, .. }) = &line.statement else { return };
        if let Reply::Settled(settled) = reply
            && settled.sum() != visit.personal_part()
        {
            self.fail(line, &format!("a sum of {}", visit.personal_part()), &settled.sum().to_string());
        }
    }

    /// After every statement all journals balance and no personal account is negative.
    async fn check_ledger(&mut self, line: &Line) {
        let nodes: Vec<_> = self.world.nodes.values().cloned().collect();
        for node in nodes {
            match node.store().audit_totals().await {
                Ok(totals) if totals.discrepancies.is_empty() => {}
                Ok(totals) => {
                    let got = format!("{:?}", totals.discrepancies);
                    self.fail(line, &format!("an even ledger of {}", node.province()), &got);
                }
                Err(error) => self.fail(line, "a ledger that can be read", &error.to_string()),
            }
        }
    }

    async fn explain(&mut self, line: &Line) {
        let Statement::Settle { visit, .. } = &line.statement else { return };
        let Some(sent) = self.world.sent.get(visit.id.as_str()) else { return };
        let patient = self.world.area_of(&visit.beneficiary).province();
        let Some(node) = self.world.nodes.get(&patient) else { return };
        if let Ok(Some(trace)) = node.trace(sent.id).await {
            let names = self.world.people.iter().map(|(name, (id, _))| (*id, name.clone())).collect();
            self.report.explained.push(Explained { line: line.number, source: line.source.clone(), trace, names });
        }
    }

    async fn perform(&mut self, statement: &Statement) -> Result<Reply, String> {
        match statement {
            Statement::Clock { time } => self.world.move_clock(*time).await.map(|()| done()),
            Statement::Area { .. } => Ok(done()),
            Statement::Link { areas, state } => self.link(*areas, *state).await,
            Statement::Person(_)
            | Statement::Account { .. }
            | Statement::Institution(_)
            | Statement::Status { .. }
            | Statement::Move { .. }
            | Statement::Freeze { .. }
            | Statement::Unfreeze { .. }
            | Statement::Filing { .. }
            | Statement::Credit { .. }
            | Statement::YearEnd { .. } => self.world_statement(statement).await,
            Statement::Bind { .. }
            | Statement::Consent { .. }
            | Statement::Review { .. }
            | Statement::Limit { .. }
            | Statement::Pause { .. }
            | Statement::Resume { .. }
            | Statement::Unbind { .. }
            | Statement::Order { .. }
            | Statement::FamilyCode { .. } => self.family_statement(statement).await,
            Statement::Preview { .. }
            | Statement::Settle { .. }
            | Statement::Reverse { .. }
            | Statement::Repeat { .. }
            | Statement::Premium { .. } => self.money_statement(statement).await,
            Statement::Wallet { .. }
            | Statement::Quota { .. }
            | Statement::Transfer { .. }
            | Statement::Accept { .. }
            | Statement::Cancel { .. } => self.wallet_statement(statement).await,
            Statement::Binding { .. }
            | Statement::Balance { .. }
            | Statement::Notices { .. }
            | Statement::Used { .. }
            | Statement::WalletBalance { .. }
            | Statement::Clearing { .. } => self.enquiry(statement).await,
        }
    }

    async fn link(&mut self, [one, other]: [AreaCode; 2], state: LinkState) -> Result<Reply, String> {
        if state == LinkState::Down {
            self.world.links.cut(one, other);
        } else {
            self.world.links.mend(one, other);
            self.world.deliver_all().await?;
        }
        Ok(done())
    }

    async fn world_statement(&mut self, statement: &Statement) -> Result<Reply, String> {
        let (area, command) = match statement {
            Statement::Person(person) => {
                let id = PersonId::from_number(i64::try_from(self.world.people.len()).unwrap_or(i64::MAX) + 1);
                self.world.people.insert(person.name.as_str().to_owned(), (id, person.area));
                (person.area, Command::Register(convert::to_person(id, person)))
            }
            Statement::Institution(institution) => {
                let number = i64::try_from(self.world.institutions.len()).unwrap_or(i64::MAX) + 1;
                let id = InstitutionId::from_number(number);
                self.world.institutions.insert(institution.name.as_str().to_owned(), (id, institution.area));
                (institution.area, Command::RegisterInstitution(convert::to_institution(id, institution)))
            }
            Statement::Move { person, area } => return self.relocate(person, *area).await,
            Statement::YearEnd { area } => (*area, Command::TurnYear(*area)),
            other => self.person_command(other),
        };
        let answer = self.world.enter(area, command).await?;
        Ok(self.reply(answer, "done"))
    }

    fn person_command(&self, statement: &Statement) -> (AreaCode, Command) {
        let id = |name: &syntax::Name| self.world.person_id(name);
        let (name, command) = match statement {
            Statement::Account { person, balance, previous_years } => {
                let kind = CreditKind::Opening { previous_years: *previous_years };
                (person, Command::Credit { person: id(person), amount: *balance, kind })
            }
            Statement::Credit { person, amount } => {
                (person, Command::Credit { person: id(person), amount: *amount, kind: CreditKind::Contribution })
            }
            Statement::Status { person, status } => {
                (person, Command::ChangeStatus { person: id(person), status: *status })
            }
            Statement::Freeze { person } => (person, Command::Freeze(id(person))),
            Statement::Unfreeze { person } => (person, Command::Unfreeze(id(person))),
            Statement::Filing { person, area, from, until } => {
                let from = from.unwrap_or_else(|| self.world.clock.now().day());
                (person, Command::File { person: id(person), area: *area, from, until: *until })
            }
            other => unreachable!("no statement about one person: {other:?}"),
        };
        (self.world.area_of(name), command)
    }

    async fn relocate(&mut self, name: &syntax::Name, area: AreaCode) -> Result<Reply, String> {
        let (person, from) = self.world.people[name.as_str()];
        self.world.node(area)?;
        let answer = self.world.enter(from, Command::Move { person, area }).await?;
        self.world.people.insert(name.as_str().to_owned(), (person, area));
        Ok(self.reply(answer, "done"))
    }

    async fn family_statement(&mut self, statement: &Statement) -> Result<Reply, String> {
        let (at, command, word) = match statement {
            Statement::Bind { bind, .. } => (&bind.pair.sponsor, Command::Bind(self.world.bind_request(bind)), "done"),
            Statement::Consent { pair, answer, .. } => {
                let said = if *answer == syntax::Answer::Yes { Consented::Yes } else { Consented::No };
                (&pair.sponsor, Command::Consent(self.world.pair(pair), said), "done")
            }
            Statement::Review { pair, verdict, .. } => {
                (&pair.sponsor, Command::Review(self.world.pair(pair), to_verdict(*verdict)), "done")
            }
            Statement::Limit { pair, limits, .. } => {
                let change = convert::to_change(limits);
                (&pair.sponsor, Command::ChangeLimits(self.world.pair(pair), change), "changed")
            }
            Statement::Pause { pair, .. } => (&pair.sponsor, Command::Pause(self.world.pair(pair)), "paused"),
            Statement::Resume { pair, .. } => (&pair.sponsor, Command::Resume(self.world.pair(pair)), "active"),
            Statement::Unbind { pair, by, .. } => {
                let (name, side) = match by {
                    syntax::Side::Sponsor => (&pair.sponsor, Side::Sponsor),
                    syntax::Side::Beneficiary => (&pair.beneficiary, Side::Beneficiary),
                };
                (name, Command::Unbind(self.world.pair(pair), side), "ended")
            }
            Statement::Order { beneficiary, sponsors, .. } => {
                let sponsors = sponsors.iter().map(|name| self.world.person_id(name)).collect();
                let command = Command::Order { beneficiary: self.world.person_id(beneficiary), sponsors };
                (beneficiary, command, "done")
            }
            Statement::FamilyCode { holder, member, .. } => {
                let (holder, shown) = (self.world.person_id(holder), self.world.person_id(member));
                (member, Command::ShowFamilyCode { holder, member: shown }, "shown")
            }
            other => unreachable!("no statement about families: {other:?}"),
        };
        let area = self.world.area_of(at);
        let answer = self.world.enter(area, command).await?;
        Ok(self.reply(answer, word))
    }

    async fn money_statement(&mut self, statement: &Statement) -> Result<Reply, String> {
        match statement {
            Statement::Preview { visit, .. } => {
                let area = self.world.institutions[visit.institution.as_str()].1;
                let answer = self.world.enter(area, Command::Preview(self.world.bill(visit))).await?;
                Ok(self.reply(answer, "done"))
            }
            Statement::Settle { visit, .. } => {
                let area = self.world.institutions[visit.institution.as_str()].1;
                self.send(visit.id.as_str(), area, Command::Settle(self.world.bill(visit))).await
            }
            Statement::Premium { premium, .. } => {
                let area = self.world.area_of(&premium.insured);
                let order = self.world.premium_order(premium);
                self.send(premium.id.as_str(), area, Command::PayPremium(order)).await
            }
            Statement::Reverse { id, .. } => {
                let home = self.world.sent.get(id.as_str()).map(|sent| sent.province);
                let Some(area) = home.or_else(|| self.world.nodes.keys().next().copied()) else {
                    return Ok(Reply::Refused(Reason::ReverseNotFound.code().to_owned()));
                };
                let answer = self.world.enter(area, Command::Reverse { original: message_of(id.as_str()) }).await?;
                Ok(self.reply(answer, "reversed"))
            }
            Statement::Repeat { id, .. } => self.repeat(id.as_str()).await,
            other => unreachable!("no statement about money: {other:?}"),
        }
    }

    /// Sends a message under its own id. An id that another province has seen first goes there: ids share one space.
    async fn send(&mut self, id: &str, area: AreaCode, command: Command) -> Result<Reply, String> {
        let first = self.world.sent.get(id).cloned();
        let province = first.as_ref().map_or(area.province(), |sent| sent.province);
        let node = self.world.node(province)?;
        let message = message_of(id);
        let answer = node.enter(message.clone(), command.clone()).await.map_err(in_words)?;
        let row = node.message(&message).await.map_err(in_words)?;
        let id_given = row.map_or(CommandId::from_number(0), |row| row.command);
        if first.is_none() {
            let sent = Sent { province, command, answer: answer.clone(), id: id_given };
            self.world.sent.insert(id.to_owned(), sent);
        }
        self.named(answer, id).await
    }

    async fn repeat(&mut self, id: &str) -> Result<Reply, String> {
        let sent = self.world.sent(id)?;
        let node = self.world.node(sent.province)?;
        let answer = node.enter(message_of(id), sent.command).await.map_err(in_words)?;
        if answer != sent.answer {
            return Ok(Reply::Broken(format!("another answer than the first: {answer:?}")));
        }
        self.named(answer, id).await
    }

    /// Sponsors are named by the node of the patient; the institution's never learns them.
    async fn named(&mut self, answer: Answer, id: &str) -> Result<Reply, String> {
        let sent = self.world.sent(id)?;
        let mut reply = self.reply(answer, "done");
        if let (Reply::Settled(settled), Command::Settle(bill)) = (&mut reply, &sent.command) {
            let node = self.world.node(bill.patient_area)?;
            if let Some(row) = node.payment(sent.id).await.map_err(in_words)? {
                let name = |share: &gongji_domain::record::Share| (self.world.name_of(share.sponsor), share.amount);
                settled.by = row.shares.iter().map(name).collect();
            }
        }
        Ok(reply)
    }

    async fn wallet_statement(&mut self, statement: &Statement) -> Result<Reply, String> {
        let (area, command, word) = match statement {
            Statement::Wallet { person, place, .. } => {
                let area = self.world.area_of(person);
                let place = place.unwrap_or(area);
                (area, Command::OpenWallet { person: self.world.person_id(person), place }, "open")
            }
            Statement::Quota { pair, amount, .. } => {
                let area = self.world.area_of(&pair.sponsor);
                (area, Command::SetQuota(self.wallet_order(pair, *amount)), "frozen")
            }
            Statement::Transfer { id, pair, amount, .. } => {
                let area = self.world.area_of(&pair.sponsor);
                let command = Command::Transfer(self.wallet_order(pair, *amount));
                return self.send(id.as_str(), area, command).await;
            }
            Statement::Accept { id, .. } => return self.accept(id.as_str()).await,
            Statement::Cancel { id, .. } => {
                let sent = self.world.sent(id.as_str())?;
                let Command::Transfer(order) = sent.command else { return Ok(no_way_back()) };
                let command = Command::CancelTransfer { transfer: sent.id, sender: order.pair.sponsor };
                (sent.province, command, "cancelled")
            }
            other => unreachable!("no statement about wallets: {other:?}"),
        };
        let answer = self.world.enter(area, command).await?;
        Ok(self.reply(answer, word))
    }

    fn wallet_order(&self, pair: &syntax::Pair, amount: Fen) -> WalletOrder {
        WalletOrder { pair: self.world.pair(pair), receiver_area: self.world.area_of(&pair.beneficiary), amount }
    }

    async fn accept(&mut self, id: &str) -> Result<Reply, String> {
        let sent = self.world.sent(id)?;
        let Command::Transfer(order) = sent.command else { return Ok(no_way_back()) };
        let receiver = order.pair.beneficiary;
        let area = self.area_by_id(receiver);
        let command = Command::AcceptTransfer { transfer: sent.id, receiver, sender_area: sent.province };
        let answer = self.world.enter(area, command).await?;
        Ok(self.reply(answer, "accepted"))
    }

    fn area_by_id(&self, person: PersonId) -> AreaCode {
        let found = self.world.people.values().find(|(id, _)| *id == person);
        found.expect("a person of a command was defined").1
    }

    async fn enquiry(&mut self, statement: &Statement) -> Result<Reply, String> {
        match statement {
            Statement::Balance { person, .. } => {
                let node = self.world.node(self.world.area_of(person))?;
                let balance = node.balance(self.world.person_id(person)).await.map_err(in_words)?;
                let (total, available, frozen) = (balance.total, balance.available, balance.frozen);
                Ok(Reply::Balance { balance: total, available, frozen })
            }
            Statement::WalletBalance { person, .. } => {
                let node = self.world.node(self.world.area_of(person))?;
                let amount = node.wallet_balance(self.world.person_id(person)).await.map_err(in_words)?;
                Ok(Reply::WalletBalance(amount))
            }
            Statement::Binding { pair, .. } => {
                let latest = self.latest(self.world.pair(pair)).await?;
                let now = self.world.clock.now();
                let word = latest.map_or("none".to_owned(), |(binding, _)| state_words(binding.state_at(now)));
                Ok(Reply::Word(word))
            }
            Statement::Used { pair, .. } => {
                let used = self.latest(self.world.pair(pair)).await?.map_or_else(Default::default, |(_, used)| used);
                Ok(Reply::Used { this_month: used.month, this_year: used.year, total: used.total })
            }
            Statement::Notices { person, .. } => self.notices(person).await,
            Statement::Clearing { month, .. } => self.clearing(*month).await,
            other => unreachable!("no enquiry: {other:?}"),
        }
    }

    async fn latest(
        &self,
        pair: Pair,
    ) -> Result<Option<(gongji_domain::binding::Binding, gongji_domain::limits::Used)>, String> {
        let mut latest = None;
        for node in self.world.nodes.values() {
            let found = node.latest_binding(pair).await.map_err(in_words)?;
            latest = [latest, found].into_iter().flatten().max_by_key(|(binding, _)| (binding.asked_at, binding.id));
        }
        Ok(latest)
    }

    async fn notices(&mut self, name: &syntax::Name) -> Result<Reply, String> {
        let person = self.world.person_id(name);
        let mut all = Vec::new();
        for node in self.world.nodes.values() {
            all.extend(node.notices(person).await.map_err(in_words)?);
        }
        all.sort_by_key(|row| row.at);
        let read = self.world.notices_read.insert(name.as_str().to_owned(), all.len()).unwrap_or(0);
        let new = all.iter().skip(read).map(|row| (row.notice.code().to_owned(), row.amount));
        Ok(Reply::Notices(new.collect()))
    }

    /// The nation's computation: records that both sides have alike are netted, the others are named.
    async fn clearing(&mut self, month: Month) -> Result<Reply, String> {
        let mut claims = Vec::new();
        for node in self.world.nodes.values() {
            claims.extend(node.claims(month).await.map_err(in_words)?);
        }
        let Clearing { owes, matched, unmatched } = net(&claims);
        let owes = owes.into_iter().map(|owed| (owed.from, owed.to, owed.amount)).collect();
        Ok(Reply::Clearing(ClearingReply { owes, matched, unmatched }))
    }

    fn reply(&self, answer: Answer, word: &str) -> Reply {
        match answer {
            Answer::Refused(reason) => Reply::Refused(reason.code().to_owned()),
            Answer::Conflict(_) => Reply::Refused(Reason::ReqIdempotencyConflict.code().to_owned()),
            Answer::Binding(state) => Reply::Word(state_words(state)),
            Answer::Settled(settled) => Reply::Settled(SettledReply {
                own: settled.own,
                aid: settled.aid_total(),
                wallet: settled.wallet,
                cash: settled.cash,
                by: settled.aid.iter().map(|(who, amount)| (self.world.name_of(*who), *amount)).collect(),
                reason: settled.reason.map(|reason| reason.code().to_owned()),
            }),
            Answer::PaidBy(person) => Reply::Word(format!("paid by {}", self.world.name_of(person))),
            Answer::Frozen(amount) => Reply::Frozen(amount),
            Answer::Pending => Reply::Word("pending".to_owned()),
            _ => Reply::Word(word.to_owned()),
        }
    }
}

fn done() -> Reply {
    Reply::Word("done".to_owned())
}

fn no_way_back() -> Reply {
    Reply::Refused(Reason::WalletNoWayBack.code().to_owned())
}

fn message_of(id: &str) -> MessageId {
    MessageId::new("till", id).unwrap_or_else(|_| MessageId::new("till", "too-long").expect("short and printable"))
}

fn state_words(state: gongji_domain::binding::BindingState) -> String {
    state.word().replace('-', " ")
}

fn to_verdict(verdict: syntax::Verdict) -> ReviewVerdict {
    match verdict {
        syntax::Verdict::Approve => ReviewVerdict::Approve,
        syntax::Verdict::Reject => ReviewVerdict::Reject,
        syntax::Verdict::Return => ReviewVerdict::Return,
    }
}

/// Whether a reply is what the statement expects; without `=>` a statement must succeed.
fn meets(statement: &Statement, reply: &Reply) -> bool {
    use crate::syntax::Vocabulary as _;
    let fixed = |expected: &Option<syntax::Expected<()>>, word: &str| match expected {
        Some(expected) => reply.is_word(expected, |()| word.to_owned()),
        None => reply.is_success(),
    };
    let state = |expected: &Option<syntax::Expected<syntax::BindingState>>| match expected {
        Some(expected) => reply.is_word(expected, |state| state.word().to_owned()),
        None => reply.is_success(),
    };
    let or_success = |met: Option<bool>| met.unwrap_or_else(|| reply.is_success());
    match statement {
        Statement::Bind { expected, .. }
        | Statement::Consent { expected, .. }
        | Statement::Review { expected, .. }
        | Statement::Pause { expected, .. }
        | Statement::Resume { expected, .. }
        | Statement::Unbind { expected, .. } => state(expected),
        Statement::Limit { expected, .. } => fixed(expected, "changed"),
        Statement::Order { expected, .. } => fixed(expected, "done"),
        Statement::FamilyCode { expected, .. } => fixed(expected, "shown"),
        Statement::Reverse { expected, .. } => fixed(expected, "reversed"),
        Statement::Wallet { expected, .. } => fixed(expected, "open"),
        Statement::Transfer { expected, .. } => fixed(expected, "pending"),
        Statement::Accept { expected, .. } => fixed(expected, "accepted"),
        Statement::Cancel { expected, .. } => fixed(expected, "cancelled"),
        Statement::Binding { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_state(e))),
        Statement::Preview { expected, .. } | Statement::Settle { expected, .. } => {
            or_success(expected.as_ref().map(|e| reply.is_settlement(e)))
        }
        Statement::Repeat { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_repeat(e))),
        Statement::Premium { expected, .. } => {
            or_success(expected.as_ref().map(|e| reply.is_word(e, |name| format!("paid by {name}"))))
        }
        Statement::Balance { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_balance(e))),
        Statement::Notices { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_notices(e))),
        Statement::Used { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_used(e))),
        Statement::Quota { expected, .. } | Statement::WalletBalance { expected, .. } => {
            or_success(expected.as_ref().map(|e| reply.is_amount(e)))
        }
        Statement::Clearing { expected, .. } => or_success(expected.as_ref().map(|e| reply.is_clearing(e))),
        _ => reply.is_success(),
    }
}
