//! The page of the zoo lists the cages that there are, in their order.

use super::Finding;
use crate::tree::File;

const CAGES: &str = "crates/domain/src/zoo.rs";
const PAGE: &str = "docs/zoo.md";

/// Where page and cages part.
#[must_use]
pub fn findings(files: &[File]) -> Vec<Finding> {
    let find = |path: &str| files.iter().find(|file| file.path == path);
    let (Some(cages), Some(page)) = (find(CAGES), find(PAGE)) else { return Vec::new() };
    let (there, listed) = (names_of(&cages.text), listed_on(&page.text));
    let places = there.len().max(listed.len());
    let parts = (0..places).find(|place| there.get(*place).map(|(_, name)| name) != listed.get(*place).map(|(_, n)| n));
    let Some(place) = parts else { return Vec::new() };
    let name = |names: &[(usize, &str)]| names.get(place).map_or("nothing".to_owned(), |(_, name)| (*name).to_owned());
    let line = listed.get(place).or(listed.last()).map_or(1, |(line, _)| *line);
    let text = format!("lists {} where {} is due: cargo xtask zoo --write", name(&listed), name(&there));
    vec![Finding::new(page, line, text)]
}

/// The names that stand as `Variant = "name"` in the list of cages.
fn names_of(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().zip(1..).skip_while(|(line, _)| !line.starts_with("cages! {"));
    let lines = lines.take_while(|(line, _)| *line != "}");
    lines.filter_map(|(line, number)| Some((number, line.split_once(" = \"")?.1.split_once('"')?.0))).collect()
}

/// The names in the first cells of the tables.
fn listed_on(text: &str) -> Vec<(usize, &str)> {
    let rows = text.lines().zip(1..);
    rows.filter_map(|(line, number)| Some((number, line.strip_prefix("| `")?.split_once('`')?.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    const CAGES_OF_TWO: &str = "x = \"no\"\ncages! {\n    Seam {\n        /// It is \"so\".\n        One = \"one\",\n        Two = \"two\" like \"x #1\",\n    }\n}\nconst Y: &str = \"y = \\\"z\\\"\";\n";

    fn found(page: &str) -> Vec<String> {
        let files = [made_up(CAGES, CAGES_OF_TWO), made_up(PAGE, page)];
        findings(&files).iter().map(|finding| format!("{} {}", finding.line, finding.text)).collect()
    }

    #[test]
    fn the_page_lists_the_cages_in_their_order() {
        let due = |line: usize, listed: &str, there: &str| {
            vec![format!("{line} lists {listed} where {there} is due: cargo xtask zoo --write")]
        };
        let table = [
            ("# The zoo\n| cage |\n| `one` | r |\n\n| `two` | r |\n", Vec::new()),
            ("| `one` | r |\n", due(1, "nothing", "two")),
            ("| `two` | r |\n| `one` | r |\n", due(1, "two", "one")),
            ("| `one` | r |\n| `two` | r |\n| `three` | r |\n", due(3, "three", "nothing")),
            ("", due(1, "nothing", "one")),
        ];
        for (page, expected) in table {
            assert_eq!(found(page), expected, "{page}");
        }
    }
}
