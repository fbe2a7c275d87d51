//! What a law resolved to can be built again from its text alone.

use gongji_domain::policy::policy_of;

use super::support::whole_law;

#[test]
fn every_policy_of_every_pack_is_built_again_from_its_canonical_text() {
    let law = whole_law();
    let mut count = 0;
    for resolution in law.resolutions() {
        let policy = law.policy_by_digest(&resolution.digest).expect("a law knows its own digests");
        assert_eq!(policy_of(&resolution.text).as_ref(), Some(policy), "{} {}", resolution.level, resolution.from);
        count += 1;
    }
    assert!(count > law.packs().len(), "some area changes on some day: {count}");
}

#[test]
fn days_of_resolutions_follow_each_other_without_end() {
    let law = whole_law();
    let resolutions: Vec<_> = law.resolutions().collect();
    for pair in resolutions.windows(2) {
        let next = (pair[1].level == pair[0].level).then(|| pair[1].from.plus_days(-1));
        assert_eq!(pair[0].until, next, "{} {}", pair[0].level, pair[0].from);
    }
}

#[test]
fn a_text_that_is_not_canonical_builds_nothing() {
    for text in [
        "bind.open",
        "bind.open=yes",
        "bind.opened=true",
        "bind.max-members=08",
        "bind.relations=[child, spouse, cousin]",
        "money.reserve=7778.0",
        "premium.season=09-01 until 12-31",
        "till.item-limit=[device, consumable] 300.00",
        "wallet.closed-from=22:0",
    ] {
        assert_eq!(policy_of(text), None, "{text}");
    }
}

#[test]
fn values_that_no_pack_has_yet_are_built_again_too() {
    for text in [
        "till.item-limit=[device] 300.00 a month\n",
        "premium.products=[a price of it price 129.00 own-threshold 4000.00, b own-threshold 1.00, c]\n",
        "premium.season=09-01 to 12-31\n",
        "bind.relation-count=[spouse 1, parent 4]\n",
        "bind.max-members=unlimited\n",
        "wallet.day-max=none\n",
        "bind.channels=[]\n",
    ] {
        assert!(policy_of(text).is_some(), "{text}");
    }
}
