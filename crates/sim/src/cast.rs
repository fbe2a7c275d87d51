//! Who lives in a generated world: families spread over its provinces, and the institutions they go to.

use std::collections::BTreeSet;

use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::{Command, CreditKind};
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex};
use gongji_words::{AreaCode, Day, Fen, InstitutionId, Moment, PersonId};

use crate::plan::Plan;
use crate::random::Rng;

/// The provinces that a world may have, each with two areas of its own.
const PROVINCES: [[u32; 3]; 5] = [
    [130_000, 130_100, 130_600],
    [150_000, 150_100, 150_800],
    [320_000, 320_100, 320_500],
    [370_000, 370_100, 370_900],
    [650_000, 650_100, 652_700],
];

/// A person and where he is insured, as far as his family knows.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
    /// How.
    pub scheme: Scheme,
}

/// Everybody and everything in a world.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The provinces, each with a node.
    pub provinces: Vec<AreaCode>,
    /// Their areas.
    pub areas: Vec<AreaCode>,
    /// People; a family is so many of them in a row.
    pub people: Vec<Member>,
    /// People in a family.
    pub family: usize,
    /// Those of a family who have an account: the first.
    pub employees: usize,
    /// Institutions.
    pub institutions: Vec<Institution>,
    /// When the story begins.
    pub begins: Moment,
}

const FAMILY: usize = 5;

const EMPLOYEES: usize = 3;

/// Years within which everybody but the children was born.
const GENERATION: usize = 30;

impl Cast {
    /// The cast of a run.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut rng = Rng::of(plan.seed, "cast", 0);
        let provinces = choose_provinces(&mut rng, plan.nodes);
        let areas: Vec<AreaCode> = provinces.iter().flat_map(|one| [area(one[1]), area(one[2])]).collect();
        let homes: Vec<AreaCode> = (0..plan.families()).map(|_| *rng.pick(&areas)).collect();
        let home = |rng: &mut Rng, place: usize| {
            let together = plan.settlements.is_some() && !rng.one_in(4);
            if together { homes[place / FAMILY] } else { *rng.pick(&areas) }
        };
        let people = (0..plan.families() * FAMILY).map(|place| member(place, home(&mut rng, place))).collect();
        let institutions = areas.iter().enumerate().flat_map(|(place, at)| institutions_of(place, *at)).collect();
        let provinces = provinces.iter().map(|one| area(one[0])).collect();
        let begins = begins(&mut rng);
        Self { provinces, areas, people, family: FAMILY, employees: EMPLOYEES, institutions, begins }
    }

    /// One small family in these areas, the first of them employees. `numbers` gives each his number.
    #[must_use]
    pub fn of_family(
        areas: &[AreaCode],
        begins: Moment,
        (homes, employees, numbers): (&[AreaCode], usize, &[i64]),
    ) -> Self {
        let provinces: BTreeSet<AreaCode> = areas.iter().map(|area| area.province()).collect();
        let institutions = areas.iter().enumerate().flat_map(|(place, at)| institutions_of(place, *at)).collect();
        let member = |(place, (home, number)): (usize, (&AreaCode, &i64))| {
            let scheme = if place < employees { Scheme::Employee } else { Scheme::Resident };
            Member { id: PersonId::from_number(*number), area: *home, scheme }
        };
        let people: Vec<Member> = homes.iter().zip(numbers).enumerate().map(member).collect();
        let (provinces, areas, family) = (provinces.into_iter().collect(), areas.to_vec(), people.len());
        Self { provinces, areas, people, family, employees, institutions, begins }
    }

    /// Which province's node serves an area.
    #[must_use]
    pub fn site(&self, area: AreaCode) -> Option<usize> {
        self.provinces.iter().position(|province| *province == area.province())
    }

    /// The place of a person among the people.
    #[must_use]
    pub fn place(&self, id: PersonId) -> Option<usize> {
        let first = self.people.first()?.id;
        let place = usize::try_from(id.number().abs_diff(first.number())).ok()?;
        self.people.get(place).filter(|one| one.id == id).map(|_| place)
    }

    /// What has to be entered before the story begins, and at which site.
    #[must_use]
    pub fn opening(&self, seed: u64) -> Vec<(usize, Command)> {
        let institutions = self.institutions.iter();
        let registered = institutions.map(|one| (self.home(one.area), Command::RegisterInstitution(*one)));
        registered.chain(self.arrivals(seed)).collect()
    }

    /// How people come in: they are registered, employees with what their accounts hold, most with a wallet.
    #[must_use]
    pub fn arrivals(&self, seed: u64) -> Vec<(usize, Command)> {
        let mut rng = Rng::of(seed, "opening", 0);
        let mut commands = Vec::new();
        for (place, member) in self.people.iter().enumerate() {
            let site = self.home(member.area);
            commands.push((site, Command::Register(person(member, place))));
            if member.scheme == Scheme::Employee {
                let amount = Fen::from_fen(rng.fen(0, 900_000));
                let previous_years = Fen::from_fen(rng.fen(0, amount.fen()));
                let kind = CreditKind::Opening { previous_years };
                commands.push((site, Command::Credit { person: member.id, amount, kind }));
            }
            if !rng.one_in(6) {
                let place = *rng.pick(&self.areas);
                commands.push((site, Command::OpenWallet { person: member.id, place }));
            }
        }
        commands
    }

    fn home(&self, area: AreaCode) -> usize {
        self.site(area).expect("the cast lives where there are nodes")
    }
}

fn area(number: u32) -> AreaCode {
    AreaCode::from_number(number)
}

fn choose_provinces(rng: &mut Rng, count: usize) -> Vec<[u32; 3]> {
    let mut left = PROVINCES.to_vec();
    (0..count.clamp(1, PROVINCES.len())).map(|_| left.remove(rng.place(left.len()))).collect()
}

fn member(place: usize, area: AreaCode) -> Member {
    let number = i64::try_from(place).unwrap_or(0) + 1;
    let scheme = if place % FAMILY < EMPLOYEES { Scheme::Employee } else { Scheme::Resident };
    Member { id: PersonId::from_number(number), area, scheme }
}

fn person(member: &Member, place: usize) -> Person {
    let year = if place % FAMILY == 4 { 2018 } else { 1970 + i32::try_from(place % GENERATION).unwrap_or(0) };
    Person {
        id: member.id,
        area: member.area,
        scheme: member.scheme,
        status: InsuranceStatus::Active,
        born: Day::new(year, 2, 28).expect("a day of the calendar"),
        sex: Some(if place.is_multiple_of(2) { Sex::Male } else { Sex::Female }),
        traits: BTreeSet::new(),
    }
}

/// A hospital that takes everything and a pharmacy that takes no wallet.
fn institutions_of(place: usize, area: AreaCode) -> [Institution; 2] {
    let number = i64::try_from(place).unwrap_or(0) * 2 + 1;
    let designation = Designation::Designated;
    let (yes, no) = (Takes::Yes, Takes::No);
    let id = InstitutionId::from_number;
    [
        Institution { id: id(number), area, kind: InstitutionKind::Hospital, designation, aid: yes, wallet: yes },
        Institution { id: id(number + 1), area, kind: InstitutionKind::Pharmacy, designation, aid: yes, wallet: no },
    ]
}

/// In the time of transfers, in the time of quotas, or shortly before one becomes the other.
fn begins(rng: &mut Rng) -> Moment {
    let (year, month, day) = *rng.pick(&[(2025, 10, 20), (2025, 12, 28), (2026, 3, 2), (2026, 6, 29)]);
    Moment::at(Day::new(year, month, day).expect("a day of the calendar"), 9, 0)
}
