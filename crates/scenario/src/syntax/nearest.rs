//! The nearest known word to a mistyped one.
//!
//! Distance is the number of letters to insert, delete, replace or swap with the
//! neighbour; a suggestion is made only where it is small beside the word's length.

/// Advice that names the known word most like the one found, or else all of them.
pub(super) fn suggestion<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(found, &known) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("write one of: {}", known.join(", ")),
    }
}

/// The known word most like the one found, if any is like it at all.
pub(super) fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let found = found.to_lowercase();
    known
        .iter()
        .map(|word| (distance(&found, &word.to_lowercase()), *word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .filter(|(distance, word)| *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(LONGEST).collect();
    let right: Vec<char> = right.chars().take(LONGEST).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for row in 1..=left.len() {
        let mut current = vec![row];
        for column in 1..=right.len() {
            let replaced = usize::from(left[row - 1] != right[column - 1]);
            let mut least = (last[column - 1] + replaced).min(last[column] + 1).min(current[column - 1] + 1);
            if is_swap(&left[..row], &right[..column]) {
                least = least.min(before_last[column - 2] + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

/// Words of the language are shorter than this; longer input is compared by its start.
const LONGEST: usize = 64;

fn is_swap(left: &[char], right: &[char]) -> bool {
    match (left, right) {
        ([.., a, b], [.., c, d]) => a == d && b == c && a != b,
        _ => false,
    }
}

/// The known code that is one keystroke from the one found. Codes are known only by
/// asking, so the neighbours of the word are tried one by one.
pub(super) fn nearest_code(found: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if found.len() > LONGEST || !found.is_ascii() {
        return None;
    }
    let upper = found.to_ascii_uppercase().replace('-', "_");
    if known(&upper) {
        return Some(upper);
    }
    (0..=upper.len()).flat_map(|place| neighbours(&upper, place)).find(|word| known(word))
}

fn neighbours(word: &str, place: usize) -> Vec<String> {
    let (before, after) = word.split_at(place);
    let mut made: Vec<String> = Vec::new();
    for letter in ('A'..='Z').chain(std::iter::once('_')) {
        made.push(format!("{before}{letter}{after}"));
        if !after.is_empty() {
            made.push(format!("{before}{letter}{}", &after[1..]));
        }
    }
    if !after.is_empty() {
        made.push(format!("{before}{}", &after[1..]));
    }
    if after.len() > 1 {
        made.push(format!("{before}{}{}{}", &after[1..2], &after[..1], &after[2..]));
    }
    made
}
