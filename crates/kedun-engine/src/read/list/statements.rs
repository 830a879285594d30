//! The statements of a question, without its answer.

use kedun_model::{Caller, ListQuery, Result};

use super::super::fields::wanted;
use super::super::sort;
use super::super::view::Rights;
use super::{MAX_ARENA_SORT, Order, Place, Plan};
use crate::door::Door;

impl Door {
    /// Resolves a question as [`Door::list`] does, runs its statement, and tells its text and the number of
    /// rows it found; no value of a row is read.
    ///
    /// # Errors
    /// As [`Door::list`].
    pub(crate) async fn list_statement(
        &self,
        caller: &Caller,
        object: &str,
        query: &ListQuery,
    ) -> Result<(String, usize)> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let rights = Rights::of(inner, caller, object).await?;
        let fields = wanted(object, &rights.read, &query.fields)?;
        let plan = Plan::make(inner, caller, object, &rights, query).await?;
        let stmt = match &plan.order {
            Order::Columns { keys, id_descending, natural } => {
                let after = match &plan.after {
                    Some(Place::Keys(values, id)) => Some(sort::after(keys, *id_descending, values, *id)?),
                    _ => None,
                };
                plan.page_statement(keys, *id_descending, *natural, after.as_ref(), &fields)?
            }
            Order::Arena { .. } => {
                plan.scoped.ids(&plan.shape(false, false, MAX_ARENA_SORT), &plan.rows(), MAX_ARENA_SORT + 1)
            }
        };
        let Some(stmt) = stmt else { return Ok((String::new(), 0)) };
        let rows = inner.store.query(&stmt).await?;
        Ok((stmt.sql().to_owned(), rows.len()))
    }
}
