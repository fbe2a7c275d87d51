//! In which language somebody is answered.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use gongji_domain::policy::Bilingual;
use gongji_domain::reason::Language;

/// The language that a request prefers of those there are; Chinese, if it names neither.
#[must_use]
pub fn of(headers: &HeaderMap) -> Language {
    let stated = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0, Language::Zh);
    for range in stated.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let language = match tag.trim().split('-').next().map(str::to_ascii_lowercase).as_deref() {
            Some("zh" | "*") => Language::Zh,
            Some("en") => Language::En,
            _ => continue,
        };
        let weight = thousandths(weight.trim());
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

/// A weight as `q=0.8` in thousandths; one that cannot be read weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let Some(number) = weight.strip_prefix("q=") else { return 0 };
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let rest: String = rest.chars().chain("000".chars()).take(3).collect();
    let read = |text: &str| text.parse::<u32>().ok();
    read(whole).zip(read(&rest)).map_or(0, |(whole, rest)| whole.saturating_mul(1_000).saturating_add(rest).min(1_000))
}

/// The tag of a language.
#[must_use]
pub const fn tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh",
        Language::En => "en",
    }
}

/// A text in one language.
#[must_use]
pub fn spoken(text: &Bilingual, language: Language) -> &str {
    match language {
        Language::Zh => &text.zh,
        Language::En => &text.en,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_that_weighs_most_is_spoken_and_chinese_where_none_is_known() {
        for (stated, expected) in [
            ("", Language::Zh),
            ("en", Language::En),
            ("en-GB,en;q=0.9,zh;q=0.8", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("fr, en;q=0.5", Language::En),
            ("fr", Language::Zh),
            ("en;q=0.2, zh;q=0.7", Language::Zh),
            ("en;q=x", Language::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(stated));
            assert_eq!(of(&headers), expected, "{stated}");
        }
    }
}
