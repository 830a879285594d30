/** What the wizard decides by itself: steps, suggestions, what is missing and what is at risk. No drawing here. */
import type { FieldView, ImportColumn, ImportMapping, ImportState, ImportView, ObjectView } from '@/api/types';

export const STEPS = ['upload', 'mapping', 'source', 'check', 'run', 'done'] as const;
export type StepKey = (typeof STEPS)[number];
export type Basis = ImportMapping['basis'];
export const BASES: readonly Basis[] = ['consent', 'contract', 'legitimate', 'legal_duty', 'public'];
export type DayOrder = 'day_first' | 'month_first';

/** Largest file the server takes, in bytes, and the rows in it. */
export const MAX_BYTES = 200 * 1024 * 1024;
export const MAX_ROWS = 1_000_000;
export const ACCEPT = '.xlsx,.csv';

/** What speaks against a file before it is sent; the server decides about the rest. */
export function fileProblem(file: { name: string; size: number }): 'kind' | 'size' | 'empty' | null {
  if (!/\.(xlsx|csv)$/i.test(file.name)) return 'kind';
  if (file.size === 0) return 'empty';
  return file.size > MAX_BYTES ? 'size' : null;
}

export const isLive = (state: ImportState): boolean => state === 'checking' || state === 'running' || state === 'undoing';
export const isEditable = (state: ImportState): boolean => state === 'uploaded' || state === 'mapped' || state === 'checked';

/** The step that shows an import; `asked` is the step named in the address. */
export function stepOf(state: ImportState | undefined, asked: string | undefined, drafted: boolean): StepKey {
  if (state === undefined) return 'upload';
  if (isEditable(state) && asked === 'mapping') return 'mapping';
  // Without the choices of the step before, such as after a reload, the next one has nothing to go on.
  if (isEditable(state) && asked === 'source' && (drafted || state !== 'uploaded')) return 'source';
  switch (state) {
    case 'uploaded': return 'mapping';
    case 'mapped': case 'checking': case 'checked': return 'check';
    case 'running': case 'paused': return 'run';
    default: return 'done';
  }
}

/** Choices made so far, before they are sent. */
export interface Draft {
  /** Field key by index of the column; null is "not imported". */
  fields: Readonly<Record<number, string | null>>;
  matchBy: readonly string[];
  onMatch: 'skip' | 'update';
  relations: Readonly<Record<string, { by: string; create_missing: boolean }>>;
  source: string;
  basis: Basis | null;
  dayOrder: DayOrder | null;
  acknowledged: boolean;
}

const NEVER: readonly string[] = ['auto_number', 'person'];
export const importable = (field: FieldView): boolean => field.level === 'write' && !field.read_only && !NEVER.includes(field.kind);
export const importableFields = (object: ObjectView): FieldView[] => object.fields.filter(importable);
const fieldOf = (object: ObjectView, key: string | null | undefined): FieldView | undefined => object.fields.find((field) => field.key === key);

/** The choices an import begins with: those sent before, or the suggestions of the server. */
export function firstDraft(view: ImportView, object: ObjectView): Draft {
  const sent = view.mapping;
  const taken = new Set<string>();
  const fields: Record<number, string | null> = {};
  for (const column of view.columns) {
    const wanted = sent ? (sent.columns.find((one) => one.index === column.index)?.field ?? null) : column.suggested;
    const field = fieldOf(object, wanted);
    const good = field !== undefined && importable(field) && !taken.has(field.key);
    fields[column.index] = good ? field.key : null;
    if (good) taken.add(field.key);
  }
  const draft: Draft = { fields, matchBy: [], onMatch: sent?.on_match ?? 'skip', relations: {}, source: sent?.source ?? '', basis: sent?.basis ?? null, dayOrder: dayOrderOf(sent?.options.date_order), acknowledged: sent?.acknowledge_findings ?? false };
  const candidates = matchCandidates(draft, object);
  const matchBy = sent ? candidates.filter((field) => sent.match_by.includes(field.key)) : candidates.filter((field) => field.unique !== 'none');
  return withRelations({ ...draft, matchBy: matchBy.map((field) => field.key), relations: sent?.relations ?? {} }, object);
}

const dayOrderOf = (text: string | undefined): DayOrder | null => (text === 'day_first' || text === 'month_first' ? text : null);
const chosen = (draft: Draft): string[] => Object.values(draft.fields).filter((key): key is string => key !== null);

/** Puts a column on a field; a column that had it before gives it up. */
export function assign(draft: Draft, object: ObjectView, index: number, key: string | null): Draft {
  const fields: Record<number, string | null> = { ...draft.fields };
  for (const [at, now] of Object.entries(fields)) if (key !== null && now === key) fields[Number(at)] = null;
  const isNew = key !== null && !chosen(draft).includes(key);
  fields[index] = key;
  const next = { ...draft, fields, acknowledged: false };
  const unique = isNew && key !== null && fieldOf(object, key)?.unique !== 'none';
  const wanted = unique ? [...draft.matchBy, key] : draft.matchBy;
  const matchBy = matchCandidates(next, object).map((field) => field.key).filter((one) => wanted.includes(one));
  return withRelations({ ...next, matchBy }, object);
}

/** Keeps the choices of references that are still mapped; the others are found by their title. */
function withRelations(draft: Draft, object: ObjectView): Draft {
  const relations = Object.fromEntries(referenceFields(draft, object).flatMap((field) => (draft.relations[field.key] ? [[field.key, draft.relations[field.key]]] : []))) as Draft['relations'];
  return { ...draft, relations };
}

export const mappedFields = (draft: Draft, object: ObjectView): FieldView[] => chosen(draft).flatMap((key) => fieldOf(object, key) ?? []);
export const referenceFields = (draft: Draft, object: ObjectView): FieldView[] => mappedFields(draft, object).filter((field) => field.kind === 'reference' && field.to !== null);

const MATCHABLE: readonly string[] = ['text', 'name', 'phone', 'email', 'code', 'url', 'auto_number'];
const SURE: readonly string[] = ['phone', 'email', 'code', 'auto_number'];

/** Fields of `target` by which a cell can name its record: the title, then numbers and addresses. */
export function relationWays(target: ObjectView | undefined): FieldView[] {
  const fields = target?.fields.filter((field) => MATCHABLE.includes(field.kind)) ?? [];
  return [...fields.filter((field) => field.key === target?.title), ...fields.filter((field) => field.key !== target?.title && SURE.includes(field.kind) && field.class !== 'P3')];
}

/** How a reference is found: as chosen, or by the title of the other object. */
export function relationOf(draft: Draft, field: FieldView, target: ObjectView | undefined): { by: string; create_missing: boolean } {
  const ways = relationWays(target).map((way) => way.key);
  const chosen = draft.relations[field.key];
  const by = chosen && ways.includes(chosen.by) ? chosen.by : (ways[0] ?? target?.title ?? 'name');
  // Only a title is enough to make a record from.
  return { by, create_missing: (chosen?.create_missing ?? false) && by === target?.title };
}

/** Mapped fields by which an existing record can be recognised, the surest first. */
export function matchCandidates(draft: Draft, object: ObjectView): FieldView[] {
  const rank = (field: FieldView): number => (field.unique === 'strict' ? 0 : field.unique === 'warn' ? 1 : SURE.includes(field.kind) ? 2 : 3);
  return mappedFields(draft, object).filter((field) => MATCHABLE.includes(field.kind) && (field.unique !== 'none' || SURE.includes(field.kind) || field.key === object.title)).sort((a, b) => rank(a) - rank(b));
}

/** Switches recognising by a field on or off; the surest stays first, as the server tries them in this order. */
export function toggleMatch(draft: Draft, object: ObjectView, key: string, on: boolean): Draft {
  const wanted = on ? [...draft.matchBy, key] : draft.matchBy.filter((one) => one !== key);
  return { ...draft, matchBy: matchCandidates(draft, object).map((field) => field.key).filter((one) => wanted.includes(one)) };
}

/** Required fields that no column fills. */
export function missingRequired(draft: Draft, object: ObjectView): FieldView[] {
  const have = chosen(draft);
  return object.fields.filter((field) => field.required && importable(field) && !have.includes(field.key));
}

/** Personal data that must not lie in an open field unseen. */
const ALARMING: readonly string[] = ['id_card', 'bank_card', 'mobile', 'email'];
const TYPED: readonly string[] = ['select', 'multi_select', 'boolean', 'date', 'date_time', 'reference', 'person'];
export const isSealed = (field: FieldView): boolean => field.class === 'P2' || field.class === 'P3';
/** Whether a text of the file would be stored in this field as it is. */
export const storesInClear = (field: FieldView): boolean => !isSealed(field) && !TYPED.includes(field.kind);
export const personalFindings = (column: ImportColumn): ImportColumn['findings'] => column.findings.filter((one) => ALARMING.includes(one.kind) && one.count > 0);

/** Columns in which the dry run, reading every row, met personal data. */
function flagged(view: ImportView): readonly number[] {
  return view.warnings.flatMap((warning) => (codeTail(warning.code) === 'personal_data' && typeof warning.args?.['column'] === 'number' ? [warning.args['column']] : []));
}

/** Columns that would put personal data into a field that is not protected. */
export function exposures(view: ImportView, draft: Draft, object: ObjectView): { column: ImportColumn; field: FieldView }[] {
  const late = flagged(view);
  return view.columns.flatMap((column) => {
    const field = fieldOf(object, draft.fields[column.index]);
    const personal = personalFindings(column).length > 0 || late.includes(column.index);
    return field && storesInClear(field) && personal ? [{ column, field }] : [];
  });
}

/** Whether dates of the file could be read two ways. */
export function hasDates(view: ImportView, draft: Draft, object: ObjectView): boolean {
  return view.columns.some((column) => ['date', 'date_time'].includes(fieldOf(object, draft.fields[column.index])?.kind ?? ''));
}

export type Obstacle = 'nothing' | 'exposed' | 'source' | 'basis';
export function mappingObstacle(view: ImportView, draft: Draft, object: ObjectView): Obstacle | null {
  if (chosen(draft).length === 0) return 'nothing';
  return exposures(view, draft, object).length > 0 && !draft.acknowledged ? 'exposed' : null;
}
export const sourceObstacle = (draft: Draft): Obstacle | null => (draft.source.trim() === '' ? 'source' : draft.basis === null ? 'basis' : null);

export function toMapping(draft: Draft, object: ObjectView, objects: readonly ObjectView[]): ImportMapping | null {
  if (draft.basis === null) return null;
  const relations = Object.fromEntries(referenceFields(draft, object).map((field) => [field.key, relationOf(draft, field, objects.find((one) => one.key === field.to))]));
  return {
    columns: Object.entries(draft.fields).map(([index, field]) => ({ index: Number(index), field })).sort((a, b) => a.index - b.index),
    match_by: [...draft.matchBy],
    relations,
    on_match: draft.onMatch,
    source: draft.source.trim(),
    basis: draft.basis,
    options: draft.dayOrder ? { date_order: draft.dayOrder } : {},
    acknowledge_findings: draft.acknowledged,
  };
}

export interface Tally { new: number; changed: number; unchanged: number; duplicate: number; rejected: number }

/** Rows the import would write. */
export const willWrite = (counts: NonNullable<ImportView['counts']>, onMatch: 'skip' | 'update'): number => counts.new + (onMatch === 'update' ? counts.changed : 0);

/** What has happened so far, or what was found when it has not begun. */
export function tallyOf(view: ImportView): Tally | null {
  const { progress, counts } = view;
  if (progress) {
    const rest = progress.unchanged ?? progress.done - progress.new - progress.changed - progress.duplicate - progress.rejected;
    return { new: progress.new, changed: progress.changed, unchanged: Math.max(0, rest), duplicate: progress.duplicate, rejected: progress.rejected };
  }
  return counts ? { new: counts.new, changed: counts.changed, unchanged: counts.unchanged, duplicate: counts.duplicate, rejected: counts.rejected } : null;
}

/** Seconds that are left at the present speed; null when it is not known. */
export function secondsLeft(progress: ImportView['progress']): number | null {
  const speed = progress?.rows_per_second ?? 0;
  if (!progress || speed <= 0 || progress.done >= progress.total) return null;
  return Math.ceil((progress.total - progress.done) / speed);
}

export const hasWritten = (view: ImportView): boolean => (view.progress?.new ?? 0) + (view.progress?.changed ?? 0) > 0;
export const mayUndo = (view: ImportView): boolean => ['done', 'cancelled', 'failed', 'paused'].includes(view.state) && hasWritten(view);
/** The last part of a code such as `field.not_a_phone`, under which its text is kept. */
export const codeTail = (code: string): string => code.slice(code.lastIndexOf('.') + 1);
