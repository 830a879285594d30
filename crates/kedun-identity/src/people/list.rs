//! The people of the organisation.

use kedun_model::{Caller, Capability, Error, PersonId, RecordId, Result, UnitId};
use kedun_store::Row;
use kedun_store::sq::{Expr, ExprTrait, JoinType, Order, Query, SelectStatement};

use super::PersonView;
use crate::Identity;
use crate::directory::principal_kind;

/// Which people are wanted.
#[derive(Debug, Clone, Default)]
pub struct PersonFilter {
    /// A fragment of name or login.
    pub text: Option<String>,
    pub unit: Option<UnitId>,
    pub status: Option<String>,
    /// The login key after which the page begins.
    pub after: Option<String>,
    pub limit: u64,
}

impl Identity {
    /// A page of people in the order of their logins.
    ///
    /// # Errors
    /// `forbidden` without the capability to manage people.
    pub async fn people(&self, caller: &Caller, filter: &PersonFilter) -> Result<Vec<PersonView>> {
        self.require(caller, Capability::PeopleManage).await?;
        let mut query = self.person_query();
        query.order_by(("p", "login_key"), Order::Asc).limit(filter.limit.clamp(1, 500));
        if let Some(after) = &filter.after {
            query.and_where(Expr::col(("p", "login_key")).gt(after.clone()));
        }
        if let Some(unit) = filter.unit {
            query.and_where(Expr::col(("p", "unit_id")).eq(unit.0));
        }
        if let Some(status) = &filter.status {
            query.and_where(Expr::col(("p", "status")).eq(status.clone()));
        }
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
            let pattern = kedun_store::sq::LikeExpr::new(format!("%{}%", escape(text))).escape('\\');
            let lower =
                kedun_store::sq::LikeExpr::new(format!("%{}%", escape(&text.to_lowercase()))).escape('\\');
            query.and_where(
                Expr::col(("p", "name")).like(pattern).or(Expr::col(("p", "login_key")).like(lower)),
            );
        }
        self.select(&query).await?.iter().map(view).collect()
    }

    /// One person; needs the capability to manage people unless it is the caller.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn person(&self, caller: &Caller, id: PersonId) -> Result<PersonView> {
        if id != caller.person {
            self.require(caller, Capability::PeopleManage).await?;
        }
        let query = self.person_query().and_where(Expr::col(("p", "id")).eq(id.0)).to_owned();
        match self.select(&query).await?.first() {
            Some(row) => view(row),
            None => Err(Error::not_found("not_found")),
        }
    }

    fn person_query(&self) -> SelectStatement {
        Query::select()
            .columns([
                ("p", "id"),
                ("p", "name"),
                ("p", "login"),
                ("p", "kind"),
                ("p", "status"),
                ("p", "unit_id"),
                ("p", "manager_id"),
                ("p", "company_id"),
                ("p", "title"),
                ("p", "email"),
                ("p", "locale"),
                ("p", "valid_until"),
                ("p", "version"),
                ("p", "created_at"),
                ("p", "last_sign_in_at"),
                ("t", "enrolled_at"),
            ])
            .from_as("principal", "p")
            .join_as(
                JoinType::LeftJoin,
                "totp",
                "t",
                Expr::col(("t", "org"))
                    .equals(("p", "org"))
                    .and(Expr::col(("t", "person_id")).equals(("p", "id"))),
            )
            .and_where(Expr::col(("p", "org")).eq(self.org().0))
            .to_owned()
    }
}

fn view(row: &Row) -> Result<PersonView> {
    Ok(PersonView {
        id: PersonId(row.get_uuid(0)?),
        name: row.get_text(1)?,
        login: row.get_text(2)?,
        kind: principal_kind(&row.get_text(3)?)?,
        status: row.get_text(4)?,
        unit: row.opt_uuid(5)?.map(UnitId),
        manager: row.opt_uuid(6)?.map(PersonId),
        company: row.opt_uuid(7)?.map(RecordId),
        title: row.opt_text(8)?,
        email: row.opt_text(9)?,
        locale: row.get_text(10)?,
        valid_until: row.opt_i64(11)?,
        version: row.get_i64(12)?,
        created_at: row.get_i64(13)?,
        last_sign_in_at: row.opt_i64(14)?,
        second_factor: row.opt_i64(15)?.is_some(),
    })
}

/// Takes the meaning away from `%`, `_` and `\`.
fn escape(text: &str) -> String {
    text.chars().flat_map(|c| ['%', '_', '\\'].contains(&c).then_some('\\').into_iter().chain([c])).collect()
}
