//! What holds in an area and by whose authority, for people: one line a key, differences between two laws, and
//! the reference of keys.

use std::fmt;

use gongji_words::{AreaCode, Day};

use super::dimension::DIMENSIONS;
use super::keys::{KEYS, Key, Speaker, index_of};
use super::law::{Epoch, Law, NotFormalised};
use super::pack::{Bilingual, Grade, Level, Source};

/// One answer of the law with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance<'a> {
    /// The key.
    pub key: &'static str,
    /// The value as canonical text.
    pub value: &'a str,
    /// In whose file the rule stands.
    pub inherited_from: Level,
    /// First day of the rule.
    pub from: Day,
    /// Last day of the rule; `None`: still in force.
    pub until: Option<Day>,
    /// Who says so; its grade names requirements, defaults and examples as such.
    pub source: &'a Source,
    /// Words of the source, shortened.
    pub quote: Option<&'a str>,
    /// What a reader should know of it.
    pub note: Option<&'a Bilingual>,
}

impl Provenance<'_> {
    /// What the source is worth.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.source.grade
    }
}

impl fmt::Display for Provenance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let (key, value, level, from) = (self.key, self.value, self.inherited_from, self.from);
        write!(f, "{key} = {value}  [{level} from {from}{until}; {}]", self.source)
    }
}

/// A key that two laws answer differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// What the first says.
    pub first: Provenance<'a>,
    /// What the second says.
    pub second: Provenance<'a>,
}

impl Law {
    /// Where the value of a key comes from; `None` for an unknown key or a day that is not formalised.
    #[must_use]
    pub fn provenance(&self, area: AreaCode, day: Day, key: &str) -> Option<Provenance<'_>> {
        let epoch = self.epoch(area, day).ok()?;
        Some(self.line(epoch, index_of(key)?))
    }

    /// Every key with its value and where it comes from, in the order of [`KEYS`].
    ///
    /// # Errors
    /// [`NotFormalised`] before the first formalised day.
    pub fn show(&self, area: AreaCode, day: Day) -> Result<Vec<Provenance<'_>>, NotFormalised> {
        let epoch = self.epoch(area, day)?;
        Ok((0..KEYS.len()).map(|key| self.line(epoch, key)).collect())
    }

    /// The keys whose values differ between two areas or days.
    ///
    /// # Errors
    /// [`NotFormalised`] if one of the days lies before the first formalised one.
    pub fn diff(&self, first: (AreaCode, Day), second: (AreaCode, Day)) -> Result<Vec<Difference<'_>>, NotFormalised> {
        let (first, second) = (self.show(first.0, first.1)?, self.show(second.0, second.1)?);
        let pairs = first.into_iter().zip(second).map(|(first, second)| Difference { first, second });
        Ok(pairs.filter(|pair| pair.first.value != pair.second.value).collect())
    }

    fn line(&self, epoch: &Epoch, key: usize) -> Provenance<'_> {
        let (pack, rule) = self.answer(epoch, key);
        Provenance {
            key: KEYS[key].name,
            value: &rule.text,
            inherited_from: pack.level,
            from: rule.from,
            until: rule.until,
            source: &pack.sources[rule.source],
            quote: rule.quote.as_deref(),
            note: rule.note.as_ref(),
        }
    }
}

/// The reference of keys and dimensions, as Markdown.
#[must_use]
pub fn key_reference_markdown() -> String {
    let keys: String = KEYS.iter().map(key_row).collect();
    let dimensions: String = DIMENSIONS
        .iter()
        .map(|dimension| {
            let keys = keys_of_dimension(dimension.number);
            format!("| {} | {} | {} | {keys} | {} |\n", dimension.number, dimension.zh, dimension.en, dimension.besides)
        })
        .collect();
    format!("{HEAD}{keys}{MIDDLE}{dimensions}")
}

const HEAD: &str = "# 政策键 Policy keys\n\n\
    <!-- Written from the table of keys; a test compares. -->\n\n\
    每条规则写明键、首日、值与来源；没有写的键由上级（统筹区 → 省 → 国家）给出。\n\
    A rule states key, first day, value and source; what a file does not state is inherited \
    (pooling area, province, nation).\n\n\
    ```toml\n[[rule]]\nkey = \"bind.max-members\"\nfrom = \"2021-05-01\"\nvalue = 8\nsource = \"N1\"\n```\n\n\
    `until` 为末日，可省略；来源等级 A、B、C 与 requirement 可成规则，D 只作线索（`[[hint]]`），\
    default 只在全国文件，example 只在 99xxxx。\n\
    `until` is the last day and may be left away; sources of grade A, B, C and requirement give rules, D gives hints \
    only (`[[hint]]`), default stands in the nation's file only, example under 99xxxx only. \
    What no rule plays stands under `[[carried]]` with its dimension.\n\n\
    | 键 Key | 含义 Meaning | 值 Value | 以谁的参保地为准 Whose area speaks | 维度 Dimension |\n\
    | --- | --- | --- | --- | --- |\n";

const MIDDLE: &str = "\n## 维度 Dimensions\n\n\
    | # | 维度 | Dimension | 键 Keys | 此外 Besides |\n\
    | --- | --- | --- | --- | --- |\n";

fn key_row(key: &Key) -> String {
    let speaker = match key.speaker() {
        Speaker::Sponsor => "共济人 sponsor",
        Speaker::Patient => "使用人 patient",
        Speaker::EachSide => "各自 each side",
    };
    let expected = key.kind.expected();
    format!("| `{}` | {}<br>{} | {expected} | {speaker} | {} |\n", key.name, key.zh, key.en, key.dimensions.join(", "))
}

fn keys_of_dimension(number: &str) -> String {
    let keys = KEYS.iter().filter(|key| key.dimensions.contains(&number));
    keys.map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(" ")
}
