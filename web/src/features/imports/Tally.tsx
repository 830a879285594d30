/** What became, or would become, of the rows: one bar and five numbers. */
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/i18n/format';
import { ShareBar } from '@/ui/Progress';
import type { Tally } from './model';
import { OUTCOMES, OUTCOME_HUE } from './words';

export function TallyView({ tally, total, bar = true, skipping = false }: { tally: Tally; total?: number; bar?: boolean; skipping?: boolean }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  // What differs from a known record is left out when the person chose to skip it.
  const label = (key: (typeof OUTCOMES)[number]): string => t(`imports.outcome.${skipping && key === 'changed' ? 'skipped' : key}`);
  return (
    <div className="kd-tally">
      {bar ? <ShareBar parts={OUTCOMES.map((key) => ({ key, hue: OUTCOME_HUE[key], value: tally[key], label: label(key) }))} /> : null}
      <dl>
        {total === undefined ? null : <div><dt>{t('imports.outcome.rows')}</dt><dd>{number(total)}</dd></div>}
        {OUTCOMES.map((key) => (
          <div key={key} className={tally[key] === 0 ? 'kd-tally-none' : undefined}>
            <dt><i className={`kd-hue-${OUTCOME_HUE[key]}`} aria-hidden="true" />{label(key)}</dt>
            <dd>{number(tally[key])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
