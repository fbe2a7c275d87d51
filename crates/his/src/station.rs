//! Where a cashier sits: which institution it is, and how it shows who it is.

use std::fmt;

use gongji_wire::dialect::{ApiKey, Client, Cover, SealKeys, TifPass};
use gongji_words::Moment;

/// The path under which calls go, unless the institution has another.
pub const PATH: &str = "/fsi/api/rsfComIfsService/callService";
/// Characters of a nonce.
const NONCE: usize = 16;

/// What an institution is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 医院
    #[default]
    Hospital,
    /// 药店
    Pharmacy,
}

/// How requests show who sends them.
#[derive(Clone, Debug, Default)]
pub enum Way {
    /// Not at all, as behind a front machine.
    #[default]
    Open,
    /// Headers `_api_…`.
    Api(ApiKey),
    /// Headers `x-tif-…`.
    Tif(TifPass),
    /// A token.
    Bearer(Token),
    /// A token that is asked for with name and password (OAuth 2.0).
    Password(Grant),
}

/// How a token is asked for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who asks, with which name and password.
    pub client: Client,
    /// The path that gives tokens.
    pub path: String,
}

/// A token: it prints as dots.
#[derive(Clone)]
pub struct Token(pub String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A place from which messages go.
#[derive(Clone, Debug, Default)]
pub struct Station {
    /// 定点医药机构编号.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 就医地医保区划.
    pub area: String,
    /// What it is.
    pub kind: Kind,
    /// The path of its calls.
    pub path: String,
    /// How its requests are let in.
    pub way: Way,
    /// How its inputs and outputs are signed and sealed, if they are.
    pub seal: Option<(SealKeys, Cover)>,
    /// Whether it was agreed that `infcode` is text.
    pub infcode_as_text: bool,
    /// Whether it was agreed that `fund_pay_sumamt` holds what accounts pay.
    pub fund_holds_account: bool,
}

impl Station {
    /// The word of its dialect.
    #[must_use]
    pub fn dialect(&self) -> &'static str {
        match (&self.seal, &self.way) {
            (Some((_, Cover::Sealed)), _) => "sealed",
            (Some((_, Cover::Clear)), _) => "signed",
            (None, Way::Open) => "open",
            (None, Way::Api(_)) => "api",
            (None, Way::Tif(_)) => "tif",
            (None, Way::Bearer(_)) => "bearer",
            (None, Way::Password(_)) => "password",
        }
    }

    /// Its dialect as people read it.
    #[must_use]
    pub fn dialect_text(&self) -> &'static str {
        match self.dialect() {
            "sealed" => "SM2 签名、SM4 加密 signed by SM2, sealed by SM4",
            "signed" => "SM2 签名 signed by SM2",
            "api" => "_api_ 请求头，HMAC-SHA1 headers _api_, HMAC-SHA1",
            "tif" => "x-tif- 请求头，SHA-256 headers x-tif-, SHA-256",
            "bearer" => "令牌 token",
            "password" => "以密码换取令牌 token for a password",
            _ => "前置机，不验身份 front machine, no proof",
        }
    }

    /// The headers that show who sends a call; the nonce is drawn from these bytes. A token that has to be asked for is not
    /// among them.
    #[must_use]
    pub fn headers(&self, infno: &str, now: Moment, drawn: [u8; NONCE]) -> Vec<(String, String)> {
        let headers = match &self.way {
            Way::Open | Way::Password(_) => Vec::new(),
            Way::Api(key) => key.headers(infno, "1.0.0", now),
            Way::Tif(pass) => pass.headers(&nonce(drawn), now),
            Way::Bearer(token) => vec![("authorization", format!("Bearer {}", token.0))],
        };
        headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// A nonce of letters.
#[must_use]
pub fn nonce(drawn: [u8; NONCE]) -> String {
    drawn.iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}
