//! The plans and the catalogue of the basic insurance that are compiled in.

use gongji_domain::benefit::{Benefits, Catalogue, Plans};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../benefits/", $name)))),+]
    };
}

/// Every plan of the folder `benefits`, by file name. A test compares the list with the folder.
pub const BUILT_IN_PLANS: &[(&str, &str)] = files![
    "110000-beijing.toml",
    "130100-shijiazhuang.toml",
    "140000-shanxi.toml",
    "150800-bayannur.toml",
    "370900-taian.toml",
    "440300-shenzhen.toml",
    "652700-bortala.toml",
];

/// Every catalogue of the folder `benefits/catalogue`.
pub const BUILT_IN_CATALOGUES: &[(&str, &str)] = files!["catalogue/example.toml"];

/// The plans and the catalogue that are compiled in.
#[must_use]
pub fn built_in_benefits() -> Benefits {
    let plans = Plans::from_files(BUILT_IN_PLANS).expect("the plans that are compiled in were checked by a test");
    let catalogue = Catalogue::from_files(BUILT_IN_CATALOGUES);
    let catalogue = catalogue.expect("the catalogues that are compiled in were checked by a test");
    Benefits { plans, catalogue }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &str, before: &str) -> Vec<String> {
        let folder = format!("{}/../../{folder}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).expect("the folder is there");
        let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
        let mut found: Vec<String> =
            names.filter(|name| name.ends_with(".toml")).map(|name| format!("{before}{name}")).collect();
        found.sort();
        found
    }

    #[test]
    fn every_plan_and_catalogue_of_the_folder_is_compiled_in_and_has_no_mistake() {
        let listed = |files: &[(&str, &str)]| files.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(names_in("benefits", ""), listed(BUILT_IN_PLANS));
        assert_eq!(names_in("benefits/catalogue", "catalogue/"), listed(BUILT_IN_CATALOGUES));
        assert_eq!(Plans::from_files(BUILT_IN_PLANS).err(), None);
        assert_eq!(Catalogue::from_files(BUILT_IN_CATALOGUES).err(), None);
        assert_eq!(built_in_benefits().plans.areas().count(), BUILT_IN_PLANS.len());
        assert!(built_in_benefits().catalogue.count() > 60);
    }
}
