//! Who may do what: one table of roles × operations × scope.
//!
//! The checks of every request are made from it, the security part of the interface's description, and a test that goes
//! through all routes as every role with other people's ids. Deliberately absent: grants to single people. Who needs
//! more gets a role.

use gongji_domain::access::{Credential, Role};

/// How far a role reaches with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nobody has to say who he is.
    Open,
    /// On the machine itself nobody has to say who he is; from elsewhere the role is needed. There is nothing in it that is
    /// somebody's.
    Here,
    /// The role is enough; there is nothing in it that is somebody's.
    Whole,
    /// An institution reaches its own bills and visits, staff those of their areas. What is out of reach is answered
    /// like what is not there.
    Own,
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident $word:literal [$($role:ident)*] $scope:ident;)+) => {
        /// Everything that can be asked for. One variant a route.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation { $($(#[$doc])* $name),+ }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in the interface's description.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// Who may ask for it. Empty where nobody has to say who he is.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*]),+ }
            }

            /// How far they reach.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$name => Scope::$scope),+ }
            }
        }
    };
}

operations! {
    /// The program runs.
    IsAlive "is-alive" [] Open;
    /// It can do its work.
    IsReady "is-ready" [] Open;
    /// The interface describes itself.
    Describe "describe" [] Open;
    /// The same for people.
    ReadDocs "read-docs" [] Open;
    /// What a code means.
    ReadProblem "read-problem" [] Open;
    /// What the program counts.
    ReadMetrics "read-metrics" [Operator Auditor] Here;
    /// A session begins.
    SignIn "sign-in" [] Open;
    /// It ends.
    SignOut "sign-out" [Clerk Reviewer PolicyEditor Releaser Auditor Clearing Operator] Whole;
    /// Who asks.
    WhoAmI "who-am-i" [Institution Clerk Reviewer PolicyEditor Releaser Auditor Clearing Operator] Whole;

    /// A bill is settled.
    Settle "settle" [Institution] Own;
    /// A settlement as it stands now.
    ReadSettlement "read-settlement" [Institution Clerk Reviewer Auditor] Own;
    /// It is undone.
    Reverse "reverse" [Institution] Own;
    /// Why it came out so.
    Explain "explain" [Institution Clerk Reviewer Auditor] Own;
    /// The settlement behind the four characters that a cashier was told.
    FindCase "find-case" [Institution Clerk Reviewer Auditor] Own;
    /// A visit is registered.
    OpenVisit "open-visit" [Institution] Own;
    /// What a bill would come to.
    Preview "preview" [Institution] Own;
    /// Whether anybody is ready to pay.
    IsEligible "is-eligible" [Institution Clerk] Own;

    /// A person is registered.
    RegisterPerson "register-person" [Clerk] Own;
    /// A person.
    ReadPerson "read-person" [Clerk Reviewer Auditor] Own;
    /// His account and wallet.
    ReadBalance "read-balance" [Clerk Auditor] Own;
    /// What he was told.
    ListNotices "list-notices" [Clerk Auditor] Own;
    /// What was asked about his bills before they were settled.
    ListPreviews "list-previews" [Clerk Auditor] Own;
    /// His bindings, given and used.
    ListBindings "list-bindings" [Clerk Reviewer Auditor] Own;

    /// A sponsor binds.
    Bind "bind" [Clerk] Own;
    /// A binding.
    ReadBinding "read-binding" [Clerk Reviewer Auditor] Own;
    /// The beneficiary answers.
    Consent "consent" [Clerk] Own;
    /// The agency looks at it.
    Review "review" [Reviewer] Own;
    /// The sponsor changes limits.
    ChangeLimits "change-limits" [Clerk] Own;
    /// The sponsor pauses.
    Pause "pause" [Clerk] Own;
    /// The sponsor resumes.
    Resume "resume" [Clerk] Own;
    /// One side unbinds.
    Unbind "unbind" [Clerk] Own;

    /// A beneficiary orders his sponsors.
    OrderSponsors "order-sponsors" [Clerk] Own;
    /// Care elsewhere is filed.
    FileCare "file-care" [Clerk] Own;
    /// A code is shown for somebody.
    ShowFamilyCode "show-family-code" [Clerk] Own;
    /// A wallet is opened.
    OpenWallet "open-wallet" [Clerk] Own;
    /// A quota is frozen.
    SetQuota "set-quota" [Clerk] Own;
    /// Money is sent to a wallet.
    Transfer "transfer" [Clerk] Own;
    /// The receiver takes it.
    AcceptTransfer "accept-transfer" [Clerk] Own;
    /// The sender takes it back.
    CancelTransfer "cancel-transfer" [Clerk] Own;
    /// A premium is paid.
    PayPremium "pay-premium" [Clerk] Own;
    /// It is given back.
    ReversePremium "reverse-premium" [Clerk] Own;
    /// Money comes into an account.
    Credit "credit" [Clerk] Own;
    /// An account is frozen.
    Freeze "freeze" [Clerk] Own;
    /// The state of an insurance changes.
    ChangeStatus "change-status" [Clerk] Own;
    /// An insurance moves.
    Relocate "relocate" [Clerk] Own;

    /// Something is proposed that takes two.
    Propose "propose" [Clerk] Own;
    /// Proposals of one's areas.
    ListProposals "list-proposals" [Clerk Reviewer Auditor] Whole;
    /// A proposal.
    ReadProposal "read-proposal" [Clerk Reviewer Auditor] Own;
    /// Another person approves it, and it is done.
    ApproveProposal "approve-proposal" [Reviewer] Own;
    /// It is rejected.
    RejectProposal "reject-proposal" [Reviewer] Own;
    /// It is taken back.
    WithdrawProposal "withdraw-proposal" [Clerk] Own;

    /// An institution is registered.
    RegisterInstitution "register-institution" [Operator] Own;
    /// An institution.
    ReadInstitution "read-institution" [Institution Clerk Auditor Operator] Own;
    /// Those of one's areas.
    ListInstitutions "list-institutions" [Clerk Auditor Operator] Whole;

    /// The law of an area on a day.
    ReadLaw "read-law" [Institution Clerk Reviewer PolicyEditor Releaser Auditor Clearing Operator] Whole;
    /// How packs became law.
    ListReleases "list-releases" [PolicyEditor Releaser Auditor] Whole;
    /// A pack is proposed.
    ProposeRelease "propose-release" [PolicyEditor] Whole;
    /// Another person approves it.
    ApproveRelease "approve-release" [Releaser] Whole;
    /// It is withdrawn.
    WithdrawRelease "withdraw-release" [PolicyEditor Releaser] Whole;

    /// What an operator's brake is on, and was on.
    ListStops "list-stops" [Auditor Operator] Whole;

    /// The claims of a month.
    ListClaims "list-claims" [Clearing Auditor] Whole;
    /// Its positions.
    ReadClearing "read-clearing" [Clearing Auditor] Whole;
    /// The trial balance of a day.
    ReadTrialBalance "read-trial-balance" [Auditor Clearing] Whole;
}

/// What a token may do with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may ask; how far it reaches is seen when what it asks for is known.
    May,
    /// Nobody was let in.
    Nobody,
    /// Its roles do not have this operation.
    WrongRole,
}

/// Whether somebody may ask for an operation.
#[must_use]
pub fn verdict(operation: Operation, who: Option<&Credential>) -> Verdict {
    match who {
        _ if operation.scope() == Scope::Open => Verdict::May,
        None => Verdict::Nobody,
        Some(credential) if credential.is_any_of(operation.roles()) => Verdict::May,
        Some(_) => Verdict::WrongRole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_need_not_say_who_he_is_reaches_nothing_of_anybody() {
        for operation in Operation::ALL {
            assert_eq!(operation.roles().is_empty(), operation.scope() == Scope::Open, "{operation:?}");
        }
    }

    #[test]
    fn nobody_both_makes_and_looks_at_what_takes_two() {
        let pairs = [
            (Operation::Bind, Operation::Review),
            (Operation::ProposeRelease, Operation::ApproveRelease),
            (Operation::Propose, Operation::ApproveProposal),
        ];
        for (maker, checker) in pairs {
            assert!(maker.roles().iter().all(|role| !checker.roles().contains(role)), "{maker:?}");
        }
    }
}
