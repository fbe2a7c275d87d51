//! Codes of the interface, and what they mean here. The lists are those of the specification's dictionary.

use gongji_domain::benefit::PersonKind;
use gongji_domain::burden::VisitKind;
use gongji_domain::institution::InstitutionKind;
use gongji_domain::message::Using;
use gongji_domain::person::{Person, Scheme, Sex};
use gongji_domain::policy::AidAsked;
use gongji_words::Day;

/// 参保人员类别: from 60 on a man, from 55 on a woman is taken for retired where nobody said otherwise.
const RETIRED: (i32, i32) = (60, 55);

/// What a visit is (`med_type`), at an institution of this kind; `None` for what is not served.
pub fn visit_kind(med_type: &str, kind: InstitutionKind) -> Option<VisitKind> {
    if kind == InstitutionKind::Pharmacy {
        return matches!(med_type, "41" | "11" | "14" | "18" | "9901" | "9904").then_some(VisitKind::Pharmacy);
    }
    Some(match med_type {
        "11" | "12" | "1103" | "9903" => VisitKind::Outpatient,
        "13" | "1301" => VisitKind::Emergency,
        "14" | "18" | "9901" | "9904" => VisitKind::Chronic,
        "22" | "28" | "71" => VisitKind::Inpatient,
        "51" | "52" => VisitKind::Birth,
        stay if stay.starts_with("21") => VisitKind::Inpatient,
        _ => return None,
    })
}

/// 清算类别 of a visit.
pub fn clr_type(med_type: &str) -> &str {
    match med_type {
        "11" | "12" | "13" | "14" | "18" | "22" | "28" | "41" => med_type,
        "1301" => "13",
        "51" | "52" => "53",
        stay if stay.starts_with("21") => "21",
        _ => "99",
    }
}

/// 险种 of an insurance.
pub const fn insutype(scheme: Scheme) -> Option<&'static str> {
    match scheme {
        Scheme::Employee => Some("310"),
        Scheme::Resident => Some("390"),
        Scheme::Uninsured => None,
    }
}

/// What kind of person somebody is on a day, as far as his insurance, age and sex tell.
pub fn person_kind(person: &Person, day: Day) -> Option<PersonKind> {
    let age = person.age_on(day);
    let retires = if person.sex == Some(Sex::Female) { RETIRED.1 } else { RETIRED.0 };
    match person.scheme {
        Scheme::Employee if age >= retires => Some(PersonKind::Retired),
        Scheme::Employee => Some(PersonKind::Working),
        Scheme::Resident if age < 18 => Some(PersonKind::Minor),
        Scheme::Resident if age >= 60 => Some(PersonKind::Elderly),
        Scheme::Resident => Some(PersonKind::Adult),
        Scheme::Uninsured => None,
    }
}

/// 人员类别 of a kind of person.
pub const fn psn_type(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Working => "11",
        PersonKind::Retired => "12",
        PersonKind::Minor => "1405",
        PersonKind::Adult => "15",
        PersonKind::Elderly => "16",
    }
}

/// 性别.
pub const fn gend(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Male) => "1",
        Some(Sex::Female) => "2",
        None => "9",
    }
}

/// What a flag of accounts (`acct_used_flag`) asks for, where aid is taken without a word or only when it is asked for.
///
/// 0 none; 1 the patient's own; 2 the sponsor's. Most clients know 0 and 1 alone, so where aid is automatic 1 and nothing
/// mean all there is; where it has to be asked for (as in Bortala by its own document), only 2 asks.
pub fn using(flag: Option<&str>, asked: AidAsked) -> Using {
    match (flag, asked) {
        (Some("0"), _) => Using::Cash,
        (Some("2"), _) | (_, AidAsked::Automatic) => Using::Auto,
        (_, AidAsked::AtPayment) => Using::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_ask_for_what_the_area_lets_them() {
        use AidAsked::{AtPayment, Automatic};
        for (flag, asked, expected) in [
            (None, Automatic, Using::Auto),
            (Some("1"), Automatic, Using::Auto),
            (Some("2"), Automatic, Using::Auto),
            (Some("0"), Automatic, Using::Cash),
            (None, AtPayment, Using::Own),
            (Some("1"), AtPayment, Using::Own),
            (Some("2"), AtPayment, Using::Auto),
            (Some("0"), AtPayment, Using::Cash),
        ] {
            assert_eq!(using(flag, asked), expected, "{flag:?} {asked:?}");
        }
    }

    #[test]
    fn a_pharmacy_sells_whatever_a_purchase_is_called_and_a_hospital_treats() {
        for (code, hospital, pharmacy) in [
            ("11", Some(VisitKind::Outpatient), true),
            ("13", Some(VisitKind::Emergency), false),
            ("14", Some(VisitKind::Chronic), true),
            ("2101", Some(VisitKind::Inpatient), false),
            ("41", None, true),
            ("52", Some(VisitKind::Birth), false),
            ("777", None, false),
        ] {
            assert_eq!(visit_kind(code, InstitutionKind::Hospital), hospital, "{code}");
            let expected = pharmacy.then_some(VisitKind::Pharmacy);
            assert_eq!(visit_kind(code, InstitutionKind::Pharmacy), expected, "{code}");
        }
    }
}
