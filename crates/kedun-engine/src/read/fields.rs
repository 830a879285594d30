//! Which fields a caller may name, and how: unknown fields and those out of reach look the same.

use kedun_guard::Grant;
use kedun_model::{Error, ErrorKind, FieldDef, FieldLevel, Result};

use crate::catalog::CatalogObject;

/// A field that may be filtered, sorted, grouped or summed by: readable in every row the caller reaches.
///
/// # Errors
/// `field.unknown` where it does not exist or is nowhere visible; `field.not_filterable` where it is
/// masked, or less, in some reachable row, so that an answer would tell its value by bisection.
pub(crate) fn usable<'a>(object: &'a CatalogObject, grant: &Grant, key: &str) -> Result<&'a FieldDef> {
    let field = visible(object, grant, key)?;
    if grant.field_level_min(field.id) < FieldLevel::Read {
        return Err(
            Error::new(ErrorKind::Forbidden, "field.not_filterable").field(key, "field.not_filterable")
        );
    }
    Ok(field)
}

/// A field that the caller sees in some row, if only masked.
pub(crate) fn visible<'a>(object: &'a CatalogObject, grant: &Grant, key: &str) -> Result<&'a FieldDef> {
    match object.field(key) {
        Some(field) if grant.field_level_max(field.id) > FieldLevel::None => Ok(field),
        _ => Err(Error::invalid("field.unknown").field(key, "field.unknown")),
    }
}

/// The fields asked for that the caller sees anywhere, or those of the default list; the title and
/// the stage are always among them.
pub(crate) fn wanted<'a>(
    object: &'a CatalogObject,
    grant: &Grant,
    keys: &[String],
) -> Result<Vec<&'a FieldDef>> {
    let seen = |f: &FieldDef| grant.field_level_max(f.id) > FieldLevel::None;
    let mut fields = Vec::new();
    if keys.is_empty() {
        fields.extend(object.def.fields.iter().filter(|f| f.in_list && seen(f)));
    } else {
        for key in keys {
            let field = visible(object, grant, key)?;
            if !fields.iter().any(|f: &&FieldDef| f.id == field.id) {
                fields.push(field);
            }
        }
    }
    for key in [Some(&object.def.title), object.def.stage.as_ref()].into_iter().flatten() {
        if let Some(field) = object.field(key)
            && seen(field)
            && !fields.iter().any(|f| f.id == field.id)
        {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// Every field the caller sees anywhere.
pub(crate) fn all_visible<'a>(object: &'a CatalogObject, grant: &Grant) -> Vec<&'a FieldDef> {
    object.def.fields.iter().filter(|f| grant.field_level_max(f.id) > FieldLevel::None).collect()
}
