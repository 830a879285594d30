//! The roles that an installation starts with, as data.

use kedun_model::{Action, Capability, DataClass, FieldLevel, ObjectDef, PermSetId, Scope};

use crate::{FieldTarget, OfficerGroup, PermCapabilityRow, PermFieldRow, PermObjectRow, PermSetRow};

/// A role as it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDef {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub officer_group: Option<OfficerGroup>,
    pub capabilities: Vec<Capability>,
    pub objects: Vec<RoleObject>,
}

/// What a role may do with objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleObject {
    /// The key of an object; none for every business object.
    pub object: Option<&'static str>,
    pub actions: Vec<(Action, Vec<Scope>)>,
    /// Levels by class, on all records or on those that a scope reaches.
    pub fields: Vec<(DataClass, Option<Scope>, FieldLevel)>,
}

/// The rows of roles for a set of objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleRows {
    pub permsets: Vec<PermSetRow>,
    pub perm_objects: Vec<PermObjectRow>,
    pub perm_fields: Vec<PermFieldRow>,
    pub perm_capabilities: Vec<PermCapabilityRow>,
}

use Action::{Create, Delete, Import, Read, Restore, Reveal, Share, Transfer, Update};
use Capability::{
    DirectoryRead, EvidenceExport, EvidenceRead, ExplainOthers, PeopleManage, PrivacyRead, RolesManage,
    RolesRead, SessionsManage, SettingsManage,
};
use DataClass::{P0, P1, P2, P3};
use FieldLevel::Masked;
use Scope::{All, Own, PartnerCompany, Shared, Subordinates, Team, UnitBelow};

/// The roles, officers first.
pub fn roles() -> Vec<RoleDef> {
    let mut roles = officers();
    roles.extend([privacy_officer(), sales_director(), sales_manager(), sales(), partner()]);
    roles
}

/// The three offices that exclude each other; none of them sees a business object.
fn officers() -> Vec<RoleDef> {
    vec![
        RoleDef {
            code: "system_admin",
            zh: "系统管理员",
            en: "System administrator",
            officer_group: Some(OfficerGroup::System),
            capabilities: vec![PeopleManage, DirectoryRead, SettingsManage],
            objects: Vec::new(),
        },
        RoleDef {
            code: "security_admin",
            zh: "安全管理员",
            en: "Security administrator",
            officer_group: Some(OfficerGroup::Security),
            capabilities: vec![RolesManage, RolesRead, SessionsManage, DirectoryRead, ExplainOthers],
            objects: Vec::new(),
        },
        RoleDef {
            code: "auditor",
            zh: "审计员",
            en: "Auditor",
            officer_group: Some(OfficerGroup::Audit),
            capabilities: vec![EvidenceRead, EvidenceExport, RolesRead, DirectoryRead, ExplainOthers],
            objects: Vec::new(),
        },
    ]
}

fn privacy_officer() -> RoleDef {
    RoleDef {
        code: "privacy_officer",
        zh: "合规专员",
        en: "Privacy officer",
        officer_group: None,
        capabilities: vec![EvidenceRead, PrivacyRead, RolesRead, ExplainOthers, DirectoryRead],
        objects: vec![RoleObject {
            object: None,
            actions: vec![(Read, vec![All])],
            fields: classes(FieldLevel::Read, FieldLevel::Read, Masked, Masked),
        }],
    }
}

fn sales_director() -> RoleDef {
    let mut actions = everywhere(&[UnitBelow, Own]);
    with_shared(&mut actions);
    let mut fields = classes(FieldLevel::Write, FieldLevel::Write, FieldLevel::Write, FieldLevel::Read);
    fields.push((P3, Some(Shared), Masked));
    role("sales_director", "销售总监", "Sales director", actions, fields)
}

fn sales_manager() -> RoleDef {
    let mut actions = everywhere(&[Subordinates, Team]);
    with_shared(&mut actions);
    let fields = classes(FieldLevel::Write, FieldLevel::Write, FieldLevel::Write, Masked);
    role("sales_manager", "销售经理", "Sales manager", actions, fields)
}

fn sales() -> RoleDef {
    let mut actions = vec![(Read, vec![Own, Team])];
    actions.extend([Create, Update, Delete, Restore, Reveal, Share, Import].map(|a| (a, vec![Own])));
    with_shared(&mut actions);
    let mut fields = classes(FieldLevel::Write, FieldLevel::Write, FieldLevel::Write, Masked);
    fields.push((P3, Some(Own), FieldLevel::Write));
    role("sales", "销售", "Sales", actions, fields)
}

fn partner() -> RoleDef {
    RoleDef {
        code: "partner",
        zh: "外部伙伴",
        en: "Outside partner",
        officer_group: None,
        capabilities: Vec::new(),
        objects: vec![RoleObject {
            object: None,
            actions: vec![(Read, vec![Scope::Shared, PartnerCompany])],
            fields: classes(FieldLevel::Read, FieldLevel::Read, Masked, FieldLevel::None),
        }],
    }
}

/// A role of the sales department: sees its colleagues, works on every business object.
fn role(
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    actions: Vec<(Action, Vec<Scope>)>,
    fields: Vec<(DataClass, Option<Scope>, FieldLevel)>,
) -> RoleDef {
    RoleDef {
        code,
        zh,
        en,
        officer_group: None,
        capabilities: vec![DirectoryRead],
        objects: vec![RoleObject { object: None, actions, fields }],
    }
}

/// Everything but taking records out, by these scopes.
fn everywhere(scopes: &[Scope]) -> Vec<(Action, Vec<Scope>)> {
    [Read, Create, Update, Delete, Restore, Reveal, Import, Transfer, Share]
        .map(|action| (action, scopes.to_vec()))
        .to_vec()
}

/// What is shared may be read, and changed where the share is for writing.
fn with_shared(actions: &mut [(Action, Vec<Scope>)]) {
    for (_, scopes) in actions.iter_mut().filter(|(a, _)| matches!(a, Read | Update)) {
        scopes.push(Shared);
    }
}

fn classes(
    p0: FieldLevel,
    p1: FieldLevel,
    p2: FieldLevel,
    p3: FieldLevel,
) -> Vec<(DataClass, Option<Scope>, FieldLevel)> {
    vec![(P0, None, p0), (P1, None, p1), (P2, None, p2), (P3, None, p3)]
}

/// The rows of the roles for these objects, with the ids that `id` gives by code.
pub fn rows(roles: &[RoleDef], objects: &[ObjectDef], mut id: impl FnMut(&str) -> PermSetId) -> RoleRows {
    let mut out = RoleRows::default();
    for role in roles {
        let permset = id(role.code);
        out.permsets.push(PermSetRow {
            id: permset,
            code: role.code.to_owned(),
            zh: role.zh.to_owned(),
            en: role.en.to_owned(),
            builtin: true,
            officer_group: role.officer_group,
        });
        let capabilities = role.capabilities.iter();
        out.perm_capabilities.extend(capabilities.map(|c| PermCapabilityRow { permset, capability: *c }));
        for rule in &role.objects {
            for def in objects.iter().filter(|d| rule.object.is_none_or(|key| key == d.key)) {
                for (action, scopes) in &rule.actions {
                    let row = |scope: &Scope| PermObjectRow {
                        permset,
                        object: def.id,
                        action: *action,
                        scope: *scope,
                    };
                    out.perm_objects.extend(scopes.iter().map(row));
                }
                out.perm_fields.extend(rule.fields.iter().map(|(class, scope, level)| PermFieldRow {
                    permset,
                    object: def.id,
                    target: scope.map_or(FieldTarget::Class(*class), |s| FieldTarget::ClassWithin(*class, s)),
                    level: *level,
                }));
            }
        }
    }
    out
}
