/** The import wizard: what is in the file, where it goes, why we may keep it, what would happen, and the doing. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useObject } from '@/api/queries';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Menu } from '@/ui/Menu';
import { PageHeader } from '@/ui/PageHeader';
import { ErrorState, NoPermission, SkeletonLines, SkeletonRows } from '@/ui/States';
import { Stepper, type Step } from '@/ui/Stepper';
import { CheckStep } from './CheckStep';
import { DoneStep } from './DoneStep';
import { MappingStep } from './MappingStep';
import { isEditable, STEPS, stepOf, willWrite, type StepKey } from './model';
import { RunStep } from './RunStep';
import { SourceStep } from './SourceStep';
import { UploadStep } from './UploadStep';
import { hasDraft, useImport, useImportActions, useRefreshRecords } from './useImport';
import './import.css';

export function ImportPage() {
  const { object: key } = useParams({ from: '/shell/import/$object' });
  const object = useObject(key);
  const can = useCan();
  if (!object || !can.object(key, 'import')) return <NoPermission />;
  return <Wizard key={key} object={object} />;
}

function Wizard({ object }: { object: ObjectView }) {
  const search = useSearch({ from: '/shell/import/$object' });
  const { data: view, error, refetch } = useImport(search.import);
  if (search.import === undefined) return <Frame object={object} step="upload"><UploadStep object={object} /></Frame>;
  if (!view) return <Frame object={object} step="mapping" lost={Boolean(error)}>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <div className="kd-import-step" role="status"><SkeletonLines lines={3} /><SkeletonRows rows={6} /></div>}</Frame>;
  return <Running key={view.id} object={object} view={view} asked={search.step} />;
}

function Running({ object, view, asked }: { object: ObjectView; view: ImportView; asked: string | undefined }) {
  const navigate = useNavigate({ from: '/import/$object' });
  const step = stepOf(view.state, asked, hasDraft(view.id));
  useRefreshRecords(view);
  const go = (to: 'mapping' | 'source' | undefined): void => void navigate({ search: (before) => ({ ...before, step: to }) });
  return (
    <Frame object={object} view={view} step={step} go={go}>
      {step === 'mapping' ? <MappingStep object={object} view={view} onNext={() => go('source')} />
        : step === 'source' ? <SourceStep object={object} view={view} onBack={() => go('mapping')} onNext={() => go(undefined)} />
        : step === 'check' ? <CheckStep object={object} view={view} onBack={() => go('mapping')} />
        : step === 'run' ? <RunStep object={object} view={view} />
        : <DoneStep object={object} view={view} />}
    </Frame>
  );
}

/** `lost`: there is no import that a step could belong to. */
function Frame({ object, view, step, lost = false, go, children }: { object: ObjectView; view?: ImportView; step: StepKey; lost?: boolean; go?: (to: 'mapping' | 'source') => void; children: React.ReactNode }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const body = useRef<HTMLDivElement>(null);
  const before = useRef(step);
  // The next step begins at its top, and a screen reader begins to read there.
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    body.current?.scrollTo({ top: 0 });
    body.current?.focus({ preventScroll: true });
  }, [step]);
  const editable = view !== undefined && isEditable(view.state);
  const summary: Partial<Record<StepKey, string>> = view ? summaries(view, t, formats.number) : {};
  const steps: Step[] = STEPS.map((key) => ({
    key,
    label: t(`imports.step.${key}`),
    summary: summary[key],
    onSelect: editable && STEPS.indexOf(key) < STEPS.indexOf(step) && (key === 'mapping' || key === 'source') && go ? () => go(key) : undefined,
  }));
  return (
    <div className="kd-import">
      <PageHeader
        icon="upload"
        title={t('imports.title', { name: formats.noun({ zh: object.zh, en: object.en_plural }) })}
        actions={
          <>
            <Button kind="quiet" icon="history" onClick={() => void navigate({ to: '/imports' })}>{t('imports.all')}</Button>
            {view && editable ? <Discard view={view} /> : null}
          </>
        }
      />
      <div className={lost ? 'kd-import-body kd-import-lost' : 'kd-import-body'}>
        {lost ? null : <aside className="kd-import-side">
          <Stepper label={t('imports.steps')} steps={steps} current={view?.state === 'failed' ? (view.progress ? 'run' : 'check') : step} failed={view?.state === 'failed'} finished={view?.state === 'done' || view?.state === 'undone'} />
        </aside>}
        <div ref={body} tabIndex={-1} className="kd-import-main" aria-label={t(`imports.step.${step}`)} role="region">{children}</div>
      </div>
    </div>
  );
}

function summaries(view: ImportView, t: ReturnType<typeof useTranslation>['t'], number: (n: number) => string): Partial<Record<StepKey, string>> {
  const mapped = view.mapping?.columns.filter((column) => column.field !== null).length;
  return {
    upload: [view.file.name, view.file.rows ? t('imports.rows', { n: number(view.file.rows) }) : null].filter(Boolean).join(' · '),
    mapping: mapped === undefined || view.columns.length === 0 ? undefined : t('imports.mappedOf', { n: mapped, of: view.columns.length }),
    source: view.mapping ? `${view.mapping.source} · ${t(`imports.basis.${view.mapping.basis}`)}` : undefined,
    check: view.counts ? t('imports.checkSummary', { n: number(willWrite(view.counts, view.mapping?.on_match ?? 'skip')), rejected: number(view.counts.rejected) }) : undefined,
  };
}

function Discard({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const navigate = useNavigate();
  const { step } = useImportActions(view);
  const discard = async (): Promise<void> => {
    if (!(await confirm({ title: t('imports.discardTitle', { name: view.file.name }), text: t('imports.discardText'), action: t('imports.discard'), danger: true }))) return;
    await step.mutateAsync('cancel').then(() => navigate({ to: '/imports' }), () => undefined);
  };
  return (
    <Menu placement="bottomRight" items={[{ key: 'discard', icon: 'trash', danger: true, label: t('imports.discard'), onSelect: () => void discard() }]}>
      <IconButton icon="more" label={t('common.more')} tooltip={false} aria-haspopup="menu" />
    </Menu>
  );
}
