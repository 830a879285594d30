/** How the import recognises records that exist, what it does with them, and how it finds related ones. */
import { useTranslation } from 'react-i18next';
import { useCan, useObjects } from '@/api/queries';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Checkbox, Field, RadioGroup } from '@/ui/Field';
import { Section } from '@/ui/PageHeader';
import { Select } from '@/ui/Select';
import { usePhone } from '@/ui/useMedia';
import { hasDates, matchCandidates, referenceFields, relationOf, relationWays, toggleMatch, type Draft } from './model';

export function MatchSettings({ object, view, draft, onChange }: { object: ObjectView; view: ImportView; draft: Draft; onChange: (draft: Draft) => void }) {
  const phone = usePhone();
  const { t } = useTranslation();
  const { noun, pick } = useFormats();
  const objects = useObjects();
  const can = useCan();
  const candidates = matchCandidates(draft, object);
  const references = referenceFields(draft, object);
  const name = noun(object);
  return (
    <>
      <Section title={t('imports.match.title')} description={t('imports.match.text', { name })}>
        <div className="kd-import-match">
          <Field label={t('imports.match.by')} help={draft.matchBy.length === 0 ? t('imports.match.byNone', { name }) : undefined}>
            <div className="kd-row kd-row-wrap" role="group" aria-label={t('imports.match.by')}>
              {candidates.length === 0 ? <span className="kd-faint">{t('imports.match.noCandidate')}</span> : null}
              {candidates.map((field) => <Checkbox key={field.key} checked={draft.matchBy.includes(field.key)} onChange={(on) => onChange(toggleMatch(draft, object, field.key, on))}>{pick(field)}</Checkbox>)}
            </div>
          </Field>
          {draft.matchBy.length > 0 ? (
            <Field label={t('imports.match.onMatch')}>
              <RadioGroup value={draft.onMatch} onChange={(onMatch) => onChange({ ...draft, onMatch })} label={t('imports.match.onMatch')} options={[{ value: 'skip', label: t('imports.match.skip'), hint: t('imports.match.skipHint') }, { value: 'update', label: t('imports.match.update'), hint: t('imports.match.updateHint') }]} />
            </Field>
          ) : null}
        </div>
      </Section>
      {references.length > 0 ? (
        <Section title={t('imports.relation.title')} description={t('imports.relation.text')}>
          <div className="kd-stack">
            {references.map((field) => {
              const target = objects.find((one) => one.key === field.to);
              const relation = relationOf(draft, field, target);
              const put = (patch: Partial<typeof relation>): void => onChange({ ...draft, relations: { ...draft.relations, [field.key]: { ...relation, ...patch } } });
              const titled = target?.fields.find((one) => one.key === target.title);
              const byTitle = relation.by === target?.title;
              const mayCreate = field.to !== null && can.object(field.to, 'create');
              return (
                <div key={field.key} className="kd-import-relation">
                  <span className="kd-import-relation-name">{pick(field)}</span>
                  <Select label={t('imports.relation.by', { name: pick(field) })} value={relation.by} onChange={(by) => by !== null && put({ by, create_missing: relation.create_missing && by === target?.title })} options={relationWays(target).map((way) => ({ value: way.key, label: t('imports.relation.way', { name: noun(way) }) }))} width={phone ? '100%' : 230} />
                  <Checkbox checked={relation.create_missing && mayCreate} disabled={!mayCreate || !byTitle} onChange={(on) => put({ create_missing: on })}>{t('imports.relation.create', { name: noun(target ?? field) })}</Checkbox>
                  {mayCreate && byTitle ? null : <span className="kd-faint">{mayCreate ? t('imports.relation.titleOnly', { name: titled ? noun(titled) : '' }) : t('imports.relation.mayNot')}</span>}
                </div>
              );
            })}
          </div>
        </Section>
      ) : null}
      {hasDates(view, draft, object) ? (
        <Section title={t('imports.dates.title')} description={t('imports.dates.text')}>
          <RadioGroup label={t('imports.dates.title')} value={draft.dayOrder ?? 'refuse'} onChange={(next) => onChange({ ...draft, dayOrder: next === 'refuse' ? null : next })} options={(['refuse', 'day_first', 'month_first'] as const).map((one) => ({ value: one, label: t(`imports.dates.${one}`) }))} />
        </Section>
      ) : null}
    </>
  );
}
