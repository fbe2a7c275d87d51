//! Who may come in (身份): roles, the areas that they reach, and what somebody shows to be let in.
//!
//! Invariants: a token is kept as its digest alone; what was revoked is never valid again; an institution's token has
//! one role and reaches nothing but that institution. Deliberately absent: what each role may do (faces say that in one
//! table), and passwords in any form but the text of a slow digest.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, InstitutionId, Moment, PersonId};

use crate::release::Signed;
use crate::word::vocabulary;

vocabulary! {
    /// What somebody is here.
    Role {
        /// 定点机构: a till, for its own bills alone.
        Institution = 1 "institution",
        /// 经办: people, bindings, money orders.
        Clerk = 2 "clerk",
        /// 审核: looks at what clerks and portals sent, and approves what takes two.
        Reviewer = 3 "reviewer",
        /// 政策编辑: proposes packs.
        PolicyEditor = 4 "policy-editor",
        /// 政策发布: approves packs.
        Releaser = 5 "releaser",
        /// 审计: reads all, writes nothing.
        Auditor = 6 "auditor",
        /// 清算: claims and positions between areas.
        Clearing = 7 "clearing",
        /// 运维: institutions, tokens; no money and nobody's bindings.
        Operator = 8 "operator",
    }
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// An institution's.
    Institution(InstitutionId),
    /// A session of a member of staff, by the name with which he signs in.
    Staff(String),
}

/// A token, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// SM3 of the token.
    pub digest: [u8; 32],
    /// Whose it is.
    pub holder: Holder,
    /// What he is.
    pub roles: BTreeSet<Role>,
    /// The areas that he reaches; of an institution none, since it reaches itself.
    pub areas: BTreeSet<AreaCode>,
    /// From when on it is valid.
    pub from: Moment,
    /// Until when; `None`: until it is revoked.
    pub until: Option<Moment>,
    /// Who gave it out.
    pub issued: Signed,
    /// Who took it back.
    pub revoked: Option<Signed>,
}

impl Credential {
    /// The first digits of its digest, by which people speak of it.
    #[must_use]
    pub fn name(&self) -> String {
        self.digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it lets somebody in.
    #[must_use]
    pub fn is_valid(&self, now: Moment) -> bool {
        self.revoked.is_none() && self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether he is one of these.
    #[must_use]
    pub fn is_any_of(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }

    /// Whether an area is one of his.
    #[must_use]
    pub fn reaches(&self, area: AreaCode) -> bool {
        self.areas.iter().any(|own| own.covers(area))
    }
}

/// A member of staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Staff {
    /// With this he signs in; it is also what his signatures say.
    pub name: String,
    /// Who he is, as the agency knows him (工号): the same for all names of one person. `None`: he has this name alone.
    pub person: Option<String>,
    /// Text of the slow digest of his password, with its own parameters and salt.
    pub password: String,
    /// What he is.
    pub roles: BTreeSet<Role>,
    /// The areas that he reaches.
    pub areas: BTreeSet<AreaCode>,
    /// Whether he may sign in.
    pub active: bool,
    /// Who last changed this, and when.
    pub changed: Signed,
}

impl Staff {
    /// Who he is: two names of one person say the same.
    #[must_use]
    pub fn identity(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.name)
    }
}

impl std::fmt::Debug for Staff {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Staff({}, {:?}, {:?}, active {})", self.name, self.roles, self.areas, self.active)
    }
}

/// A visit (就诊登记): an institution says that a patient is there. Without one nobody is told what a bill would come to,
/// since such an answer bounds a balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Where.
    pub institution: InstitutionId,
    /// The institution's name for it.
    pub name: String,
    /// Who is there.
    pub patient: PersonId,
    /// When it was registered: it is good for that day.
    pub opened: Moment,
    /// How many previews were asked for.
    pub previews: u32,
}

/// Most previews of one visit.
pub const MOST_PREVIEWS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(until: Option<i64>, revoked: bool) -> Credential {
        let at = Moment::from_millis(1_000);
        Credential {
            digest: [0xab; 32],
            holder: Holder::Staff("wang".to_owned()),
            roles: [Role::Clerk].into(),
            areas: [AreaCode::parse("130100").unwrap()].into(),
            from: at,
            until: until.map(Moment::from_millis),
            issued: Signed { by: "li".to_owned(), at },
            revoked: revoked.then(|| Signed { by: "li".to_owned(), at }),
        }
    }

    #[test]
    fn a_token_is_valid_from_its_first_moment_to_before_its_last_and_never_after_it_was_revoked() {
        for (until, revoked, now, valid) in [
            (None, false, 999, false),
            (None, false, 1_000, true),
            (Some(2_000), false, 1_999, true),
            (Some(2_000), false, 2_000, false),
            (None, true, 1_500, false),
        ] {
            let now = Moment::from_millis(now);
            assert_eq!(credential(until, revoked).is_valid(now), valid, "{until:?} {revoked} {now:?}");
        }
    }

    #[test]
    fn an_area_reaches_what_it_covers_and_a_name_is_short() {
        let credential = credential(None, false);
        for (area, reached) in [("130100", true), ("130102", true), ("130200", false), ("130000", false)] {
            assert_eq!(credential.reaches(AreaCode::parse(area).unwrap()), reached, "{area}");
        }
        assert_eq!(credential.name(), "abababababababab");
    }
}
