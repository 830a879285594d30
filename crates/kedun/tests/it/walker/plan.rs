//! Who calls each operation with success, with what, and what it leaves in the evidence.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::{World, mapping};
use crate::app::{
    AUDITOR, DIRECTOR, PASSWORD, PRIVACY, REP_A1, REP_A2, SECURITY_ADMIN, STRANGER, SYSTEM_ADMIN,
};

/// What becomes of somebody without any role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// 403 or 404.
    Refused,
    /// An empty list.
    Empty,
    /// It is about the caller's own account.
    Own,
}

/// A body that is no JSON.
pub struct Raw {
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// One call.
pub struct Plan {
    /// Who calls it with success.
    pub who: usize,
    pub path: String,
    pub body: Option<Value>,
    pub raw: Option<Raw>,
    pub extra: Vec<(&'static str, String)>,
    pub expect: u16,
    /// The action that must be in the evidence afterwards.
    pub event: Option<&'static str>,
    /// It changes nothing, although it is no GET.
    pub leaves_nothing: bool,
    pub stranger: Stranger,
}

fn get(who: usize, path: impl Into<String>) -> Plan {
    Plan {
        who,
        path: path.into(),
        body: None,
        raw: None,
        extra: Vec::new(),
        expect: 200,
        event: None,
        leaves_nothing: false,
        stranger: Stranger::Refused,
    }
}

fn send(who: usize, path: impl Into<String>, body: Value) -> Plan {
    Plan { body: Some(body), ..get(who, path) }
}

impl Plan {
    /// An upload.
    pub fn upload(who: usize, kind: String, bytes: Vec<u8>) -> Plan {
        Plan { raw: Some(Raw { kind, bytes }), ..get(who, "/imports") }
    }

    /// It changes nothing, although it is no GET.
    fn leaves_nothing(self) -> Plan {
        Plan { leaves_nothing: true, ..self }
    }

    fn event(self, event: &'static str) -> Plan {
        Plan { event: Some(event), ..self }
    }

    fn expect(self, expect: u16) -> Plan {
        Plan { expect, ..self }
    }

    fn version(mut self, version: i64) -> Plan {
        self.extra.push(("if-match", format!("\"{version}\"")));
        self
    }

    fn own(self) -> Plan {
        Plan { stranger: Stranger::Own, ..self }
    }

    fn empty(self) -> Plan {
        Plan { stranger: Stranger::Empty, ..self }
    }
}

impl World {
    /// The call for an operation; fails for one that nobody has planned.
    pub async fn plan(&self, method: &str, path: &str) -> Plan {
        if path.starts_with("/records/") {
            return self.records(method, path).await;
        }
        if path.starts_with("/me/favourites") || path == "/me/recent" {
            return self.at_hand(method, path).await;
        }
        if path.starts_with("/me") || path.starts_with("/session") {
            return self.account(method, path).await;
        }
        if ["/people", "/units", "/teams", "/roles", "/directory"].iter().any(|p| path.starts_with(p)) {
            return self.organisation(method, path).await;
        }
        if path.starts_with("/imports") {
            return self.imports(method, path).await;
        }
        let contact = &self.contact;
        match (method, path) {
            ("get", "/objects") => get(REP_A1, "/objects").empty(),
            ("get", "/objects/{key}") => get(REP_A1, "/objects/contact"),
            ("get", "/explain") => {
                get(REP_A1, format!("/explain?object=contact&record={contact}")).event("access.explain")
            }
            ("get", "/search") => {
                get(REP_A1, format!("/search?q={}", self.canary.token)).event("record.search").empty()
            }
            ("get", "/views/{object}") => get(REP_A1, "/views/contact"),
            ("post", "/views/{object}") => {
                let body = json!({ "name": "重点", "scope": "private", "state": { "columns": [{ "key": "name", "width": 200 }] } });
                send(REP_A1, "/views/contact", body).expect(201).event("view.create")
            }
            ("put", "/views/{object}/{id}") => {
                let view = self.fresh_view().await;
                let body = json!({ "name": "改名", "scope": "private", "state": {} });
                send(REP_A1, format!("/views/contact/{view}"), body).event("view.update")
            }
            ("delete", "/views/{object}/{id}") => {
                get(REP_A1, format!("/views/contact/{}", self.fresh_view().await))
                    .expect(204)
                    .event("view.delete")
            }
            ("get", "/jobs") => {
                self.fresh_job().await;
                get(REP_A1, "/jobs").empty()
            }
            ("get", "/jobs/{id}") => get(REP_A1, format!("/jobs/{}", self.fresh_job().await)),
            ("post", "/jobs/{id}/cancel") => get(REP_A1, format!("/jobs/{}/cancel", self.fresh_job().await))
                .expect(202)
                .event("job.cancel"),
            ("get", "/evidence") => get(AUDITOR, "/evidence").event("evidence.read"),
            ("get", "/evidence/head") => get(AUDITOR, "/evidence/head"),
            ("get", "/evidence/{seq}/proof") => get(AUDITOR, "/evidence/1/proof").event("evidence.proof"),
            ("post", "/evidence/verify") => get(AUDITOR, "/evidence/verify").event("evidence.verify"),
            ("post", "/evidence/export") => get(AUDITOR, "/evidence/export").event("evidence.export"),
            ("get", "/status") => get(SYSTEM_ADMIN, "/status"),
            ("post", "/client-events") => {
                send(REP_A1, "/client-events", json!({ "kind": "watermark_tampered" }))
                    .expect(204)
                    .event("watermark.tampered")
                    .own()
            }
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        }
    }

    async fn records(&self, method: &str, path: &str) -> Plan {
        let contact = &self.contact;
        let at = |rest: &str| format!("/records/contact/{contact}{rest}");
        let values = json!({ "values": { "mobile": self.canary.phone } });
        match (method, path.strip_prefix("/records/{object}").unwrap_or(path)) {
            ("get", "") => get(REP_A1, "/records/contact").event("record.list"),
            ("post", "") => {
                let body = json!({ "values": { "name": format!("新公司{}", self.next()) } });
                send(REP_A1, "/records/account", body).expect(201).event("record.create")
            }
            ("post", "/query") => {
                let body = json!({ "search": self.canary.token, "count": true });
                send(REP_A1, "/records/contact/query", body).event("record.list")
            }
            ("post", "/duplicates") => {
                send(REP_A1, "/records/contact/duplicates", values).event("record.duplicates")
            }
            ("post", "/aggregate") => {
                let body = json!({ "group_by": ["_owner"], "measures": [{ "op": "count" }] });
                send(REP_A1, "/records/contact/aggregate", body).event("record.aggregate")
            }
            ("post", "/bulk") => {
                let body = json!({ "action": "delete", "ids": [self.fresh_account().await] });
                send(REP_A1, "/records/account/bulk", body).event("record.delete")
            }
            ("get", "/{id}") => get(REP_A1, at("")).event("record.read"),
            ("patch", "/{id}") => {
                let account = self.fresh_account().await;
                let body = json!({ "values": { "name": format!("改名{}", self.next()) } });
                send(REP_A1, format!("/records/account/{account}"), body).version(1).event("record.update")
            }
            ("delete", "/{id}") => {
                let account = self.fresh_account().await;
                get(REP_A1, format!("/records/account/{account}"))
                    .version(1)
                    .expect(204)
                    .event("record.delete")
            }
            ("post", "/{id}/restore") => {
                let (account, version) = self.deleted_account().await;
                get(REP_A1, format!("/records/account/{account}/restore"))
                    .version(version)
                    .event("record.restore")
            }
            ("post", "/{id}/reveal") => {
                let body = json!({ "fields": ["mobile", "email"], "purpose": { "code": "call_customer" } });
                send(REP_A1, at("/reveal"), body).event("record.reveal")
            }
            ("post", "/{id}/copied") => {
                send(REP_A1, at("/copied"), json!({ "field": "mobile" })).expect(204).event("record.copy")
            }
            ("get", "/{id}/history") => get(REP_A1, at("/history")).event("record.history"),
            ("get", "/{id}/related") => get(REP_A1, at("/related")).event("record.related"),
            ("get", "/{id}/timeline") => get(REP_A1, at("/timeline")).event("record.history"),
            ("get", "/{id}/looks") => get(PRIVACY, at("/looks")).event("evidence.looks"),
            ("get", "/{id}/explain") => get(REP_A1, at("/explain?field=mobile")).event("access.explain"),
            ("get", "/{id}/shares") => get(REP_A1, at("/shares")).event("share.list"),
            ("post", "/{id}/shares") => {
                let body = json!({
                    "grantee_kind": "person", "grantee_id": self.t.people[REP_A2].to_string(), "level": "read",
                });
                send(REP_A1, format!("/records/account/{}/shares", self.fresh_account().await), body)
                    .expect(201)
                    .event("share.create")
            }
            ("delete", "/{id}/shares/{share}") => {
                let (account, share) = self.fresh_share(REP_A2).await;
                get(REP_A1, format!("/records/account/{account}/shares/{share}"))
                    .expect(204)
                    .event("share.revoke")
            }
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        }
    }

    async fn imports(&self, method: &str, path: &str) -> Plan {
        let step = |import: String, verb: &str| get(REP_A1, format!("/imports/{import}/{verb}"));
        match (method, path.strip_prefix("/imports").unwrap_or(path)) {
            ("post", "") => self.upload_plan().expect(201).event("import.upload"),
            ("get", "") => {
                self.fresh_import("uploaded").await;
                get(REP_A1, "/imports").empty()
            }
            ("get", "/{id}") => get(REP_A1, format!("/imports/{}", self.fresh_import("uploaded").await)),
            ("put", "/{id}/mapping") => {
                let import = self.fresh_import("uploaded").await;
                send(REP_A1, format!("/imports/{import}/mapping"), mapping()).event("import.map")
            }
            ("post", "/{id}/dry-run") => {
                step(self.fresh_import("mapped").await, "dry-run").expect(202).event("import.dry_run")
            }
            ("post", "/{id}/run") => {
                step(self.fresh_import("checked").await, "run").expect(202).event("import.run")
            }
            // Whether a run is caught in time is chance; a test of its own pauses one.
            ("post", "/{id}/pause") => {
                step(self.fresh_import("checked").await, "pause").expect(409).leaves_nothing()
            }
            ("post", "/{id}/resume") => {
                step(self.fresh_import("checked").await, "resume").expect(409).leaves_nothing()
            }
            ("post", "/{id}/cancel") => {
                step(self.fresh_import("checked").await, "cancel").event("import.cancel")
            }
            ("post", "/{id}/undo") => {
                step(self.fresh_import("done").await, "undo").expect(202).event("import.undo")
            }
            ("get", "/{id}/rejects") => {
                step(self.fresh_import("done").await, "rejects").event("import.rejects")
            }
            ("get", "/templates/{object}") => get(REP_A1, "/imports/templates/contact"),
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        }
    }

    async fn at_hand(&self, method: &str, path: &str) -> Plan {
        let address = format!("/me/favourites/contact/{}", self.contact);
        match (method, path) {
            ("put", "/me/favourites/{object}/{id}") => {
                get(REP_A1, address).expect(204).event("favourite.add")
            }
            ("delete", "/me/favourites/{object}/{id}") => {
                // Removing what is not there tells nothing about what is.
                get(REP_A1, address).expect(204).event("favourite.remove").own()
            }
            ("get", "/me/favourites") => {
                let kept = self.client(REP_A1).await.send(Method::PUT, &address, None, &[]).await;
                assert_eq!(kept.status.as_u16(), 204, "{:?}", kept.json);
                get(REP_A1, path).event("record.list").empty()
            }
            ("get", "/me/recent") => {
                let opened =
                    self.client(REP_A1).await.get(&format!("/records/contact/{}", self.contact)).await;
                assert_eq!(opened.status.as_u16(), 200, "{:?}", opened.json);
                get(REP_A1, path).event("record.list").empty()
            }
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        }
    }

    async fn account(&self, method: &str, path: &str) -> Plan {
        let plan = match (method, path) {
            ("delete", "/session") => get(STRANGER, "/session").expect(204).event("auth.sign_out"),
            ("post", "/session/step-up") => {
                let client = self.client(AUDITOR).await;
                assert_eq!(client.get("/session").await.json["signed_in"], true);
                // Each code works once.
                self.t.clock.advance(30_000_000);
                send(AUDITOR, "/session/step-up", json!({ "code": self.t.code() })).event("auth.step_up")
            }
            ("get", "/me/sessions") => get(STRANGER, "/me/sessions"),
            ("delete", "/me/sessions") => get(STRANGER, "/me/sessions").expect(204).event("session.end"),
            ("delete", "/me/sessions/{id}") => {
                let client = self.client(STRANGER).await;
                let sessions = client.get("/me/sessions").await;
                let items = sessions.json["items"].as_array().expect("sessions").clone();
                let current = items.iter().find(|s| s["current"] == true).expect("the session of the call");
                get(STRANGER, format!("/me/sessions/{}", current["id"].as_str().expect("an id")))
                    .expect(204)
                    .event("session.end")
            }
            ("post", "/me/password") => {
                let body = json!({ "current": PASSWORD, "new": PASSWORD });
                // The same password again is refused; changing it has a test of its own.
                send(STRANGER, "/me/password", body).expect(422).leaves_nothing()
            }
            ("get", "/me/factors") => get(STRANGER, "/me/factors"),
            ("post", "/me/factors/totp") => get(STRANGER, "/me/factors/totp").event("auth.factor_begun"),
            ("post", "/me/factors/totp/confirm") => {
                let body = json!({ "code": "000000" });
                send(STRANGER, "/me/factors/totp/confirm", body).expect(422).leaves_nothing()
            }
            ("post", "/me/factors/totp/replace") => {
                let client = self.client(AUDITOR).await;
                assert_eq!(client.get("/session").await.json["signed_in"], true);
                self.t.clock.advance(30_000_000);
                send(AUDITOR, "/me/factors/totp/replace", json!({ "code": self.t.code() }))
                    .event("auth.factor_replacement")
            }
            ("post", "/me/factors/totp/replace/confirm") => {
                let body = json!({ "code": "000000" });
                // Nothing was begun; the whole way has a test of its own.
                send(STRANGER, "/me/factors/totp/replace/confirm", body).expect(409).leaves_nothing()
            }
            ("delete", "/me/factors/totp") => get(STRANGER, "/me/factors/totp").expect(403).leaves_nothing(),
            ("post", "/me/factors/recovery-codes") => {
                get(STRANGER, "/me/factors/recovery-codes").expect(403).leaves_nothing()
            }
            ("patch", "/me") => {
                send(STRANGER, "/me", json!({ "locale": "en" })).expect(204).event("people.locale")
            }
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        };
        plan.own()
    }

    async fn organisation(&self, method: &str, path: &str) -> Plan {
        let rep = self.t.people[REP_A1].to_string();
        match (method, path) {
            ("get", "/people") => get(SYSTEM_ADMIN, "/people"),
            ("get", "/people/{id}") => get(SYSTEM_ADMIN, format!("/people/{rep}")),
            ("get", "/directory") => get(DIRECTOR, "/directory"),
            ("post", "/people") => {
                let body = json!({ "name": "新人", "login": format!("walk{}", self.next()), "unit": self.t.units[1].to_string() });
                send(SYSTEM_ADMIN, "/people", body).expect(201).event("people.create")
            }
            ("patch", "/people/{id}") => {
                let (person, version) = self.fresh_person().await;
                send(SYSTEM_ADMIN, format!("/people/{person}"), json!({ "title": "经理" }))
                    .version(version)
                    .event("people.update")
            }
            ("post", "/people/{id}/suspend") => {
                let person = self.fresh_colleague().await;
                send(SYSTEM_ADMIN, format!("/people/{person}/suspend"), json!({ "reason": "walk" }))
                    .expect(204)
                    .event("people.suspend")
            }
            ("post", "/people/{id}/resume") => {
                let person = self.fresh_colleague().await;
                let admin = self.client(SYSTEM_ADMIN).await;
                let suspended =
                    admin.post(&format!("/people/{person}/suspend"), json!({ "reason": "walk" })).await;
                assert!(suspended.status.is_success(), "{:?}", suspended.json);
                send(SYSTEM_ADMIN, format!("/people/{person}/resume"), json!({ "reason": "walk" }))
                    .expect(204)
                    .event("people.resume")
            }
            ("post", "/people/{id}/end") => {
                let person = self.fresh_colleague().await;
                send(SYSTEM_ADMIN, format!("/people/{person}/end"), json!({ "reason": "walk" }))
                    .event("people.end")
            }
            ("post", "/people/{id}/reset") => {
                let (person, _) = self.fresh_person().await;
                get(SYSTEM_ADMIN, format!("/people/{person}/reset")).event("people.reset")
            }
            ("post", "/people/{id}/first-security-admin") => {
                // Somebody gives roles already; the first start has a test of its own.
                get(SYSTEM_ADMIN, format!("/people/{rep}/first-security-admin")).expect(409).leaves_nothing()
            }
            ("get", "/people/{id}/sessions") => get(SECURITY_ADMIN, format!("/people/{rep}/sessions")),
            ("delete", "/people/{id}/sessions") => {
                get(SECURITY_ADMIN, format!("/people/{}/sessions", self.fresh_colleague().await))
                    .expect(204)
                    .event("session.end")
            }
            ("get", "/units") => get(SYSTEM_ADMIN, "/units"),
            ("post", "/units") => {
                let body = json!({ "name_zh": format!("部门{}", self.next()), "name_en": "Unit", "parent": self.t.units[0].to_string() });
                send(SYSTEM_ADMIN, "/units", body).expect(201).event("unit.create")
            }
            ("patch", "/units/{id}") => send(
                SYSTEM_ADMIN,
                format!("/units/{}", self.fresh_unit().await),
                json!({ "name_zh": format!("部门{}", self.next()) }),
            )
            .expect(204)
            .event("unit.update"),
            ("delete", "/units/{id}") => get(SYSTEM_ADMIN, format!("/units/{}", self.fresh_unit().await))
                .expect(204)
                .event("unit.delete"),
            ("get", "/teams") => get(SYSTEM_ADMIN, "/teams"),
            ("post", "/teams") => {
                send(SYSTEM_ADMIN, "/teams", json!({ "name": format!("小组{}", self.next()), "members": [] }))
                    .expect(201)
                    .event("team.create")
            }
            ("patch", "/teams/{id}") => send(
                SYSTEM_ADMIN,
                format!("/teams/{}", self.fresh_team().await),
                json!({ "name": format!("小组{}", self.next()) }),
            )
            .expect(204)
            .event("team.update"),
            ("delete", "/teams/{id}") => get(SYSTEM_ADMIN, format!("/teams/{}", self.fresh_team().await))
                .expect(204)
                .event("team.delete"),
            ("get", "/roles") => get(SECURITY_ADMIN, "/roles"),
            ("get", "/roles/objects") => get(SECURITY_ADMIN, "/roles/objects"),
            ("get", "/roles/{id}/members") => {
                get(SECURITY_ADMIN, format!("/roles/{}/members", self.role("sales").await))
                    .event("role.members")
            }
            ("get", "/people/{id}/roles") => get(SECURITY_ADMIN, format!("/people/{rep}/roles")),
            ("post", "/people/{id}/roles") => {
                let person = self.fresh_colleague().await;
                let body = json!({ "role": self.role("sales").await, "reason": "walk" });
                send(SECURITY_ADMIN, format!("/people/{person}/roles"), body).expect(201).event("role.assign")
            }
            ("delete", "/people/{id}/roles/{assignment}") => {
                let (person, assignment) = self.fresh_assignment().await;
                get(SECURITY_ADMIN, format!("/people/{person}/roles/{assignment}"))
                    .expect(204)
                    .event("role.revoke")
            }
            _ => panic!(
                "{method} {path} is not planned: say who may call it and what it leaves in the evidence"
            ),
        }
    }
}
