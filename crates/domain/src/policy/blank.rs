//! The policy in which nothing is allowed: what the keys then fill. It is never seen, because the nation's file
//! answers every key.

use std::collections::BTreeSet;

use gongji_words::Fen;

use super::model::{
    AidAsked, BindEffect, BindLaw, Consent, FilingForAid, MoneyLaw, OwnAccount, Policy, PooledBenefit, PremiumLaw,
    Proof, Reach, Review, Roles, Shortfall, SponsorOrder, SponsorsPerSettlement, TillLaw, UnbindBy, UnbindEffect,
    UsableMoney, WalletLaw, WalletMode,
};
use crate::burden::PartSet;

pub(super) fn blank() -> Policy {
    Policy {
        bind: blank_bind(),
        money: MoneyLaw { usable: UsableMoney::PreviousYears, reserve: Fen::ZERO, insurance_year_month: 1 },
        till: blank_till(),
        wallet: blank_wallet(),
        premium: PremiumLaw { resident: false, long_term_care: false, products: Vec::new(), season: None },
        family_code_max: None,
        digest: [0; 32],
    }
}

fn blank_bind() -> BindLaw {
    BindLaw {
        open: false,
        reach: Reach::Pool,
        relations: BTreeSet::new(),
        relations_across: BTreeSet::new(),
        relation_count: Vec::new(),
        spouse_of_other_sex: false,
        member_schemes: BTreeSet::new(),
        member_traits: BTreeSet::new(),
        excluded_sponsor_traits: BTreeSet::new(),
        excluded_member_traits: BTreeSet::new(),
        max_members: None,
        members_include_sponsor: false,
        max_sponsors: None,
        roles: Roles::Exclusive,
        consent: Consent::Everybody,
        consent_age: 0,
        consent_days: 0,
        proof: Proof::Upload,
        review: Review::BeforeEffect,
        channels: Vec::new(),
        effect: BindEffect::NextDay,
        term_years: None,
        cooldown_days: None,
        reserve_hinders: false,
        unbind_effect: UnbindEffect::AtOnce,
        unbind_by: UnbindBy::Either,
        unbind_min_term_months: None,
        end_events: BTreeSet::new(),
        one_limit_for_all: false,
    }
}

fn blank_till() -> TillLaw {
    TillLaw {
        open: false,
        own_account: OwnAccount::OwnFirst,
        sponsor_order: SponsorOrder::Binding,
        order_changeable: false,
        sponsors: SponsorsPerSettlement::One,
        shortfall: Shortfall::AllOrNothing,
        pooled_benefit: PooledBenefit::PureAccountOnly,
        kinds_employee: BTreeSet::new(),
        kinds_resident: BTreeSet::new(),
        payable: PartSet::EMPTY,
        item_limit: None,
        filing_for_aid: FilingForAid::OutsidePool,
        aid_asked: AidAsked::AtPayment,
        member_traits: BTreeSet::new(),
    }
}

fn blank_wallet() -> WalletLaw {
    WalletLaw {
        open: false,
        mode: WalletMode::Closed,
        transfers_a_day: 0,
        transfer_max: Fen::ZERO,
        day_max: None,
        closed_from: 0,
        closed_until: 0,
        return_at: 0,
        pending_blocks: true,
    }
}
