//! A master key in a PKCS#11 token: each test has a token of its own, in software, in its own folder.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Ran, SON, Town};

/// Where Debian and others put the module.
const MODULES: [&str; 3] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];

fn module() -> &'static str {
    let found = MODULES.into_iter().find(|path| Path::new(path).exists());
    found.expect("these tests need SoftHSM: `apt-get install softhsm2`, or `cargo xtask ci`, which does it")
}

/// A town with a token beside it.
struct Safe {
    town: Town,
}

impl Safe {
    fn new(town: Town) -> Self {
        let tokens = town.path("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let settings = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        town.file("softhsm.conf", settings.as_bytes());
        let safe = Self { town };
        safe.softhsm(&["--init-token", "--free", "--label", "gongji", "--so-pin", "87654321", "--pin", "123456"]);
        safe.pin("123456");
        safe
    }

    fn softhsm(&self, words: &[&str]) {
        let mut made = Command::new("softhsm2-util");
        made.args(words).env("SOFTHSM2_CONF", self.town.path("softhsm.conf")).stdout(Stdio::null());
        assert!(made.status().unwrap().success());
    }

    /// Writes the file of the PIN.
    fn pin(&self, pin: &str) {
        let file = self.town.file("pin", format!("{pin}\n").as_bytes());
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(file, readable).unwrap();
    }

    /// How a key in the token is written.
    fn key(&self, object: &str) -> String {
        let pin = self.town.path("pin").display().to_string();
        format!("pkcs11:token=gongji;object={object}?module-path={}&pin-source=file:{pin}", module())
    }

    fn run(&self, words: &[&str]) -> Ran {
        let mut program = self.town.program(words);
        Ran::of(program.env("SOFTHSM2_CONF", self.town.path("softhsm.conf")).output().unwrap())
    }

    /// The son's balance, for which the vault finds him.
    fn balance(&self, key: &str) -> Ran {
        self.run(&["balance", SON, "--key", key])
    }

    fn rotated_to(&self, object: &str) -> String {
        let key = self.key(object);
        let rotated = self.run(&["key", "rotate", "--to", &key, "--new-key"]);
        assert_eq!(rotated.status, 0, "{}", rotated.err);
        key
    }
}

#[test]
fn a_database_is_made_and_opened_by_a_key_that_never_leaves_its_token() {
    let safe = Safe::new(Town::empty());
    let key = safe.key("master");
    let other = safe.town.path("other.db").display().to_string();
    let made = safe.run(&["db", "init", "--province", "130000", "--db", &other, "--key", &key, "--new-key"]);
    assert_eq!(made.status, 0, "{}", made.err);
    let checked = safe.run(&["key", "check", "--db", &other, "--key", &key, "--json"]);
    assert_eq!(checked.json()["master"].as_str(), Some("pkcs11:token=gongji;object=master"), "{}", checked.err);
    let again = safe.run(&["db", "init", "--province", "130000", "--db", "x", "--key", &key, "--new-key"]);
    assert!(again.status == 3 && again.err.contains("has a key of this name already"), "{}", again.err);
}

#[test]
fn a_master_key_moves_from_a_file_into_a_token_from_key_to_key_and_back() {
    let safe = Safe::new(Town::settled());
    let file = safe.town.path("gongji.key").display().to_string();
    let first = safe.rotated_to("first");
    assert_eq!((safe.balance(&first).status, safe.balance(&file).status), (0, 3));
    let second = safe.key("second");
    let rotated = safe.run(&["key", "rotate", "--key", &first, "--to", &second, "--new-key"]);
    assert_eq!(rotated.status, 0, "{}", rotated.err);
    assert_eq!((safe.balance(&second).status, safe.balance(&first).status), (0, 3));
    let wrong = safe.balance(&first).err;
    assert!(wrong.contains("master key is not the one") && wrong.contains("object=second"), "{wrong}");
    assert_eq!(safe.run(&["key", "rotate", "--key", &second, "--to", &file]).status, 0);
    assert_eq!((safe.balance(&file).status, safe.balance(&second).status), (0, 3));
}

#[test]
fn whatever_is_wrong_with_a_token_has_its_own_text_in_both_languages() {
    let safe = Safe::new(Town::settled());
    let key = safe.rotated_to("master");
    let check = |key: &str, expected: [&str; 2]| {
        let refused = safe.balance(key);
        assert_eq!(refused.status, 3, "{key}: {}", refused.err);
        assert!(expected.iter().all(|words| refused.err.contains(words)), "{key}: {}", refused.err);
        assert!(!refused.err.contains("123456") && !refused.err.contains("654321"), "{}", refused.err);
    };
    check(&key.replace(module(), "/nowhere/token.so"), ["装载不了", "cannot be loaded"]);
    check(&key.replace("token=gongji", "token=other"), ["现有的令牌：[gongji]", "those that are there: [gongji]"]);
    check(&key.replace("object=master", "object=other"), ["没有这个名字的密钥", "has no key of this name"]);
    check(key.split("&pin-source").next().unwrap(), ["没有 PIN", "no PIN"]);
    safe.pin("654321");
    check(&key, ["PIN 不对", "the PIN is wrong and was tried once only"]);
    let open_to_all = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(safe.town.path("pin"), open_to_all).unwrap();
    check(&key, ["PIN 文件", "chmod 600"]);
}

#[test]
fn the_pin_may_come_from_the_environment() {
    let safe = Safe::new(Town::settled());
    let key = safe.rotated_to("master");
    let without = key.split("&pin-source").next().unwrap();
    let mut program = safe.town.program(&["balance", SON, "--key", without]);
    program.env("SOFTHSM2_CONF", safe.town.path("softhsm.conf")).env("GONGJI_PIN", "123456");
    let ran = Ran::of(program.output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.err);
}

#[test]
fn a_key_made_anew_under_the_old_name_is_found_out() {
    let safe = Safe::new(Town::settled());
    let key = safe.rotated_to("master");
    safe.softhsm(&["--delete-token", "--token", "gongji"]);
    safe.softhsm(&["--init-token", "--free", "--label", "gongji", "--so-pin", "87654321", "--pin", "123456"]);
    let other = safe.town.path("other.db").display().to_string();
    let made = safe.run(&["db", "init", "--province", "130000", "--db", &other, "--key", &key, "--new-key"]);
    assert_eq!(made.status, 0, "{}", made.err);
    let refused = safe.balance(&key);
    assert!(refused.status == 3 && refused.err.contains("it was made anew, or the token is ill"), "{}", refused.err);
    let lost = safe.run(&["key", "check", "--key", &key]);
    assert!(lost.status == 1 && lost.out.contains("账本没有加密"), "{}", lost.out);
}

/// Says in the token's own files that its keys may be read out: the attribute's number, its kind, yes.
fn let_keys_out(town: &Town) {
    let extractable = |yes: u8| [&0x162_u64.to_be_bytes()[..], &1_u64.to_be_bytes(), &[yes]].concat();
    let mut changed = 0;
    for folder in std::fs::read_dir(town.path("tokens")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let mut bytes = std::fs::read(&path).unwrap();
            let Some(at) = bytes.windows(17).position(|part| part == extractable(0)) else { continue };
            bytes[at + 16] = 1;
            std::fs::write(&path, bytes).unwrap();
            changed += 1;
        }
    }
    assert_eq!(changed, 1, "there is one key, and this is where it says that it stays");
}

#[test]
fn a_key_is_made_so_that_it_stays_in_its_token_and_one_that_could_leave_is_no_master_key() {
    let safe = Safe::new(Town::settled());
    let key = safe.rotated_to("master");
    assert_eq!(safe.balance(&key).status, 0);
    let_keys_out(&safe.town);
    let refused = safe.balance(&key);
    assert!(refused.status == 3 && refused.err.contains("may leave the token"), "{}", refused.err);
}
