//! Teams across units.

use kedun_guard::Assignee;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, PersonId, Result, TeamId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::epoch::bump;

/// A team and who is in it.
#[derive(Debug, Clone)]
pub struct TeamView {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<PersonId>,
}

impl Identity {
    /// All teams, by name.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn teams(&self, caller: &Caller) -> Result<Vec<TeamView>> {
        let entry = self.door.directory(caller).await?;
        let query = Query::select()
            .columns(["team_id", "person_id"])
            .from("team_member")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        let mut teams: Vec<TeamView> = entry
            .team_names
            .iter()
            .map(|(id, name)| TeamView { id: *id, name: name.clone(), members: Vec::new() })
            .collect();
        teams.sort_by(|a, b| a.name.cmp(&b.name));
        for row in self.select(&query).await? {
            let team = TeamId(row.get_uuid(0)?);
            let person = PersonId(row.get_uuid(1)?);
            if let Some(view) = teams.iter_mut().find(|t| t.id == team) {
                view.members.push(person);
            }
        }
        Ok(teams)
    }

    /// Makes a team.
    ///
    /// # Errors
    /// `forbidden`, 422.
    pub async fn create_team(&self, caller: &Caller, name: &str, members: &[PersonId]) -> Result<TeamId> {
        self.require(caller, Capability::PeopleManage).await?;
        let id = TeamId(self.door.context().new_uuid());
        let name = team_name(name)?;
        let insert = Query::insert()
            .into_table("team")
            .columns(["org", "id", "name", "version"])
            .values_panic([self.org().0.into(), id.0.into(), name.into(), 1i64.into()])
            .to_owned();
        let event = self.event(caller, "team.create", Outcome::Ok, &[("team", id.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .exec(self.door.store().dialect().insert(&insert));
        self.finish_team(caller, changes, id, members).await?;
        Ok(id)
    }

    /// Renames a team or replaces its members; absent arguments stay.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, 422.
    pub async fn change_team(
        &self,
        caller: &Caller,
        id: TeamId,
        name: Option<&str>,
        members: Option<&[PersonId]>,
    ) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        let dialect = self.door.store().dialect();
        let mut update = Query::update();
        update
            .table("team")
            .value("version", Expr::col("version").add(1))
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0));
        if let Some(name) = name {
            update.value("name", team_name(name)?);
        }
        let event = self.event(caller, "team.update", Outcome::Ok, &[("team", id.to_string())])?;
        let mut changes = Changeset::new(event).require_epoch(self.org(), caller.epoch).exec_expect(
            dialect.update(&update),
            1,
            "not_found",
        );
        let Some(members) = members else {
            return self.commit(bump(changes, dialect, self.org())).await;
        };
        changes = changes.exec(dialect.delete(&self.members_of(id)));
        self.finish_team(caller, changes, id, members).await
    }

    /// Removes a team; records keep their owner and lose the team's readers.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete_team(&self, caller: &Caller, id: TeamId) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        let dialect = self.door.store().dialect();
        let delete = Query::delete()
            .from_table("team")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0))
            .to_owned();
        let event = self.event(caller, "team.delete", Outcome::Ok, &[("team", id.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .exec_expect(dialect.delete(&delete), 1, "not_found")
            .exec(dialect.delete(&self.members_of(id)));
        self.commit(bump(changes, dialect, self.org())).await
    }

    async fn finish_team(
        &self,
        caller: &Caller,
        mut changes: Changeset,
        id: TeamId,
        members: &[PersonId],
    ) -> Result<()> {
        let entry = self.door.directory(caller).await?;
        let dialect = self.door.store().dialect();
        let mut members = members.to_vec();
        members.sort_unstable();
        members.dedup();
        for person in members {
            if !entry.names.contains_key(&person) {
                return Err(Error::invalid("invalid").field("members", "relation.not_found"));
            }
            entry.directory.check_placement(caller.person, person, Assignee::Team(id), self.now())?;
            let insert = Query::insert()
                .into_table("team_member")
                .columns(["org", "team_id", "person_id"])
                .values_panic([self.org().0.into(), id.0.into(), person.0.into()])
                .to_owned();
            changes = changes.exec(dialect.insert(&insert));
        }
        self.commit(bump(changes, dialect, self.org())).await
    }

    fn members_of(&self, id: TeamId) -> kedun_store::sq::DeleteStatement {
        Query::delete()
            .from_table("team_member")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("team_id").eq(id.0))
            .to_owned()
    }
}

fn team_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::invalid("invalid").field("name", "field.required"));
    }
    Ok(name.to_owned())
}
