//! Who the beneficiary is to the sponsor.

use crate::word::vocabulary;

vocabulary! {
    /// The relation, seen from the sponsor: the beneficiary is his ...
    Relation {
        /// 配偶
        Spouse = 1 "spouse",
        /// 父母
        Parent = 2 "parent",
        /// 子女
        Child = 3 "child",
        /// 兄弟姐妹
        Sibling = 4 "sibling",
        /// 祖父母
        Grandparent = 5 "grandparent",
        /// 外祖父母
        MaternalGrandparent = 6 "maternal-grandparent",
        /// 孙子女
        Grandchild = 7 "grandchild",
        /// 外孙子女
        DaughterGrandchild = 8 "daughter-grandchild",
        /// 配偶的父母: outside the national list, allowed early by some cities.
        ParentInLaw = 9 "parent-in-law",
        /// 子女的配偶
        ChildInLaw = 10 "child-in-law",
        /// 结亲户 of Xinjiang's ethnic-unity scheme: no kin at all.
        PairedHousehold = 11 "paired-household",
        /// Anything else; no area allows it.
        Other = 12 "other",
    }
}

/// The eight kinds of near relatives (近亲属) of 国办发〔2024〕28号, in every province by 2024-12-09.
pub const NEAR_RELATIVES: [Relation; 8] = [
    Relation::Spouse,
    Relation::Parent,
    Relation::Child,
    Relation::Sibling,
    Relation::Grandparent,
    Relation::MaternalGrandparent,
    Relation::Grandchild,
    Relation::DaughterGrandchild,
];
