import { describe, expect, it } from 'vitest';
import type { FieldView, ImportColumn, ImportState, ImportView, ObjectView } from '@/api/types';
import {
  assign, exposures, fileProblem, firstDraft, hasDates, mappingObstacle, matchCandidates, mayUndo, missingRequired, relationOf, relationWays, secondsLeft, sourceObstacle, stepOf, tallyOf, toggleMatch, toMapping, willWrite,
} from './model';

const field = (key: string, kind: FieldView['kind'], extra: Partial<FieldView> = {}): FieldView => ({
  key, zh: key, en: key, kind, class: 'P0', level: 'write', level_everywhere: 'write', mask: null, open: true, groupable: true, max: null, required: false, unique: 'none', searchable: false, sortable: true, filterable: true, read_only: false, section: null, in_list: false, help: null, options: null, to: null, ...extra,
});
const object = (key: string, fields: FieldView[]): ObjectView => ({ key, zh: key, en: key, en_plural: key, icon: 'user', title: 'name', stage: null, sections: [], actions: ['import'], fields });

const contact = object('contact', [
  field('name', 'name', { required: true, class: 'P2' }), field('account', 'reference', { to: 'account' }), field('mobile', 'phone', { class: 'P2', unique: 'warn' }), field('email', 'email', { class: 'P2' }),
  field('birthday', 'date', { class: 'P3' }), field('note', 'long_text'), field('code', 'auto_number', { read_only: true }), field('salary', 'money', { level: 'masked' }), field('level', 'select', { options: [] }),
]);
const account = object('account', [field('name', 'text', { unique: 'strict' }), field('uscc', 'code', { unique: 'strict' }), field('phone', 'phone'), field('note', 'long_text')]);
const column = (index: number, suggested: string | null, findings: ImportColumn['findings'] = []): ImportColumn => ({ index, name: `c${index}`, kind: 'text', fill: 1, distinct: 3, suggested, findings, sample: [] });
const view = (columns: ImportColumn[], extra: Partial<ImportView> = {}): ImportView => ({ id: 'i', object: 'contact', state: 'uploaded', file: { name: 'a.csv', bytes: 1, kind: 'csv', encoding: 'utf-8', delimiter: ',', worksheet: null, worksheets: [], rows: 3 }, columns, warnings: [], mapping: null, counts: null, reasons: null, sample: null, progress: null, code: null, created_at: '', updated_at: '', keep_until: '', ...extra });

describe('steps', () => {
  it('follow the state of the server', () => {
    const steps = (['uploaded', 'mapped', 'checking', 'checked', 'running', 'paused', 'done', 'failed', 'cancelled', 'undoing', 'undone'] as ImportState[]).map((state) => stepOf(state, undefined, false));
    expect(steps).toEqual(['mapping', 'check', 'check', 'check', 'run', 'run', 'done', 'done', 'done', 'done', 'done']);
    expect(stepOf(undefined, 'source', true)).toBe('upload');
  });

  it('go back only while nothing runs', () => {
    expect(stepOf('checked', 'mapping', false)).toBe('mapping');
    expect(stepOf('checked', 'source', false)).toBe('source');
    expect(stepOf('running', 'mapping', true)).toBe('run');
    expect(stepOf('done', 'source', true)).toBe('done');
  });

  it('do not jump over a mapping that is lost with the page', () => {
    expect(stepOf('uploaded', 'source', false)).toBe('mapping');
    expect(stepOf('uploaded', 'source', true)).toBe('source');
  });
});

describe('files', () => {
  it('are refused before they are sent', () => {
    expect(fileProblem({ name: 'A.XLSX', size: 9 })).toBeNull();
    expect(fileProblem({ name: 'a.xls', size: 9 })).toBe('kind');
    expect(fileProblem({ name: 'a.csv', size: 0 })).toBe('empty');
    expect(fileProblem({ name: 'a.csv', size: 300 * 1024 * 1024 })).toBe('size');
  });
});

describe('mapping', () => {
  it('begins with the suggestions, each field once and only writable ones', () => {
    const draft = firstDraft(view([column(0, 'name'), column(1, 'name'), column(2, 'salary'), column(3, 'code'), column(4, 'mobile')]), contact);
    expect(draft.fields).toEqual({ 0: 'name', 1: null, 2: null, 3: null, 4: 'mobile' });
    expect(draft.matchBy).toEqual(['mobile']);
  });

  it('takes up what was sent before', () => {
    const mapping = { columns: [{ index: 0, field: 'email' }], match_by: ['email'], relations: {}, on_match: 'update' as const, source: 'fair', basis: 'consent' as const, options: { date_order: 'day_first' }, acknowledge_findings: true };
    const draft = firstDraft(view([column(0, 'name')], { mapping }), contact);
    expect(draft).toMatchObject({ fields: { 0: 'email' }, matchBy: ['email'], onMatch: 'update', source: 'fair', basis: 'consent', dayOrder: 'day_first', acknowledged: true });
  });

  it('moves a field to the column chosen last and forgets what hung on it', () => {
    const start = firstDraft(view([column(0, 'mobile'), column(1, 'account'), column(2, null)]), contact);
    const moved = assign({ ...start, acknowledged: true }, contact, 2, 'mobile');
    expect(moved.fields).toEqual({ 0: null, 1: 'account', 2: 'mobile' });
    expect(moved.acknowledged).toBe(false);
    expect(moved.matchBy).toEqual(['mobile']);
    expect(assign(moved, contact, 2, null).matchBy).toEqual([]);
  });

  it('asks the surest field first', () => {
    const start = firstDraft(view([column(0, 'name'), column(1, 'email'), column(2, 'mobile'), column(3, 'note')]), contact);
    expect(matchCandidates(start, contact).map((one) => one.key)).toEqual(['mobile', 'email', 'name']);
    expect(toggleMatch(toggleMatch(start, contact, 'name', true), contact, 'email', true).matchBy).toEqual(['mobile', 'email', 'name']);
    expect(toggleMatch(start, contact, 'mobile', false).matchBy).toEqual([]);
  });

  it('names required fields that nothing fills', () => {
    expect(missingRequired(firstDraft(view([column(0, 'mobile')]), contact), contact).map((one) => one.key)).toEqual(['name']);
  });

  it('finds related records by fields that name them, and makes them from a title alone', () => {
    const start = firstDraft(view([column(0, 'account')]), contact);
    const reference = contact.fields[1]!;
    expect(relationWays(account).map((one) => one.key)).toEqual(['name', 'uscc', 'phone']);
    expect(relationOf(start, reference, account)).toEqual({ by: 'name', create_missing: false });
    const byCode = { ...start, relations: { account: { by: 'uscc', create_missing: true } } };
    expect(relationOf(byCode, reference, account)).toEqual({ by: 'uscc', create_missing: false });
    expect(relationOf({ ...start, relations: { account: { by: 'note', create_missing: true } } }, reference, account)).toEqual({ by: 'name', create_missing: true });
  });

  it('knows whether dates are read', () => {
    expect(hasDates(view([column(0, 'birthday')]), firstDraft(view([column(0, 'birthday')]), contact), contact)).toBe(true);
    expect(hasDates(view([column(0, 'name')]), firstDraft(view([column(0, 'name')]), contact), contact)).toBe(false);
  });
});

describe('personal data', () => {
  const found = [{ kind: 'id_card', count: 3 }];

  it('in a field that is not protected stops the import until it is acknowledged', () => {
    const one = view([column(0, 'note', found)]);
    const draft = firstDraft(one, contact);
    expect(exposures(one, draft, contact).map(({ field: at }) => at.key)).toEqual(['note']);
    expect(mappingObstacle(one, draft, contact)).toBe('exposed');
    expect(mappingObstacle(one, { ...draft, acknowledged: true }, contact)).toBeNull();
  });

  it('is fine in a protected field, in a choice, and where it is left out', () => {
    for (const key of ['mobile', 'level', null]) {
      const one = view([column(0, key, found)]);
      expect(exposures(one, firstDraft(one, contact), contact), String(key)).toEqual([]);
    }
  });

  it('that only the dry run met counts as well', () => {
    const one = view([column(0, 'note')], { warnings: [{ code: 'import.personal_data', args: { column: 0 } }] });
    expect(exposures(one, firstDraft(one, contact), contact)).toHaveLength(1);
  });

  it('is no matter for credit codes', () => {
    const one = view([column(0, 'note', [{ kind: 'uscc', count: 9 }])]);
    expect(exposures(one, firstDraft(one, contact), contact)).toEqual([]);
  });
});

describe('sending', () => {
  it('needs a source and a basis', () => {
    const draft = firstDraft(view([column(0, 'name')]), contact);
    expect(sourceObstacle({ ...draft, source: '  ' })).toBe('source');
    expect(sourceObstacle({ ...draft, source: 'fair' })).toBe('basis');
    expect(sourceObstacle({ ...draft, source: 'fair', basis: 'consent' })).toBeNull();
    expect(toMapping({ ...draft, source: 'fair' }, contact, [account])).toBeNull();
    expect(mappingObstacle(view([column(0, null)]), firstDraft(view([column(0, null)]), contact), contact)).toBe('nothing');
  });

  it('names every column and every relation', () => {
    const draft = { ...firstDraft(view([column(1, 'account'), column(0, 'name'), column(2, null)]), contact), source: ' fair ', basis: 'consent' as const, dayOrder: 'month_first' as const };
    expect(toMapping(draft, contact, [account])).toEqual({
      columns: [{ index: 0, field: 'name' }, { index: 1, field: 'account' }, { index: 2, field: null }], match_by: [], relations: { account: { by: 'name', create_missing: false } }, on_match: 'skip', source: 'fair', basis: 'consent', options: { date_order: 'month_first' }, acknowledge_findings: false,
    });
  });
});

describe('numbers', () => {
  const progress = { done: 500, total: 1000, new: 400, changed: 20, unchanged: 40, duplicate: 30, rejected: 10, rows_per_second: 200 };

  it('say what will be written', () => {
    const counts = { rows: 10, new: 4, changed: 3, unchanged: 1, duplicate: 1, rejected: 1 };
    expect(willWrite(counts, 'skip')).toBe(4);
    expect(willWrite(counts, 'update')).toBe(7);
  });

  it('say what has become of the rows so far', () => {
    expect(tallyOf(view([], { progress }))).toEqual({ new: 400, changed: 20, unchanged: 40, duplicate: 30, rejected: 10 });
    expect(tallyOf(view([]))).toBeNull();
  });

  it('guess the rest only from a speed', () => {
    expect(secondsLeft(progress)).toBe(3);
    expect(secondsLeft({ ...progress, rows_per_second: 0 })).toBeNull();
    expect(secondsLeft({ ...progress, done: 1000 })).toBeNull();
  });

  it('allow undoing what was written', () => {
    expect(mayUndo(view([], { state: 'done', progress }))).toBe(true);
    expect(mayUndo(view([], { state: 'running', progress }))).toBe(false);
    expect(mayUndo(view([], { state: 'cancelled', progress: { ...progress, new: 0, changed: 0 } }))).toBe(false);
  });
});
