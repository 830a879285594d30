//! The sales objects that Kedun ships, as data files on the same engine that
//! serves objects made without code, and the rules that need code.
//!
//! **Invariant:** this crate knows neither HTTP nor SQL. Nothing about the
//! shipped objects is hard-coded elsewhere: labels, classes, masks and
//! sections stand in `objects/*.toml`.

use kedun_engine::write::Rule;
use kedun_model::{Error, ObjectDef, Result};
use serde::Deserialize;

const FILES: [(&str, &str); 5] = [
    ("account", include_str!("../objects/account.toml")),
    ("contact", include_str!("../objects/contact.toml")),
    ("lead", include_str!("../objects/lead.toml")),
    ("opportunity", include_str!("../objects/opportunity.toml")),
    ("follow_up", include_str!("../objects/follow_up.toml")),
];

/// The shipped objects, those that others refer to first; ids are 0 until installed.
///
/// # Errors
/// Names the file that does not parse.
pub fn standard_objects() -> Result<Vec<ObjectDef>> {
    FILES
        .iter()
        .map(|(name, text)| {
            toml::from_str(text).map_err(|e| Error::internal(format!("objects/{name}.toml: {e}")))
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rules: Vec<Rule>,
}

/// What is filled in where nothing was entered, and what outside partners belong to.
///
/// # Errors
/// When the file does not parse.
pub fn rules() -> Result<Vec<Rule>> {
    let rules: Rules = toml::from_str(include_str!("../rules.toml"))
        .map_err(|e| Error::internal(format!("rules.toml: {e}")))?;
    Ok(rules.rules)
}

#[cfg(test)]
mod tests {
    use kedun_model::{DataClass, FieldKind, SubjectRule};

    use super::*;

    #[test]
    fn every_file_parses_and_is_consistent() {
        let objects = standard_objects().expect("the shipped files parse");
        assert_eq!(objects.len(), 5);
        for object in &objects {
            assert!(object.title_field().is_some(), "{} has no title", object.key);
            for field in &object.fields {
                assert!(
                    object.sections.iter().any(|s| s.0 == field.section),
                    "{}.{} stands in no section",
                    object.key,
                    field.key
                );
                if let FieldKind::Reference { to, .. } = &field.kind {
                    assert!(objects.iter().any(|o| &o.key == to), "{to} does not exist");
                }
                assert!(!(field.open && field.class == DataClass::P3), "P3 is never open");
                assert!(!(field.indexed && field.sealed()), "sealed values have no plain index");
            }
            if let SubjectRule::Via(fields) = &object.subject {
                for key in fields {
                    assert!(object.field(key).is_some(), "{}: subject via {key}", object.key);
                }
            }
        }
    }

    #[test]
    fn every_rule_names_what_there_is() {
        let objects = standard_objects().expect("parses");
        let rules = rules().expect("the shipped rules parse");
        assert!(!rules.is_empty());
        for rule in rules {
            let (object, field) = match &rule {
                Rule::Default { object, field, .. } | Rule::Follows { object, field, .. } => {
                    (object, Some(field))
                }
                Rule::PartnerCompany { object } => (object, None),
            };
            let def = objects.iter().find(|o| o.key == *object).expect("the object");
            assert!(field.is_none_or(|field| def.field(field).is_some()), "{rule:?}");
        }
    }

    #[test]
    fn what_identifies_a_person_is_sealed() {
        for object in standard_objects().expect("parses") {
            for key in [
                "mobile",
                "phone",
                "email",
                "wechat",
                "address",
                "id_no",
                "birthday",
                "contact_name",
                "note",
                "content",
            ] {
                if let Some(field) = object.field(key) {
                    assert!(field.sealed(), "{}.{key} is not sealed", object.key);
                }
            }
        }
        let objects = standard_objects().expect("parses");
        let contact = objects.iter().find(|o| o.key == "contact").expect("contact");
        assert!(contact.field("name").expect("name").sealed());
        assert_eq!(contact.field("id_no").expect("id_no").class, DataClass::P3);
    }
}
