import { useTranslation } from 'react-i18next';
import type { Explanation, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { Notice } from '@/ui/PageHeader';
import { Tag } from '@/ui/Tag';

export function ExplanationView({ explanation, object }: { explanation: Explanation; object?: ObjectView }) {
  const { t } = useTranslation();
  const { pick, dateTime } = useFormats();
  const allowed = explanation.decision === 'allow';
  const field = explanation.field;
  const fieldView = object?.fields.find((one) => one.key === field?.key);
  return (
    <div className="kd-stack kd-explain">
      <Notice tone={allowed ? 'success' : 'danger'} title={t(allowed ? 'explain.allowed' : 'explain.denied', { name: explanation.person.name, action: t(`action.${explanation.action}`, { defaultValue: explanation.action }) })} />
      <section>
        <h3>{t('explain.branches')}</h3>
        <ul>
          {explanation.branches.map((branch, at) => (
            <li key={at} className={branch.matched ? 'kd-explain-yes' : 'kd-explain-no'}>
              <Icon name={branch.matched ? 'check' : 'close'} size={15} label={t(branch.matched ? 'explain.matched' : 'explain.notMatched')} />
              <div className="kd-grow">
                <div className="kd-row kd-row-wrap">
                  <strong>{t(`scope.${branch.scope}`, { defaultValue: branch.scope })}</strong>
                  {branch.role ? <Tag hue="blue">{pick(branch.role)}</Tag> : null}
                  {branch.via !== 'direct' ? <Tag>{t(`via.${branch.via}`, { defaultValue: branch.via })}</Tag> : null}
                </div>
                {branch.fact ? <div className="kd-muted">{t(`fact.${branch.fact.code}`, { ...branch.fact.args, defaultValue: branch.fact.code })}</div> : null}
                <div className="kd-faint kd-small">{[branch.granted_by ? t('explain.grantedBy', { name: branch.granted_by.name }) : null, branch.expires_at ? t('sharing.ends', { time: dateTime(branch.expires_at) }) : null].filter(Boolean).join(' · ')}</div>
              </div>
            </li>
          ))}
          {explanation.branches.length === 0 ? <li className="kd-faint">{t('explain.noBranch')}</li> : null}
        </ul>
      </section>
      {explanation.guards.length > 0 ? (
        <section>
          <h3>{t('explain.guards')}</h3>
          <ul>
            {explanation.guards.map((guard) => (
              <li key={guard.code} className={guard.matched ? 'kd-explain-stop' : 'kd-explain-no'}>
                <Icon name={guard.matched ? 'shield-alert' : 'check'} size={15} />
                <span>{t(`guard.${guard.code}`, { defaultValue: guard.code })}</span>
                <span className="kd-end kd-faint">{t(guard.matched ? 'explain.stops' : 'explain.passes')}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {explanation.obligations.length > 0 ? (
        <section>
          <h3>{t('explain.obligations')}</h3>
          <ul>{explanation.obligations.map((one) => <li key={one.code} className={one.met ? 'kd-explain-yes' : 'kd-explain-stop'}><Icon name={one.met ? 'check' : 'clock'} size={15} /><span>{t(`obligation.${one.code}`, { ...one.args, defaultValue: one.code })}</span></li>)}</ul>
        </section>
      ) : null}
      {field ? <Notice tone="privacy" title={t('explain.fieldLevel', { field: fieldView ? pick(fieldView) : field.key, level: t(`level.${field.level}`, { defaultValue: field.level }) })}>{field.from && pick(field.from) ? t('explain.fieldFrom', { role: pick(field.from) }) : null}</Notice> : null}
    </div>
  );
}
