//! One family of a file of commands: who it is, what it said before, and what it says next.
//!
//! Invariant: what a family that lives in one province says concerns nobody else.

use std::collections::VecDeque;

use gongji_domain::message::{
    Bill, BindRequest, Command, Consented, Correction, CreditKind, Pair, PremiumOrder, Verdict, WalletOrder,
};
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};

use super::Entry;
use crate::cast::{Cast, Member};
use crate::histories::law::Far;
use crate::random::Rng;
use crate::traffic::{Earlier, Traffic};

/// Messages that may be sent again.
const REMEMBERED: usize = 12;
/// Sponsors bind at least so often when a family comes in.
const AGREEMENTS: usize = 4;
/// Numbers of people and institutions whom nobody has registered.
const NOBODY: i64 = 1 << 40;

type Drawn = (usize, Command);

/// A family.
pub struct Household {
    number: u32,
    far: Far,
    cast: Cast,
    /// What it has to say when it comes in.
    first: VecDeque<Drawn>,
    sent: VecDeque<(MessageId, usize, Command)>,
    paid: Vec<Earlier>,
    transfers: Vec<Earlier>,
}

impl Household {
    /// The family at a place of the world; one that is far has its people in all provinces.
    #[must_use]
    pub fn new((seed, place): (u64, usize), world: &Cast, far: Far) -> Self {
        let number = u32::try_from(place).expect("a number of families fits");
        let mut rng = Rng::of(seed, "household", number.into());
        let province = *rng.pick(&world.provinces);
        let here = |area: &AreaCode| far == Far::OtherProvince || area.province() == province;
        let areas: Vec<AreaCode> = world.areas.iter().copied().filter(here).collect();
        let first = i64::from(number) * i64::try_from(world.family).unwrap_or(1) + 1;
        let people = (first..).zip(&world.people[..world.family]).map(|(id, like)| Member {
            id: PersonId::from_number(id),
            area: *rng.pick(&areas),
            scheme: like.scheme,
        });
        let people: Vec<Member> = people.collect();
        let institutions = world.institutions.iter().filter(|one| here(&one.area)).copied().collect();
        let cast = Cast { areas, people, institutions, ..world.clone() };
        let first = cast.arrivals(seed ^ u64::from(number)).into();
        let (sent, paid, transfers) = (VecDeque::new(), Vec::new(), Vec::new());
        let mut household = Self { number, far, cast, first, sent, paid, transfers };
        household.agree(&mut rng, world.begins.day());
        household
    }

    /// Whether it has still to say what it came to say.
    #[must_use]
    pub fn is_arriving(&self) -> bool {
        !self.first.is_empty()
    }

    /// Sponsors bind relatives; whoever is asked consents, and who reviews approves, whether or not anybody was asked.
    fn agree(&mut self, rng: &mut Rng, today: Day) {
        for _ in 0..AGREEMENTS {
            let (site, command) = self.drawing(today, |traffic| traffic.bind(rng));
            let Command::Bind(request) = &command else { return };
            let pair = Pair { sponsor: request.sponsor, beneficiary: request.beneficiary };
            self.first.push_back((site, command));
            self.first.push_back((site, Command::Consent(pair, Consented::Yes)));
            self.first.push_back((site, Command::Review(pair, Verdict::Approve)));
        }
    }

    fn drawing<T>(&mut self, today: Day, draw: impl FnOnce(&mut Traffic<'_>) -> T) -> T {
        let Self { cast, paid, transfers, .. } = self;
        draw(&mut Traffic { cast, paid, transfers, today, most_credited: 500_000 })
    }

    /// What it says next, under a new message or one of before.
    pub fn enter(&mut self, (message, id, at): (MessageId, CommandId, Moment), rng: &mut Rng) -> Entry {
        let again = match rng.below(100) {
            0..=3 => self.earlier(rng),
            4 => self.earlier(rng).map(|(message, site, command)| (message, site, self.changed(command))),
            _ => None,
        };
        let (message, site, command) = match again {
            Some(again) if self.first.is_empty() => again,
            _ => {
                let (site, command) = self.first.pop_front().unwrap_or_else(|| self.something(rng, at.day()));
                self.remember((message.clone(), id), site, &command);
                (message, site, command)
            }
        };
        Entry { at, family: (self.far == Far::SameProvince).then_some(self.number), site, message, id, command }
    }

    fn earlier(&self, rng: &mut Rng) -> Option<(MessageId, usize, Command)> {
        (!self.sent.is_empty()).then(|| self.sent[rng.place(self.sent.len())].clone())
    }

    fn remember(&mut self, (message, id): (MessageId, CommandId), site: usize, command: &Command) {
        let earlier = || Earlier { message: message.clone(), site, command: command.clone(), id };
        match command {
            Command::Settle(_) | Command::PayPremium(_) => forgetful(&mut self.paid, earlier()),
            Command::Transfer(_) => forgetful(&mut self.transfers, earlier()),
            _ => {}
        }
        self.sent.push_back((message, site, command.clone()));
        if self.sent.len() > REMEMBERED {
            self.sent.pop_front();
        }
    }

    fn something(&mut self, rng: &mut Rng, today: Day) -> Drawn {
        match rng.below(50) {
            0 => self.nonsense(rng),
            1 | 2 => {
                let (site, bill) = self.bill(rng, today);
                (site, Command::Preview(bill))
            }
            _ => loop {
                let drawn = self.drawing(today, |traffic| traffic.draw(rng));
                match drawn {
                    // When a year turns concerns everybody.
                    Some((_, Command::TurnYear(_))) | None => {}
                    Some(drawn) => return drawn,
                }
            },
        }
    }

    fn bill(&mut self, rng: &mut Rng, today: Day) -> (usize, Bill) {
        self.drawing(today, |traffic| traffic.bill_to_preview(rng))
    }

    /// The same message with another content.
    fn changed(&self, command: Command) -> Command {
        let more = |amount: Fen| amount.plus(Fen::from_fen(1));
        match command {
            Command::Settle(bill) => Command::Settle(Bill { fund: more(bill.fund), ..bill }),
            Command::Credit { person, amount, kind } => Command::Credit { person, amount: more(amount), kind },
            Command::Transfer(order) => Command::Transfer(WalletOrder { amount: more(order.amount), ..order }),
            Command::SetQuota(order) => Command::SetQuota(WalletOrder { amount: more(order.amount), ..order }),
            Command::PayPremium(order) => Command::PayPremium(PremiumOrder { year: order.year + 1, ..order }),
            Command::Bind(request) => {
                let proof = if request.proof == Proof::Upload { Proof::Promise } else { Proof::Upload };
                Command::Bind(BindRequest { proof, ..request })
            }
            _ => Command::PayHeirs { person: self.cast.people[0].id },
        }
    }

    /// What no program should send: nobody, nothing, somebody twice.
    fn nonsense(&mut self, rng: &mut Rng) -> Drawn {
        let nobody = PersonId::from_number(NOBODY + i64::from(self.number));
        let unknown = CommandId::from_number(NOBODY + i64::from(self.number));
        let Member { id: person, area, .. } = self.cast.people[0].clone();
        let (site, amount) = (self.cast.site(area).expect("a family lives where there is a node"), Fen::from_fen(-1));
        let today = self.cast.begins.day();
        let command = match rng.below(10) {
            0 => Command::Settle(Bill { patient: nobody, code_of: nobody, ..self.bill(rng, today).1 }),
            1 => Command::Settle(Bill { institution: InstitutionId::from_number(NOBODY), ..self.bill(rng, today).1 }),
            2 => Command::Credit { person, amount, kind: CreditKind::Contribution },
            3 => Command::Credit { person: nobody, amount: Fen::from_fen(1), kind: CreditKind::Interest },
            4 => {
                let [maker, checker, grounds] = ["maker", "maker", "nobody looked"].map(str::to_owned);
                Command::Correct(Correction { person, amount, maker, checker, grounds })
            }
            5 => match self.drawing(today, |traffic| traffic.bind(rng)) {
                (_, Command::Bind(request)) => {
                    let (sponsor, beneficiary_area) = (request.beneficiary, request.beneficiary_area);
                    Command::Bind(BindRequest { sponsor, beneficiary_area, ..request })
                }
                (_, other) => other,
            },
            6 => {
                let original = MessageId::new("till", format!("never-{}", self.number)).expect("short and printable");
                Command::Reverse { original }
            }
            7 => Command::AcceptTransfer { transfer: unknown, receiver: person, sender_area: area },
            8 => Command::Consent(Pair { sponsor: nobody, beneficiary: person }, Consented::Yes),
            _ => Command::Order { beneficiary: person, sponsors: vec![nobody, nobody] },
        };
        (site, command)
    }
}

/// Keeps the last few.
fn forgetful(list: &mut Vec<Earlier>, earlier: Earlier) {
    list.push(earlier);
    if list.len() > 4 * REMEMBERED {
        list.drain(..2 * REMEMBERED);
    }
}
