//! The keys of plans: one table, from which files are read, plans are set and the reference is written.
//!
//! Deliberately absent: values of areas (see the folder `benefits`).

use toml::Spanned;
use toml::de::DeValue;

use super::plan::{Care, Plan};
use super::read_setting::{self, Setting};
use crate::policy::mistake::Mistakes;

/// A key that a value of a plan can have.
#[derive(Debug)]
pub struct Key {
    /// Its name in files.
    pub name: &'static str,
    /// What it means, in Chinese.
    pub zh: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// What a value looks like.
    pub example: &'static str,
    /// Reads a value; every mistake in it is noted.
    pub(super) read: fn(&Spanned<DeValue<'_>>, &mut Mistakes<'_>) -> Option<Setting>,
}

impl Plan {
    pub(super) fn set(&mut self, setting: &Setting) {
        match setting.clone() {
            Setting::Deductible(care, deductible) => *self.deductible.of_mut(care) = deductible,
            Setting::Shares(care, shares) => *self.shares.of_mut(care) = shares,
            Setting::Ceilings(ceilings) => self.ceilings = ceilings,
            Setting::Large(large) => self.large = large,
            Setting::Serious(serious) => self.serious = serious,
            Setting::CivilService(ratios) => self.civil_service = ratios,
            Setting::Away(away) => self.away = away,
            Setting::OverLimitBy(by) => self.over_limit_by = by,
            Setting::YearTurn(turn) => self.year_turn = turn,
            Setting::NewbornDays(days) => self.newborn_days = days,
        }
    }
}

const DEDUCTIBLES: &str =
    r#"[{ persons = ["retired"], grade-1 = "20.00", grade-2 = "40.00", grade-3 = "60.00", pharmacy = "20.00" }]"#;
const RATIOS: &str = r#"[{ up-to = "30000.00", grade-1 = "92%", grade-2 = "88%", grade-3 = "85%" }, { grade-1 = "95%", grade-2 = "92%", grade-3 = "90%" }]"#;

/// Every key. A plan states each of them.
pub const KEYS: &[Key] = &[
    Key {
        name: "deductible.outpatient",
        zh: "普通门诊年度起付线，按机构等级",
        en: "deductible of ordinary outpatient care in a year, by level",
        example: DEDUCTIBLES,
        read: |value, mistakes| read_setting::yearly_deductible(Care::Outpatient, value, mistakes),
    },
    Key {
        name: "deductible.chronic",
        zh: "门诊慢特病年度起付线，按机构等级",
        en: "deductible of chronic care in a year, by level",
        example: DEDUCTIBLES,
        read: |value, mistakes| read_setting::yearly_deductible(Care::Chronic, value, mistakes),
    },
    Key {
        name: "deductible.inpatient",
        zh: "每次住院起付线，依次为当年第一次、第二次……，末项用于其后各次",
        en: "deductible of a stay: of the first in the year, the second and so on, the last for all that follow",
        example: r#"[{ grade-1 = ["200.00", "100.00"], grade-2 = ["500.00", "250.00"], grade-3 = ["900.00", "450.00"] }]"#,
        read: read_setting::stay_deductible,
    },
    Key {
        name: "ratio.outpatient",
        zh: "普通门诊统筹支付比例，按费用段（全年起付线以上累计）",
        en: "what the pool pays of outpatient care, by bands of the year above the deductible",
        example: r#"[{ grade-1 = "70%", grade-2 = "60%", grade-3 = "50%", pharmacy = "70%" }]"#,
        read: |value, mistakes| read_setting::yearly_shares(Care::Outpatient, value, mistakes),
    },
    Key {
        name: "ratio.chronic",
        zh: "门诊慢特病统筹支付比例，按费用段（全年起付线以上累计）",
        en: "what the pool pays of chronic care, by bands of the year above the deductible",
        example: r#"[{ grade-1 = "80%", grade-2 = "80%", grade-3 = "75%", pharmacy = "80%" }]"#,
        read: |value, mistakes| read_setting::yearly_shares(Care::Chronic, value, mistakes),
    },
    Key {
        name: "ratio.inpatient",
        zh: "住院统筹支付比例，按费用段（本次住院起付线以上）",
        en: "what the pool pays of a stay, by bands above its deductible",
        example: RATIOS,
        read: read_setting::stay_shares,
    },
    Key {
        name: "pool.ceiling",
        zh: "统筹基金年度最高支付限额：全部 year，及各类 outpatient、chronic、inpatient；none 为不设",
        en: "what the pool pays at most in a year: of all, and of each kind of care; none where nothing limits it",
        example: r#"{ year = "100000.00", outpatient = "2000.00" }"#,
        read: read_setting::ceilings,
    },
    Key {
        name: "large",
        zh: "职工大额医疗费用补助：超过统筹年度限额的部分；none 为没有",
        en: "large-amount fund (hifob_pay): what lies above the pool's ceiling of the year; none where there is none",
        example: r#"{ deductible = "0.00", bands = [{ ratio = "90%" }], ceiling = "300000.00" }"#,
        read: read_setting::large,
    },
    Key {
        name: "serious",
        zh: "大病保险：哪些医疗类别、哪些个人负担计入，全年累计；none 为没有",
        en: "serious-illness insurance (hifmi_pay): of which care, which parts of the year's burden count; none where there is none",
        example: r#"{ deductible = "12000.00", bands = [{ up-to = "100000.00", ratio = "60%" }, { ratio = "70%" }], ceiling = "300000.00", care = ["chronic", "inpatient"], counts = ["deductible", "copay", "over-cap"] }"#,
        read: read_setting::serious,
    },
    Key {
        name: "civil-service",
        zh: "公务员医疗补助：各项个人负担的补助比例；none 为没有",
        en: "civil servants' supplement (cvlserv_pay): what it pays of each part of the burden; none where there is none",
        example: r#"{ copay = "60%", over-cap = "90%" }"#,
        read: read_setting::civil_service,
    },
    Key {
        name: "away",
        zh: "异地就医降低的百分点：已备案（急诊视同）、未备案",
        en: "points that the pool pays less away from home: filed (an emergency counts as filed), unfiled",
        example: r#"{ filed-less = "0%", unfiled-less = "20%" }"#,
        read: read_setting::away,
    },
    Key {
        name: "over-limit.by",
        zh: "超限价部分由谁负担：patient 患者，hospital 机构",
        en: "who bears what is over a price limit: patient or hospital",
        example: r#""patient""#,
        read: read_setting::over_limit_by,
    },
    Key {
        name: "year.turn",
        zh: "跨年住院：discharge 全部归出院年度，cut 以12月31日分段，起付线只付一次",
        en: "a stay over the turn of the year: discharge, all in the year of discharge; cut, divided after 31 December, with one deductible",
        example: r#""discharge""#,
        read: read_setting::year_turn,
    },
    Key {
        name: "newborn.days",
        zh: "新生儿出生后多少天内可用母亲名义结算；none 为不可",
        en: "days from birth for which a newborn is cared for under the mother's name; none: not at all",
        example: "28",
        read: read_setting::newborn_days,
    },
];

pub(super) fn index_of(name: &str) -> Option<usize> {
    KEYS.iter().position(|key| key.name == name)
}

const HEAD: &str = "# 待遇方案键 Keys of benefit plans\n\n\
    <!-- Written from the table of keys; a test compares. -->\n\n\
    每个值写明键、险种、首日、值，以及来源，或 `example = true`（虚构示例）。方案须写全所有键；首日为各键首日中最晚者。\n\
    A value states key, schemes, first day, value, and a source or `example = true` (invented). A plan states every \
    key; it begins when the last of them does. A later value of the same key replaces the earlier one from its day on.\n\n\
    ```toml\n[[value]]\nkey = \"newborn.days\"\nschemes = [\"employee\", \"resident\"]\nfrom = \"2025-01-01\"\n\
    value = 28\nexample = true\n```\n\n\
    `persons` 为 working、retired（职工）或 minor、adult、elderly（居民）；不写则适用于未被其他行点名者。比例写作 `\"85%\"`。\n\
    `persons` are working, retired (employees) or minor, adult, elderly (residents); a row without holds for whom no \
    other row names. Levels are grade-1, grade-2, grade-3 and, but for stays, pharmacy.\n\n\
    | 键 Key | 含义 Meaning | 例 Example |\n| --- | --- | --- |\n";

/// The reference of keys, as Markdown.
#[must_use]
pub fn key_reference_markdown() -> String {
    let row = |key: &Key| format!("| `{}` | {}<br>{} | `{}` |\n", key.name, key.zh, key.en, key.example);
    format!("{HEAD}{}", KEYS.iter().map(row).collect::<String>())
}
