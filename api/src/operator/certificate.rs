//! Keys for certificates, and checking certificates offline. Neither touches the database.

use crate::{
    certificate::{Verified, verify as verify_certificate},
    identity::{KeySet, self_test},
    run::Fault,
    signing::{self, SigningKey},
};
use chrono::{DateTime, SecondsFormat, Utc};
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A certificate to check.
#[derive(clap::Args)]
pub struct Check {
    /// The file that the holder downloaded; `-` reads it from standard input.
    file: PathBuf,
    /// The published keys: what /.well-known/certificate-keys.json answered.
    #[arg(long)]
    keys: PathBuf,
    /// The name that it should be about.
    #[arg(long)]
    name: Option<String>,
    /// The instant to check it at, such as 2026-03-02T08:00:00Z; now if nothing is said.
    #[arg(long)]
    at: Option<DateTime<Utc>>,
}

/// Makes a key and writes it to a new file.
pub fn new_key(out: &Path) -> Result<String, Fault> {
    let doing = format!("the key {}", out.display());
    let faulty = |error: &dyn std::fmt::Display| Fault::while_doing(&doing, error);
    let made = SigningKey::generate().map_err(|error| faulty(&error))?;
    let key = SigningKey::from_pkcs8(&made).map_err(|error| faulty(&error))?;
    signing::write_new(out, signing::pem(&made).as_bytes()).map_err(|error| faulty(&error))?;
    Ok(format!(
        "{} holds a new key, {}; name it in `certificates.key_file`",
        out.display(),
        key.public().thumbprint
    ))
}

/// Says whether a certificate is genuine and holds, and what it says.
pub fn verify(check: &Check, now: DateTime<Utc>) -> Result<ExitCode, Fault> {
    self_test()
        .map_err(|fault| Fault::while_doing("the signature back end fails its test", &fault))?;
    let keys = read(&check.keys)?;
    let (keys, remarks) = KeySet::parse(keys.as_bytes())
        .map_err(|fault| Fault::while_doing(&check.keys.display().to_string(), &fault))?;
    for remark in remarks {
        eprintln!("{}: {remark}", check.keys.display());
    }
    let text = read(&check.file)?;
    let verified = match verify_certificate(&text, &keys, check.at.unwrap_or(now)) {
        Ok(verified) => verified,
        Err(refused) => {
            println!("not accepted: {refused}");
            return Ok(ExitCode::FAILURE);
        }
    };
    print!("{}", describe(&verified));
    Ok(
        match check.name.as_deref().map(|name| verified.is_about(name)) {
            None => ExitCode::SUCCESS,
            Some(Some(true)) => {
                println!("the name is that of its holder");
                ExitCode::SUCCESS
            }
            Some(Some(false)) => {
                println!("the name is NOT that of its holder");
                ExitCode::FAILURE
            }
            Some(None) => {
                println!("it says nothing of a name, so the name cannot be compared");
                ExitCode::FAILURE
            }
        },
    )
}

fn describe(verified: &Verified) -> String {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let until = verified
        .valid_until
        .map_or_else(|| "for good".to_owned(), instant);
    let mut lines = vec![
        "genuine, and holds by its own dates".to_owned(),
        format!("training   {}", verified.title),
        format!("organiser  {}", verified.organiser),
        format!("valid from {}", instant(verified.valid_from)),
        format!("until      {until}"),
    ];
    lines.extend(
        verified
            .holder
            .as_ref()
            .map(|name| format!("holder     {name}")),
    );
    // Offline nobody can know what has happened since.
    lines.push(format!("whether it has been revoked: {}", verified.address));
    lines.push(String::new());
    lines.join("\n")
}

fn read(path: &Path) -> Result<String, Fault> {
    let mut text = String::new();
    let done = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    done.map_err(|error| Fault::while_doing(&path.display().to_string(), &error))?;
    Ok(text)
}
