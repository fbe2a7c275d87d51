//! Mobile payment (移动支付), the door: the message of 6201 to 6401 is opened, its order is done, the answer is signed and sealed.
//!
//! The path names the call, as in Shanxi. Invariants: nothing is done of a message whose signature is not that of the
//! institution, or that was signed too long ago; a refusal is the same message with `success` false and a sentence, and its
//! fields are named as this interface writes them. Deliberately absent: what an order is, and calls of the centre to the
//! institution (6204, 6302).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use gongji_domain::access::Holder;
use gongji_domain::reason::Reason;
use gongji_wire::dialect::{MINUTES, Refused};
use gongji_wire::envelope::{Input, LONGEST};
use gongji_wire::mobile::{Channel, Opened, Verdict, app_id_of, read_message, unsigned};
use gongji_wire::{Call, Fault, Request, Value};
use gongji_words::{InstitutionId, Moment};

use super::order;
use super::profile::{Id, Profile};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};
use crate::face::{Caller, Face};
use crate::route::{Origin, Told};

/// What stands before the name of a call.
const FAMILY: &str = "/org/local/api/hos/";

/// Names of calls, and their numbers.
const CALLS: &[(&str, &str)] = &[
    ("uldFeeInfo", "6201"),
    ("pay_order", "6202"),
    ("query_order_info", "6301"),
    ("refund_Order", "6203"),
    ("revoke_order", "6401"),
];

/// The call of a path, if it is one of this interface.
pub(crate) fn call_of(path: &str) -> Option<&'static Call> {
    let (_, name) = path.split_once(FAMILY)?;
    let (_, infno) = CALLS.iter().find(|(own, _)| *own == name)?;
    Call::of(infno)
}

/// Answers a message, whatever it is.
pub(crate) async fn answer(face: Arc<Face>, call: &'static Call, request: HttpRequest) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut channel = None;
    let said = match face.clone().enter() {
        Some(_place) => said(&face, call, (&parts, body), &mut channel).await,
        None => Err(Refusal::Reason(Reason::ReqBusy, None)),
    };
    message_of(&face, (call, channel.as_ref()), said)
}

/// What was said of a call, as its sender reads it; without his keys nothing is sealed.
pub(super) fn message_of(
    face: &Face,
    (call, channel): (&'static Call, Option<&Channel>),
    said: Said,
) -> Response<Body> {
    let (verdict, data, code, failure) = match said {
        Ok(Done { output, reason, .. }) => {
            let (code, message) = reason.map(|hint| (Some(hint.code.to_owned()), hint.text)).unwrap_or_default();
            (Verdict { success: true, code: 0, message }, data_of(output), code, 0)
        }
        Err(refusal) => {
            let failure = refusal.inner().map_or(0, |inner| face.note(call.infno, inner));
            let message = camel(&refusal.sentence(failure));
            (Verdict { success: false, code: -1, message }, Value::Null, Some(refusal.code().to_owned()), failure)
        }
    };
    let message = match channel {
        Some(channel) => channel.close(&data, Some(&verdict), face.node().now()),
        None => unsigned(&verdict),
    };
    let mut response = Response::new(Body::from(message.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    response.extensions_mut().insert(Told { operation: call.infno, code, token: None, failure });
    response
}

/// The data of an answer: its one node.
fn data_of(output: Value) -> Value {
    let inner = output.as_object().and_then(|output| output.get("data").cloned());
    inner.unwrap_or(output)
}

async fn said(
    face: &Arc<Face>,
    call: &'static Call,
    (parts, body): (&Parts, Body),
    channel: &mut Option<Channel>,
) -> Said {
    let origin = parts.extensions.get::<Origin>().copied().unwrap_or_default();
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let bytes = to_bytes(body, LONGEST).await.map_err(|_| Refusal::Reason(Reason::ReqTooLarge, None))?;
    let (profile, opened) = match opened(face, (&bytes, kind), channel).await {
        Ok(good) => good,
        Err(refusal) => return Err(counted(face, origin, refusal).await),
    };
    let institution = InstitutionId::from_number(profile.institution);
    let holder = Caller::Holder(Holder::Institution(institution));
    let _pass = face.let_in(Some(holder)).await.ok_or(Refusal::Reason(Reason::ReqRateLimit, None))?;
    let gone = || Refusal::Gate(Refused::UnknownKey);
    let institution = face.node().institution(institution).await?.ok_or_else(gone)?;
    let at = face.node().now();
    let request = envelope((&profile, call), institution.area.to_string(), at);
    let profile = Arc::new(profile);
    let till = Till { face: face.clone(), profile, institution, request, input: opened.data, call, at, file: None };
    order::run(&till).await
}

/// A message of the institution that it names: signed by it, lately.
async fn opened(
    face: &Face,
    (bytes, kind): (&[u8], Option<&str>),
    channel: &mut Option<Channel>,
) -> Result<(Profile, Opened), Refusal> {
    let message = read_message(bytes, kind)?;
    let unknown = || Refusal::Gate(Refused::UnknownKey);
    let profile = Profile::with(face.node(), (Id::App, app_id_of(&message)?)).await?.ok_or_else(unknown)?;
    let own = profile.mobile.as_ref().and_then(super::profile::Mobile::channel).ok_or_else(unknown)?;
    let opened = channel.insert(own).open(&message).map_err(not_opened)?;
    if face.node().now().millis().abs_diff(opened.signed_at.millis()) > MINUTES.unsigned_abs() * 60_000 {
        return Err(Refusal::Gate(Refused::Expired));
    }
    Ok((profile, opened))
}

/// Why a message cannot be taken for the institution's, by the fields that it has.
fn not_opened(fault: Fault) -> Refusal {
    let (zh, en) = match fault {
        Fault::Signature => ("签名(signData)不符，请核对密钥和签名原文", "signData is no signature of this message"),
        Fault::Sealed => {
            ("打不开(encData)，请核对 appId、appSecret 和加密方式", "encData cannot be opened: check the keys")
        }
        other => return Refusal::Fault(other),
    };
    Refusal::saying(Reason::ReqSignatureInvalid, format!("{zh}。{en}"))
}

/// What is no message of anybody's counts for the address that it came from.
async fn counted(face: &Face, origin: Origin, refusal: Refusal) -> Refusal {
    match face.let_in(origin.address.map(Caller::Address)).await {
        Some(_pass) => refusal,
        None => Refusal::Reason(Reason::ReqRateLimit, None),
    }
}

/// The envelope that other calls have: an order comes from the patient's own device.
fn envelope((profile, call): (&Profile, &Call), area: String, at: Moment) -> Request {
    Request {
        infno: call.infno.to_owned(),
        msgid: String::new(),
        mdtrtarea_admvs: area,
        insuplc_admdvs: None,
        recer_sys_code: String::new(),
        dev_no: String::new(),
        dev_safe_info: String::new(),
        cainfo: String::new(),
        signtype: String::new(),
        enc_type: String::new(),
        infver: String::new(),
        opter_type: "3".to_owned(),
        opter: profile.code.clone(),
        opter_name: String::new(),
        inf_time: at,
        fixmedins_code: profile.code.clone(),
        fixmedins_name: profile.name.clone(),
        sign_no: String::new(),
        input: Input::Open(Value::Null),
        input_text: String::new(),
    }
}

/// Names of fields as this interface writes them: `acct_used_flag` is `acctUsedFlag`. Codes of reasons stay.
pub(super) fn camel(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let joins = letter == '_' && written.ends_with(|before: char| before.is_ascii_lowercase());
        match letters.peek().filter(|_| joins).copied() {
            Some(next) if next.is_ascii_lowercase() => {
                written.push(next.to_ascii_uppercase());
                letters.next();
            }
            _ => written.push(letter),
        }
    }
    written
}

/// The other way round: `acctUsedFlag` is `acct_used_flag`.
pub(super) fn snake(name: &str) -> String {
    let letter = |letter: char| {
        let joint = letter.is_ascii_uppercase().then_some('_');
        joint.into_iter().chain(std::iter::once(letter.to_ascii_lowercase()))
    };
    name.chars().flat_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_call() {
        for (path, infno) in [
            ("/org/local/api/hos/uldFeeInfo", Some("6201")),
            ("/platform/org/local/api/hos/refund_Order", Some("6203")),
            ("/org/local/api/hos/pay_order/", None),
            ("/org/local/api/hos/", None),
            ("/fsi/api/rsfComIfsService/callService", None),
        ] {
            assert_eq!(call_of(path).map(|call| call.infno), infno, "{path}");
        }
    }

    #[test]
    fn names_of_fields_are_written_either_way() {
        for (snakes, camels) in [("acct_used_flag", "acctUsedFlag"), ("medfee_sumamt", "medfeeSumamt"), ("cnt", "cnt")]
        {
            assert_eq!((snake(camels).as_str(), camel(snakes).as_str()), (snakes, camels));
        }
        assert_eq!(camel("编号(mdtrt_id)（REQ_REFERENCE 2_a _b c_）"), "编号(mdtrtId)（REQ_REFERENCE 2_a _b c_）");
    }
}
