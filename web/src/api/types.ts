/** Shapes of the HTTP API. Ids are UUID texts, instants RFC 3339 in UTC, dates `YYYY-MM-DD`, money integer minor units. */

export interface Named { id: string; name: string }
export interface Coded { code: string; zh: string; en: string }
export interface Page<T> { items: T[]; next?: string | null }

export type Capability =
  | 'people_manage' | 'roles_read' | 'roles_manage' | 'evidence_read' | 'evidence_export' | 'sessions_manage'
  | 'settings_manage' | 'directory_read' | 'explain_others' | (string & {});

export type Action = 'read' | 'create' | 'update' | 'delete' | 'restore' | 'import' | 'export' | 'transfer' | 'share' | 'reveal' | (string & {});

export interface SignedOut { signed_in: false; state: 'ready' | 'setup' | 'sealed'; org_name?: string }
export interface TotpNext { signed_in: false; next: 'totp'; ticket: string }
export interface SignedIn {
  signed_in: true;
  person: { id: string; name: string; login: string; kind: 'user' | 'partner'; unit: Named | null; title: string | null; locale: string };
  roles: Coded[];
  capabilities: Capability[];
  objects: { key: string; actions: Action[] }[];
  second_factor: { enrolled: boolean; required: boolean; at?: string | null };
  must?: ('enrol_totp' | 'change_password')[];
  session: { id: string; expires_at: string; idle_expires_at: string };
  watermark: string;
  reveal_seconds: number;
  purposes: Coded[];
  org_name?: string;
  /** Nobody gives roles yet. */
  needs_security_admin?: boolean;
}
export type Session = SignedIn | SignedOut;

export type FieldKind =
  | 'text' | 'long_text' | 'name' | 'phone' | 'email' | 'url' | 'code' | 'integer' | 'money' | 'percent' | 'boolean' | 'date'
  | 'date_time' | 'select' | 'multi_select' | 'reference' | 'person' | 'auto_number';

export interface SelectOption { key: string; zh: string; en: string; color?: string | null }

export interface FieldView {
  key: string;
  zh: string;
  en: string;
  kind: FieldKind;
  class: 'P0' | 'P1' | 'P2' | 'P3';
  level: 'masked' | 'read' | 'write';
  level_everywhere?: 'none' | 'masked' | 'read' | 'write';
  required: boolean;
  unique: 'none' | 'warn' | 'strict';
  searchable: boolean;
  sortable: boolean;
  filterable: boolean;
  read_only: boolean;
  section: string | null;
  in_list: boolean;
  help: { zh: string; en: string } | null;
  options: SelectOption[] | null;
  to: string | null;
  max?: number | null;
}

export interface ObjectView {
  key: string;
  zh: string;
  en: string;
  en_plural: string;
  icon: string;
  title: string;
  stage: string | null;
  sections: { key: string; zh: string; en: string }[];
  actions: Action[];
  fields: FieldView[];
}

export interface MaskedValue {
  masked: true;
  text: string | null;
  revealable: boolean;
  reason: 'on_demand' | 'policy' | 'erased' | (string & {});
  ask: string | null;
}
export interface ReferenceValue { id: string; object: string; title: string | MaskedValue | null; access: boolean }
export type FieldValue = string | number | boolean | null | string[] | MaskedValue | ReferenceValue | Named;

export interface RecordView {
  id: string;
  object: string;
  version: number;
  title: string | MaskedValue | null;
  values: Record<string, FieldValue>;
  owner: Named | null;
  unit: Named | null;
  team: Named | null;
  created_at: string;
  created_by: Named | null;
  updated_at: string;
  updated_by: Named | null;
  deleted_at?: string | null;
  source?: string | null;
  can: Action[];
}

export type FilterOp =
  | 'eq' | 'ne' | 'in' | 'not_in' | 'lt' | 'lte' | 'gt' | 'gte' | 'between' | 'contains' | 'starts_with' | 'ends_with'
  | 'is_empty' | 'is_not_empty';
export interface Condition { field: string; op: FilterOp; value?: unknown }
export type Filter = Condition | { and: Filter[] } | { or: Filter[] } | { not: Filter };
export interface Sort { field: string; descending: boolean }
export interface ListQuery {
  filter?: Filter;
  search?: string;
  sort?: Sort[];
  fields?: string[];
  limit?: number;
  cursor?: string;
  count?: boolean;
  deleted?: boolean;
}
export interface Count { n: number; capped: boolean }
export interface RecordPage { items: RecordView[]; next: string | null; count: Count | null }

export interface DuplicateHint { object: string; field: string; owner: Named | null; record: { id: string; title: string | null } | null }

export interface HistoryItem {
  version: number;
  at: string;
  by: Named | null;
  action: 'create' | 'update' | 'delete' | 'restore' | 'import' | 'undo' | (string & {});
  changes: { field: string; from: FieldValue; to: FieldValue }[];
}
export interface RelatedGroup { object: string; field: string; count: Count; items: RecordView[] }
export interface TimelineItem {
  kind: 'follow_up' | 'change' | 'reveal' | 'created' | (string & {});
  at: string;
  by: Named | null;
  record?: RecordView;
  content?: FieldValue;
  method?: string;
  fields?: string[];
  purpose?: string | null;
  changes?: HistoryItem['changes'];
}
export interface Look { at: string; by: Named | null; action: string; fields: string[]; purpose?: string | null }
export interface Share {
  id: string;
  grantee: { kind: 'person' | 'unit' | 'team'; id: string; name: string };
  level: 'read' | 'write';
  granted_by: Named | null;
  expires_at: string | null;
  cause: string;
}

export interface Explanation {
  decision: 'allow' | 'deny';
  action: string;
  person: Named;
  branches: {
    scope: string;
    role: Coded | null;
    via: 'direct' | 'unit' | 'team' | (string & {});
    granted_by: Named | null;
    expires_at: string | null;
    matched: boolean;
    fact: { code: string; args?: Record<string, unknown> } | null;
  }[];
  guards: { code: string; matched: boolean }[];
  obligations: { code: string; args?: Record<string, unknown>; met: boolean }[];
  field: { key: string; level: string; from: { role: Coded } | null } | null;
}

export interface SearchGroup {
  object: string;
  items: { id: string; object: string; title: string | null; subtitle: string | null; matched: { field: string } | null }[];
  more: boolean;
}

/** A record by its title; masked where the title is, null where it may not be shown. */
export interface RecordAtHand { id: string; object: string; title: string | null }

export interface ViewState {
  columns?: { key: string; width?: number }[];
  sort?: Sort[];
  filter?: Filter | null;
  density?: 'compact' | 'normal' | 'relaxed';
}
export interface SavedView { id: string; name: string; scope: 'private' | 'shared' | 'role'; role?: string | null; default: boolean; mine: boolean; state: ViewState }

export interface ImportColumn {
  index: number;
  name: string;
  kind: string;
  fill: number;
  distinct: number;
  suggested: string | null;
  findings: { kind: string; count: number }[];
  sample: (string | null)[];
  field?: string | null;
}
export type ImportState =
  | 'uploaded' | 'mapped' | 'checking' | 'checked' | 'running' | 'paused' | 'cancelled' | 'done' | 'failed' | 'undoing' | 'undone';
export interface ImportView {
  id: string;
  object: string;
  state: ImportState;
  created_at?: string;
  created_by?: Named | null;
  file: { name: string; bytes: number; kind: string; encoding?: string | null; delimiter?: string | null; rows?: number | null };
  columns: ImportColumn[];
  mapping?: ImportMapping | null;
  warnings: { code: string; args?: Record<string, unknown> }[];
  counts?: { rows: number; new: number; changed: number; unchanged: number; duplicate: number; rejected: number } | null;
  reasons?: { code: string; field: string | null; count: number }[] | null;
  sample?: { row: number; outcome: string; changes: ImportChange[] }[] | null;
  progress?: { done: number; total: number; new: number; changed: number; unchanged?: number; duplicate: number; rejected: number; rows_per_second?: number | null } | null;
  /** Why it failed. */
  code?: string | null;
  /** Until when it can be undone. */
  keep_until?: string | null;
}
/** A cell of a checked row: its text, masked where the field is sealed, or the code of what is wrong. */
export interface ImportChange { field: string | null; text?: string | null; code?: string | null; from?: FieldValue; to?: FieldValue }
export interface ImportMapping {
  columns: { index: number; field: string | null }[];
  match_by: string[];
  relations: Record<string, { by: string; create_missing: boolean }>;
  on_match: 'skip' | 'update';
  source: string;
  basis: 'consent' | 'contract' | 'legitimate' | 'legal_duty' | 'public';
  options: { date_order?: string };
  acknowledge_findings: boolean;
}

export interface PersonView {
  id: string;
  version?: number;
  name: string;
  login: string;
  kind: 'user' | 'partner';
  status: 'active' | 'suspended' | 'left' | 'pending';
  unit: Named | null;
  manager: Named | null;
  title: string | null;
  email?: string | null;
  valid_until: string | null;
  roles: Coded[];
  last_sign_in: string | null;
  second_factor: boolean;
}
export interface DirectoryEntry { id: string; name: string; unit: Named | null }
export interface Unit { id: string; parent: string | null; name_zh: string; name_en: string; members: number }
export interface RoleView {
  id: string;
  code: string;
  zh: string;
  en: string;
  builtin: boolean;
  officer: boolean;
  members: number;
  capabilities: Capability[];
  objects: { object: string; actions: Record<string, string[]>; fields: { key: string; level: 'none' | 'masked' | 'read' | 'write' }[] }[];
}
export interface RoleAssignment { assignment: string; role: Coded & { id?: string }; via: string; granted_by: Named | null; reason: string | null; expires_at: string | null }

export interface SessionItem { id: string; current: boolean; created_at: string; last_seen_at: string; network: string | null; device: string | null; expires_at: string }
export interface Factors { totp: { enrolled: boolean; at?: string | null }; recovery_codes_left: number }

export interface EvidenceItem {
  seq: number;
  at: string;
  action: string;
  outcome: string;
  sensitive: boolean;
  person: Named | null;
  object: string | null;
  record: { id: string } | null;
  records_count: number;
  fields: string[];
  network: string | null;
  device: string | null;
  purpose: string | null;
  reason: string | null;
  details: Record<string, unknown> | null;
}
export interface EvidenceProof { leaf: string; index: number; size: number; root: string; path: string[]; checkpoint: string | null; verified: boolean; event?: Record<string, unknown> }
export interface EvidenceReport { events: number; checkpoints: number; anchors: number; problems: { kind: string; seq: number | null; detail: string }[]; ok: boolean; seconds: number }
export interface EvidenceHead {
  size: number;
  root: string;
  checkpoint: { size: number; at: string; note: string } | null;
  public_key: string;
  anchors: { kind: string; last_at: string | null; last_size: number; lag_seconds: number | null; ok: boolean }[];
}
export interface Status { engine: string; version: string; uptime: number; events: number; arena: { ready: boolean; bytes: number; records: number }; store?: Record<string, unknown>; keys: { root: string; epoch: number } }
export interface AggregateResult { rows: { keys: (FieldValue)[]; values: number[] }[]; truncated: boolean }

export const isMasked = (value: unknown): value is MaskedValue => typeof value === 'object' && value !== null && (value as MaskedValue).masked === true;
export const isReference = (value: unknown): value is ReferenceValue => typeof value === 'object' && value !== null && 'object' in value && 'access' in value;
export const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null && 'name' in value && 'id' in value;
