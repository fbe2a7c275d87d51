//! Signing in and out (9001, 9002): which operator works at which machine.

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use serde::{Deserialize, Serialize};

use super::paper::Kept;
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// An operator who has signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignIn {
    opter: String,
    mac: String,
    ip: String,
    /// When he signed out, in milliseconds.
    out: Option<i64>,
}

/// 9001. A repeat gets the same number.
pub async fn sign_in(till: &Till) -> Said {
    let part = till.part("signIn")?;
    let opter = part.text_if("opter_no")?.unwrap_or(&till.request.opter).to_owned();
    let said = |name| Ok::<_, Refusal>(part.text_if(name)?.unwrap_or_default().to_owned());
    let sign_in = SignIn { opter, mac: said("mac")?, ip: said("ip")?, out: None };
    let name = till.number("sign_no");
    let kept = till.keep((PaperKind::SignIn, &name, None), &sign_in).await?;
    let mut answer = till.call.answer();
    answer.node("signinoutb").time("sign_time", kept.paper.at).text("sign_no", &name);
    Ok(Done::with(answer.done()))
}

/// 9002. Whoever has signed out is told when he did.
pub async fn sign_out(till: &Till) -> Said {
    let name = till.part("signOut")?.text("sign_no")?.to_owned();
    let found: Option<Kept<SignIn>> = till.kept(PaperKind::SignIn, &name).await?;
    let (zh, en) = ("签到编号不存在，请先签到", "sign in first");
    let mut kept = found.ok_or_else(|| Refusal::unknown("sign_no", zh, en))?;
    if kept.body.out.is_none() {
        kept.body.out = Some(till.at.millis());
        till.replace(&kept).await?;
    }
    let at = gongji_words::Moment::from_millis(kept.body.out.unwrap_or_default());
    let mut answer = till.call.answer();
    answer.node("sign_time").time("sign_time", at);
    Ok(Done::with(answer.done()))
}

/// Whether a message may come without signing in, or with the sign-in that it names: of this day, and not ended.
pub async fn check(till: &Till) -> Result<(), Refusal> {
    if !till.profile.must_sign_in || matches!(till.call.infno, "9001" | "9002") {
        return Ok(());
    }
    if till.request.sign_no.is_empty() {
        return Err(Refusal::Reason(Reason::ReqNotSignedIn, None));
    }
    let found: Option<Kept<SignIn>> = till.kept(PaperKind::SignIn, &till.request.sign_no).await?;
    match found {
        Some(kept) if kept.body.out.is_none() && kept.paper.at.day() == till.at.day() => Ok(()),
        _ => Err(Refusal::Reason(Reason::ReqNotSignedIn, None)),
    }
}
