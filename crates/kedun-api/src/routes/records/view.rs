//! Records and values as answers carry them.

use std::sync::Arc;

use axum::Json;
use axum::response::Response;
use kedun_engine::read::view::Company;
use kedun_engine::{Count, FieldView, MaskReason, Named, RecordView};
use kedun_model::Action;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::etag::tagged;
use crate::routes::session::NamedId;
use crate::when;

/// What is shown of a value.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FieldValue {
    Masked(MaskedValue),
    /// A text, number, yes or no; null where nothing was entered; a list of keys of options; a
    /// reference `{id, object, title, access}`; a person `{id, name}`.
    Shown(Value),
}

/// A value that is not shown whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaskedValue {
    /// Always true
    pub masked: bool,
    /// The masked form; null where nothing of the value may show
    pub text: Option<String>,
    /// The caller may have it shown for a purpose
    pub revealable: bool,
    /// `on_demand`, `policy` or `erased`
    pub reason: &'static str,
    /// Who can give the right: `security_admin`
    pub ask: Option<&'static str>,
}

impl From<FieldView> for FieldValue {
    fn from(view: FieldView) -> Self {
        match view {
            FieldView::Value(json) => FieldValue::Shown(json),
            FieldView::Masked { text, revealable, reason } => {
                let (reason, ask) = match reason {
                    MaskReason::OnDemand => ("on_demand", None),
                    MaskReason::Policy => ("policy", Some("security_admin")),
                    MaskReason::Erased => ("erased", None),
                };
                FieldValue::Masked(MaskedValue { masked: true, text, revealable, reason, ask })
            }
        }
    }
}

/// A partner company: a reference to its record.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerRef {
    pub id: Uuid,
    /// What the company is called, where the caller may see it
    pub title: Option<String>,
    /// Whether the caller may open the company's record
    pub access: bool,
}

impl From<Company> for PartnerRef {
    fn from(company: Company) -> Self {
        PartnerRef { id: company.id, title: company.title, access: company.access }
    }
}

/// A record as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Record {
    pub id: Uuid,
    /// The key of the object
    #[schema(value_type = String)]
    pub object: Arc<str>,
    /// Counts the changes, from 1
    pub version: u64,
    /// The value that names the record, or its masked form
    pub title: Option<String>,
    /// By key of the field; fields that the caller does not see are absent
    #[serde(serialize_with = "as_map")]
    #[schema(value_type = BTreeMap<String, FieldValue>)]
    pub values: Vec<(Arc<str>, FieldValue)>,
    pub owner: Option<NamedId>,
    pub unit: Option<NamedId>,
    pub team: Option<NamedId>,
    /// The partner company it is assigned to
    pub partner: Option<PartnerRef>,
    pub created_at: String,
    pub created_by: NamedId,
    pub updated_at: String,
    pub updated_by: NamedId,
    /// Since when it lies in the recycle bin
    pub deleted_at: Option<String>,
    /// `form`, `import`, `api` or `demo`
    pub source: Option<String>,
    /// What the caller may do with it
    pub can: Vec<&'static str>,
}

fn as_map<S: Serializer>(values: &[(Arc<str>, FieldValue)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(values.len()))?;
    for (key, value) in values {
        map.serialize_entry(&**key, value)?;
    }
    map.end()
}

impl From<Named> for NamedId {
    fn from(named: Named) -> Self {
        NamedId { id: named.id, name: named.name }
    }
}

impl From<RecordView> for Record {
    fn from(view: RecordView) -> Self {
        Record {
            id: view.id.0,
            object: view.object,
            version: view.version,
            title: view.title,
            values: view.values.into_iter().map(|(key, value)| (key, value.into())).collect(),
            owner: view.owner.map(Into::into),
            unit: view.unit.map(Into::into),
            team: view.team.map(Into::into),
            partner: view.partner.map(Into::into),
            created_at: when::text(view.created_at),
            created_by: view.created_by.into(),
            updated_at: when::text(view.updated_at),
            updated_by: view.updated_by.into(),
            deleted_at: when::opt(view.deleted_at),
            source: view.source,
            can: view.can.into_iter().map(Action::code).collect(),
        }
    }
}

/// How many there are, up to a cap.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CountView {
    pub n: u64,
    /// There are more
    pub capped: bool,
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        CountView { n: count.n, capped: count.capped }
    }
}

/// The answer with one record, tagged with its version.
pub fn one(view: RecordView) -> Response {
    tagged(view.version, Json(Record::from(view)))
}

#[cfg(test)]
mod tests {
    use kedun_model::RecordId;
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;

    fn view() -> RecordView {
        let who = Named { id: Uuid::from_bytes([1; 16]), name: "李明".into() };
        let masked = FieldView::Masked {
            text: Some("138****5678".into()),
            revealable: true,
            reason: MaskReason::OnDemand,
        };
        RecordView {
            id: RecordId::from_bytes([2; 16]),
            object: "contact".into(),
            version: 4,
            title: Some("王小明".into()),
            values: vec![("name".into(), FieldView::Value(json!("王小明"))), ("mobile".into(), masked)],
            owner: Some(who.clone()),
            unit: None,
            team: None,
            partner: None,
            created_at: 1_795_420_800_000_000,
            created_by: who.clone(),
            updated_at: 1_795_420_800_000_000,
            updated_by: who,
            deleted_at: None,
            source: Some("form".into()),
            can: vec![Action::Read, Action::Update],
        }
    }

    #[test]
    fn a_record_keeps_the_order_of_its_fields_and_its_masks() {
        let body = serde_json::to_value(Record::from(view())).expect("serialises");
        assert_eq!(body["values"]["mobile"]["text"], "138****5678");
        assert_eq!(body["values"]["mobile"]["reason"], "on_demand");
        assert_eq!(body["values"]["mobile"]["ask"], Value::Null);
        let keys: Vec<_> = body["values"].as_object().expect("object").keys().cloned().collect();
        assert_eq!(keys, ["name", "mobile"]);
        assert_eq!(body["created_at"], "2026-11-23T08:00:00.000000Z");
        assert_eq!(body["can"], json!(["read", "update"]));
    }

    #[test]
    fn the_description_has_exactly_what_is_sent() {
        let body = serde_json::to_value(Record::from(view())).expect("serialises");
        let schema = serde_json::to_value(Record::schema()).expect("serialises");
        let described = schema["properties"].as_object().expect("properties");
        let sent = body.as_object().expect("object");
        assert!(sent.keys().all(|key| described.contains_key(key)));
        assert!(described.keys().all(|key| sent.contains_key(key)));
    }
}
