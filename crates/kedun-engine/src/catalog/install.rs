//! Installing an object, or a new version of one: numbers, tables, definition.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, FieldKind, ObjectDef, ObjectId, Result, SubjectRule};
use kedun_store::{Changeset, plan_object, sq};
use sq::ExprTrait;

use super::{Catalog, CatalogObject};
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;

const OBJECTS: &str = "object";
const FIELDS: &str = "field";

impl Door {
    /// Installs `def`, or changes the installed object with its key, and returns it with its
    /// numbers. A definition that is installed already is left alone.
    ///
    /// # Errors
    /// `object.*` when the definition contradicts itself or refers to an unknown object, and the
    /// store's errors. A crash in between leaves tables without a definition, which the next
    /// attempt takes over.
    pub async fn install_object(
        &self,
        caller: &Caller,
        def: ObjectDef,
    ) -> Result<std::sync::Arc<CatalogObject>> {
        let inner = self.inner();
        let _turn = inner.installing.lock().await;
        let catalog = inner.catalog();
        check(&def, &catalog)?;
        let old = catalog.object(&def.key);
        let mut numbers = Numbers::read(inner).await?;
        let def = number(def, old.map(|o| &o.def), &catalog, &mut numbers)?;
        if let Some(old) = old
            && old.def == def
        {
            return Ok(std::sync::Arc::clone(old));
        }
        // The tables first: a definition must never name a column that is not there.
        inner.store.apply_schema(plan_object(old.map(|o| &o.def), &def)?).await?;
        let version = old.map_or(1, |o| o.version + 1);
        let event = inner.evidence.prepare(
            caller,
            EventDraft::new(if old.is_some() { "schema.change" } else { "schema.install" }, Outcome::Ok)
                .object(def.id)
                .count("version", i64::try_from(version).unwrap_or(i64::MAX)),
        )?;
        let mut changes = Changeset::new(event).lock(LOCK);
        changes = numbers.write(inner, changes);
        inner.store.commit(definition(inner, changes, &def, version)?).await?;
        inner.reload_catalog().await?;
        inner.arenas.ensure(&def);
        Ok(std::sync::Arc::clone(inner.catalog().require(&def.key)?))
    }
}

/// Held while numbers are given.
const LOCK: i64 = 0x6b64_0001;

struct Numbers {
    objects: (i64, i64),
    fields: (i64, i64),
}

impl Numbers {
    async fn read(inner: &Inner) -> Result<Numbers> {
        let mut numbers = Numbers { objects: (1, 1), fields: (1, 1) };
        let select = sq::Query::select()
            .columns(["name", "next"])
            .from("number_sequence")
            .and_where(sq::Expr::col("org").eq(inner.org.0))
            .and_where(sq::Expr::col("name").is_in([OBJECTS, FIELDS]))
            .to_owned();
        for row in inner.store.query(&inner.store.dialect().select(&select)).await? {
            let next = row.get_i64(1)?;
            match row.text(0)? {
                Some(OBJECTS) => numbers.objects = (next, next),
                _ => numbers.fields = (next, next),
            }
        }
        Ok(numbers)
    }

    fn take(counter: &mut (i64, i64)) -> Result<u32> {
        let number = u32::try_from(counter.1).ok().ok_or_else(|| Error::internal("no further numbers"))?;
        counter.1 += 1;
        Ok(number)
    }

    /// Moves the counters on, unless another node did in the meantime.
    fn write(&self, inner: &Inner, mut changes: Changeset) -> Changeset {
        let dialect = inner.store.dialect();
        for (name, (before, after)) in [(OBJECTS, self.objects), (FIELDS, self.fields)] {
            if before == after {
                continue;
            }
            let insert = sq::Query::insert()
                .into_table("number_sequence")
                .columns(["org", "name", "next"])
                .values_panic([inner.org.0.into(), name.into(), 1_i64.into()])
                .on_conflict(sq::OnConflict::columns(["org", "name"]).do_nothing().to_owned())
                .to_owned();
            let update = sq::Query::update()
                .table("number_sequence")
                .value("next", after)
                .and_where(sq::Expr::col("org").eq(inner.org.0))
                .and_where(sq::Expr::col("name").eq(name))
                .and_where(sq::Expr::col("next").eq(before))
                .to_owned();
            changes = changes.exec(dialect.insert(&insert)).exec_expect(
                dialect.update(&update),
                1,
                "schema.changed",
            );
        }
        changes
    }
}

fn definition(inner: &Inner, changes: Changeset, def: &ObjectDef, version: u64) -> Result<Changeset> {
    let json = serde_json::to_string(def).map_err(Error::internal)?;
    let version = i64::try_from(version).map_err(Error::internal)?;
    let insert = sq::Query::insert()
        .into_table("object_def")
        .columns(["org", "id", "key", "version", "json"])
        .values_panic([
            inner.org.0.into(),
            i64::from(def.id.0).into(),
            def.key.as_str().into(),
            version.into(),
            json.into(),
        ])
        .on_conflict(sq::OnConflict::columns(["org", "id"]).update_columns(["version", "json"]).to_owned())
        .to_owned();
    Ok(changes.exec_expect(inner.store.dialect().insert(&insert), 1, "schema.changed"))
}

/// The definition with all numbers: kept where the key is known, new where not.
fn number(
    mut def: ObjectDef,
    old: Option<&ObjectDef>,
    catalog: &Catalog,
    numbers: &mut Numbers,
) -> Result<ObjectDef> {
    def.id = match old {
        Some(old) => old.id,
        None => ObjectId(Numbers::take(&mut numbers.objects)?),
    };
    let own = (def.key.clone(), def.id);
    for field in &mut def.fields {
        field.id = match old.and_then(|o| o.field(&field.key)) {
            Some(known) => known.id,
            None => kedun_model::FieldId(Numbers::take(&mut numbers.fields)?),
        };
        if let FieldKind::Reference { to, object } = &mut field.kind {
            *object = if *to == own.0 { Some(own.1) } else { catalog.object(to).map(|o| o.def.id) };
        }
    }
    Ok(def)
}

fn check(def: &ObjectDef, catalog: &Catalog) -> Result<()> {
    let bad = |code: &'static str| Err(Error::invalid(code).arg("object", &def.key));
    if def.key.is_empty()
        || !def.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        return bad("object.key");
    }
    if def.title_field().is_none() {
        return bad("object.title");
    }
    for (position, field) in def.fields.iter().enumerate() {
        if field.key.is_empty()
            || field.key.starts_with('_')
            || def.fields.iter().take(position).any(|f| f.key == field.key)
        {
            return bad("object.field_key");
        }
        if field.open && field.class == kedun_model::DataClass::P3 || field.indexed && field.sealed() {
            return bad("object.field_class");
        }
        if let FieldKind::Reference { to, .. } = &field.kind
            && *to != def.key
            && catalog.object(to).is_none()
        {
            return bad("object.reference");
        }
    }
    match &def.subject {
        SubjectRule::Via(keys)
            if keys
                .iter()
                .any(|key| !matches!(def.field(key).map(|f| &f.kind), Some(FieldKind::Reference { .. }))) =>
        {
            bad("object.subject")
        }
        _ => Ok(()),
    }
}
