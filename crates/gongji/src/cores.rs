//! Who divides bills in place of our calculator: the cores of pooling areas, as a file lists them.
//!
//! Invariant: a file with a token in it is read only if nobody but its owner can. No message repeats a token or a URL.

use std::collections::BTreeMap;
use std::path::Path;

use gongji_http::face::Core;
use gongji_words::AreaCode;
use serde::Deserialize;

use crate::input::unrepeated;
use crate::output::Failure;
use crate::upstream::Centre;

/// The setting that names the file.
const SETTING: &str = "cores";

/// Cores, by pooling area.
pub type Cores = BTreeMap<AreaCode, Core>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    core: Vec<One>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    area: String,
    url: String,
    token: Option<String>,
}

/// Reads the file, if there is one.
///
/// # Errors
/// [`Failure::NotUnderstood`] with the entry and what to write.
pub fn read(path: Option<&Path>) -> Result<Cores, Failure> {
    let Some(path) = path else { return Ok(Cores::new()) };
    let wrong = |what: &str| Failure::NotUnderstood(format!("{SETTING}: {}: {what}", path.display()));
    let text = gongji_store::read_private(path).map_err(|error| wrong(&error.to_string()))?;
    listed(&text).map_err(|what| wrong(&what))
}

fn listed(text: &str) -> Result<Cores, String> {
    let listed: Listed = toml::from_str(text).map_err(|error| unrepeated(error.message()))?;
    let mut cores = Cores::new();
    for (place, one) in listed.core.into_iter().enumerate() {
        let wrong = |what: &str| format!("[[core]] {}: {what}", place + 1);
        let area = AreaCode::parse(&one.area).ok().filter(|area| area.pool() == *area);
        let remedy = "area: 写统筹区的六位代码 write the six digits of a pooling area";
        let area = area.ok_or_else(|| wrong(remedy))?;
        Centre::parse(&one.url).map_err(|form| wrong(&format!("url: {form}")))?;
        if one.token.as_ref().is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(wrong("token: 只能用可见的 ASCII 字符 write visible ASCII characters alone"));
        }
        if cores.insert(area, Core { url: one.url, token: one.token }).is_some() {
            return Err(wrong("area: 这个地区已列过 this area is listed before"));
        }
    }
    Ok(cores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_cores_names_areas_addresses_and_tokens() {
        let cores = listed(
            "[[core]]\narea = \"130100\"\nurl = \"https://core.example/splits\"\ntoken = \"t\"\n\n\
             [[core]]\narea = \"130200\"\nurl = \"http://10.0.0.1:8080/\"\n",
        );
        let shown: Vec<_> =
            cores.unwrap().into_iter().map(|(area, core)| (area.to_string(), core.url, core.token)).collect();
        let expected =
            [("130100", "https://core.example/splits", Some("t")), ("130200", "http://10.0.0.1:8080/", None)];
        let expected = expected.map(|(area, url, token)| (area.to_owned(), url.to_owned(), token.map(str::to_owned)));
        assert_eq!(shown, expected);
        assert!(listed("").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_entry_and_field() {
        let one = |area: &str, url: &str, more: &str| format!("[[core]]\narea = \"{area}\"\nurl = \"{url}\"\n{more}\n");
        let good = one("130100", "http://a", "");
        for (text, expected) in [
            (one("13", "http://a", ""), "[[core]] 1: area"),
            (one("130102", "http://a", ""), "[[core]] 1: area"),
            (one("130100", "ftp://a", ""), "[[core]] 1: url"),
            (one("130100", "http://a", "token = \"a b\""), "[[core]] 1: token"),
            (format!("{good}{good}"), "[[core]] 2: area"),
            (one("130100", "http://a", "name = \"x\""), "a field here is not known"),
            ("core = 1".to_owned(), ""),
        ] {
            let said = listed(&text).err().unwrap_or_default();
            assert!(!said.is_empty() && said.starts_with(expected), "{text}: {said}");
            assert!(!said.contains("a b") && !said.contains("ftp"), "{said}");
        }
    }
}
