/**
 * Shapes of the HTTP API: those of the generated `schema.d.ts`, with codes named one by one where the
 * page tells them apart. Ids are UUID texts, instants RFC 3339 in UTC, dates `YYYY-MM-DD`, money
 * integer minor units.
 */
import type { components } from './schema';

type Schemas = components['schemas'];
/** An answer names every member; the document calls those that may be null optional as well. */
type Answer<T> = T extends (infer Item)[] ? Answer<Item>[] : T extends object ? { [K in keyof T]-?: Answer<T[K]> } : T;
/** The same shape with some members said more exactly; a member that the server does not have is refused. */
type Exactly<T, Narrow extends { [K in keyof Narrow]: K extends keyof T ? unknown : never }> = Omit<T, keyof Narrow> & Narrow;
/** A closed list of codes that a later server may lengthen. */
type Open<Code extends string> = Code | (string & {});

export type Named = Schemas['NamedId'];
export type Coded = Schemas['Label'];
export interface Page<T> { items: T[]; next?: string | null }

export type Capability = Open<'people_manage' | 'roles_read' | 'roles_manage' | 'evidence_read' | 'evidence_export' | 'sessions_manage' | 'settings_manage' | 'directory_read' | 'explain_others'>;
export type Action = Open<'read' | 'create' | 'update' | 'delete' | 'restore' | 'import' | 'export' | 'transfer' | 'share' | 'reveal'>;

export type SignedOut = Exactly<Answer<Schemas['SignedOut']>, { signed_in: false; state: 'ready' | 'setup' | 'sealed' }>;
export interface TotpNext { signed_in: false; next: 'totp'; ticket: string }
export type SignedIn = Exactly<Answer<Schemas['SignedIn']>, {
  signed_in: true;
  capabilities: Capability[];
  objects: { key: string; actions: Action[] }[];
  must: ('enrol_totp' | 'change_password')[];
}>;
export type Session = SignedIn | SignedOut;

export type FieldKind =
  | 'text' | 'long_text' | 'name' | 'phone' | 'email' | 'url' | 'code' | 'integer' | 'money' | 'percent' | 'boolean' | 'date'
  | 'date_time' | 'select' | 'multi_select' | 'reference' | 'person' | 'auto_number';
export type Level = 'none' | 'masked' | 'read' | 'write';
export type SelectOption = Answer<Schemas['OptionView']>;
export type FieldView = Exactly<Answer<Schemas['ObjectField']>, {
  kind: FieldKind;
  class: 'P0' | 'P1' | 'P2' | 'P3';
  level: Exclude<Level, 'none'>;
  level_everywhere: Level;
  unique: 'none' | 'warn' | 'strict';
}>;
export type ObjectView = Exactly<Answer<Schemas['ObjectItem']>, { actions: Action[]; fields: FieldView[] }>;

export type MaskedValue = Exactly<Answer<Schemas['MaskedValue']>, { masked: true; reason: Open<'on_demand' | 'policy' | 'erased'> }>;
export interface ReferenceValue { id: string; object: string; title: string | MaskedValue | null; access: boolean }
export type FieldValue = string | number | boolean | null | string[] | MaskedValue | ReferenceValue | Named;

export type RecordView = Exactly<Answer<Schemas['Record']>, { title: string | MaskedValue | null; values: Record<string, FieldValue>; can: Action[] }>;

export type FilterOp =
  | 'eq' | 'ne' | 'in' | 'not_in' | 'lt' | 'lte' | 'gt' | 'gte' | 'between' | 'contains' | 'starts_with' | 'ends_with'
  | 'is_empty' | 'is_not_empty';
export type Condition = Exactly<Schemas['Condition'], { op: FilterOp }>;
export type Filter = Condition | { and: Filter[] } | { or: Filter[] } | { not: Filter };
export type Sort = Required<Schemas['SortKey']>;
export type ListQuery = Partial<Exactly<Schemas['ListBody'], { filter: Filter; search: string; sort: Sort[]; limit: number; cursor: string }>>;
export type Count = Schemas['CountView'];
export type RecordPage = Exactly<Answer<Schemas['RecordPage']>, { items: RecordView[] }>;
export type RecordAtHand = Answer<Schemas['RecordAtHand']>;

export type DuplicateHint = Answer<Schemas['DuplicateMatch']>;
export type FieldChange = Exactly<Schemas['FieldChange'], { from: FieldValue; to: FieldValue }>;
export type HistoryItem = Exactly<Answer<Schemas['HistoryItem']>, { action: Open<'create' | 'update' | 'delete' | 'restore' | 'import' | 'undo'>; changes: FieldChange[] }>;
export type RelatedGroup = Exactly<Answer<Schemas['RelatedRecords']>, { items: RecordView[] }>;
export type TimelineItem = Exactly<Answer<Schemas['TimelineItem']>, { kind: Open<'follow_up' | 'change' | 'reveal' | 'created'>; record: RecordView | null; changes: FieldChange[] | null }>;
export type Look = Answer<Schemas['LookItem']>;
export type Share = Exactly<Answer<Schemas['ShareItem']>, { level: 'read' | 'write' }>;
export type Explanation = Exactly<Answer<Schemas['ExplanationItem']>, { decision: 'allow' | 'deny' }>;
export type SearchGroup = Answer<Schemas['FoundGroup']>;

export type ViewState = Partial<Exactly<Schemas['ViewState'], { columns: { key: string; width?: number }[]; sort: Sort[]; filter: Filter | null; density: Schemas['Density'] }>>;
export type SavedView = Exactly<Answer<Schemas['ViewItem']>, { state: ViewState }>;

export type ImportState =
  | 'uploaded' | 'mapped' | 'checking' | 'checked' | 'running' | 'paused' | 'cancelled' | 'done' | 'failed' | 'undoing' | 'undone';
export type ImportColumn = Answer<Schemas['ImportColumn']>;
/** A cell of a checked row: its text, masked where the field is sealed, or the code of what is wrong. */
export type ImportChange = Answer<Schemas['ImportChange']>;
export type ImportMapping = Exactly<Answer<Schemas['MappingBody']>, {
  on_match: 'skip' | 'update';
  basis: 'consent' | 'contract' | 'legitimate' | 'legal_duty' | 'public';
  options: { date_order?: string };
}>;
export type ImportView = Exactly<Answer<Schemas['ImportItem']>, { state: ImportState; file: Answer<Schemas['ImportFile']>; mapping: ImportMapping | null; warnings: { code: string; args?: Record<string, unknown> }[] }>;

export type PersonView = Exactly<Answer<Schemas['PersonItem']>, { kind: 'user' | 'partner'; status: 'active' | 'suspended' | 'left' | 'pending' }>;
export type DirectoryEntry = Answer<Schemas['Colleague']>;
export type Unit = Answer<Schemas['UnitItem']>;
export type RoleView = Exactly<Answer<Schemas['RoleItem']>, { capabilities: Capability[]; objects: { object: string; actions: Record<string, string[]>; fields: { key: string; level: Level }[] }[] }>;
export type RoleAssignment = Answer<Schemas['HeldRole']>;
/** Somebody who holds a role; once for each way it comes by. */
export type RoleMember = Answer<Schemas['MemberItem']>;
export type DefinedObject = Schemas['DefinedObject'];

export type SessionItem = Schemas['SessionItem'];
export type Factors = Answer<Schemas['FactorsView']>;

export type EvidenceItem = Answer<Schemas['EventItem']>;
export type EvidenceProof = Answer<Schemas['ProofView']>;
export type EvidenceReport = Answer<Schemas['VerifyView']>;
export type EvidenceHead = Answer<Schemas['HeadView']>;
export type Status = Schemas['Status'];
export type AggregateResult = Exactly<Schemas['AggregateAnswer'], { rows: { keys: FieldValue[]; values: number[] }[] }>;

export const isMasked = (value: unknown): value is MaskedValue => typeof value === 'object' && value !== null && (value as MaskedValue).masked === true;
export const isReference = (value: unknown): value is ReferenceValue => typeof value === 'object' && value !== null && 'object' in value && 'access' in value;
export const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null && 'name' in value && 'id' in value;
