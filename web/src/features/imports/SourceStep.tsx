/** Where the data comes from and why it may be kept; stays with every record of the import. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { useObjects } from '@/api/queries';
import type { ImportView, ObjectView } from '@/api/types';
import { Button } from '@/ui/Button';
import { Field, RadioGroup, TextInput } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Foot, StepHead } from './Foot';
import { BASES, mappingObstacle, sourceObstacle, toMapping, type Basis } from './model';
import { dropDraft, useDraft, useImportActions } from './useImport';

export function SourceStep({ object, view, onBack, onNext }: { object: ObjectView; view: ImportView; onBack: () => void; onNext: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useDraft(view, object);
  const objects = useObjects();
  const { check } = useImportActions(view);
  const [tried, setTried] = useState(false);
  const obstacle = sourceObstacle(draft);
  const problem = check.error ? asProblem(check.error) : null;
  // What was decided in the step before is corrected there.
  const elsewhere = problem?.fields.filter((one) => one.field !== 'source' && one.field !== 'basis') ?? [];
  const errorOf = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message;
  const submit = (): void => {
    setTried(true);
    const mapping = obstacle === null && mappingObstacle(view, draft, object) === null ? toMapping(draft, object, objects) : null;
    if (mapping) check.mutate(mapping, { onSuccess: () => { dropDraft(view.id); onNext(); } });
  };
  return (
    <form className="kd-import-step kd-import-narrow" noValidate onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <StepHead title={t('imports.source.title')}>{t('imports.source.text')}</StepHead>
      <Field label={t('imports.source.source')} required help={t('imports.source.sourceHelp')} error={errorOf('source') ?? (tried && obstacle === 'source' ? t('imports.obstacle.source') : undefined)}>
        <TextInput value={draft.source} onChange={(source) => setDraft({ ...draft, source })} placeholder={t('imports.source.placeholder')} maxLength={120} autoFocus />
      </Field>
      <Field label={t('imports.source.basis')} required error={errorOf('basis') ?? (tried && draft.basis === null ? t('imports.obstacle.basis') : undefined)}>
        <div className="kd-import-bases">
          <RadioGroup<Basis | ''> label={t('imports.source.basis')} value={draft.basis ?? ''} onChange={(basis) => basis !== '' && setDraft({ ...draft, basis })} options={BASES.map((basis) => ({ value: basis, label: t(`imports.basis.${basis}`), hint: t(`imports.basisHint.${basis}`) }))} />
        </div>
      </Field>
      <Notice tone="privacy" title={t('imports.source.whyTitle')}>{t('imports.source.why')}</Notice>
      {problem && (elsewhere.length > 0 || problem.fields.length === 0) ? <Notice tone="danger" title={problem.title} actions={elsewhere.length > 0 ? <Button size="small" onClick={onBack}>{t('imports.source.toMapping')}</Button> : undefined}>{elsewhere.length > 0 && problem.code !== 'import.personal_data_in_unclassified' ? [...new Set(elsewhere.map((one) => one.message))].join(' ') : problem.detail}</Notice> : null}
      <Foot note={tried && obstacle ? t(`imports.obstacle.${obstacle}`) : undefined}>
        <Button onClick={onBack}>{t('common.back')}</Button>
        <Button kind="primary" type="submit" icon="eye" loading={check.isPending}>{t('imports.source.check')}</Button>
      </Foot>
    </form>
  );
}
