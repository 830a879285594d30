//! The tables of people, units, roles, factors and sessions.

use kedun_store::ColumnType::{BigInt, Bool, Bytes, Text, Uuid};
use kedun_store::ddl::{Table, index, unique_index};
use kedun_store::{Dialect, Migration};

/// The migrations of this crate; numbers 100 to 199.
pub fn migrations() -> Vec<Migration> {
    vec![
        Migration { id: 100, name: "people", steps: people, housekeeping: &[] },
        Migration { id: 101, name: "access", steps: access, housekeeping: &["assignment_use"] },
        Migration {
            id: 102,
            name: "sign_in",
            steps: sign_in,
            housekeeping: &["session_seen", "sign_in_ticket"],
        },
        Migration { id: 103, name: "factor_replacement", steps: factor_replacement, housekeeping: &[] },
    ]
}

fn people(d: Dialect) -> Vec<String> {
    vec![
        Table::new("org_unit")
            .col("org", BigInt)
            .col("id", Uuid)
            .opt("parent_id", Uuid)
            .col("name_zh", Text)
            .col("name_en", Text)
            .col("sort", BigInt)
            .col("version", BigInt)
            .key(&["org", "id"])
            .build(d),
        Table::new("principal")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("kind", Text)
            .col("name", Text)
            .col("login", Text)
            .col("login_key", Text)
            .col("status", Text)
            .opt("unit_id", Uuid)
            .opt("manager_id", Uuid)
            .opt("company_id", Uuid)
            .opt("title", Text)
            .opt("email", Text)
            .col("locale", Text)
            .col("clearance", BigInt)
            .opt("region", Text)
            .opt("valid_until", BigInt)
            .col("pseudonym", Bytes)
            .col("version", BigInt)
            .col("created_at", BigInt)
            .col("updated_at", BigInt)
            .opt("last_sign_in_at", BigInt)
            .opt("end_reason", Text)
            .key(&["org", "id"])
            .build(d),
        unique_index("principal_login", "principal", &["org", "login_key"], None),
        index("principal_unit", "principal", &["org", "unit_id"], None),
        unique_index("principal_pseudonym", "principal", &["org", "pseudonym"], None),
        Table::new("team")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("name", Text)
            .col("version", BigInt)
            .key(&["org", "id"])
            .build(d),
        Table::new("team_member")
            .col("org", BigInt)
            .col("team_id", Uuid)
            .col("person_id", Uuid)
            .opt("valid_until", BigInt)
            .key(&["org", "team_id", "person_id"])
            .build(d),
    ]
}

fn access(d: Dialect) -> Vec<String> {
    vec![
        Table::new("permset")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("code", Text)
            .col("zh", Text)
            .col("en", Text)
            .col("builtin", Bool)
            .opt("officer_group", Text)
            .col("sort", BigInt)
            .key(&["org", "id"])
            .build(d),
        unique_index("permset_code", "permset", &["org", "code"], None),
        Table::new("permset_object")
            .col("org", BigInt)
            .col("permset_id", Uuid)
            .col("object", BigInt)
            .col("action", Text)
            .col("scope", Text)
            .key(&["org", "permset_id", "object", "action", "scope"])
            .build(d),
        Table::new("permset_field")
            .col("org", BigInt)
            .col("permset_id", Uuid)
            .col("object", BigInt)
            .col("target", Text)
            .col("level", Text)
            .key(&["org", "permset_id", "object", "target"])
            .build(d),
        Table::new("permset_capability")
            .col("org", BigInt)
            .col("permset_id", Uuid)
            .col("capability", Text)
            .key(&["org", "permset_id", "capability"])
            .build(d),
        Table::new("assignment")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("assignee_kind", Text)
            .col("assignee_id", Uuid)
            .col("permset_id", Uuid)
            .opt("granted_by", Uuid)
            .col("reason", Text)
            .opt("expires_at", BigInt)
            .col("created_at", BigInt)
            .key(&["org", "id"])
            .build(d),
        index("assignment_assignee", "assignment", &["org", "assignee_id"], None),
        Table::new("assignment_use")
            .col("org", BigInt)
            .col("assignment_id", Uuid)
            .col("last_used_on", BigInt)
            .key(&["org", "assignment_id"])
            .build(d),
        Table::new("guard")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("rule", Text)
            .col("enabled", Bool)
            .col("version", BigInt)
            .key(&["org", "id"])
            .build(d),
        Table::new("share")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("grantee_id", Uuid)
            .col("grantee_kind", Text)
            .col("object", BigInt)
            .col("record_id", Uuid)
            // 1 read, 2 write, 3 full.
            .col("level", BigInt)
            .col("cause", Text)
            .opt("granted_by", Uuid)
            .opt("purpose", Text)
            .col("created_at", BigInt)
            .opt("expires_at", BigInt)
            .key(&["org", "grantee_id", "object", "record_id"])
            .build(d),
        index("share_record", "share", &["org", "object", "record_id"], None),
        Table::new("authz_epoch")
            .col("org", BigInt)
            .col("n", BigInt)
            .col("directory", BigInt)
            .key(&["org"])
            .build(d),
    ]
}

fn sign_in(d: Dialect) -> Vec<String> {
    vec![
        Table::new("credential")
            .col("org", BigInt)
            .col("person_id", Uuid)
            .col("password_hash", Text)
            .col("changed_at", BigInt)
            .col("must_change", Bool)
            .key(&["org", "person_id"])
            .build(d),
        Table::new("totp")
            .col("org", BigInt)
            .col("person_id", Uuid)
            .col("secret", Bytes)
            // Null until the first right code was given.
            .opt("enrolled_at", BigInt)
            .col("last_step", BigInt)
            .key(&["org", "person_id"])
            .build(d),
        Table::new("recovery_code")
            .col("org", BigInt)
            .col("person_id", Uuid)
            .col("hash", Bytes)
            .opt("used_at", BigInt)
            .key(&["org", "person_id", "hash"])
            .build(d),
        Table::new("session")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("token_hash", Bytes)
            .col("person_id", Uuid)
            .col("created_at", BigInt)
            .col("expires_at", BigInt)
            .opt("password_at", BigInt)
            .opt("second_factor_at", BigInt)
            .col("network", Text)
            .col("device", Text)
            .opt("ended_at", BigInt)
            .key(&["org", "id"])
            .build(d),
        unique_index("session_token", "session", &["token_hash"], None),
        index("session_person", "session", &["org", "person_id"], None),
        Table::new("session_seen")
            .col("org", BigInt)
            .col("session_id", Uuid)
            .col("seen_at", BigInt)
            .key(&["org", "session_id"])
            .build(d),
        Table::new("sign_in_ticket")
            .col("org", BigInt)
            .col("hash", Bytes)
            .col("kind", Text)
            .opt("person_id", Uuid)
            .col("expires_at", BigInt)
            .opt("used_at", BigInt)
            .key(&["org", "hash"])
            .build(d),
        Table::new("setting")
            .col("org", BigInt)
            .col("name", Text)
            .col("value", Text)
            .key(&["org", "name"])
            .build(d),
    ]
}

/// The second factor that is to take the place of somebody's own, until its first code.
fn factor_replacement(d: Dialect) -> Vec<String> {
    vec![
        Table::new("totp_next")
            .col("org", BigInt)
            .col("person_id", Uuid)
            .col("secret", Bytes)
            .col("session_id", Uuid)
            .col("begun_at", BigInt)
            .key(&["org", "person_id"])
            .build(d),
    ]
}
