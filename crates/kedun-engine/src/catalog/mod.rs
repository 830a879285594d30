//! The definitions of objects and fields, in memory and in the table `object_def`.

mod install;
mod load;

use std::collections::HashMap;
use std::sync::Arc;

use kedun_model::{Error, FieldDef, FieldId, FieldKind, ObjectDef, ObjectId, Result};

pub(crate) use load::load;

/// All installed objects. Immutable; a change of a definition makes a new catalog.
#[derive(Debug, Default)]
pub struct Catalog {
    objects: Vec<Arc<CatalogObject>>,
    by_key: HashMap<String, usize>,
    by_id: HashMap<ObjectId, usize>,
    by_field: HashMap<FieldId, usize>,
}

/// An installed object, with what is looked up for every request.
#[derive(Debug)]
pub struct CatalogObject {
    pub def: ObjectDef,
    /// Counts the changes of the definition, from 1.
    pub version: u64,
    fields: HashMap<String, usize>,
}

impl CatalogObject {
    /// Wraps a definition whose numbers have been given.
    pub fn new(def: ObjectDef, version: u64) -> Self {
        let fields = def.fields.iter().enumerate().map(|(i, f)| (f.key.clone(), i)).collect();
        CatalogObject { def, version, fields }
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&FieldDef> {
        self.def.fields.get(*self.fields.get(key)?)
    }

    /// The field with this number.
    pub fn field_by_id(&self, id: FieldId) -> Option<&FieldDef> {
        self.def.fields.iter().find(|f| f.id == id)
    }
}

impl std::ops::Deref for CatalogObject {
    type Target = ObjectDef;

    fn deref(&self) -> &ObjectDef {
        &self.def
    }
}

impl Catalog {
    /// A catalog of these objects.
    pub fn new(objects: Vec<Arc<CatalogObject>>) -> Self {
        let by_key = objects.iter().enumerate().map(|(i, o)| (o.def.key.clone(), i)).collect();
        let by_id = objects.iter().enumerate().map(|(i, o)| (o.def.id, i)).collect();
        let by_field = objects
            .iter()
            .enumerate()
            .flat_map(|(i, o)| o.def.fields.iter().map(move |f| (f.id, i)))
            .collect();
        Catalog { objects, by_key, by_id, by_field }
    }

    /// All objects, in the order of their numbers.
    pub fn objects(&self) -> &[Arc<CatalogObject>] {
        &self.objects
    }

    /// The object with this key.
    pub fn object(&self, key: &str) -> Option<&Arc<CatalogObject>> {
        self.objects.get(*self.by_key.get(key)?)
    }

    /// The object with this number.
    pub fn object_by_id(&self, id: ObjectId) -> Option<&Arc<CatalogObject>> {
        self.objects.get(*self.by_id.get(&id)?)
    }

    /// The field with this number, and its object.
    pub fn field(&self, id: FieldId) -> Option<(&Arc<CatalogObject>, &FieldDef)> {
        let object = self.objects.get(*self.by_field.get(&id)?)?;
        Some((object, object.field_by_id(id)?))
    }

    /// The object with this key, or the error `object.unknown`.
    pub fn require(&self, key: &str) -> Result<&Arc<CatalogObject>> {
        self.object(key).ok_or_else(|| Error::not_found("object.unknown"))
    }

    /// The fields of other objects (and its own) that refer to an object.
    pub fn references_to<'a>(
        &'a self,
        object: &'a CatalogObject,
    ) -> impl Iterator<Item = (&'a Arc<CatalogObject>, &'a FieldDef)> {
        self.objects.iter().flat_map(move |other| {
            other.def.fields.iter().filter_map(move |field| match &field.kind {
                FieldKind::Reference { to, .. } if *to == object.def.key => Some((other, field)),
                _ => None,
            })
        })
    }
}
