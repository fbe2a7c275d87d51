//! The standards' own examples, and what was made with another program.

use proptest::prelude::*;
use sm2::pke::DecryptingKey;
use sm3::{Digest as _, Sm3};

use super::*;

/// Key and text of the first example of GB/T 32907.
const EXAMPLE: &str = "0123456789abcdeffedcba9876543210";
/// The key pair of GB/T 32918.5.
const PRIVATE: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const PUBLIC: &str = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                      ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    unhex(hex).unwrap().try_into().unwrap()
}

fn rounds(count: usize) -> String {
    let cipher = Sm4::new(&Array::from(bytes::<16>(EXAMPLE)));
    let mut block = Array::from(bytes::<16>(EXAMPLE));
    for _ in 0..count {
        cipher.encrypt_block(&mut block);
    }
    hex_capitals(&block).to_ascii_lowercase()
}

#[test]
fn sm3_gives_the_digests_of_gb_t_32905() {
    let digest = |text: &str| hex_capitals(&Sm3::digest(text)).to_ascii_lowercase();
    assert_eq!(digest("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    let long = "abcd".repeat(16);
    assert_eq!(digest(&long), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

#[test]
fn sm4_gives_the_block_of_gb_t_32907_after_one_round() {
    assert_eq!(rounds(1), "681edf34d206965e86b3e94f536e4246");
}

#[test]
fn sm4_gives_the_block_of_gb_t_32907_after_a_million_rounds() {
    assert_eq!(rounds(1_000_000), "595298c7c6fd271f0402f804c33d3f66");
}

#[test]
fn sm2_takes_the_signature_of_gb_t_32918_5() {
    let signature = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                     b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
    let signature = Base64::encode_string(&unhex(signature).unwrap());
    let key = PublicKey::parse(PUBLIC, NAME).unwrap();
    assert!(key.verifies(b"message digest", &signature));
    assert!(!key.verifies(b"message digesT", &signature));
    assert!(!PublicKey::parse(PUBLIC, "8765432187654321").unwrap().verifies(b"message digest", &signature));
}

#[test]
fn sm2_opens_the_cipher_text_of_gb_t_32918_5() {
    let cipher = "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
                  e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0\
                  59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766\
                  21886ca989ca9c7d58087307ca93092d651efa";
    let key = DecryptingKey::from_slice(&unhex(PRIVATE).unwrap()).unwrap();
    assert_eq!(key.decrypt(&unhex(cipher).unwrap()).unwrap(), b"encryption standard");
}

#[test]
fn a_key_pair_is_read_in_every_form_and_signs_alike() {
    let private = PrivateKey::parse(PRIVATE, NAME).unwrap();
    let in_base64 = PrivateKey::parse(&Base64::encode_string(&unhex(PRIVATE).unwrap()), NAME).unwrap();
    let signature = private.sign("共济".as_bytes());
    assert_eq!(in_base64.sign("共济".as_bytes()), signature, "the same bytes get the same signature");
    let point = Base64::encode_string(&unhex(PUBLIC).unwrap());
    for public in [PUBLIC.to_owned(), format!("04{PUBLIC}"), point, private.public().to_base64()] {
        assert!(PublicKey::parse(&public, NAME).unwrap().verifies("共济".as_bytes(), &signature), "{public}");
    }
    for text in ["", "04", "*", &"0".repeat(64), &"f".repeat(64), &"1".repeat(130)] {
        assert!(PrivateKey::parse(text, NAME).is_none() && PublicKey::parse(text, NAME).is_none(), "{text}");
    }
}

#[test]
fn sealing_is_that_of_another_program() {
    // `openssl enc -sm4-ecb -K 0123456789abcdeffedcba9876543210` over these texts.
    for (clear, sealed) in [
        ("", "002a8a4efa863ccad024ac0300bb40d2"),
        ("0123456789abcdef", "e6887b77dbabb572ffa07fed7548b192002a8a4efa863ccad024ac0300bb40d2"),
        ("共济支付12.30", "cc91823b8e68b9517ecccc65e10524ed45a937871858b7cd3a55b42f8cae65bf"),
    ] {
        assert_eq!(hex_capitals(&seal(bytes(EXAMPLE), clear.as_bytes())).to_ascii_lowercase(), sealed);
        assert_eq!(open(bytes(EXAMPLE), &unhex(sealed).unwrap()).unwrap(), clear.as_bytes());
    }
}

#[test]
fn padding_is_looked_at_whole() {
    let cipher = Sm4::new(&Array::from(bytes::<16>(EXAMPLE)));
    let opened = |last: [u8; 3]| {
        let mut block = Array::from([7; 16]);
        block[13..].copy_from_slice(&last);
        cipher.encrypt_block(&mut block);
        open(bytes(EXAMPLE), &block)
    };
    assert_eq!(opened([7, 2, 2]), Some(vec![7; 14]));
    for last in [[7, 3, 2], [7, 7, 0], [7, 7, 17], [3, 2, 3]] {
        assert_eq!(opened(last), None, "{last:?}");
    }
}

#[test]
fn secrets_do_not_print() {
    let private = PrivateKey::parse(PRIVATE, NAME).unwrap();
    assert_eq!(format!("{private:?} {:?}", Secret::new("s")), "PrivateKey(..) Secret(..)");
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened_and_nothing_else_panics(key in any::<[u8; 16]>(), clear in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(open(key, &seal(key, &clear)), Some(clear.clone()));
        let _ = open(key, &clear);
    }

    #[test]
    fn whatever_is_no_signature_is_a_no(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let key = PublicKey::parse(PUBLIC, NAME).unwrap();
        prop_assert!(!key.verifies(&bytes, &text));
        prop_assert!(!key.verifies(&bytes, &Base64::encode_string(&bytes)));
        let _ = (PrivateKey::parse(&text, NAME), PublicKey::parse(&text, NAME));
    }
}
