//! Staff sign in and out.

use gongji_domain::access::Credential;
use gongji_domain::reason::Reason;
use gongji_service::WAITING_MINUTES;
use gongji_service::door::SignedIn;
use serde_json::{Value, json};

use crate::asked::{Answered, Asked, sender_of};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, nullable, required};
use crate::texts;

/// Name and password.
pub const SIGN_IN: Shape = Shape {
    name: "SignIn",
    about: "Who signs in.",
    fields: &[
        required("name", Kind::Text(48), "the name of the member of staff"),
        required("password", Kind::Text(256), "his password"),
    ],
};

const ROLES: Kind = Kind::List(&Kind::Text(32));
const AREAS: Kind = Kind::List(&Kind::Area);

/// A session that began.
pub const SESSION: Shape = Shape {
    name: "Session",
    about: "A session: the token is shown here and never again.",
    fields: &[
        required("token", Kind::Text(128), "to be sent as Authorization: Bearer"),
        required("holder", Kind::Text(64), "whose it is, and as who he sends messages"),
        required("roles", ROLES, "what he is"),
        required("areas", AREAS, "the areas that he reaches"),
        nullable("until", Kind::Time, "when it ends"),
    ],
};

/// Who asks.
pub const HOLDER: Shape = Shape {
    name: "Holder",
    about: "Who asks.",
    fields: &[
        required("holder", Kind::Text(64), "whose the token is, and as who he sends messages"),
        required("roles", ROLES, "what he is"),
        required("areas", AREAS, "the areas that he reaches"),
        nullable("until", Kind::Time, "when the token ends"),
    ],
};

fn told(credential: &Credential) -> Value {
    json!({
        "holder": sender_of(&credential.holder),
        "roles": credential.roles,
        "areas": credential.areas,
        "until": credential.until.map(texts::time),
    })
}

/// Begins a session.
pub async fn sign_in(asked: Asked) -> Answered {
    let name = asked.body.text("name").unwrap_or_default();
    let password = asked.body.text("password").unwrap_or_default().to_owned();
    let ports = &asked.face.ports;
    let until = asked.node().now().plus_minutes(asked.face.settings.session_minutes);
    let with = (&*ports.passwords, &*ports.randomness);
    let (token, credential) = match asked.node().sign_in((name, password), with, until).await? {
        SignedIn::In(token, credential) => (token, credential),
        SignedIn::Wrong => return Err(Problem::of(Reason::ReqSignIn)),
        SignedIn::TooOften => return Err(Problem::of(Reason::ReqTries).retry_after(WAITING_MINUTES * 60)),
    };
    let mut body = told(&credential);
    body["token"] = token.reveal().into();
    Ok(Reply::made(body, "/v1/sessions/current"))
}

/// Ends it.
pub async fn sign_out(asked: Asked) -> Answered {
    let (who, signed) = (asked.who()?.clone(), asked.signed()?);
    asked.node().sign_out(who, signed).await?;
    Ok(Reply::done())
}

/// Who asks.
pub async fn current(asked: Asked) -> Answered {
    Ok(Reply::of(told(asked.who()?)))
}
