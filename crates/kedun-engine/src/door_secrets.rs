//! Values of other parts of the program, sealed with secrets of the vault: factors of sign-in and the like.

use kedun_model::Result;
use zeroize::Zeroizing;

use crate::door::Door;
use crate::seal::vault_error;

/// The secret that `kedun-identity` seals with.
pub(crate) const IDENTITY_SECRET: &str = "identity";

impl Door {
    /// Seals bytes with the secret `name`, bound to `aad`; the secret is made where it does not exist yet.
    pub async fn seal_secret(&self, name: &str, aad: &[u8], bytes: &[u8]) -> Result<Vec<u8>> {
        if !self.vault().has_secret(name) {
            self.evidence().ensure_secret(name).await?;
        }
        Ok(self.vault().seal_with_secret(name, aad, bytes).map_err(vault_error)?.into_bytes())
    }

    /// Opens what [`Door::seal_secret`] sealed with the same name and `aad`.
    pub fn open_secret(&self, name: &str, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        Ok(self.vault().open_with_secret(name, aad, sealed).map_err(vault_error)?.into_zeroizing())
    }
}
