/** Which column goes to which field, how known records are recognised, how related ones are found. */
import { useTranslation } from 'react-i18next';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Checkbox } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Foot, StepHead } from './Foot';
import { MappingRow } from './MappingRow';
import { MatchSettings } from './MatchSettings';
import { assign, codeTail, exposures, importableFields, mappingObstacle, missingRequired, personalFindings } from './model';
import { keepDraft, useDraft } from './useImport';
import { findingsText } from './words';

export function MappingStep({ object, view, onNext }: { object: ObjectView; view: ImportView; onNext: () => void }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const [draft, setDraft] = useDraft(view, object);
  const fields = importableFields(object);
  const exposed = exposures(view, draft, object);
  const missing = missingRequired(draft, object);
  // A file of one line only: there is nothing to import, whatever is mapped.
  const empty = view.file.rows === 0;
  const obstacle = mappingObstacle(view, draft, object);
  const mapped = Object.values(draft.fields).filter((field) => field !== null).length;
  const usedBy = (key: string): string | undefined => view.columns.find((column) => draft.fields[column.index] === key)?.name;
  return (
    <div className="kd-import-step">
      <StepHead title={t('imports.mapping.title')}>{empty ? t('imports.mapping.textEmpty', { n: view.columns.length }) : view.file.rows ? t('imports.mapping.text', { n: view.columns.length, rows: number(view.file.rows) }) : t('imports.mapping.textMany', { n: view.columns.length })}</StepHead>
      {view.warnings.filter((warning) => codeTail(warning.code) !== 'personal_data').map((warning) => <Notice key={warning.code} tone="warning">{t(`imports.warning.${codeTail(warning.code)}`, { defaultValue: warning.code, ...warning.args })}</Notice>)}
      {empty ? <Notice tone="warning" title={t('imports.mapping.emptyTitle')}>{t('imports.mapping.emptyText')}</Notice> : null}
      <div className="kd-map">
        <table>
          <thead><tr><th scope="col">{t('imports.mapping.column')}</th><th scope="col">{t('imports.mapping.kind')}</th><th scope="col">{t('imports.mapping.target')}</th></tr></thead>
          <tbody>
            {view.columns.map((column) => (
              <MappingRow key={column.index} column={column} fields={fields} value={draft.fields[column.index] ?? null} exposed={exposed.find((one) => one.column.index === column.index)?.field} usedBy={usedBy} onChange={(key) => setDraft(assign(draft, object, column.index, key))} />
            ))}
          </tbody>
        </table>
      </div>
      {exposed.length > 0 ? (
        <Notice tone="danger" title={t('imports.exposed.title')}>
          <p>{t('imports.exposed.text')}</p>
          <ul className="kd-import-list">{exposed.map(({ column, field }) => <li key={column.index}>{t('imports.exposed.one', { column: column.name, findings: findingsText(t, personalFindings(column)) || t('imports.exposed.some'), field: pick(field) })}</li>)}</ul>
          <Checkbox checked={draft.acknowledged} onChange={(acknowledged) => setDraft({ ...draft, acknowledged })}>{t('imports.exposed.acknowledge')}</Checkbox>
        </Notice>
      ) : null}
      {missing.length > 0 ? <Notice tone="warning" title={t('imports.missing.title', { fields: missing.map(pick).join(t('common.listGap')) })}>{t('imports.missing.text')}</Notice> : null}
      <MatchSettings object={object} view={view} draft={draft} onChange={setDraft} />
      <Foot note={obstacle ? t(`imports.obstacle.${obstacle}`) : t('imports.mappedOf', { n: mapped, of: view.columns.length })}>
        <Button kind="primary" iconEnd="arrow-right" disabled={empty || obstacle !== null} onClick={() => { keepDraft(view.id, draft); onNext(); }}>{t('common.next')}</Button>
      </Foot>
    </div>
  );
}
