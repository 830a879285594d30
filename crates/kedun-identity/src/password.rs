//! Passwords: what is accepted, how they are kept, how they are compared.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use kedun_model::{Error, Result};
use tokio::sync::Semaphore;

/// The shortest password when it is the only factor.
pub const MIN_ALONE: usize = 15;
/// The shortest password when a second factor is given with it.
pub const MIN_WITH_FACTOR: usize = 8;
/// The longest password that is accepted, in characters.
pub const MAX: usize = 128;
/// The strength below which a password counts as common: about 10^6 guesses.
const MIN_SCORE: u8 = 2;
const MEMORY_KIB: u32 = 19 * 1024;

/// Words that passwords in China are often made of, which lists from elsewhere do not have.
const COMMON_HERE: [&str; 24] = [
    "kedun",
    "客盾",
    "crm",
    "woaini",
    "5201314",
    "1314",
    "520",
    "mima",
    "admin",
    "taobao",
    "alipay",
    "weixin",
    "wechat",
    "huawei",
    "beijing",
    "shanghai",
    "guangzhou",
    "shenzhen",
    "zhongguo",
    "laoban",
    "xiaoming",
    "wangxiaoming",
    "zhangwei",
    "147258",
];

/// Hashes and compares passwords, a bounded number at a time, so that a flood of
/// sign-ins cannot take all processors and memory.
pub struct Passwords {
    running: Semaphore,
    /// Compared against when there is no such login, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    /// At most `parallel` hashes are computed at once.
    ///
    /// # Errors
    /// Fails when the parameters of argon2 are not accepted (a defect).
    pub fn new(parallel: usize) -> Result<Self> {
        let decoy = hash("kedun decoy: no account has this password")?;
        Ok(Passwords { running: Semaphore::new(parallel.max(1)), decoy })
    }

    /// The PHC string (argon2id, 19 MiB, t=2, p=1) of `password`.
    ///
    /// # Errors
    /// `unavailable` when the server is shutting down.
    pub async fn hash(&self, password: String) -> Result<String> {
        let _permit = self.permit().await?;
        tokio::task::spawn_blocking(move || hash(&password)).await.map_err(Error::internal)?
    }

    /// Whether `password` belongs to `stored`; with `None`, takes as long and says no.
    ///
    /// # Errors
    /// `unavailable` when the server is shutting down.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let _permit = self.permit().await?;
        let known = stored.is_some();
        let against = stored.unwrap_or_else(|| self.decoy.clone());
        let matches = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&against)
                .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        })
        .await
        .map_err(Error::internal)?;
        Ok(matches && known)
    }

    async fn permit(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        self.running.acquire().await.map_err(|e| Error::unavailable("unavailable").with_internal(e))
    }
}

fn hash(password: &str) -> Result<String> {
    let params = Params::new(MEMORY_KIB, 2, 1, None).map_err(Error::internal)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon.hash_password(password.as_bytes()).map_err(Error::internal)?.to_string())
}

/// Accepts or refuses a new password.
///
/// `context` are words that belong to the person or the company (login, name, organisation);
/// a password made of them is refused like a common one.
///
/// # Errors
/// `password.too_short` (args `min`), `password.too_long` (args `max`), `password.common`.
pub fn check_new(password: &str, with_factor: bool, context: &[&str]) -> Result<()> {
    let length = password.chars().count();
    let min = if with_factor { MIN_WITH_FACTOR } else { MIN_ALONE };
    if length < min {
        return Err(Error::invalid("password.too_short")
            .arg("min", min)
            .field("password", "password.too_short"));
    }
    if length > MAX {
        return Err(Error::invalid("password.too_long")
            .arg("max", MAX)
            .field("password", "password.too_long"));
    }
    let mut words: Vec<&str> = COMMON_HERE.to_vec();
    words.extend(context);
    if u8::from(zxcvbn::zxcvbn(password, &words).score()) < MIN_SCORE {
        return Err(Error::invalid("password.common").field("password", "password.common"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_common_and_personal_passwords_are_refused() {
        for common in [
            "12345678",
            "password1",
            "qwertyuiop",
            "iloveyou123",
            "88888888",
            "woaini1314",
            "aaaaaaaaaaaaaaa",
        ] {
            assert!(check_new(common, true, &[]).is_err(), "{common} was accepted");
        }
        assert_eq!(check_new("short", true, &[]).expect_err("short").code, "password.too_short");
        assert!(check_new("plum-7-cart", false, &[]).is_err(), "11 characters alone are too few");
        assert!(check_new("plum-7-cart", true, &[]).is_ok());
        assert!(check_new("wangxiaoming", true, &["wangxiaoming"]).is_err());
        assert!(check_new("four quiet lamps by the sea", false, &[]).is_ok());
        assert!(check_new(&"长".repeat(129), true, &[]).is_err());
    }

    #[tokio::test]
    async fn a_hash_matches_its_password_only() {
        let passwords = Passwords::new(2).expect("parameters");
        let stored = passwords.hash("four quiet lamps".into()).await.expect("hash");
        assert!(stored.starts_with("$argon2id$"));
        assert!(passwords.verify("four quiet lamps".into(), Some(stored.clone())).await.expect("verify"));
        assert!(!passwords.verify("four quiet lamp".into(), Some(stored)).await.expect("verify"));
        assert!(!passwords.verify("anything".into(), None).await.expect("verify"));
        let decoy = "kedun decoy: no account has this password".to_owned();
        assert!(!passwords.verify(decoy, None).await.expect("verify"));
    }
}
