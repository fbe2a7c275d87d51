//! `gongji config`: what can be set, and whether what is set makes sense, without a start.

use gongji_service::Clock as _;
use gongji_words::AreaCode;
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::serve::{Config, KEYS, Key, Origins, Stated, Tls};

/// Questions about settings.
#[derive(Debug, clap::Subcommand)]
pub enum Settings {
    /// 检查 Whether the settings make sense; nothing is started
    Check(Check),
    /// 参考 All settings: name, variable, what holds if nobody says it, what it means
    #[command(after_help = "Example 例:\n  gongji config reference\n  gongji config reference --json")]
    Reference(Reference),
}

/// Arguments of `gongji config check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji config check --config gongji.toml\n\n\
    Every setting with where it comes from; a password is not shown. Status 0: the settings make sense; 2: one does not, and \
    which.")]
pub struct Check {
    #[command(flatten)]
    settings: Stated,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji config reference`.
#[derive(Debug, clap::Args)]
pub struct Reference {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Answers.
pub fn settings(asked: &Settings, tongue: Tongue) -> Ended {
    match asked {
        Settings::Check(asked) => check(asked, tongue),
        Settings::Reference(asked) => {
            if asked.json {
                output::json(&KEYS.iter().map(as_json).collect::<Vec<_>>());
            } else {
                output::text(&reference());
            }
            Ok(Verdict::Yes)
        }
    }
}

fn check(asked: &Check, tongue: Tongue) -> Ended {
    let (config, origins) = asked.settings.settled(&[])?;
    let days = look_at(&config)?;
    let lines: Vec<(&Key, String)> = KEYS.iter().map(|key| (key, value_of(key, &config))).collect();
    if asked.json {
        let of =
            |(key, value): &(&Key, String)| json!({ "key": key.name, "value": value, "from": origin(&origins, key) });
        let settings: Vec<Value> = lines.iter().map(of).collect();
        output::json(&json!({ "settings": settings, "certificate-days": days }));
        return Ok(Verdict::Yes);
    }
    for (key, value) in lines {
        output::line(format!("{} = {value}  # {}", key.name, origin(&origins, key)));
    }
    output::line(tongue.inline("设置都说得通。", "The settings make sense."));
    Ok(Verdict::Yes)
}

/// What the values name, as far as it can be seen without a start. Gives the days of the certificate.
pub fn look_at(config: &Config) -> Result<Option<i64>, Failure> {
    let wrong = |key: &str, why: &str| Failure::NotUnderstood(format!("{key}: {why}"));
    config.book()?;
    if let Some(area) = &config.area {
        AreaCode::parse(area).map_err(|_| wrong("area", "写六位代码，如 130000 write six digits, such as 130000"))?;
    }
    for place in config.places() {
        place.check().map_err(|why| wrong("listen", why))?;
    }
    let folder = config.witness.as_deref().and_then(|path| path.parent()).filter(|path| !path.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(wrong("witness", "没有这个文件夹 there is no such folder"));
    }
    crate::cores::read(config.cores.as_deref())?;
    let tls = Tls::of(config)?;
    Ok(tls.map(|tls| tls.days_left(SystemClock.now())))
}

fn origin<'o>(origins: &'o Origins, key: &Key) -> &'o str {
    origins.get(key.name).map_or("usual", String::as_str)
}

fn value_of(key: &Key, config: &Config) -> String {
    let shown = config.shown(key.name);
    if shown.is_empty() { "—".to_owned() } else { shown }
}

fn as_json(key: &Key) -> Value {
    json!({
        "key": key.name,
        "variable": key.variable(),
        "usual": key.usual,
        "zh": key.zh,
        "en": key.en,
    })
}

/// The page `docs/settings.md`.
fn reference() -> String {
    let mut page = String::from(
        "# Settings 设置\n\n\
        Made by `gongji config reference`; do not edit. `gongji serve` takes each key from the command line (`--set KEY=VALUE`),\n\
        else from the environment, else from the file that `--config` names (TOML), else as it usually is. `gongji config check`\n\
        looks at them without a start, `gongji doctor` at all that they name.\n\n\
        | key | variable | usual | |\n|---|---|---|---|\n",
    );
    for key in KEYS {
        let usual = if key.usual.is_empty() { "—".to_owned() } else { format!("`{}`", key.usual) };
        page.push_str(&format!("| `{}` | `{}` | {usual} | {}。{}. |\n", key.name, key.variable(), key.zh, key.en));
    }
    page.push_str(
        "\nIn a variable and behind `--set` a list is written with commas. A file:\n\n```toml\n\
        listen = [\"0.0.0.0:443\", \"unix:/run/gongji/socket\"]\n\
        db = \"postgresql://gongji@db1,db2,db3/gongji?sslmode=verify-full\"\n\
        key = \"/etc/gongji/master.key\"\nwitness = \"/mnt/elsewhere/witness.jsonl\"\n\
        tls-certificate = \"/etc/gongji/server.crt\"\ntls-key = \"/etc/gongji/server.key\"\n```\n",
    );
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_settings_says_what_the_program_knows() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(page, reference(), "gongji config reference > docs/settings.md");
    }
}
