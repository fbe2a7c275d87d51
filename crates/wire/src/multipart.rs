//! Bodies in parts (`multipart/form-data`, RFC 7578), as 9101 is sent: a part `jsonStr` with the envelope, a part `file`.
//!
//! Deliberately absent: encodings within parts and names in other character sets, which no client was seen to send.

/// The bytes between two parts are at most so long.
const LONGEST_BOUNDARY: usize = 70;

/// The parts of a body, by their names; `None` if the content type is another, or the body is not in parts.
#[must_use]
pub fn parts<'b>(content_type: Option<&str>, body: &'b [u8]) -> Option<Vec<(String, &'b [u8])>> {
    let (kind, parameters) = content_type?.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, boundary) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let boundary = boundary.trim().trim_matches('"');
    if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY {
        return None;
    }
    let limit = format!("--{boundary}");
    let mut found = Vec::new();
    let mut rest = after(body, limit.as_bytes())?;
    while let Some(inner) = rest.strip_prefix(b"\r\n") {
        let end = position(inner, format!("\r\n{limit}").as_bytes())?;
        let (head, content) = divided(&inner[..end])?;
        found.push((name_of(head)?, content));
        rest = &inner[end + 2 + limit.len()..];
    }
    rest.starts_with(b"--").then_some(found)
}

fn position(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    bytes.windows(sought.len()).position(|window| window == sought)
}

fn after<'b>(bytes: &'b [u8], sought: &[u8]) -> Option<&'b [u8]> {
    position(bytes, sought).map(|start| &bytes[start + sought.len()..])
}

/// The head of a part and what stands in it.
fn divided(part: &[u8]) -> Option<(&str, &[u8])> {
    let end = position(part, b"\r\n\r\n")?;
    Some((std::str::from_utf8(&part[..end]).ok()?, &part[end + 4..]))
}

fn name_of(head: &str) -> Option<String> {
    let is_disposition = |line: &&str| line.to_ascii_lowercase().starts_with("content-disposition:");
    let line = head.lines().find(is_disposition)?;
    let mut named = line.split(';').filter_map(|parameter| parameter.split_once('='));
    named.find(|(name, _)| name.trim() == "name").map(|(_, name)| name.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIND: &str = "multipart/form-data; boundary=X1";
    const BODY: &[u8] = b"--X1\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{}\r\n--X1\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\n\x00\r\n--x\r\n--X1--\r\n";

    #[test]
    fn parts_are_found_by_their_names_whatever_stands_in_them() {
        let found = parts(Some(KIND), BODY).unwrap();
        assert_eq!(found, [("jsonStr".to_owned(), &b"{}"[..]), ("file".to_owned(), &b"\x00\r\n--x"[..])]);
    }

    #[test]
    fn what_is_not_in_parts_has_none() {
        for kind in
            [None, Some("application/json"), Some("multipart/form-data"), Some("multipart/form-data; boundary=")]
        {
            assert_eq!(parts(kind, BODY), None, "{kind:?}");
        }
        for end in 0..BODY.len() - 4 {
            assert_eq!(parts(Some(KIND), &BODY[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_has_parts_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in any::<String>()) {
            let _ = (parts(Some(KIND), &bytes), parts(Some(&kind), &bytes));
        }
    }
}
