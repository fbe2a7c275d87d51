//! A master key in a PKCS#11 token: an AES-256 key that is made there, cannot be read out, and wraps and unwraps there.
//!
//! What comes out is the working key of the store, because people are looked up and decrypted far more often than a token
//! can answer. Named as in RFC 7512: `pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=file:FILE`; without
//! `pin-source` the PIN is taken from the environment, `GONGJI_PIN`. Deliberately absent: a PIN on the command line.

use std::fmt;
use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::{AuthPin, Ulong};
use gongji_store::{BOUND, Envelope, Randomness, Scheme, WorkingKey};
use zeroize::Zeroizing;

use super::told;
use crate::output::Failure;

/// The variable from which the PIN is taken, if no file is named.
const PIN: &str = "GONGJI_PIN";
const NONCE: usize = 12;
const TAG_BITS: u64 = 128;
/// Bytes of the key.
const KEY: u64 = 32;

/// Which key of which token, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKey {
    token: String,
    object: String,
    module: PathBuf,
    pin_file: Option<PathBuf>,
}

impl fmt::Display for TokenKey {
    /// Without the ways to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkcs11:token={};object={}", self.token, self.object)
    }
}

impl TokenKey {
    /// What follows `pkcs11:`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let [mut token, mut object, mut module, mut pin] = [const { None }; 4];
        let parts = path.split(';').chain(query.split('&')).filter(|part| !part.is_empty());
        for part in parts {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("{part}: write NAME=VALUE"))?;
            let place = match name {
                "token" => &mut token,
                "object" => &mut object,
                "module-path" => &mut module,
                "pin-source" => &mut pin,
                "pin-value" => return Err(format!("pin-value: put the PIN into a file, or into {PIN}")),
                _ => return Err(format!("{name}: write token, object, module-path and pin-source only")),
            };
            *place = Some(decoded(value).ok_or_else(|| format!("{name}: after % stand two hexadecimal digits"))?);
        }
        let needed = |part: Option<String>, name: &str| {
            part.filter(|text| !text.is_empty()).ok_or_else(|| format!("{name} is missing: {SHAPE}"))
        };
        Ok(Self {
            token: needed(token, "token")?,
            object: needed(object, "object")?,
            module: needed(module, "module-path")?.into(),
            pin_file: pin.map(|source| source.strip_prefix("file:").unwrap_or(&source).into()),
        })
    }

    /// Makes the key in the token, from where it cannot be read out.
    pub fn make(&self) -> Result<(), Failure> {
        let context = self.context()?;
        let session = self.session(&context)?;
        if !self.keys_in(&session)?.is_empty() {
            return Err(self.told(
                "令牌里已经有这个名字的密钥，没有动它。要用它就去掉 --new-key",
                "the token has a key of this name already, which is left as it is: leave out --new-key to use it",
            ));
        }
        let attributes = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::ValueLen(Ulong::new(KEY)),
            Attribute::Label(self.object.clone().into_bytes()),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
        ];
        let made = session.generate_key(&Mechanism::AesKeyGen, &attributes);
        made.map(|_| ()).map_err(|error| self.failed(["生成密钥", "makes a key"], &error))
    }

    /// Wraps a working key in the token.
    pub fn wrap(&self, keys: &WorkingKey, random: &mut Randomness<'_>) -> Result<Envelope, Failure> {
        let context = self.context()?;
        let session = self.session(&context)?;
        let key = self.key_in(&session)?;
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        let mut used = nonce;
        let wrapped = gcm(&mut used).and_then(|mechanism| session.encrypt(&mechanism, key, keys.reveal()));
        let wrapped = wrapped.map_err(|error| self.failed(["封装", "wraps"], &error))?;
        Ok(Envelope::new(Scheme::TokenAesGcm, self.to_string(), &[&nonce[..], &wrapped].concat()))
    }

    /// Unwraps a working key in the token; none if another key wrapped it.
    pub fn unwrap(&self, envelope: &Envelope) -> Result<Option<WorkingKey>, Failure> {
        if envelope.scheme != Scheme::TokenAesGcm {
            return Ok(None);
        }
        let sealed = envelope.sealed()?;
        let Some((nonce, wrapped)) = sealed.split_first_chunk::<NONCE>() else { return Ok(None) };
        let context = self.context()?;
        let session = self.session(&context)?;
        let key = self.key_in(&session)?;
        let mut used = *nonce;
        let opened = gcm(&mut used).and_then(|mechanism| session.decrypt(&mechanism, key, wrapped));
        match opened.map(Zeroizing::new) {
            Ok(bytes) => Ok(WorkingKey::from_envelope(&bytes)),
            Err(Error::Pkcs11(refused, _)) if says_another_key(refused) => self.another_key(envelope),
            Err(error) => Err(self.failed(["解封", "unwraps"], &error)),
        }
    }

    /// A key of another name is another key; one of the same name was made anew, or the token is ill.
    fn another_key(&self, envelope: &Envelope) -> Result<Option<WorkingKey>, Failure> {
        if envelope.master != self.to_string() {
            return Ok(None);
        }
        Err(self.told(
            "这把密钥名字相同，却解不开：要么是后来重新生成的，要么令牌出了故障。请取回原来的令牌或它的备份",
            "the key has the right name and does not unwrap: it was made anew, or the token is ill: get the token that \
             was there before, or its copy",
        ))
    }

    fn context(&self) -> Result<Pkcs11, Failure> {
        let module = self.module.display();
        let context = Pkcs11::new(&self.module).map_err(|error| {
            self.told(
                &format!("{module} 装载不了：{error}。请安装令牌的 PKCS#11 模块，或改正 module-path"),
                &format!(
                    "{module} cannot be loaded: {error}: install the token's PKCS#11 module, or correct module-path"
                ),
            )
        })?;
        let started = context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
        started.map_err(|error| self.failed(["启动", "starts"], &error))?;
        Ok(context)
    }

    fn session(&self, context: &Pkcs11) -> Result<Session, Failure> {
        let slot = self.slot(context)?;
        let session = context.open_rw_session(slot).map_err(|error| self.failed(["打开", "opens"], &error))?;
        let pin = AuthPin::new(self.pin()?.as_str().into());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(Error::Pkcs11(refused, _)) => Err(self.not_let_in(refused)),
            Err(error) => Err(self.failed(["登录", "lets in"], &error)),
        }
    }

    /// The slot of the token; a token that has locked itself is not asked again.
    fn slot(&self, context: &Pkcs11) -> Result<Slot, Failure> {
        let wrong = |error| self.failed(["列出令牌", "lists its tokens"], &error);
        let mut others = Vec::new();
        for slot in context.get_slots_with_initialized_token().map_err(wrong)? {
            let token = context.get_token_info(slot).map_err(wrong)?;
            if token.label().trim_end() != self.token {
                others.push(token.label().trim_end().to_owned());
            } else if token.user_pin_locked() {
                return Err(self.not_let_in(RvError::PinLocked));
            } else {
                return Ok(slot);
            }
        }
        let others = others.join(", ");
        Err(self.told(
            &format!("没有这个令牌；现有的令牌：[{others}]。请插入令牌，或改正 token="),
            &format!("there is no such token; those that are there: [{others}]: insert it, or correct token="),
        ))
    }

    fn pin(&self) -> Result<Zeroizing<String>, Failure> {
        match &self.pin_file {
            Some(file) => self.pin_of(file),
            None => std::env::var(PIN).map(Zeroizing::new).map_err(|_| {
                self.told(
                    &format!("没有 PIN：写进只有本人能读的文件，用 pin-source=file:文件 指明，或放进环境变量 {PIN}"),
                    &format!(
                        "no PIN: put it into a file of yours and name that with pin-source=file:FILE, or into {PIN}"
                    ),
                )
            }),
        }
    }

    fn pin_of(&self, file: &Path) -> Result<Zeroizing<String>, Failure> {
        let shown = file.display();
        let text = gongji_store::read_private(file).map_err(|error| {
            let why = Failure::from(error);
            self.told(
                &format!("PIN 文件 {shown} 不能用：{}", why.text()),
                &format!("the PIN file {shown}: {}", why.text()),
            )
        })?;
        Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The one key of this name, which must not be able to leave the token.
    fn key_in(&self, session: &Session) -> Result<ObjectHandle, Failure> {
        let keys = self.keys_in(session)?;
        let [key] = keys[..] else {
            return Err(self.not_one(keys.len()));
        };
        let asked = session.get_attributes(key, &[AttributeType::Extractable, AttributeType::Sensitive]);
        let found = asked.map_err(|error| self.failed(["查看密钥", "describes its key"], &error))?;
        let stays = [Attribute::Extractable(false), Attribute::Sensitive(true)];
        if stays.iter().all(|needed| found.contains(needed)) {
            return Ok(key);
        }
        Err(self.told(
            "这把密钥可以从令牌里导出，不能作主密钥。请用 --new-key 另生成一把",
            "this key may leave the token, so it is no master key: make another with --new-key",
        ))
    }

    fn keys_in(&self, session: &Session) -> Result<Vec<ObjectHandle>, Failure> {
        let wanted = [Attribute::Class(ObjectClass::SECRET_KEY), Attribute::Label(self.object.clone().into_bytes())];
        session.find_objects(&wanted).map_err(|error| self.failed(["查找密钥", "looks for its key"], &error))
    }

    fn not_one(&self, found: usize) -> Failure {
        if found == 0 {
            return self.told(
                "令牌里没有这个名字的密钥。请改正 object=，或用 --new-key 生成",
                "the token has no key of this name: correct object=, or make one with --new-key",
            );
        }
        self.told(
            &format!("令牌里有 {found} 把同名的密钥，分不清是哪一把。请改名"),
            &format!(
                "the token has {found} keys of this name, and which one is meant cannot be told: rename the others"
            ),
        )
    }

    fn not_let_in(&self, refused: RvError) -> Failure {
        match refused {
            RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => self.told(
                "PIN 不对，没有再试：连错几次令牌会锁住。请核对 PIN",
                "the PIN is wrong and was tried once only, because a token locks itself after some: check the PIN",
            ),
            RvError::PinLocked => self.told(
                "令牌已锁住。请令牌管理员（SO）解锁并重设 PIN",
                "the token is locked: its security officer unlocks it and sets a new PIN",
            ),
            RvError::PinExpired | RvError::UserPinNotInitialized => self.told(
                "令牌还没有可用的 PIN。请令牌管理员（SO）设定",
                "the token has no PIN in use: its security officer sets one",
            ),
            other => self.told(&format!("令牌不让登录：{other:?}"), &format!("the token lets nobody in: {other:?}")),
        }
    }

    fn failed(&self, [doing, does]: [&str; 2], error: &Error) -> Failure {
        self.told(
            &format!("令牌{doing}失败：{error}。请看令牌是否在位、是否支持 AES-GCM"),
            &format!("the token failed where it {does}: {error}: see whether it is there, and whether it has AES-GCM"),
        )
    }

    fn told(&self, zh: &str, en: &str) -> Failure {
        told(&format!("{self}：{zh}"), &format!("{self}: {en}"))
    }
}

const SHAPE: &str = "write pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=file:FILE";

fn gcm(nonce: &mut [u8; NONCE]) -> Result<Mechanism<'_>, Error> {
    GcmParams::new(nonce, BOUND, Ulong::new(TAG_BITS)).map(Mechanism::AesGcm)
}

/// Tokens do not agree on how they say that a tag does not fit; SoftHSM calls it a general error.
fn says_another_key(refused: RvError) -> bool {
    use RvError::{EncryptedDataInvalid, EncryptedDataLenRange, GeneralError};
    matches!(refused, EncryptedDataInvalid | EncryptedDataLenRange | GeneralError)
}

/// The text of a value in which `%3B` may stand for a semicolon.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_token_is_named_as_the_standard_has_it() {
        let key =
            TokenKey::parse("token=%E5%85%B1%E6%B5%8E;object=a%3Bb?module-path=/m.so&pin-source=file:/p").unwrap();
        assert_eq!((key.token.as_str(), key.object.as_str()), ("共济", "a;b"));
        assert_eq!((key.module, key.pin_file), ("/m.so".into(), Some("/p".into())));
    }

    #[test]
    fn what_is_missing_or_unknown_in_a_name_is_said() {
        for (text, expected) in [
            ("object=b?module-path=m", "token is missing"),
            ("token=a?module-path=m", "object is missing"),
            ("token=a;object=b", "module-path is missing"),
            ("token=a;object=b;colour=red?module-path=m", "colour: write token"),
            ("token=a;object=b?module-path=m&pin-value=1234", "put the PIN into a file"),
            ("token=%zz;object=b?module-path=m", "token: after %"),
            ("token", "write NAME=VALUE"),
        ] {
            let why = TokenKey::parse(text).unwrap_err();
            assert!(why.contains(expected) && !why.contains("1234"), "{text}: {why}");
        }
    }

    #[test]
    fn each_way_of_not_being_let_in_has_its_own_remedy() {
        let key = TokenKey::parse("token=a;object=b?module-path=m").unwrap();
        for (refused, expected) in [
            (RvError::PinIncorrect, ["核对 PIN", "check the PIN"]),
            (RvError::PinLocked, ["解锁", "security officer unlocks it"]),
            (RvError::UserPinNotInitialized, ["请令牌管理员", "security officer sets one"]),
            (RvError::DeviceRemoved, ["DeviceRemoved", "DeviceRemoved"]),
        ] {
            let told = key.not_let_in(refused);
            assert!(expected.iter().all(|words| told.text().contains(words)), "{}", told.text());
        }
    }
}
