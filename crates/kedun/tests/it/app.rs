//! A server for a test: booted like the real one, asked in process.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use kedun::boot::{App, Booted, Options, boot};
use kedun::config::{AtRest, DataArgs};
use kedun_identity::{Provision, ProvisionPerson, ProvisionUnit, totp_code, totp_step};
use kedun_model::{Clock as _, PersonId, PrincipalKind, UnitId};
use kedun_store::Tuning;
use kedun_testkit::db::{TestStore, VirtualClock};
use serde_json::Value;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "kedun test 2026";
const SECRET: &[u8] = b"12345678901234567890";

/// A running server without a listener.
pub struct TestApp {
    pub app: App,
    pub router: axum::Router,
    pub clock: Arc<VirtualClock>,
    pub units: Vec<UnitId>,
    pub people: Vec<PersonId>,
    pub dir: tempfile::TempDir,
    pub args: DataArgs,
}

/// People of the test company; the index is their place in [`TestApp::people`].
pub const SYSTEM_ADMIN: usize = 0;
pub const SECURITY_ADMIN: usize = 1;
pub const AUDITOR: usize = 2;
pub const PRIVACY: usize = 3;
pub const DIRECTOR: usize = 4;
pub const MANAGER_A: usize = 5;
pub const REP_A1: usize = 6;
pub const REP_A2: usize = 7;
pub const MANAGER_B: usize = 8;
pub const REP_B1: usize = 9;
pub const PARTNER: usize = 10;
/// Signed in, without any role.
pub const STRANGER: usize = 11;

/// Login, role, unit, manager.
pub const PEOPLE: [(&str, &str, usize, Option<usize>); 12] = [
    ("sysadmin", "system_admin", 0, None),
    ("secadmin", "security_admin", 0, None),
    ("auditor", "auditor", 0, None),
    ("privacy", "privacy_officer", 0, None),
    ("director", "sales_director", 0, None),
    ("manager_a", "sales_manager", 1, Some(4)),
    ("rep_a1", "sales", 1, Some(5)),
    ("rep_a2", "sales", 1, Some(5)),
    ("manager_b", "sales_manager", 2, Some(4)),
    ("rep_b1", "sales", 2, Some(8)),
    ("partner", "partner", 0, None),
    ("stranger", "", 2, None),
];

impl TestApp {
    /// Boots on the engine of `test` with the test company: 总部 above 一组 and 二组.
    pub async fn start(test: &TestStore) -> Self {
        Self::start_with(test, AtRest::Sqlcipher).await
    }

    /// The same with the files of the embedded engine kept in another way.
    pub async fn start_with(test: &TestStore, at_rest: AtRest) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let args = DataArgs {
            data: dir.path().join("data"),
            database: test.url().map(str::to_owned),
            root_key_file: Some(dir.path().join("root.key")),
            root_key_env: None,
            root_passphrase: false,
            at_rest,
            cache_mib: 32,
            config: None,
        };
        let app = open(&args, test).await;
        let unit = |zh: &str, parent| ProvisionUnit { name_zh: zh.into(), name_en: zh.into(), parent };
        let plan = Provision {
            org_name: "测试公司".into(),
            password: PASSWORD.into(),
            units: vec![unit("总部", None), unit("一组", Some(0)), unit("二组", Some(0))],
            people: PEOPLE
                .iter()
                .map(|(login, role, unit, manager)| person(login, role, *unit, *manager))
                .collect(),
            teams: Vec::new(),
        };
        let (units, people) = app.identity.provision(plan).await.expect("the company is made");
        let router = kedun_api::router(app.state.clone());
        TestApp { app, router, clock: test.clock.clone(), units, people, dir, args }
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, person: usize) -> Client {
        let (login, role, ..) = PEOPLE[person];
        let client = Client { router: self.router.clone(), cookie: None };
        let body = serde_json::json!({ "login": login, "password": PASSWORD });
        let mut answer = client.post("/session", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{login} signs in: {:?}", answer.json);
        if has_factor(role) {
            let ticket = answer.json["ticket"].as_str().expect("a ticket").to_owned();
            // Each code works once.
            self.clock.advance(30_000_000);
            let code = totp_code(SECRET, totp_step(self.clock.now())).expect("a code");
            answer =
                client.post("/session/totp", serde_json::json!({ "ticket": ticket, "code": code })).await;
            assert_eq!(answer.status, StatusCode::OK, "{login} gives a code: {:?}", answer.json);
        }
        let cookie = answer.cookie.expect("a session cookie");
        Client { router: self.router.clone(), cookie: Some(cookie) }
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Client {
        Client { router: self.router.clone(), cookie: None }
    }

    /// A code of everybody's second factor, valid now.
    pub fn code(&self) -> String {
        totp_code(SECRET, totp_step(self.clock.now())).expect("a code")
    }
}

/// Boots with what `args` name.
pub async fn open(args: &DataArgs, test: &TestStore) -> App {
    let tuning = Tuning {
        deadline: std::time::Duration::from_secs(60),
        poll: std::time::Duration::from_millis(50),
        ..Tuning::default()
    };
    let options = Options { tuning, ..Options::default() };
    match boot(args, test.context.clone(), options).await.expect("the server boots") {
        Booted::Ready(app) => *app,
        Booted::Sealed { reason } => panic!("sealed: {reason}"),
    }
}

fn has_factor(role: &str) -> bool {
    matches!(role, "system_admin" | "security_admin" | "auditor" | "privacy_officer")
}

fn person(login: &str, role: &str, unit: usize, manager: Option<usize>) -> ProvisionPerson {
    let partner = role == "partner";
    ProvisionPerson {
        name: format!("名{login}"),
        login: login.into(),
        kind: if partner { PrincipalKind::Partner } else { PrincipalKind::User },
        unit: (!partner).then_some(unit),
        manager,
        title: None,
        roles: if role.is_empty() { Vec::new() } else { vec![role.into()] },
        totp: has_factor(role).then(|| SECRET.to_vec()),
        valid_until: None,
        locale: "zh-CN".into(),
    }
}

/// Somebody's browser.
#[derive(Clone)]
pub struct Client {
    router: axum::Router,
    cookie: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
    /// Null when the body is no JSON.
    pub json: Value,
    pub cookie: Option<String>,
}

impl Client {
    /// A browser at a server of one's own, signed in as nobody.
    pub fn of(router: axum::Router) -> Client {
        Client { router, cookie: None }
    }

    /// The same browser with a session.
    pub fn with_cookie(&self, cookie: Option<String>) -> Client {
        Client { router: self.router.clone(), cookie }
    }

    /// Signs in somebody who needs no code.
    pub async fn enter(&self, login: &str) -> Client {
        let answer = self.post("/session", serde_json::json!({ "login": login, "password": PASSWORD })).await;
        assert_eq!(answer.status, StatusCode::OK, "{login} signs in: {:?}", answer.json);
        self.with_cookie(answer.cookie)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body), &[("if-match", format!("\"{version}\""))]).await
    }

    pub async fn delete(&self, path: &str, version: i64) -> Answer {
        self.send(Method::DELETE, path, None, &[("if-match", format!("\"{version}\""))]).await
    }

    /// A request below `/api/v1` as the page sends it.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        extra: &[(&str, String)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("x-kd-csrf", "1")
            .header(header::HOST, "kedun.test")
            .header(header::ORIGIN, "https://kedun.test");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        for (name, value) in extra {
            request = request.header(*name, value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.raw(request.body(body).expect("a request")).await
    }

    /// A request as it is.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        let cookie = parts
            .headers
            .get(header::SET_COOKIE)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .map(str::to_owned);
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
            cookie,
        }
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}
