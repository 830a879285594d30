/** Why rows are not taken, the most frequent reason first. */
import { useTranslation } from 'react-i18next';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Section } from '@/ui/PageHeader';
import { useDownload } from './useImport';
import { reasonText } from './words';

export function Reasons({ object, view, rejected }: { object: ObjectView; view: ImportView; rejected: number }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const download = useDownload();
  const reasons = [...(view.reasons ?? [])].sort((a, b) => b.count - a.count);
  if (rejected === 0 && reasons.length === 0) return null;
  const most = reasons[0]?.count ?? 1;
  const file = `${view.file.name.replace(/\.[^.]+$/, '')}-${t('imports.rejects.file')}.xlsx`;
  return (
    <Section
      title={t('imports.rejects.title')}
      description={t('imports.rejects.text')}
      actions={rejected > 0 && view.file.name !== '' ? <Button icon="download" loading={download.busy} onClick={() => download.run(`/imports/${view.id}/rejects`, file)}>{t('imports.rejects.download', { n: number(rejected) })}</Button> : undefined}
    >
      {reasons.length === 0 ? null : <ul className="kd-reasons">
        {reasons.map((reason) => {
          const field = object.fields.find((one) => one.key === reason.field);
          return (
            <li key={`${reason.code}/${reason.field ?? ''}`}>
              <span className="kd-reasons-text">{field ? <strong>{pick(field)}</strong> : null}{reasonText(t, reason.code)}</span>
              <span className={`kd-reasons-bar kd-hue-${/duplicate/.test(reason.code) ? 'amber' : 'rose'}`} aria-hidden="true"><i style={{ width: `${Math.max(3, (reason.count / most) * 100)}%` }} /></span>
              <span className="kd-num">{t('imports.rows', { n: number(reason.count) })}</span>
            </li>
          );
        })}
      </ul>}
    </Section>
  );
}
