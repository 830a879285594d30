//! Tables of objects: planned, journaled, resumed; fresh equals migrated.
#![cfg(test)]

mod common;

use common::{event, things};
use kedun_model::{
    DataClass, FieldDef, FieldId, FieldKind, MaskStyle, ObjectDef, ObjectId, SubjectRule, Uniqueness,
};
use kedun_store::ddl::{self, Table};
use kedun_store::{
    Changeset, ColumnType, CommitError, Dialect, IndexKind, Migration, ObjectColumn, SchemaStep, Store,
    StoreError, column_type, plan_object, sq,
};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

fn field(id: u32, kind: FieldKind, class: DataClass) -> FieldDef {
    FieldDef {
        id: FieldId(id),
        key: format!("field{id}"),
        zh: "字段".into(),
        en: "Field".into(),
        kind,
        class,
        mask: MaskStyle::default(),
        open: false,
        required: false,
        unique: Uniqueness::None,
        searchable: false,
        indexed: false,
        read_only: false,
        off_by_default: false,
        section: String::new(),
        in_list: false,
        help: None,
    }
}

fn object(fields: Vec<FieldDef>) -> ObjectDef {
    ObjectDef {
        id: ObjectId(100),
        key: "thing".into(),
        zh: "东西".into(),
        en: "Thing".into(),
        en_plural: "Things".into(),
        icon: String::new(),
        subject: SubjectRule::Itself,
        title: "field1".into(),
        stage: None,
        sections: Vec::new(),
        fields,
    }
}

fn first() -> ObjectDef {
    object(vec![
        field(1, FieldKind::Name, DataClass::P2),
        field(2, FieldKind::Integer, DataClass::P1),
        field(3, FieldKind::Text { max: 80 }, DataClass::P1),
    ])
}

/// Another field, a blind index, an index, and one field less.
fn second() -> ObjectDef {
    let mut phone = field(4, FieldKind::Phone, DataClass::P3);
    phone.unique = Uniqueness::Warn;
    let mut indexed = field(2, FieldKind::Integer, DataClass::P1);
    indexed.indexed = true;
    object(vec![
        field(1, FieldKind::Name, DataClass::P2),
        indexed,
        phone,
        field(5, FieldKind::Reference { to: "account".into(), object: None }, DataClass::P1),
    ])
}

#[test]
fn kinds_have_the_columns_that_were_agreed() {
    let of = |kind| column_type(&field(1, kind, DataClass::P1));
    assert_eq!(of(FieldKind::Money), ColumnType::BigInt);
    assert_eq!(of(FieldKind::Date), ColumnType::Int);
    assert_eq!(of(FieldKind::DateTime), ColumnType::BigInt);
    assert_eq!(of(FieldKind::Boolean), ColumnType::Bool);
    assert_eq!(of(FieldKind::Person), ColumnType::Uuid);
    assert_eq!(of(FieldKind::MultiSelect { options: Vec::new() }), ColumnType::Text);
    assert_eq!(column_type(&field(1, FieldKind::Date, DataClass::P2)), ColumnType::Bytes);
}

#[test]
fn a_column_never_changes_its_type_in_place() {
    let mut sealed = first();
    sealed.fields[2].class = DataClass::P2;
    assert!(matches!(plan_object(Some(&first()), &sealed), Err(StoreError::TypeChange { .. })));
    assert_eq!(plan_object(Some(&first()), &first()).unwrap(), []);
    let mut steps = plan_object(Some(&first()), &second()).unwrap();
    assert_eq!(steps.len(), 7, "three columns, three indexes, one column less");
    assert_eq!(steps.pop().unwrap(), SchemaStep::DropColumn { object: ObjectId(100), column: "f_3".into() });
}

async fn insert(store: &Store, columns: &[&'static str], values: Vec<sq::Expr>) -> Result<(), CommitError> {
    let (id, person) = (store.context().new_uuid(), store.context().new_uuid());
    let mut insert = sq::Query::insert();
    let system = ["org", "id", "version", "owner_id", "subject_id", "created_at", "created_by", "updated_at"];
    let given: Vec<sq::Expr> =
        vec![1.into(), id.into(), 1.into(), person.into(), id.into(), 1.into(), person.into(), 1.into()];
    let mut all = given;
    all.extend([person.into(), "form".into()]);
    all.extend(values);
    insert
        .into_table(ObjectId(100).table())
        .columns(system.iter().chain(&["updated_by", "source"]).chain(columns).copied())
        .values_panic(all);
    let stmt = store.dialect().insert(&insert);
    store.commit(Changeset::new(event("record.create")).exec_expect(stmt, 1, "inserted")).await.map(drop)
}

fn count(store: &Store) -> kedun_store::Stmt {
    store.dialect().select(
        sq::Query::select()
            .expr(sq::Func::count(sq::Expr::col("id")))
            .from(ObjectId(100).table())
            .and_where(sq::ExprTrait::not(sq::Expr::col("erased")))
            .and_where(sq::ExprTrait::eq(sq::Expr::col("classification"), 0)),
    )
}

db_test! {
    async fn an_object_grows_and_shrinks_with_its_rows(test: TestStore) {
        let store = test.open(vec![]).await.unwrap();
        store.apply_schema(plan_object(None, &first()).unwrap()).await.unwrap();
        insert(&store, &["f_1", "f_2", "f_3"], vec![vec![1u8, 2].into(), 5.into(), "a".into()]).await.unwrap();
        store.apply_schema(plan_object(Some(&first()), &second()).unwrap()).await.unwrap();
        insert(&store, &["f_1", "f_2", "f_4", "b_4"], vec![vec![1u8].into(), 6.into(), vec![9u8].into(), 77.into()])
            .await
            .unwrap();
        assert_eq!(store.query(&count(&store)).await.unwrap()[0].get_i64(0).unwrap(), 2);
        assert!(matches!(insert(&store, &["f_3"], vec!["b".into()]).await, Err(CommitError::Internal(_))));
        // The same steps once more do nothing.
        store.apply_schema(plan_object(Some(&first()), &second()).unwrap()).await.unwrap();
        store.apply_schema(plan_object(None, &second()).unwrap()).await.unwrap();
        assert_eq!(store.query(&count(&store)).await.unwrap()[0].get_i64(0).unwrap(), 2);
        store.close().await.unwrap();
    }

    async fn a_fresh_table_equals_a_migrated_one(test: TestStore) {
        let store = test.open(vec![]).await.unwrap();
        store.apply_schema(plan_object(None, &first()).unwrap()).await.unwrap();
        store.apply_schema(plan_object(Some(&first()), &second()).unwrap()).await.unwrap();
        let migrated = store.schema_fingerprint().await.unwrap();
        store.close().await.unwrap();
        let other = match test.url() {
            None => TestStore::sqlite().unwrap(),
            Some(_) => TestStore::postgres().await.unwrap().unwrap(),
        };
        let store = other.open(vec![]).await.unwrap();
        assert_ne!(store.schema_fingerprint().await.unwrap(), migrated);
        store.apply_schema(plan_object(None, &second()).unwrap()).await.unwrap();
        assert_eq!(store.schema_fingerprint().await.unwrap(), migrated);
        assert!(migrated.contains("x_o_2s_b_4") && migrated.contains("x_o_2s_recent"), "{migrated}");
        store.close().await.unwrap();
        other.remains().remove().await;
    }

    async fn an_interrupted_change_is_finished_at_the_next_start(test: TestStore) {
        let store = test.open(vec![]).await.unwrap();
        store.apply_schema(plan_object(None, &first()).unwrap()).await.unwrap();
        insert(&store, &["f_2"], vec![5.into()]).await.unwrap();
        // The power goes after the journal was written, and half of the steps were run without being marked.
        let steps = plan_object(Some(&first()), &second()).unwrap();
        store.journal_schema(&steps).await.unwrap();
        store.close().await.unwrap();
        by_hand(&test, &["ALTER TABLE o_2s ADD COLUMN f_4 BLOB", "ALTER TABLE o_2s DROP COLUMN f_3"]).await;

        let store = test.open(vec![]).await.unwrap();
        let resumed = store.schema_fingerprint().await.unwrap();
        insert(&store, &["f_5", "b_4"], vec![store.context().new_uuid().into(), 3.into()]).await.unwrap();
        assert_eq!(store.query(&count(&store)).await.unwrap()[0].get_i64(0).unwrap(), 2);
        // Nothing is left to be done.
        store.resume_schema().await.unwrap();
        assert_eq!(store.schema_fingerprint().await.unwrap(), resumed);
        store.close().await.unwrap();
    }

    async fn a_fresh_database_equals_a_migrated_one(test: TestStore) {
        let old = test.open(vec![release(one_step)]).await.unwrap();
        let before = old.schema_fingerprint().await.unwrap();
        old.close().await.unwrap();
        let store = test.open(vec![release(two_steps), things()]).await.unwrap();
        let migrated = store.schema_fingerprint().await.unwrap();
        assert_ne!(before, migrated);
        store.close().await.unwrap();
        let again = test.open(vec![things(), release(two_steps)]).await.unwrap();
        assert_eq!(again.schema_fingerprint().await.unwrap(), migrated);
        again.close().await.unwrap();
        let other = match test.url() {
            None => TestStore::sqlite().unwrap(),
            Some(_) => TestStore::postgres().await.unwrap().unwrap(),
        };
        let fresh = other.open(vec![things(), release(two_steps)]).await.unwrap();
        assert_eq!(fresh.schema_fingerprint().await.unwrap(), migrated);
        fresh.close().await.unwrap();
        other.remains().remove().await;
    }

    async fn a_step_that_fails_leaves_nothing_and_is_told(test: TestStore) {
        let broken = Migration { id: 910, name: "broken", steps: |_| vec!["CREATE TABLE nonsense (".into()], housekeeping: &[] };
        match test.open(vec![broken]).await {
            Err(StoreError::Migration { id: 910, step: 0, .. }) => {}
            other => panic!("{other:?}"),
        }
        let twice = test.open(vec![release(one_step), release(two_steps)]).await;
        assert!(matches!(twice, Err(StoreError::Migrations(_))));
        let records = Migration { id: 911, name: "records", steps: |_| Vec::new(), housekeeping: &["o_1"] };
        assert!(matches!(test.open(vec![records]).await, Err(StoreError::Migrations(_))));
        test.open(vec![release(one_step)]).await.unwrap().close().await.unwrap();
    }

    async fn a_concurrent_index_that_was_left_invalid_is_built_anew(test: TestStore) {
        let store = test.open(vec![]).await.unwrap();
        store.apply_schema(plan_object(None, &first()).unwrap()).await.unwrap();
        let step = SchemaStep::AddIndex { object: ObjectId(100), index: IndexKind::Field(FieldId(2)) };
        store.apply_schema(vec![step.clone()]).await.unwrap();
        let good = store.schema_fingerprint().await.unwrap();
        if store.dialect() == Dialect::Postgres {
            by_hand(&test, &["UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'x_o_2s_f_2'::regclass"]).await;
        }
        store.apply_schema(vec![step]).await.unwrap();
        assert_eq!(store.schema_fingerprint().await.unwrap(), good);
        let column = ObjectColumn { name: "f_9".into(), ty: ColumnType::Text };
        store.apply_schema(vec![SchemaStep::AddColumn { object: ObjectId(100), column }]).await.unwrap();
        assert!(store.schema_fingerprint().await.unwrap().contains("f_9"));
        store.close().await.unwrap();
    }
}

fn release(steps: fn(Dialect) -> Vec<String>) -> Migration {
    Migration { id: 900 + 5, name: "release", steps, housekeeping: &[] }
}

fn one_step(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("gadget")
            .col("id", ColumnType::Uuid)
            .col("n", ColumnType::BigInt)
            .key(&["id"])
            .build(dialect),
    ]
}

fn two_steps(dialect: Dialect) -> Vec<String> {
    let mut steps = one_step(dialect);
    steps.push(ddl::unique_index("gadget_n", "gadget", &["n"], None));
    steps
}

/// Statements behind the store's back.
async fn by_hand(test: &TestStore, statements: &[&str]) {
    match (test.dir(), test.url()) {
        (Some(dir), _) => {
            let main = rusqlite::Connection::open(dir.join("main.db")).unwrap();
            let key: String = test.db_key.iter().map(|byte| format!("{byte:02x}")).collect();
            main.execute_batch(&format!("PRAGMA key = \"x'{key}'\";")).unwrap();
            for statement in statements {
                main.execute_batch(statement).unwrap();
            }
        }
        (_, Some(url)) => {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            for statement in statements {
                client.batch_execute(&statement.replace("BLOB", "BYTEA")).await.unwrap();
            }
        }
        _ => unreachable!(),
    }
}
