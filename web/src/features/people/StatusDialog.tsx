/** Suspending, resuming and ending: says beforehand what dies and what stays, asks why, and shows what is left to hand over. */
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { useObjects } from '@/api/queries';
import type { PersonView } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { useNames } from '@/i18n/names';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field, TextArea, TextInput } from '@/ui/Field';
import { Icon, type IconName } from '@/ui/icons';
import { Notice } from '@/ui/PageHeader';
import { useStatus, type StatusVerb } from './usePeople';

const EFFECTS: Record<StatusVerb, readonly { icon: IconName; key: string }[]> = {
  suspend: [{ icon: 'log-out', key: 'sessions' }, { icon: 'lock', key: 'noSignIn' }, { icon: 'check', key: 'keeps' }],
  resume: [{ icon: 'check', key: 'signIn' }, { icon: 'key', key: 'sameRoles' }],
  end: [{ icon: 'log-out', key: 'sessions' }, { icon: 'lock', key: 'never' }, { icon: 'key', key: 'roles' }, { icon: 'handshake', key: 'owned' }],
};

export function StatusDialog({ person, verb, onClose }: { person: PersonView; verb: StatusVerb; onClose: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const names = useNames();
  const objects = useObjects();
  const stepUp = useStepUp();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const change = useStatus(person.id);
  const problem = change.error ? asProblem(change.error) : null;
  const ready = reason.trim().length > 0 && (verb !== 'end' || typed.trim() === person.name);
  const run = (): void => { if (ready) void stepUp(() => change.mutateAsync({ verb, reason: reason.trim() })).catch(() => undefined); };
  if (change.isSuccess) {
    return (
      <Dialog open title={t(`people.done.${verb}`, { name: person.name })} onClose={onClose} footer={<Button kind="primary" onClick={onClose}>{t('common.done')}</Button>}>
        {verb === 'end' ? (
          change.data.length > 0 ? (
            <div className="kd-stack">
              <p>{t('people.handOver', { name: person.name })}</p>
              <ul className="kd-rowlist">{change.data.map(([object, n]) => <li key={object}><span className="kd-grow">{names.object(object).many}</span><strong>{number(n)}</strong>{objects.some((one) => one.key === object) ? <Link to="/o/$object" params={{ object }} search={{ filter: { field: '_owner', op: 'eq', value: person.id } }}>{t('people.openOwned')}</Link> : null}</li>)}</ul>
              {change.data.every(([object]) => objects.some((one) => one.key === object)) ? null : <Notice tone="info">{t('people.handOverOthers', { name: person.name })}</Notice>}
            </div>
          ) : (
            <p>{t('people.nothingOwned')}</p>
          )
        ) : (
          <p>{t(`people.doneText.${verb}`)}</p>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      title={t(`people.ask.${verb}`, { name: person.name })}
      onClose={onClose}
      footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind={verb === 'resume' ? 'primary' : 'danger'} disabled={!ready} loading={change.isPending} onClick={run}>{t(`people.${verb}`)}</Button></>}
    >
      <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); run(); }}>
        <ul className="kd-effects">{EFFECTS[verb].map((one) => <li key={one.key}><Icon name={one.icon} size={15} />{t(`people.effect.${one.key}`)}</li>)}</ul>
        <Field label={t('people.reason')} required help={t('people.reasonHelp')} error={problem?.fields[0]?.message}><TextArea value={reason} onChange={setReason} rows={2} maxLength={300} placeholder={t(`people.reasonFor.${verb}`)} /></Field>
        {verb === 'end' ? <Field label={t('confirm.type', { word: person.name })}><TextInput value={typed} onChange={setTyped} autoComplete="off" /></Field> : null}
        {problem && problem.fields.length === 0 ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      </form>
    </Dialog>
  );
}
