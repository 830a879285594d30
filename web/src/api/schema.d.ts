// Document f94bda1914fc4c7f1f98fc5db00c67c199a8156bae0c54ebe4055f70b239bfbf. Made by build/schema.mjs; do not edit.
export interface components {
    schemas: {
        /** @description The groups, the largest first. */
        AggregateAnswer: {
            rows: components["schemas"]["AggregateGroup"][];
            /** @description There are more groups than are given */
            truncated: boolean;
        };
        /** @description A question for sums and counts. */
        AggregateBody: {
            /** @description Up to 3 keys of fields that are groupable, or `_owner`, `_unit`, `_team` */
            group_by?: string[];
            /** @description 1 to 8 */
            measures: components["schemas"]["MeasureBody"][];
            filter?: components["schemas"]["FilterTree"] | null;
        };
        /** @description One group. */
        AggregateGroup: {
            /** @description As in a record: a key of an option, a reference, a person; null for empty */
            keys: unknown[];
            values: number[];
        };
        /** @description What became of an anchor. */
        AnchorItem: {
            kind: string;
            place: string;
            last_at?: string | null;
            /** Format: int64 */
            last_size: number;
            /** Format: int64 */
            lag_seconds: number;
            ok: boolean;
            problem?: string | null;
            /** @description The lag is longer than an hour. */
            alarm: boolean;
        };
        /** @description The state of the search arenas. */
        ArenaStatus: {
            ready: boolean;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            records: number;
        };
        /** @description A role to give. */
        AssignBody: {
            /**
             * Format: uuid
             * @description The id of the role.
             */
            role: string;
            reason: string;
            expires_at?: string | null;
        };
        /** @description A text in both languages. */
        BothLanguages: {
            zh: string;
            en: string;
        };
        /** @description One way to the record. */
        BranchItem: {
            /** @description Such as `own` or `team`; null where the role does not give the action */
            scope?: string | null;
            role?: components["schemas"]["Label"] | null;
            /** @description `direct`, `unit` or `team` */
            via: string;
            granted_by?: components["schemas"]["NamedId"] | null;
            expires_at?: string | null;
            /** @description It leads to this record */
            matched: boolean;
            fact: components["schemas"]["FactItem"];
        };
        /**
         * @description What is to be done.
         * @enum {string}
         */
        BulkAction: "delete" | "restore" | "transfer" | "update";
        /** @description A change of many records. They are named by `ids` or by `filter`, by exactly one of them. */
        BulkBody: {
            /** @description At most 500 */
            ids?: string[] | null;
            filter?: components["schemas"]["FilterTree"] | null;
            action: components["schemas"]["BulkAction"];
            /** @description Of `update`: by key of the field */
            values?: Record<string, never> | null;
            /**
             * Format: uuid
             * @description Of `transfer`: the new owner
             */
            owner?: string | null;
            /**
             * Format: uuid
             * @description Of `transfer`: the partner company they are assigned to; null for none
             */
            partner?: string | null;
        };
        /** @description A record that stayed as it was. */
        BulkFailure: {
            /** Format: uuid */
            id: string;
            /** @description The code of the problem */
            code: string;
        };
        /** @description What came of it. */
        BulkResult: {
            /**
             * Format: int64
             * @description How many were changed
             */
            done: number;
            failed: components["schemas"]["BulkFailure"][];
            /** @description The filter finds more than the 500 that were tried */
            more: boolean;
        };
        /** @description A signed head. */
        CheckpointItem: {
            /** Format: int64 */
            size: number;
            at: string;
            note: string;
        };
        /** @description Something that only the page can notice. */
        ClientEvent: {
            /** @description `watermark_tampered`, `printed` */
            kind: string;
            object?: string | null;
            /** Format: uuid */
            record?: string | null;
        };
        /** @description A code for a half-made sign-in. */
        CodeBody: {
            ticket: string;
            /** @description Six digits, or a recovery code. */
            code: string;
        };
        /** @description Codes shown once. */
        CodesView: {
            recovery_codes: string[];
        };
        /** @description A colleague. */
        Colleague: {
            /** Format: uuid */
            id: string;
            name: string;
            unit?: components["schemas"]["NamedId"] | null;
        };
        /** @description Colleagues. */
        Colleagues: {
            items: components["schemas"]["Colleague"][];
        };
        /** @description A condition on one field. */
        Condition: {
            /** @description The key of a field, or `_owner`, `_unit`, `_team`, `_partner`, `_created_at`, `_updated_at`, `_import` */
            field: string;
            /**
             * @description `eq`, `ne`, `in`, `not_in`, `lt`, `lte`, `gt`, `gte`, `between`, `contains`, `starts_with`,
             *     `ends_with`, `is_empty`, `is_not_empty`
             */
            op: string;
            /** @description Absent for `is_empty` and `is_not_empty`, a list for `in`, `not_in` and `between` */
            value?: unknown;
        };
        /** @description The proof of both. */
        ConfirmBody: {
            token: string;
            code: string;
            /** @description Typed from the paper. */
            recovery_kit: string;
        };
        /** @description Which value was copied. */
        CopiedBody: {
            /** @description The key of the field */
            field: string;
        };
        /** @description How many there are, up to a cap. */
        CountView: {
            /** Format: int64 */
            n: number;
            /** @description There are more */
            capped: boolean;
        };
        /** @description The new person and the invitation. */
        CreatedPerson: {
            person: components["schemas"]["PersonItem"];
            invite: components["schemas"]["InviteView"];
        };
        /** @description A field as it is defined. */
        DefinedField: {
            key: string;
            zh: string;
            en: string;
            /** @description As in the objects of a caller */
            kind: string;
            /** @description `P0` to `P3` */
            class: string;
            /** @description Stored encrypted */
            sealed: boolean;
            /** @description How it is masked; none for fields that never are */
            mask?: string | null;
            /** @description Shown whole without a reveal to those who may read it */
            open: boolean;
            /** @description Of nobody's unless a role names the field itself */
            off_by_default: boolean;
            /** @description Written by the server alone */
            read_only: boolean;
            required: boolean;
            section?: string | null;
        };
        /** @description An object as it is defined. */
        DefinedObject: {
            key: string;
            zh: string;
            en: string;
            icon: string;
            sections: components["schemas"]["Section"][];
            /** @description In the order of the record's page */
            fields: components["schemas"]["DefinedField"][];
        };
        /** @description All objects, and the actions that roles name. */
        DefinedObjects: {
            items: components["schemas"]["DefinedObject"][];
            actions: string[];
        };
        /**
         * @description How close the rows stand.
         * @enum {string}
         */
        Density: "compact" | "normal" | "relaxed";
        /** @description Another record with the same value. */
        DuplicateMatch: {
            object: string;
            /** @description The key of the field that agrees */
            field: string;
            owner?: components["schemas"]["NamedId"] | null;
            record?: components["schemas"]["TitledRecordView"] | null;
        };
        /** @description The records that agree. */
        DuplicateMatches: {
            matches: components["schemas"]["DuplicateMatch"][];
        };
        /** @description Values as they are being entered. */
        DuplicatesBody: {
            /** @description By key of the field */
            values: Record<string, never>;
            /**
             * Format: uuid
             * @description The record that is being changed
             */
            exclude?: string | null;
        };
        /** @description What an end leaves behind. */
        EndedView: {
            owned: components["schemas"]["OwnedCount"][];
        };
        /** @description An event. */
        EventItem: {
            /** Format: int64 */
            seq: number;
            at: string;
            action: string;
            /** @description `ok`, `refused` or `failed` */
            outcome: string;
            sensitive: boolean;
            person?: components["schemas"]["NamedId"] | null;
            object?: string | null;
            record?: components["schemas"]["RecordIdView"] | null;
            /** Format: int64 */
            records_count: number;
            /** @description Keys of the fields that were shown or changed. */
            fields: string[];
            network: string;
            device: string;
            purpose?: string | null;
            purpose_note?: string | null;
            reason?: string | null;
            /** @description Ids and codes. */
            details: {
                [key: string]: string;
            };
            counts: {
                [key: string]: number;
            };
            query?: components["schemas"]["QueryView"] | null;
            /** @description False when the key of the body was destroyed. */
            readable: boolean;
            /** @description The body is not the one that was written. */
            damaged: boolean;
        };
        /** @description A page of events, the newest first. */
        EventItems: {
            items: components["schemas"]["EventItem"][];
            /**
             * Format: int64
             * @description The value of `before` for the events that follow.
             */
            next?: number | null;
        };
        /** @description The answer to "why". */
        ExplanationItem: {
            /** @description `allow` or `deny` */
            decision: string;
            code: string;
            action: string;
            person: components["schemas"]["NamedId"];
            branches: components["schemas"]["BranchItem"][];
            /** @description For a denial, the ways that nearly led there; for those who may explain others */
            nearest: components["schemas"]["BranchItem"][];
            guards: components["schemas"]["GuardItem"][];
            obligations: components["schemas"]["ObligationItem"][];
            field?: components["schemas"]["FieldLevelItem"] | null;
        };
        /** @description A fact: the key of its sentence, and its arguments. */
        FactItem: {
            code: string;
            args: {
                [key: string]: string;
            };
            /** @description Names of the people, units and teams that the arguments mention, by id */
            names: {
                [key: string]: string;
            };
        };
        /** @description All factors. */
        FactorsView: {
            totp: components["schemas"]["TotpState"];
            /** Format: int64 */
            recovery_codes_left: number;
            required: boolean;
        };
        /** @description One field before and after. */
        FieldChange: {
            field: string;
            from: components["schemas"]["FieldValue"];
            to: components["schemas"]["FieldValue"];
        };
        /** @description How far a field is seen. */
        FieldLevelItem: {
            key: string;
            /** @description `none`, `masked`, `read` or `write` */
            level: string;
            from?: components["schemas"]["Label"] | null;
        };
        /** @description What is wrong with one field. */
        FieldProblem: {
            field: string;
            code: string;
            /** @description In the language of the request. */
            message: string;
            args: {
                [key: string]: string;
            };
        };
        /** @description What is shown of a value. */
        FieldValue: components["schemas"]["MaskedValue"] | unknown;
        /** @description A tree of conditions: exactly one of the members `and`, `or`, `not`, or a condition. */
        FilterTree: {
            and: components["schemas"]["FilterTree"][];
        } | {
            or: components["schemas"]["FilterTree"][];
        } | {
            not: components["schemas"]["FilterTree"];
        } | components["schemas"]["Condition"];
        /** @description Something that an unchanged log cannot show. */
        FindingView: {
            kind: string;
            /** Format: int64 */
            seq?: number | null;
            detail: string;
            /** @description What showed it. */
            by: string;
        };
        /** @description What was found of one object. */
        FoundGroup: {
            object: string;
            items: components["schemas"]["FoundRecord"][];
            more: boolean;
        };
        /** @description What was found. */
        FoundGroups: {
            groups: components["schemas"]["FoundGroup"][];
        };
        /** @description Where the text was found. */
        FoundIn: {
            field: string;
        };
        /** @description A record that was found. */
        FoundRecord: {
            /** Format: uuid */
            id: string;
            object: string;
            title?: string | null;
            /** @description The field that matched, or another that tells records apart; masked where it is sealed */
            subtitle?: string | null;
            matched: components["schemas"]["FoundIn"];
        };
        /** @description Who has it. */
        Grantee: {
            /** @description `person`, `unit` or `team` */
            kind: string;
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description A rule that takes access away. */
        GuardItem: {
            /** @description `label`, `restricted`, `erased` or `guard` */
            code: string;
            /** @description It counts against this record */
            matched: boolean;
            /** @description What it looked at */
            inputs: {
                [key: string]: string;
            };
        };
        /** @description The head of the log. */
        HeadView: {
            /** Format: int64 */
            size: number;
            root: string;
            checkpoint?: components["schemas"]["CheckpointItem"] | null;
            public_key: string;
            /** Format: int64 */
            key_changes: number;
            anchors: components["schemas"]["AnchorItem"][];
            /** @description `whole` or `broken` */
            state: string;
            problem?: string | null;
        };
        /** @description The public header of an event, as hashed. */
        HeaderView: {
            /** Format: int64 */
            seq: number;
            at: string;
            action: string;
            /** Format: int32 */
            object: number;
            outcome: string;
            actor: string;
            session: string;
            /** Format: int64 */
            policy: number;
            commitment: string;
        };
        /** @description Whether the server serves. */
        Health: {
            /** @description `ready` or `setup`; a sealed server says `sealed` with 503. */
            state: string;
            version: string;
        };
        /** @description A role that somebody holds, and through whom. */
        HeldRole: {
            /** Format: uuid */
            assignment: string;
            role: components["schemas"]["Label"];
            /** @description `direct`, `unit` or `team` */
            via: string;
            granted_by?: components["schemas"]["NamedId"] | null;
            reason: string;
            expires_at?: string | null;
        };
        /** @description The roles of a person. */
        HeldRoles: {
            items: components["schemas"]["HeldRole"][];
        };
        /** @description One version. */
        HistoryItem: {
            /** Format: int64 */
            version: number;
            at: string;
            by: components["schemas"]["NamedId"];
            /** @description `create`, `update`, `delete`, `restore`, `import`, `undo` */
            action: string;
            /** @description The fields that the caller sees, as far as she sees them now */
            changes: components["schemas"]["FieldChange"][];
        };
        /** @description Versions, the latest first. */
        HistoryItems: {
            items: components["schemas"]["HistoryItem"][];
            /**
             * Format: int64
             * @description The value of `before` for the page that follows; null on the last one
             */
            next?: number | null;
        };
        /** @description A cell of it: its text, masked where the field is sealed, or the code of what is wrong. */
        ImportChange: {
            field?: string | null;
            text?: string | null;
            code?: string | null;
        };
        /** @description A column of the file. */
        ImportColumn: {
            index: number;
            name: string;
            /** @description `text`, `long_text`, `integer`, `decimal`, `money`, `date`, `date_time`, `boolean`, `phone`, `email`, `url`, `select` */
            kind: string;
            /**
             * Format: double
             * @description Filled cells per row, 0 to 1
             */
            fill: number;
            /** Format: int64 */
            distinct: number;
            /** @description The key of the field it seems to be for */
            suggested?: string | null;
            findings: components["schemas"]["ImportFinding"][];
            /** @description At most three values, masked */
            sample: string[];
        };
        /** @description What came of the rows. */
        ImportCounts: {
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            new: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            duplicate: number;
            /** Format: int64 */
            rejected: number;
        };
        /** @description The uploaded file. */
        ImportFile: {
            name: string;
            /** Format: int64 */
            bytes: number;
            /** @description `csv` or `xlsx` */
            kind: string;
            encoding: string;
            delimiter?: string | null;
            worksheet?: string | null;
            worksheets: string[];
            /**
             * Format: int64
             * @description Data rows, if all were looked at
             */
            rows?: number | null;
        };
        /** @description Personal data found in a column. */
        ImportFinding: {
            /** @description `id_card`, `bank_card`, `mobile`, `email`, … */
            kind: string;
            /**
             * Format: int64
             * @description Cells that hold it
             */
            count: number;
        };
        /** @description An import. */
        ImportItem: {
            /** Format: uuid */
            id: string;
            /** @description The key of the object */
            object: string;
            /** @description `uploaded`, `mapped`, `checking`, `checked`, `running`, `paused`, `cancelled`, `done`, `failed`, `undoing`, `undone` */
            state: string;
            file?: components["schemas"]["ImportFile"] | null;
            columns: components["schemas"]["ImportColumn"][];
            warnings: components["schemas"]["ImportWarning"][];
            mapping?: components["schemas"]["MappingBody"] | null;
            counts?: components["schemas"]["ImportCounts"] | null;
            reasons?: components["schemas"]["ImportReason"][] | null;
            /** @description After a check, at most 20 rows */
            sample?: components["schemas"]["ImportSample"][] | null;
            progress?: components["schemas"]["ImportProgress"] | null;
            /** @description Why it failed */
            code?: string | null;
            created_at: string;
            updated_at: string;
            /** @description Until when the file is kept and the import can be undone */
            keep_until: string;
        };
        /** @description Imports, the newest first. */
        ImportItems: {
            items: components["schemas"]["ImportItem"][];
        };
        /** @description How far a job has come. */
        ImportProgress: {
            /** Format: int64 */
            done: number;
            /**
             * Format: int64
             * @description 0 while not known
             */
            total: number;
            /** Format: int64 */
            new: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            duplicate: number;
            /** Format: int64 */
            rejected: number;
            /** Format: int64 */
            rows_per_second?: number | null;
        };
        /** @description Why rows were not taken. */
        ImportReason: {
            code: string;
            field?: string | null;
            /** Format: int64 */
            count: number;
        };
        /** @description A row as it was checked. */
        ImportSample: {
            /** Format: int64 */
            row: number;
            /** @description `new`, `changed`, `unchanged`, `duplicate`, `rejected` */
            outcome: string;
            changes: components["schemas"]["ImportChange"][];
        };
        /** @description What deserves a look. */
        ImportWarning: {
            code: string;
            /** @description `column`, if one is concerned */
            args: Record<string, never>;
        };
        /** @description The invitation; its token stands behind `/join#`. */
        InviteView: {
            link: string;
            expires_at: string;
        };
        /** @description A job. */
        JobItem: {
            /** Format: uuid */
            id: string;
            /** @description What it does, such as `import` */
            kind: string;
            /** @description `queued`, `running`, `done`, `failed`, `cancelled` */
            state: string;
            created_at: string;
            created_by: components["schemas"]["NamedId"];
            /** @description Not before this moment */
            run_at: string;
            finished_at?: string | null;
            /**
             * Format: int32
             * @description How often it was begun
             */
            attempts: number;
            progress: components["schemas"]["JobProgress"];
            /** @description Somebody asked it to stop */
            cancel_requested: boolean;
            /** @description The code of the failure */
            code?: string | null;
        };
        /** @description Jobs, the newest first. */
        JobItems: {
            items: components["schemas"]["JobItem"][];
        };
        /** @description How far a job is. */
        JobProgress: {
            /** Format: int64 */
            done: number;
            /**
             * Format: int64
             * @description 0 while not known
             */
            total: number;
        };
        /** @description A first password. */
        JoinBody: {
            /** @description From the invitation. */
            token: string;
            /** Format: password */
            password: string;
        };
        /** @description Done. */
        Joined: {
            joined: boolean;
        };
        /** @description A label in both languages. */
        Label: {
            code: string;
            zh: string;
            en: string;
        };
        /** @description A question for a page of records. */
        ListBody: {
            /** @default null */
            filter: components["schemas"]["FilterTree"] | null;
            /**
             * @description Words typed into the search field of the list
             * @default null
             */
            search: string | null;
            /**
             * @description Up to 3 keys; empty for the last changed first
             * @default []
             */
            sort: components["schemas"]["SortKey"][];
            /**
             * @description Keys of the fields wanted; empty for those of the default list
             * @default []
             */
            fields: string[];
            /**
             * Format: int32
             * @description 1 to 200; 50 if absent
             * @default null
             */
            limit: number | null;
            /**
             * @description `next` of the page before
             * @default null
             */
            cursor: string | null;
            /**
             * @description Count too, up to 1,000
             * @default false
             */
            count: boolean;
            /**
             * @description Records in the recycle bin instead of living ones
             * @default false
             */
            deleted: boolean;
        };
        /** @description One look. */
        LookItem: {
            /**
             * Format: int64
             * @description Its position in the evidence
             */
            seq: number;
            at: string;
            by?: components["schemas"]["NamedId"] | null;
            /** @description Such as `record.read` or `record.reveal` */
            action: string;
            /** @description Keys of the fields that were shown */
            fields: string[];
            /** @description The code of the purpose that was named */
            purpose?: string | null;
            /** @description False where a list may have shown the record, and its event can no longer be read */
            confirmed: boolean;
        };
        /** @description Who saw it. */
        LookItems: {
            /** @description The newest first; empty where only the numbers may be seen */
            items: components["schemas"]["LookItem"][];
            /**
             * Format: int64
             * @description The value of `before` for the page that follows; null on the last one
             */
            next?: number | null;
            /**
             * Format: int64
             * @description How many looks are counted: those of this page, or the last 10,000 at most where only the
             *     numbers are given
             */
            count: number;
            /**
             * Format: int64
             * @description By how many different people
             */
            people: number;
            /** @description The caller may see the numbers alone */
            numbers_only: boolean;
        };
        /** @description The id of what was made. */
        MadeId: {
            /** Format: uuid */
            id: string;
        };
        /** @description A column and its field; null leaves it out. */
        MappedColumn: {
            index: number;
            field?: string | null;
        };
        /** @description Which column goes where, and on what ground. */
        MappingBody: {
            columns: components["schemas"]["MappedColumn"][];
            /** @description Keys of the fields by which a record is recognised, the strongest first */
            match_by?: string[];
            /** @description By key of the reference field */
            relations?: {
                [key: string]: components["schemas"]["RelationBody"];
            };
            /** @description `skip` or `update` */
            on_match: string;
            /** @description Where the data come from; stored with each record */
            source?: string;
            /** @description `consent`, `contract`, `legitimate`, `legal_duty`, `public` */
            basis?: string;
            options?: components["schemas"]["OptionsBody"];
            /** @description Personal data in columns of plain fields were seen and are wanted there */
            acknowledge_findings?: boolean;
        };
        /** @description A value that is not shown whole. */
        MaskedValue: {
            /** @description Always true */
            masked: boolean;
            /** @description The masked form; null where nothing of the value may show */
            text?: string | null;
            /** @description The caller may have it shown for a purpose */
            revealable: boolean;
            /** @description `on_demand`, `policy` or `erased` */
            reason: string;
            /** @description Who can give the right: `security_admin` */
            ask?: string | null;
        };
        /** @description What may be changed of oneself. */
        MeBody: {
            /** @description `zh-CN` or `en` */
            locale: string;
        };
        /** @description One number per group. */
        MeasureBody: {
            /** @description `count` or `sum` */
            op: string;
            /** @description The field to sum */
            field?: string | null;
        };
        /** @description Somebody who holds a role; once for each assignment that it comes by. */
        MemberItem: components["schemas"]["HeldRole"] & {
            person: components["schemas"]["NamedId"];
            /** @description `active`, `suspended` or `pending` */
            status: string;
            unit?: components["schemas"]["NamedId"] | null;
        };
        /** @description A page of those who hold a role, in the order of their names. */
        MemberItems: {
            items: components["schemas"]["MemberItem"][];
            /** @description How many there are on all pages */
            total: number;
            /** @description The cursor of the page that follows; null on the last one */
            next?: string | null;
        };
        /** @description Somebody or something with a name. */
        NamedId: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description Somebody new. */
        NewPersonBody: {
            name: string;
            login: string;
            /** @description `user` (default) or `partner` */
            kind?: string | null;
            /** Format: uuid */
            unit?: string | null;
            /** Format: uuid */
            manager?: string | null;
            title?: string | null;
            email?: string | null;
            /**
             * Format: uuid
             * @description The account that an outside partner belongs to; partners need one, others have none
             */
            company?: string | null;
            /** @description When the account ends; partners need an end */
            valid_until?: string | null;
            locale?: string | null;
        };
        /** @description A record to be made. */
        NewRecordBody: {
            /** @description By key of the field */
            values: Record<string, never>;
            /**
             * Format: uuid
             * @description The caller unless named
             */
            owner?: string | null;
            /** Format: uuid */
            team?: string | null;
            /**
             * Format: uuid
             * @description The owner's unless named
             */
            unit?: string | null;
            /**
             * Format: uuid
             * @description The partner company it is assigned to, the owner's unless named; another one needs the right
             *     to transfer
             */
            partner?: string | null;
            /** @description Make it although another record has the same value in a field that warns */
            allow_duplicate?: boolean;
        };
        /** @description A share to be made; it takes the place of the one that the grantee has. */
        NewShareBody: {
            /** @description `person`, `unit` or `team` */
            grantee_kind: string;
            /** Format: uuid */
            grantee_id: string;
            /** @description `read` or `write` */
            level: string;
            /** @description Null for ever */
            expires_at?: string | null;
            /** @description The code of a purpose */
            purpose?: string | null;
        };
        /** @description A new team. */
        NewTeam: {
            name: string;
            members?: string[];
        };
        /** @description A new unit. */
        NewUnit: {
            /** Format: uuid */
            parent?: string | null;
            name_zh: string;
            name_en?: string;
        };
        /** @description What may be done with an object. */
        ObjectActions: {
            key: string;
            actions: string[];
        };
        /** @description A field as the caller has it. */
        ObjectField: {
            key: string;
            zh: string;
            en: string;
            /**
             * @description `text`, `long_text`, `name`, `phone`, `email`, `url`, `code`, `integer`, `money`, `percent`,
             *     `boolean`, `date`, `date_time`, `select`, `multi_select`, `reference`, `person`, `auto_number`
             */
            kind: string;
            /** @description `P0` to `P3` */
            class: string;
            /** @description `masked`, `read` or `write`: the most that the caller has on any record */
            level: string;
            /** @description The least that the caller has on any record */
            level_everywhere: string;
            /** @description How it is masked; none for fields that never are */
            mask?: string | null;
            /** @description Shown whole without a reveal to those who may read it */
            open: boolean;
            required: boolean;
            /** @description `none`, `warn` or `strict` */
            unique: string;
            /** @description The caller finds records by it */
            searchable: boolean;
            /** @description The caller may order lists by it */
            sortable: boolean;
            /** @description The caller may filter by it */
            filterable: boolean;
            /** @description The caller may group sums and counts by it */
            groupable: boolean;
            /** @description Written by the server alone */
            read_only: boolean;
            section?: string | null;
            in_list: boolean;
            help?: components["schemas"]["BothLanguages"] | null;
            /** @description Of a selection only */
            options?: components["schemas"]["OptionView"][] | null;
            /** @description Of a reference only: the key of the other object */
            to?: string | null;
            /**
             * Format: int32
             * @description The most characters, where there is a limit of the field's own
             */
            max?: number | null;
        };
        /** @description An object as the caller has it. */
        ObjectItem: {
            key: string;
            zh: string;
            en: string;
            en_plural: string;
            icon: string;
            /** @description The key of the field that names a record */
            title: string;
            /** @description The key of the field drawn as a path of stages */
            stage?: string | null;
            sections: components["schemas"]["Section"][];
            /** @description What the caller may do with some record */
            actions: string[];
            /** @description Fields that the caller does not see at all are absent */
            fields: components["schemas"]["ObjectField"][];
        };
        /** @description The objects the caller may do anything with. */
        ObjectItems: {
            items: components["schemas"]["ObjectItem"][];
        };
        /** @description Something to be done first. */
        ObligationItem: {
            /** @description `mfa`, `purpose`, `approval` or `device` */
            code: string;
            args: {
                [key: string]: number;
            };
            met: boolean;
        };
        /** @description One choice of a selection. */
        OptionView: {
            key: string;
            zh: string;
            en: string;
            /** @description A colour of the page, such as `teal`. */
            color?: string | null;
        };
        /** @description How cells are to be understood. */
        OptionsBody: {
            /**
             * @description `day_first` or `month_first`, for dates such as 03/04/2026
             * @default null
             */
            date_order: string | null;
        };
        /** @description How many records of an object somebody still owns. */
        OwnedCount: {
            object: string;
            /** Format: int64 */
            count: number;
        };
        /** @description A partner company: a reference to its record. */
        PartnerRef: {
            /** Format: uuid */
            id: string;
            /** @description What the company is called, where the caller may see it */
            title?: string | null;
            /** @description Whether the caller may open the company's record */
            access: boolean;
        };
        /** @description The password now and the one to be. */
        PasswordBody: {
            /** Format: password */
            current: string;
            /** Format: password */
            new: string;
        };
        /** @description A page of people. */
        PeoplePage: {
            items: components["schemas"]["PersonItem"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A person as administrators see one. */
        PersonItem: {
            /** Format: uuid */
            id: string;
            name: string;
            login: string;
            /** @description `user` or `partner` */
            kind: string;
            /** @description `active`, `suspended`, `left`, `pending` */
            status: string;
            unit?: components["schemas"]["NamedId"] | null;
            manager?: components["schemas"]["NamedId"] | null;
            /**
             * Format: uuid
             * @description The account that an outside partner belongs to
             */
            company?: string | null;
            title?: string | null;
            email?: string | null;
            valid_until?: string | null;
            roles: components["schemas"]["Label"][];
            last_sign_in?: string | null;
            second_factor: boolean;
            /** Format: int64 */
            version: number;
        };
        /** @description What is to change; absent stays, null clears. */
        PersonPatchBody: {
            /** @default null */
            name: string | null;
            /**
             * Format: uuid
             * @default null
             */
            unit: string | null;
            /**
             * Format: uuid
             * @default null
             */
            manager: string | null;
            /** @default null */
            title: string | null;
            /** @default null */
            valid_until: string | null;
            /**
             * Format: uuid
             * @description The account that an outside partner belongs to
             * @default null
             */
            company: string | null;
        };
        /** @description Who is signed in. */
        PersonSelf: {
            /** Format: uuid */
            id: string;
            name: string;
            login: string;
            /** @description `user` or `partner` */
            kind: string;
            unit?: components["schemas"]["NamedId"] | null;
            title?: string | null;
            locale: string;
        };
        /** @description A problem document. */
        Problem: Record<string, never> & {
            /** @description Names the kind of problem; not an address to visit. */
            type: string;
            title: string;
            /** Format: int32 */
            status: number;
            /** @description Stable; what programs compare. */
            code: string;
            /** @description What to do, in the language of the request. */
            detail: string;
            args: {
                [key: string]: string;
            };
            fields: components["schemas"]["FieldProblem"][];
            /** @description Names the request in the operator's log. */
            trace: string;
        };
        /** @description The proof that an event is in the log. */
        ProofView: {
            header: components["schemas"]["HeaderView"];
            leaf: string;
            /** Format: int64 */
            index: number;
            /** Format: int64 */
            size: number;
            root: string;
            /** @description The audit path, from the leaf up, in hex. */
            path: string[];
            checkpoint: components["schemas"]["CheckpointItem"];
            verified: boolean;
        };
        /** @description What a value is needed for. */
        PurposeBody: {
            /** @description One of the codes that the session lists */
            code: string;
            /** @description At most 500 characters; kept sealed in the evidence */
            note?: string | null;
        };
        /** @description Fields and operators of a question, never values. */
        QueryView: {
            conditions: [
                string,
                string
            ][];
            sort: string[];
            search: boolean;
        };
        /** @description Why. */
        ReasonBody: {
            reason: string;
        };
        /** @description A record as the caller sees it. */
        Record: {
            /** Format: uuid */
            id: string;
            /** @description The key of the object */
            object: string;
            /**
             * Format: int64
             * @description Counts the changes, from 1
             */
            version: number;
            /** @description The value that names the record, or its masked form */
            title?: string | null;
            /** @description By key of the field; fields that the caller does not see are absent */
            values: {
                [key: string]: components["schemas"]["FieldValue"];
            };
            owner?: components["schemas"]["NamedId"] | null;
            unit?: components["schemas"]["NamedId"] | null;
            team?: components["schemas"]["NamedId"] | null;
            partner?: components["schemas"]["PartnerRef"] | null;
            created_at: string;
            created_by: components["schemas"]["NamedId"];
            updated_at: string;
            updated_by: components["schemas"]["NamedId"];
            /** @description Since when it lies in the recycle bin */
            deleted_at?: string | null;
            /** @description `form`, `import`, `api` or `demo` */
            source?: string | null;
            /** @description What the caller may do with it */
            can: string[];
        };
        /** @description A record by its title. */
        RecordAtHand: {
            /** Format: uuid */
            id: string;
            object: string;
            /** @description Masked where the title is; null where it may not be shown */
            title?: string | null;
        };
        /** @description A record named by its id. */
        RecordIdView: {
            /** Format: uuid */
            id: string;
        };
        /** @description A page. */
        RecordPage: {
            items: components["schemas"]["Record"][];
            /** @description The cursor of the next page; null on the last one */
            next?: string | null;
            count?: components["schemas"]["CountView"] | null;
        };
        /** @description What is to change; what is absent stays. */
        RecordPatch: {
            /** @description By key of the field; null empties a field */
            values?: Record<string, never>;
            /**
             * Format: uuid
             * @description Needs the right to transfer
             * @default null
             */
            owner: string | null;
            /**
             * Format: uuid
             * @description Needs the right to transfer; null for none
             * @default null
             */
            unit: string | null;
            /**
             * Format: uuid
             * @description Needs the right to transfer; null for none
             * @default null
             */
            team: string | null;
            /**
             * Format: uuid
             * @description The partner company it is assigned to: the id of its record. Needs the right to transfer;
             *     null for none
             * @default null
             */
            partner: string | null;
            /**
             * @description Change it although another record has the same value in a field that warns
             * @default false
             */
            allow_duplicate: boolean;
        };
        /** @description Records by their titles; those that the caller may no longer read are missing. */
        RecordsAtHand: {
            items: components["schemas"]["RecordAtHand"][];
        };
        /** @description The groups. */
        RelatedGroups: {
            groups: components["schemas"]["RelatedRecords"][];
        };
        /** @description The records of one object that refer by one field. */
        RelatedRecords: {
            object: string;
            /** @description The key of the field that refers; a list filtered by it shows them all */
            field: string;
            count: components["schemas"]["CountView"];
            /** @description The first ten */
            items: components["schemas"]["Record"][];
        };
        /** @description How a text names a record. */
        RelationBody: {
            /** @description The key of a field of the other object */
            by: string;
            create_missing?: boolean;
        };
        /** @description Which values, and what for. */
        RevealBody: {
            /** @description Keys of fields */
            fields: string[];
            purpose?: components["schemas"]["PurposeBody"] | null;
        };
        /** @description The values. */
        Revealed: {
            /** @description By key of the field; what was erased comes back masked */
            values: {
                [key: string]: components["schemas"]["FieldValue"];
            };
            /**
             * Format: int32
             * @description The page hides them again after so many seconds
             */
            expires_in: number;
        };
        /** @description The level at which a role sees a field. */
        RoleField: {
            key: string;
            /** @description `masked`, `read` or `write` */
            level: string;
        };
        /** @description A role. */
        RoleItem: {
            /** Format: uuid */
            id: string;
            code: string;
            zh: string;
            en: string;
            builtin: boolean;
            /** @description One of the three offices that exclude each other. */
            officer: boolean;
            /** Format: int64 */
            members: number;
            capabilities: string[];
            objects: components["schemas"]["RoleObjectItem"][];
        };
        /** @description All roles. */
        RoleItems: {
            items: components["schemas"]["RoleItem"][];
        };
        /** @description What a role may do with an object. */
        RoleObjectItem: {
            object: string;
            /** @description Scopes by action. */
            actions: {
                [key: string]: string[];
            };
            fields: components["schemas"]["RoleField"][];
        };
        /** @description The second factor of the session. */
        SecondFactor: {
            enrolled: boolean;
            required: boolean;
            /** @description When it was given last in this session. */
            at?: string | null;
        };
        /** @description A section of the page of a record. */
        Section: {
            key: string;
            zh: string;
            en: string;
        };
        /** @description A living session. */
        SessionItem: {
            /** Format: uuid */
            id: string;
            current: boolean;
            created_at: string;
            last_seen_at: string;
            expires_at: string;
            network: string;
            device: string;
        };
        /** @description Living sessions. */
        SessionItems: {
            items: components["schemas"]["SessionItem"][];
        };
        /** @description The state of the session. */
        SessionState: components["schemas"]["SignedIn"] | components["schemas"]["SignedOut"];
        /** @description The session itself. */
        SessionTimes: {
            /** Format: uuid */
            id: string;
            expires_at: string;
            idle_expires_at: string;
        };
        /** @description What must be kept and proved. */
        SetupBegun: {
            totp: components["schemas"]["TotpView"];
            /** @description To be printed; without it and without the root key no backup can ever be read. */
            recovery_kit: string;
        };
        /** @description The first administrator. */
        SetupBody: {
            /** @description From the one-time link that the server printed. */
            token: string;
            org_name: string;
            name: string;
            login: string;
            /** Format: password */
            password: string;
            /** @description `zh-CN` or `en` */
            locale: string;
        };
        /** @description How far the first start has come. */
        SetupView: {
            needed: boolean;
            recovery_kit_confirmed: boolean;
        };
        /** @description A share. */
        ShareItem: {
            /** Format: uuid */
            id: string;
            grantee: components["schemas"]["Grantee"];
            /** @description `read`, `write` or `full` */
            level: string;
            granted_by?: components["schemas"]["NamedId"] | null;
            created_at: string;
            /** @description Null for ever */
            expires_at?: string | null;
            /** @description Such as `manual` */
            cause: string;
        };
        /** @description The shares of a record, the oldest first. */
        ShareItems: {
            items: components["schemas"]["ShareItem"][];
        };
        /** @description Login and password. */
        SignInBody: {
            login: string;
            /** Format: password */
            password: string;
        };
        /** @description Signed in. */
        SignedIn: {
            signed_in: boolean;
            org_name?: string | null;
            person: components["schemas"]["PersonSelf"];
            roles: components["schemas"]["Label"][];
            capabilities: string[];
            objects: components["schemas"]["ObjectActions"][];
            second_factor: components["schemas"]["SecondFactor"];
            /** @description What must be done before anything else: `enrol_totp`, `change_password`. */
            must: string[];
            session: components["schemas"]["SessionTimes"];
            /** @description The text of the watermark. */
            watermark: string;
            /**
             * Format: int32
             * @description How long a revealed value is shown, in seconds.
             */
            reveal_seconds: number;
            purposes: components["schemas"]["Label"][];
            /** @description Nobody gives roles yet: who manages people must name a security administrator. */
            needs_security_admin: boolean;
            /** @description The data is synthetic. */
            demo: boolean;
        };
        /** @description Not signed in. */
        SignedOut: {
            signed_in: boolean;
            /** @description `ready` or `setup` */
            state: string;
            org_name?: string | null;
            /** @description `totp` when a code is needed. */
            next?: string | null;
            /** @description Names the half-made sign-in for five minutes. */
            ticket?: string | null;
            demo: boolean;
        };
        /** @description One key of an order. */
        SortKey: {
            /** @description As in a condition */
            field: string;
            descending?: boolean;
        };
        /** @description The state of the installation. */
        Status: {
            engine: string;
            version: string;
            started_at: string;
            /** Format: int64 */
            uptime_seconds: number;
            arena: components["schemas"]["ArenaStatus"];
            /** Format: int64 */
            events: number;
            /** @description How the root key is held. */
            root_key: string;
            /** Format: int32 */
            key_epoch: number;
            /** Format: int64 */
            csp_reports: number;
        };
        /** @description A proof of who sits there. */
        StepUpBody: {
            /** Format: password */
            password?: string | null;
            code?: string | null;
        };
        /** @description When the factor was given. */
        SteppedUp: {
            second_factor_at: string;
        };
        /** @description A team and who is in it. */
        TeamItem: {
            /** Format: uuid */
            id: string;
            name: string;
            members: components["schemas"]["NamedId"][];
        };
        /** @description All teams. */
        TeamItems: {
            items: components["schemas"]["TeamItem"][];
        };
        /** @description What is to change; absent stays, given members replace all. */
        TeamPatch: {
            name?: string | null;
            members?: string[] | null;
        };
        /** @description Something that happened. */
        TimelineItem: {
            /** @description `follow_up`, `created`, `change`, `deleted`, `restored`, `undone`, `reveal` */
            kind: string;
            at: string;
            by?: components["schemas"]["NamedId"] | null;
            record?: components["schemas"]["Record"] | null;
            /**
             * Format: int64
             * @description Of a change: the version it made
             */
            version?: number | null;
            /** @description Of a change: the fields that the caller sees */
            changes?: components["schemas"]["FieldChange"][] | null;
            /** @description Of a reveal, for those who read the evidence: keys of the fields */
            fields?: string[] | null;
            /** @description Of a reveal, for those who read the evidence: the code of the purpose */
            purpose?: string | null;
        };
        /** @description A page of the timeline, the newest first. */
        TimelinePage: {
            items: components["schemas"]["TimelineItem"][];
            /** @description The cursor of the page that follows; null on the last one */
            next?: string | null;
        };
        /** @description A record by its title. */
        TitledRecordView: {
            /** Format: uuid */
            id: string;
            /** @description Null where the caller may not see it */
            title?: string | null;
        };
        /** @description Six digits. */
        TotpCode: {
            code: string;
        };
        /** @description The second factor. */
        TotpState: {
            enrolled: boolean;
            at?: string | null;
        };
        /** @description A second factor that waits for its first code. */
        TotpView: {
            secret: string;
            uri: string;
        };
        /** @description A unit. */
        UnitItem: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            parent?: string | null;
            name_zh: string;
            name_en: string;
            /**
             * Format: int64
             * @description People in this very unit who have not left.
             */
            members: number;
        };
        /** @description All units. */
        UnitItems: {
            items: components["schemas"]["UnitItem"][];
        };
        /** @description What is to change; absent stays, a null parent makes it a root. */
        UnitPatch: {
            /** @default null */
            name_zh: string | null;
            /** @default null */
            name_en: string | null;
            /**
             * Format: uuid
             * @default null
             */
            parent: string | null;
        };
        /** @description The parts of an upload. */
        UploadForm: {
            /** @description The key of the object */
            object: string;
            /** Format: binary */
            file: string;
            /** @description Instead of what is detected, such as `gb18030` */
            encoding?: string | null;
            /** @description Instead of what is detected */
            delimiter?: string | null;
            /** @description Instead of the first visible one */
            worksheet?: string | null;
        };
        /** @description What a verification found. */
        VerifyView: {
            ok: boolean;
            /** Format: int64 */
            events: number;
            /** Format: int64 */
            checkpoints: number;
            /** Format: int64 */
            anchors: number;
            /**
             * Format: int64
             * @description Bodies that were opened and compared.
             */
            opened: number;
            /**
             * Format: int64
             * @description Bodies whose keys were destroyed; their events are proven all the same.
             */
            destroyed: number;
            problems: components["schemas"]["FindingView"][];
            /** Format: int64 */
            problems_omitted: number;
            /** Format: double */
            seconds: number;
        };
        /** @description A view to be kept. */
        ViewBody: {
            /** @description 1 to 60 characters */
            name: string;
            scope: components["schemas"]["ViewScope"];
            /** @description The code of the role, with the scope `role` */
            role?: string | null;
            /** @description Shown when the list is opened */
            default?: boolean;
            state: components["schemas"]["ViewState"];
        };
        /** @description A column of a list. */
        ViewColumn: {
            /** @description The key of a field, or a system field such as `_owner` */
            key: string;
            /**
             * Format: int32
             * @description In pixels, 40 to 2,000
             */
            width?: number | null;
        };
        /** @description A view. */
        ViewItem: {
            /** Format: uuid */
            id: string;
            name: string;
            scope: components["schemas"]["ViewScope"];
            role?: string | null;
            default: boolean;
            /** @description The caller may change it */
            mine: boolean;
            state: components["schemas"]["ViewState"];
        };
        /** @description The views of one object. */
        ViewItems: {
            items: components["schemas"]["ViewItem"][];
        };
        /**
         * @description For whom a view is.
         * @enum {string}
         */
        ViewScope: "private" | "shared" | "role";
        /** @description What a view shows. */
        ViewState: {
            /**
             * @description Empty for the default columns
             * @default []
             */
            columns: components["schemas"]["ViewColumn"][];
            /** @default [] */
            sort: components["schemas"]["SortKey"][];
            /** @default null */
            filter: components["schemas"]["FilterTree"] | null;
            /** @default null */
            density: components["schemas"]["Density"] | null;
        };
    };
}
