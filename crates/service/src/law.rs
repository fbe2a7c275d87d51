//! The packs that are compiled in.

use gongji_domain::policy::{Law, PackError};

macro_rules! packs {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../policies/", $name)))),+]
    };
}

/// Every pack of the folder `policies`, by file name. A test compares the list with the folder.
pub const BUILT_IN: &[(&str, &str)] = packs![
    "110000-beijing.toml",
    "120000-tianjin.toml",
    "130000-hebei.toml",
    "130600-baoding.toml",
    "133100-xiongan.toml",
    "140000-shanxi.toml",
    "140100-taiyuan.toml",
    "150000-inner-mongolia.toml",
    "150100-hohhot.toml",
    "150800-bayannur.toml",
    "310000-shanghai.toml",
    "320000-jiangsu.toml",
    "320100-nanjing.toml",
    "320200-wuxi.toml",
    "320500-suzhou.toml",
    "330000-zhejiang.toml",
    "330200-ningbo.toml",
    "330600-shaoxing.toml",
    "330700-jinhua.toml",
    "340000-anhui.toml",
    "350000-fujian.toml",
    "350300-putian.toml",
    "360000-jiangxi.toml",
    "370000-shandong.toml",
    "370200-qingdao.toml",
    "370300-zibo.toml",
    "370600-yantai.toml",
    "370900-taian.toml",
    "410000-henan.toml",
    "411000-xuchang.toml",
    "420000-hubei.toml",
    "420100-wuhan.toml",
    "420600-xiangyang.toml",
    "440000-guangdong.toml",
    "440300-shenzhen.toml",
    "450000-guangxi.toml",
    "450200-liuzhou.toml",
    "460000-hainan.toml",
    "500000-chongqing.toml",
    "510000-sichuan.toml",
    "520000-guizhou.toml",
    "540000-tibet.toml",
    "610000-shaanxi.toml",
    "610100-xian.toml",
    "630000-qinghai.toml",
    "650000-xinjiang.toml",
    "652700-bortala.toml",
    "660000-xpcc.toml",
    "990000-example.toml",
    "990100-example-term.toml",
    "990200-example-reach.toml",
    "990400-example-reserve.toml",
    "990500-example-years.toml",
    "nation.toml",
];

/// The law of the packs that are compiled in, with others added: a file of the same name replaces.
///
/// # Errors
/// Every mistake in any pack, with its place.
pub fn built_in_with(more: &[(String, String)]) -> Result<Law, Vec<PackError>> {
    let replaced = |name: &str| more.iter().any(|(other, _)| other == name);
    let kept = BUILT_IN.iter().copied().filter(|(name, _)| !replaced(name));
    let added = more.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Law::from_packs(&kept.chain(added).collect::<Vec<_>>())
}

/// The law of the packs that are compiled in.
#[must_use]
pub fn built_in() -> Law {
    built_in_with(&[]).expect("the packs that are compiled in were checked by a test")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_pack_of_the_folder_is_compiled_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");
        let files = std::fs::read_dir(folder).expect("the folder of packs is there");
        let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
        let found: BTreeSet<String> = names.filter(|name| name.ends_with(".toml")).collect();
        let listed: BTreeSet<String> = super::BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn the_packs_make_a_law() {
        assert!(super::built_in_with(&[]).is_ok());
    }
}
