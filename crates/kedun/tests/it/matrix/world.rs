//! The company that the matrix is walked in: three units, two teams, six owners, shares of every
//! kind, a partner's company, a recycle bin; and every value of its own.

use std::collections::{BTreeMap, HashMap};

use axum::http::{Method, StatusCode};
use kedun_testkit::db::TestStore;
use serde_json::{Map, Value as Json, json};

use crate::app::{
    Answer, Client, DIRECTOR, MANAGER_A, MANAGER_B, PARTNER, PEOPLE, REP_A1, REP_A2, REP_B1, SYSTEM_ADMIN,
    TestApp,
};
use crate::oracle::{
    Company, Field, Grantee, Level, OBJECTS, Person, Record, Share, Val, Way, level, read_fields,
};

/// Those who own records.
pub const OWNERS: [usize; 6] = [DIRECTOR, MANAGER_A, REP_A1, REP_A2, MANAGER_B, REP_B1];
/// Records of each object that an owner has; the last one lies in the bin.
pub const EACH: usize = 3;
/// The unit of MANAGER_B and REP_B1, which lies below nothing.
pub const APART: usize = 3;

pub struct World {
    pub t: TestApp,
    pub company: Company,
    /// Whose value a mark is: record and field.
    pub marks: Vec<(usize, String)>,
    /// The mark of a birthday.
    pub days: HashMap<String, usize>,
    pub clients: HashMap<usize, Client>,
    pub teams: Vec<String>,
}

fn ok(answer: Answer) -> Answer {
    assert!(answer.status.is_success(), "{} {:?}", answer.status, answer.json);
    answer
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

impl World {
    pub async fn build(test: &TestStore) -> World {
        let t = TestApp::start(test).await;
        let mut company = Company::default();
        read_fields(&mut company);
        company.people = PEOPLE
            .iter()
            .map(|(_, role, unit, manager)| Person {
                role,
                unit: (*role != "partner").then_some(*unit),
                manager: *manager,
                company: None,
            })
            .collect();
        company.units = vec![None, Some(0), Some(0)];
        let mut w = World {
            t,
            company,
            marks: Vec::new(),
            days: HashMap::new(),
            clients: HashMap::new(),
            teams: Vec::new(),
        };
        for who in 0..PEOPLE.len() {
            let client = w.t.sign_in(who).await;
            w.clients.insert(who, client);
        }
        w.place_people().await;
        w.make_records().await;
        w.change_records().await;
        w.hand_out().await;
        w.throw_away().await;
        // Shares that were to end have ended.
        w.t.clock.advance(120_000_000);
        while !w.t.app.door.arenas().ready() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        w
    }

    pub fn client(&self, who: usize) -> &Client {
        &self.clients[&who]
    }

    fn unit_id(&self, unit: usize) -> String {
        self.t.units[unit].to_string()
    }

    async fn place_people(&mut self) {
        let admin = self.clients[&SYSTEM_ADMIN].clone();
        let made =
            ok(admin.post("/units", json!({ "parent": null, "name_zh": "别部", "name_en": "Apart" })).await);
        self.t.units.push(text(&made.json["id"]).parse().expect("an id"));
        self.company.units.push(None);
        for who in [MANAGER_B, REP_B1] {
            let path = format!("/people/{}", self.t.people[who]);
            let version = admin.get(&path).await.json["version"].as_i64().expect("a version");
            ok(admin.patch(&path, version, json!({ "unit": self.unit_id(APART) })).await);
            self.company.people[who].unit = Some(APART);
        }
        for members in [vec![REP_A1, REP_B1], vec![REP_A2, MANAGER_B]] {
            let ids: Vec<String> = members.iter().map(|m| self.t.people[*m].to_string()).collect();
            let name = format!("小组{}", self.teams.len());
            let made = ok(admin.post("/teams", json!({ "name": name, "members": ids })).await);
            self.teams.push(text(&made.json["id"]));
            self.company.teams.push(members);
        }
    }

    /// The place of a record in the list.
    pub fn place(owner: usize, object: &str, j: usize) -> usize {
        let o = OBJECTS.iter().position(|k| *k == object).expect("an object");
        let w = OWNERS.iter().position(|p| *p == owner).expect("an owner");
        (w * EACH + j) * OBJECTS.len() + o
    }

    async fn make_records(&mut self) {
        for owner in OWNERS {
            for j in 0..EACH {
                for object in OBJECTS {
                    let place = self.company.records.len();
                    assert_eq!(place, Self::place(owner, object, j));
                    let fields = self.company.fields[object].clone();
                    let mut values = BTreeMap::new();
                    for field in &fields {
                        let value = self.invent(place, owner, object, j, field);
                        values.insert(field.key.clone(), value);
                    }
                    let mut body = Map::new();
                    for field in &fields {
                        if let Some(json) = self.sent(&values[&field.key]) {
                            body.insert(field.key.clone(), json);
                        }
                    }
                    // Last changed first is an order only where nothing was changed at once.
                    self.t.clock.advance(1000);
                    let made = ok(self.clients[&owner]
                        .post(&format!("/records/{object}"), json!({ "values": body }))
                        .await);
                    // What the server gives by itself.
                    for (key, kept) in &mut values {
                        let given = &made.json["values"][key];
                        match given {
                            Json::String(given) if *kept == Val::Null => *kept = Val::Text(given.clone()),
                            Json::Number(given) if *kept == Val::Null => {
                                *kept = Val::Int(given.as_i64().expect("small"))
                            }
                            _ => {}
                        }
                    }
                    self.company.records.push(Record {
                        object,
                        id: text(&made.json["id"]),
                        version: 1,
                        owner,
                        unit: self.company.people[owner].unit,
                        team: None,
                        partner: None,
                        shares: Vec::new(),
                        deleted: false,
                        values,
                    });
                }
            }
        }
    }

    /// A value for a field, recognisable among all others.
    fn invent(&mut self, place: usize, owner: usize, object: &str, j: usize, field: &Field) -> Val {
        let role = self.company.people[owner].role;
        if field.off || field.kind == "auto_number" || level(role, field.class, Way::Own) < Level::Write {
            return Val::Null;
        }
        if field.kind == "reference" {
            return self.refer(owner, object, j, &field.key);
        }
        let n = self.mark(place, &field.key);
        if n % 7 == 3
            && !field.required
            && field.kind != "select"
            && !matches!(field.key.as_str(), "mobile" | "birthday")
        {
            return Val::Null;
        }
        self.value(n, field)
    }

    fn mark(&mut self, place: usize, key: &str) -> usize {
        self.marks.push((place, key.to_owned()));
        self.marks.len() - 1
    }

    fn value(&mut self, n: usize, field: &Field) -> Val {
        let int = i64::try_from(n).expect("small");
        let word = match field.kind.as_str() {
            "phone" => format!("139{n:08}"),
            "email" => format!("zqx{n:05}@e.example"),
            "url" => format!("https://zqx{n:05}.example/"),
            "code" => format!("91ZQX{n:05}"),
            "name" => format!("鹮zqx{n:05}"),
            "date" => {
                let from = if field.class >= 2 {
                    time::macros::date!(1930 - 01 - 01)
                } else {
                    time::macros::date!(2030 - 01 - 01)
                };
                let day = (from + time::Duration::days(int)).to_string();
                if field.class >= 2 {
                    self.days.insert(day.clone(), n);
                }
                day
            }
            "date_time" => {
                format!("2025-06-{:02}T{:02}:{:02}:00.000000Z", 1 + n / 1440 % 28, n / 60 % 24, n % 60)
            }
            "select" => field.options[n % field.options.len()].clone(),
            "boolean" => return Val::Bool(n.is_multiple_of(2)),
            "money" => return Val::Int(7_700_000_000 + int),
            "percent" => return Val::Int(int % 101),
            "text" if field.mask == "address" => format!("北京市海淀区zqx{n:05}"),
            "text" | "long_text" => format!("甲zqx{n:05}"),
            other => panic!("no value for {other}"),
        };
        Val::Text(word)
    }

    fn refer(&self, owner: usize, object: &str, j: usize, key: &str) -> Val {
        let own = |target: &str, j: usize| Val::Ref(Self::place(owner, target, j));
        match (object, key, j) {
            ("account", "parent", 1) => own("account", 0),
            ("contact", "account", _) => own("account", j % 2),
            ("opportunity", "account", _) => own("account", j % 2),
            ("opportunity", "contact", 0 | 1) => own("contact", j),
            ("follow_up", "contact", 0) => own("contact", 0),
            ("follow_up", "account", 1) => own("account", 1),
            ("follow_up", "lead", 2) => own("lead", 1),
            ("follow_up", "opportunity", 0 | 1) => own("opportunity", j),
            _ => Val::Null,
        }
    }

    /// A value in the form in which it is sent.
    pub fn sent(&self, value: &Val) -> Option<Json> {
        Some(match value {
            Val::Null => return None,
            Val::Text(text) => json!(text),
            Val::Int(n) => json!(n),
            Val::Bool(b) => json!(b),
            Val::Ref(place) => json!(self.company.records[*place].id),
        })
    }

    /// Some values are changed, so that there is a history.
    async fn change_records(&mut self) {
        for owner in OWNERS {
            for (object, key) in [
                ("account", "note"),
                ("account", "name"),
                ("contact", "mobile"),
                ("contact", "note"),
                ("lead", "need"),
                ("lead", "contact_name"),
                ("opportunity", "amount"),
                ("follow_up", "content"),
            ] {
                let place = Self::place(owner, object, usize::from(owner == REP_A1 || key == "name"));
                let field = self.company.field(object, key).clone();
                let n = self.mark(place, key);
                let value = self.value(n, &field);
                let json = self.sent(&value).expect("a value");
                self.t.clock.advance(1000);
                self.patch(owner, place, json!({ "values": { key: json } })).await;
                self.company.records[place].values.insert(key.to_owned(), value);
            }
        }
    }

    async fn patch(&mut self, who: usize, place: usize, body: Json) {
        let record = &mut self.company.records[place];
        let path = format!("/records/{}/{}", record.object, record.id);
        let answer = ok(self.clients[&who].patch(&path, record.version, body).await);
        record.version = answer.json["version"].as_i64().expect("a version");
    }

    async fn hand_out(&mut self) {
        use Grantee::{Person, Team, Unit};
        // Teams.
        for (boss, owner, object, team) in [
            (MANAGER_A, REP_A1, "lead", 0),
            (MANAGER_A, MANAGER_A, "account", 1),
            (MANAGER_B, REP_B1, "follow_up", 0),
            (MANAGER_A, REP_A2, "contact", 1),
        ] {
            let place = Self::place(owner, object, 1);
            let team_id = self.teams[team].clone();
            self.patch(boss, place, json!({ "team": team_id })).await;
            self.company.records[place].team = Some(team);
        }
        // A unit of nobody's that the director reaches, and one that she does not.
        let place = Self::place(REP_A2, "account", 0);
        self.patch(MANAGER_A, place, json!({ "unit": self.unit_id(2) })).await;
        self.company.records[place].unit = Some(2);
        let place = Self::place(MANAGER_A, "contact", 0);
        self.patch(MANAGER_A, place, json!({ "unit": null })).await;
        self.company.records[place].unit = None;
        // Shares.
        for (owner, object, to, write, expired) in [
            (REP_A1, "account", Person(REP_B1), false, false),
            (REP_A1, "contact", Person(REP_A2), true, false),
            (REP_A1, "opportunity", Unit(1), false, false),
            (REP_A1, "follow_up", Person(REP_B1), false, true),
            (REP_A2, "account", Person(PARTNER), false, false),
            (REP_A2, "contact", Person(PARTNER), false, false),
            (REP_A2, "opportunity", Team(1), false, false),
            (REP_A2, "follow_up", Person(PARTNER), false, false),
            (MANAGER_A, "contact", Person(REP_B1), true, false),
            (MANAGER_A, "lead", Unit(APART), true, false),
            (DIRECTOR, "account", Person(MANAGER_B), false, false),
            (DIRECTOR, "contact", Person(REP_A1), true, true),
            (DIRECTOR, "lead", Person(PARTNER), false, true),
            (MANAGER_B, "account", Person(DIRECTOR), false, false),
            (MANAGER_B, "contact", Person(DIRECTOR), false, false),
            (MANAGER_B, "lead", Person(MANAGER_A), true, false),
            (MANAGER_B, "follow_up", Team(0), false, false),
            (REP_B1, "lead", Person(REP_A1), false, false),
            (REP_B1, "opportunity", Person(DIRECTOR), true, false),
        ] {
            let place = Self::place(owner, object, 1);
            self.share(owner, place, to, write, expired).await;
        }
        // A birthday that the director sees masked.
        self.share(REP_B1, Self::place(REP_B1, "contact", 0), Person(DIRECTOR), false, false).await;
        // In the bin as well: a share for reading and one for writing.
        self.share(REP_B1, Self::place(REP_B1, "contact", 2), Person(REP_A1), true, false).await;
        self.share(MANAGER_A, Self::place(MANAGER_A, "account", 2), Person(PARTNER), false, false).await;
        // A partner's company.
        let company = Self::place(REP_B1, "account", 1);
        let id = self.company.records[company].id.clone();
        let admin = &self.clients[&SYSTEM_ADMIN];
        let path = format!("/people/{}", self.t.people[PARTNER]);
        let version = ok(admin.get(&path).await).json["version"].as_i64().expect("a version");
        ok(admin.patch(&path, version, json!({ "company": id })).await);
        self.company.people[PARTNER].company = Some(company);
        for (boss, owner, object, j) in [
            (MANAGER_B, REP_B1, "account", 1),
            (MANAGER_B, REP_B1, "contact", 1),
            (MANAGER_A, REP_A2, "lead", 1),
            (MANAGER_A, MANAGER_A, "opportunity", 1),
            (MANAGER_B, MANAGER_B, "opportunity", 1),
            (MANAGER_B, REP_B1, "lead", 2),
        ] {
            let place = Self::place(owner, object, j);
            self.patch(boss, place, json!({ "partner": id })).await;
            self.company.records[place].partner = Some(company);
        }
    }

    async fn share(&mut self, owner: usize, place: usize, to: Grantee, write: bool, expired: bool) {
        let (kind, id) = match to {
            Grantee::Person(p) => ("person", self.t.people[p].to_string()),
            Grantee::Unit(u) => ("unit", self.unit_id(u)),
            Grantee::Team(t) => ("team", self.teams[t].clone()),
        };
        let record = &mut self.company.records[place];
        let mut body =
            json!({ "grantee_kind": kind, "grantee_id": id, "level": if write { "write" } else { "read" } });
        if expired {
            let at = kedun_model::Clock::now(&*self.t.clock) + 60_000_000;
            let at = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1000).expect("a time");
            body["expires_at"] =
                json!(at.format(&time::format_description::well_known::Rfc3339).expect("a time"));
        }
        ok(self.clients[&owner]
            .post(&format!("/records/{}/{}/shares", record.object, record.id), body)
            .await);
        record.shares.push(Share { to, write, expired });
    }

    async fn throw_away(&mut self) {
        for owner in OWNERS {
            for object in OBJECTS {
                let place = Self::place(owner, object, EACH - 1);
                let record = &mut self.company.records[place];
                let path = format!("/records/{object}/{}", record.id);
                let gone = self.clients[&owner].delete(&path, record.version).await;
                assert_eq!(gone.status, StatusCode::NO_CONTENT, "{:?}", gone.json);
                record.version += 1;
                record.deleted = true;
            }
        }
    }

    /// Marks of values in the bytes of an answer.
    pub fn found(&self, bytes: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        let digits = |from: usize, n: usize| -> Option<usize> {
            let part = bytes.get(from..from + n)?;
            part.iter()
                .all(u8::is_ascii_digit)
                .then(|| std::str::from_utf8(part).ok()?.parse().ok())
                .flatten()
        };
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            if rest.len() >= 3 && rest[..3].eq_ignore_ascii_case(b"zqx") {
                found.extend(digits(at + 3, 5));
            }
            let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
            if begins && rest.starts_with(b"139") && !rest.get(11).is_some_and(u8::is_ascii_alphanumeric) {
                found.extend(digits(at + 3, 8));
            }
            if begins && rest.starts_with(b"77000") && !rest.get(10).is_some_and(u8::is_ascii_alphanumeric) {
                found.extend(digits(at + 5, 5));
            }
            if begins && rest.starts_with(b"193") && rest.len() >= 10 {
                found.extend(std::str::from_utf8(&rest[..10]).ok().and_then(|day| self.days.get(day)));
            }
        }
        found.retain(|n| *n < self.marks.len());
        found
    }

    /// A path below the records.
    pub fn path(&self, place: usize, rest: &str) -> String {
        let record = &self.company.records[place];
        format!("/records/{}/{}{rest}", record.object, record.id)
    }
}

/// What a method is called.
pub fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).expect("a method")
}
