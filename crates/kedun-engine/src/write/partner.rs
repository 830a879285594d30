//! Partner companies: whose the records are that an outside partner makes, owns, or is given.

use kedun_guard::RecordFacts;
use kedun_ledger::Outcome;
use kedun_model::error::FieldError;
use kedun_model::{Action, Caller, Error, PersonId, PrincipalKind, RecordId, Result};
use kedun_store::sq;
use sq::{Expr, ExprTrait};

use super::rules::Rule;
use crate::access::DirectoryEntry;
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;

const CODE: &str = "record.create";

impl Door {
    /// Whether there is a living record of this id that outside partners may belong to.
    ///
    /// It is asked of the table without a grant, because who gives a partner its company is an administrator,
    /// who has no right on any record: through a grant each answer would be no. So the answer is only yes or no, about
    /// one id that the caller already has, and each question is an event that is durable before it is answered.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_company(&self, caller: &Caller, id: RecordId) -> Result<bool> {
        let inner = self.inner();
        let Some(object) = inner.companies() else { return Ok(false) };
        let select = sq::Query::select()
            .column("id")
            .from(object.def.id.table())
            .and_where(Expr::col("org").eq(inner.org.0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("deleted_at").is_null())
            .to_owned();
        let there = !inner.store.query(&inner.store.dialect().select(&select)).await?.is_empty();
        let outcome = if there { Outcome::Ok } else { Outcome::Failed };
        let draft = EventDraft::new("partner.company", outcome).object(object.def.id).record(id).sensitive();
        inner.receipt(caller, draft)?.durable().await?;
        Ok(there)
    }
}

impl Inner {
    /// The object whose records are the companies of outside partners.
    pub(crate) fn companies(&self) -> Option<std::sync::Arc<CatalogObject>> {
        let key = self.writes.rules.get()?.iter().find_map(|rule| match rule {
            Rule::PartnerCompany { object } => Some(object),
            _ => None,
        })?;
        self.catalog().object(key).cloned()
    }

    /// Whether the caller may give a new record to another company than its maker's: that is a
    /// transfer.
    pub(crate) async fn may_assign(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        before: &RecordFacts,
        after: &RecordFacts,
    ) -> Result<()> {
        let transfer = self.grant_for(caller, object, Action::Transfer, CODE, None).await?;
        if transfer.allows_write(before, after) {
            return Ok(());
        }
        self.refused(caller, CODE, object.def.id, RecordId::NIL).await?;
        Err(Error::forbidden("access.no_transfer"))
    }
}

/// The company of the first outside partner among these people.
pub(crate) fn company_of(
    directory: &DirectoryEntry,
    people: impl IntoIterator<Item = PersonId>,
) -> Option<RecordId> {
    people
        .into_iter()
        .filter_map(|id| directory.directory.person(id))
        .filter(|p| p.kind == PrincipalKind::Partner)
        .find_map(|p| p.company)
}

/// What is wrong with a company that a record is given to: no outside partner belongs to it.
pub(crate) fn check_partner(directory: &DirectoryEntry, company: Option<RecordId>) -> Option<FieldError> {
    let company = company?;
    let known = directory
        .directory
        .people()
        .iter()
        .any(|p| p.kind == PrincipalKind::Partner && p.company == Some(company));
    (!known).then(|| FieldError {
        field: "_partner".to_owned(),
        code: "relation.not_found".into(),
        args: Vec::new(),
    })
}
