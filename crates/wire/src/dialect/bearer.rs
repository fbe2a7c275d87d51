//! A token for name and password (OAuth 2.0, RFC 6749 section 4.3), as Jilin's platform has it.
//!
//! Drawing, keeping and ending tokens is the caller's: here are the words of the request for one, of its answer, and of the
//! header that shows it.

use base64ct::{Base64, Encoding as _};

use super::{Headers, same};
use crate::gm::{Secret, base64};
use crate::value::{Object, Value};

/// The longest request for a token, in bytes.
const LONGEST: usize = 4096;

/// A client with its secret, and the name and password that it may ask with.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// Why no token is given; its name is the code that the standard has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefused {
    /// The request is no form, or lacks a field.
    InvalidRequest,
    /// Another way to ask than by name and password.
    UnsupportedGrantType,
    /// The client is not this one.
    InvalidClient,
    /// Name or password is another.
    InvalidGrant,
}

impl Client {
    /// Whether this request for a token is the client's: the header `Authorization`, and the form in the body.
    ///
    /// # Errors
    /// [`GrantRefused`].
    pub fn check(&self, headers: &Headers<'_>, body: &[u8]) -> Result<(), GrantRefused> {
        let (id, secret) = basic_of(headers).ok_or(GrantRefused::InvalidClient)?;
        if !(same(&id, &self.id) & same(&secret, self.secret.text())) {
            return Err(GrantRefused::InvalidClient);
        }
        let form = form(body).ok_or(GrantRefused::InvalidRequest)?;
        let field = |name| {
            let found = form.iter().find(|(own, _)| own == name);
            found.map(|(_, value)| value.as_str()).ok_or(GrantRefused::InvalidRequest)
        };
        if field("grant_type")? != "password" {
            return Err(GrantRefused::UnsupportedGrantType);
        }
        let (username, password) = (field("username")?, field("password")?);
        let good = same(username, &self.username) & same(password, self.password.text());
        if good { Ok(()) } else { Err(GrantRefused::InvalidGrant) }
    }

    /// The value of the header `Authorization` with which the client asks for a token.
    #[must_use]
    pub fn basic(&self) -> String {
        format!("Basic {}", Base64::encode_string(format!("{}:{}", self.id, self.secret.text()).as_bytes()))
    }

    /// The form with which it asks.
    #[must_use]
    pub fn form(&self) -> String {
        format!("grant_type=password&username={}&password={}", escaped(&self.username), escaped(self.password.text()))
    }
}

impl GrantRefused {
    /// The body of the refusal.
    #[must_use]
    pub fn to_body(self) -> String {
        let (code, message) = match self {
            Self::InvalidRequest => (
                "invalid_request",
                "请求缺少 grant_type、username 或 password。Fill in grant_type, username and password.",
            ),
            Self::UnsupportedGrantType => {
                ("unsupported_grant_type", "grant_type 应为 password。grant_type must be password.")
            }
            Self::InvalidClient => ("invalid_client", "客户端标识或密钥不正确。The client's id or secret is wrong."),
            Self::InvalidGrant => ("invalid_grant", "用户名或密码不正确。The name or the password is wrong."),
        };
        let mut object = Object::new();
        object.set("error", Value::text(code));
        object.set("error_description", Value::text(message));
        object.to_string()
    }
}

/// The body that gives a token for so many seconds.
#[must_use]
pub fn grant_answer(token: &str, seconds: i64) -> String {
    let mut object = Object::new();
    object.set("access_token", Value::text(token));
    object.set("token_type", Value::text("bearer"));
    object.set("expires_in", Value::whole(seconds));
    object.to_string()
}

/// The id of the client that asks for a token, not proven yet.
#[must_use]
pub fn client_of(headers: &Headers<'_>) -> Option<String> {
    basic_of(headers).map(|(id, _)| id)
}

/// The token that a request shows.
#[must_use]
pub fn bearer_of<'h>(headers: &Headers<'h>) -> Option<&'h str> {
    scheme(headers, "bearer").filter(|token| !token.is_empty())
}

fn basic_of(headers: &Headers<'_>) -> Option<(String, String)> {
    let pair = String::from_utf8(base64(scheme(headers, "basic")?)?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn scheme<'h>(headers: &Headers<'h>, expected: &str) -> Option<&'h str> {
    let (scheme, rest) = headers("authorization")?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case(expected).then(|| rest.trim())
}

/// The fields of a form; the first of a name counts.
fn form(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST)?;
    let pairs = text.trim().split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescaped(name)?, unescaped(value)?))
        })
        .collect()
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = rest.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                rest = &rest[2..];
            }
            plain => bytes.push(*plain),
        }
    }
    String::from_utf8(bytes).ok()
}
