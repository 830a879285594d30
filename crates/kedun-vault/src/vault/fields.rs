//! Sealing and opening one field of one record.

#[cfg(test)]
mod tests;

use super::Vault;
use crate::envelope::{self, Header, Sealed};
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::ids::FieldCtx;
use crate::plain::Plain;
use crate::subject_key::SubjectKey;

impl Vault {
    /// Seals a value for one place; the key must be of the place's subject.
    pub fn seal(&self, key: &SubjectKey, ctx: &FieldCtx, plaintext: &[u8]) -> Result<Sealed> {
        check_owner(key, ctx)?;
        let aad = |header: &Header| field_aad(header, ctx);
        envelope::seal(&key.key, self.suite, key.generation, aad, plaintext, self.entropy.as_ref())
    }

    /// Opens a value in the place it was sealed for, and refuses it in any other.
    pub fn open_field(&self, key: &SubjectKey, ctx: &FieldCtx, sealed: &[u8]) -> Result<Plain> {
        check_owner(key, ctx)?;
        envelope::open(&key.key, key.generation, |header| field_aad(header, ctx), sealed)
    }
}

fn check_owner(key: &SubjectKey, ctx: &FieldCtx) -> Result<()> {
    let owns = key.org == ctx.org && key.subject == ctx.subject;
    if owns { Ok(()) } else { Err(VaultError::WrongSubject) }
}

fn field_aad(header: &Header, ctx: &FieldCtx) -> Vec<u8> {
    Framed::new("kedun/field/v1")
        .part(header)
        .i64(ctx.org.0)
        .u32(ctx.object)
        .u32(ctx.field)
        .part(&ctx.record)
        .part(&ctx.subject.0)
        .into_bytes()
}
