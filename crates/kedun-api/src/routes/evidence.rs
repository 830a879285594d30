//! The evidence log: searching, proofs, verification, export.

use std::collections::BTreeMap;
use std::io::Write as _;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kedun_engine::evidence::{
    AnchorStatus, CheckpointView, EventView, EvidenceFilter, EvidenceState, VerifyOptions,
};
use kedun_ledger::Outcome;
use kedun_model::{Error, PersonId, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::session::NamedId;
use crate::json::ApiQuery;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(events))
        .routes(routes!(head))
        .routes(routes!(proof))
        .routes(routes!(verify))
        .routes(routes!(export))
}

/// Which events; everything given must hold.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    pub person: Option<Uuid>,
    /// The beginning of the action code, such as `record.`.
    pub action: Option<String>,
    /// The key of an object.
    pub object: Option<String>,
    /// Events of this record, and pages that showed it.
    pub record: Option<Uuid>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// `ok`, `refused` or `failed`
    pub outcome: Option<String>,
    pub sensitive: Option<bool>,
    /// Events before this position.
    pub before: Option<u64>,
    /// At most 500; 50 if absent.
    pub limit: Option<u32>,
}

/// A record named by its id.
#[derive(Serialize, ToSchema)]
pub struct RecordIdView {
    pub id: Uuid,
}

/// Fields and operators of a question, never values.
#[derive(Serialize, ToSchema)]
pub struct QueryView {
    pub conditions: Vec<(String, String)>,
    pub sort: Vec<String>,
    pub search: bool,
}

/// An event.
#[derive(Serialize, ToSchema)]
pub struct EventItem {
    pub seq: u64,
    pub at: String,
    pub action: String,
    /// `ok`, `refused` or `failed`
    pub outcome: String,
    pub sensitive: bool,
    /// Null for the program itself and for people who were erased.
    pub person: Option<NamedId>,
    pub object: Option<String>,
    pub record: Option<RecordIdView>,
    pub records_count: u64,
    /// Keys of the fields that were shown or changed.
    pub fields: Vec<String>,
    pub network: String,
    pub device: String,
    pub purpose: Option<String>,
    pub purpose_note: Option<String>,
    pub reason: Option<String>,
    /// Ids and codes.
    pub details: BTreeMap<String, String>,
    pub counts: BTreeMap<String, i64>,
    pub query: Option<QueryView>,
    /// False when the key of the body was destroyed.
    pub readable: bool,
    /// The body is not the one that was written.
    pub damaged: bool,
}

/// A page of events, the newest first.
#[derive(Serialize, ToSchema)]
pub struct EventItems {
    pub items: Vec<EventItem>,
    /// The value of `before` for the events that follow.
    pub next: Option<u64>,
}

/// A signed head.
#[derive(Serialize, ToSchema)]
pub struct CheckpointItem {
    pub size: u64,
    pub at: String,
    pub note: String,
}

/// What became of an anchor.
#[derive(Serialize, ToSchema)]
pub struct AnchorItem {
    pub kind: String,
    pub place: String,
    pub last_at: Option<String>,
    pub last_size: u64,
    pub lag_seconds: i64,
    pub ok: bool,
    pub problem: Option<String>,
    /// The lag is longer than an hour.
    pub alarm: bool,
}

/// The head of the log.
#[derive(Serialize, ToSchema)]
pub struct HeadView {
    pub size: u64,
    pub root: String,
    pub checkpoint: Option<CheckpointItem>,
    pub public_key: String,
    pub key_changes: u64,
    pub anchors: Vec<AnchorItem>,
    /// `whole` or `broken`
    pub state: String,
    pub problem: Option<String>,
}

/// The public header of an event, as hashed.
#[derive(Serialize, ToSchema)]
pub struct HeaderView {
    pub seq: u64,
    pub at: String,
    pub action: String,
    pub object: u32,
    pub outcome: String,
    pub actor: String,
    pub session: String,
    pub policy: u64,
    pub commitment: String,
}

/// The proof that an event is in the log.
#[derive(Serialize, ToSchema)]
pub struct ProofView {
    pub header: HeaderView,
    pub leaf: String,
    pub index: u64,
    pub size: u64,
    pub root: String,
    /// The audit path, from the leaf up, in hex.
    pub path: Vec<String>,
    pub checkpoint: CheckpointItem,
    pub verified: bool,
}

/// Something that an unchanged log cannot show.
#[derive(Serialize, ToSchema)]
pub struct FindingView {
    pub kind: String,
    pub seq: Option<u64>,
    pub detail: String,
    /// What showed it.
    pub by: String,
}

/// What a verification found.
#[derive(Serialize, ToSchema)]
pub struct VerifyView {
    pub ok: bool,
    pub events: u64,
    pub checkpoints: u64,
    pub anchors: u64,
    /// Bodies that were opened and compared.
    pub opened: u64,
    /// Bodies whose keys were destroyed; their events are proven all the same.
    pub destroyed: u64,
    pub problems: Vec<FindingView>,
    pub problems_omitted: u64,
    pub seconds: f64,
}

/// Events that fit; the search is an event itself.
#[utoipa::path(get, operation_id = "evidence_events", path = "/evidence", tag = "evidence", params(EventsQuery),
    responses((status = 200, body = EventItems), (status = 403, body = crate::Problem)))]
pub async fn events(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(query): ApiQuery<EventsQuery>,
) -> Answer<Json<EventItems>> {
    let outcome = match query.outcome.as_deref() {
        None => None,
        Some("ok") => Some(Outcome::Ok),
        Some("refused") => Some(Outcome::Refused),
        Some("failed") => Some(Outcome::Failed),
        Some(_) => return Err(Error::invalid("invalid").field("outcome", "field.not_an_option").into()),
    };
    let filter = EvidenceFilter {
        person: query.person.map(PersonId),
        action: query.action,
        object: query.object,
        record: query.record.map(RecordId),
        direct: false,
        from: query.from.as_deref().map(|t| when::parse(t, "from")).transpose()?,
        to: query.to.as_deref().map(|t| when::parse(t, "to")).transpose()?,
        outcome,
        sensitive: query.sensitive,
        before: query.before,
        limit: query.limit.unwrap_or(0),
    };
    let page = state.door.evidence().events(signed.caller(), filter).await?;
    Ok(Json(EventItems { items: page.items.into_iter().map(item).collect(), next: page.next }))
}

/// The head of the log, its newest signature and its anchors.
#[utoipa::path(get, operation_id = "evidence_head", path = "/evidence/head", tag = "evidence", responses((status = 200, body = HeadView), (status = 403, body = crate::Problem)))]
pub async fn head(State(state): State<ApiState>, signed: Signed) -> Answer<Json<HeadView>> {
    let head = state.door.evidence().head(signed.caller()).await?;
    let problem = match &head.state {
        EvidenceState::Whole => None,
        EvidenceState::Broken { problem, detail } => Some(format!("{problem}: {detail}")),
    };
    Ok(Json(HeadView {
        size: head.size,
        root: hex::encode(head.root),
        checkpoint: head.checkpoint.map(checkpoint),
        public_key: head.public_key,
        key_changes: head.key_changes,
        anchors: head.anchors.into_iter().map(anchor).collect(),
        state: if problem.is_none() { "whole" } else { "broken" }.to_owned(),
        problem,
    }))
}

/// The proof that an event is under the newest signed head.
#[utoipa::path(get, operation_id = "evidence_proof", path = "/evidence/{seq}/proof", tag = "evidence", params(("seq" = u64, Path)),
    responses((status = 200, body = ProofView), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn proof(
    State(state): State<ApiState>,
    signed: Signed,
    Path(seq): Path<String>,
) -> Answer<Json<ProofView>> {
    let seq: u64 = seq.parse().map_err(|_e| Error::not_found("not_found"))?;
    let proof = state.door.evidence().proof(signed.caller(), seq).await?;
    let header = proof.header;
    Ok(Json(ProofView {
        header: HeaderView {
            seq: header.seq,
            at: when::text(header.at),
            action: header.action,
            object: header.object,
            outcome: outcome_code(header.outcome).to_owned(),
            actor: hex::encode(header.actor),
            session: hex::encode(header.session),
            policy: header.policy,
            commitment: hex::encode(header.commitment),
        },
        leaf: hex::encode(proof.leaf),
        index: seq,
        size: proof.size,
        root: hex::encode(proof.root),
        path: proof.path.iter().map(hex::encode).collect(),
        checkpoint: checkpoint(proof.checkpoint),
        verified: proof.verified,
    }))
}

/// Verifies the whole log: every row, signature and anchor.
#[utoipa::path(post, operation_id = "evidence_verify", path = "/evidence/verify", tag = "evidence", responses((status = 200, body = VerifyView), (status = 403, body = crate::Problem)))]
pub async fn verify(State(state): State<ApiState>, signed: Signed) -> Answer<Json<VerifyView>> {
    let report = state.door.evidence().verify(signed.caller(), VerifyOptions::default()).await?;
    let ok = report.is_clean();
    let millis = u32::try_from(report.took / 1_000).unwrap_or(u32::MAX);
    Ok(Json(VerifyView {
        ok,
        events: report.report.events,
        checkpoints: report.report.checkpoints,
        anchors: report.report.anchors,
        opened: report.opened,
        destroyed: report.destroyed,
        problems: report
            .findings
            .into_iter()
            .map(|f| FindingView {
                kind: f.kind.to_owned(),
                seq: f.seq,
                detail: f.detail,
                by: serde_json::to_value(f.by)
                    .ok()
                    .and_then(|v| v.as_str().map(str::to_owned))
                    .unwrap_or_default(),
            })
            .collect(),
        problems_omitted: report.findings_omitted,
        seconds: f64::from(millis) / 1_000.0,
    }))
}

/// The whole log as a ZIP of files that the stand-alone verifier reads; bodies are not part of it.
#[utoipa::path(post, operation_id = "evidence_export", path = "/evidence/export", tag = "evidence",
    responses((status = 200, content_type = "application/zip"), (status = 403, body = crate::Problem)))]
pub async fn export(State(state): State<ApiState>, signed: Signed) -> Answer<Response> {
    let dir = tempfile::tempdir().map_err(Error::internal)?;
    let folder = dir.path().join("kedun-evidence");
    state.door.evidence().export(signed.caller(), &folder).await?;
    let packed = tokio::task::spawn_blocking(move || pack(&folder)).await.map_err(Error::internal)?;
    let file = tokio::fs::File::from_std(packed.map_err(Error::internal)?);
    drop(dir);
    let mut response = Body::from_stream(futures::StreamExt::fuse(chunks(file))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"kedun-evidence.zip\""),
    );
    Ok(response)
}

/// Packs the files of a folder into an unnamed file that goes away with its handle.
fn pack(folder: &std::path::Path) -> std::io::Result<std::fs::File> {
    use std::io::Seek as _;
    let mut zip = zip::ZipWriter::new(tempfile::tempfile()?);
    let options = zip::write::SimpleFileOptions::default();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        zip.start_file(entry.file_name().to_string_lossy(), options).map_err(std::io::Error::other)?;
        std::io::copy(&mut std::fs::File::open(entry.path())?, &mut zip)?;
    }
    let mut file = zip.finish().map_err(std::io::Error::other)?;
    file.flush()?;
    file.rewind()?;
    Ok(file)
}

fn chunks(file: tokio::fs::File) -> impl futures::Stream<Item = std::io::Result<bytes::Bytes>> {
    futures::stream::try_unfold(file, |mut file| async move {
        use tokio::io::AsyncReadExt as _;
        let mut chunk = bytes::BytesMut::with_capacity(64 * 1024);
        let read = file.read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (chunk.freeze(), file)))
    })
}

fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
    }
}

fn checkpoint(view: CheckpointView) -> CheckpointItem {
    CheckpointItem { size: view.size, at: when::text(view.at), note: view.note }
}

fn anchor(status: AnchorStatus) -> AnchorItem {
    AnchorItem {
        kind: status.kind.to_owned(),
        place: status.place,
        last_at: when::opt(status.last_at),
        last_size: status.last_size,
        lag_seconds: status.lag / 1_000_000,
        ok: status.ok,
        problem: status.problem.map(str::to_owned),
        alarm: status.alarm,
    }
}

fn item(view: EventView) -> EventItem {
    EventItem {
        seq: view.seq,
        at: when::text(view.at),
        action: view.action,
        outcome: outcome_code(view.outcome).to_owned(),
        sensitive: view.sensitive,
        person: view.person.map(|(id, name)| NamedId { id: id.0, name }),
        object: view.object,
        record: view.record.map(|id| RecordIdView { id: id.0 }),
        records_count: view.records_count,
        fields: view.fields,
        network: view.network,
        device: view.device,
        purpose: view.purpose.as_ref().map(|p| p.code.clone()),
        purpose_note: view.purpose.and_then(|p| p.note),
        reason: view.reason,
        details: view.details.into_iter().collect(),
        counts: view.counts.into_iter().collect(),
        query: view.query.map(|q| QueryView { conditions: q.conditions, sort: q.sort, search: q.search }),
        readable: view.readable,
        damaged: view.damaged,
    }
}
