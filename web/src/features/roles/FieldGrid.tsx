import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RoleView } from '@/api/types';
import { definedQuery } from '@/features/people/usePeople';
import { useFormats } from '@/i18n/format';
import { useNames } from '@/i18n/names';
import { Chips } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { Empty } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { usePhone } from '@/ui/useMedia';
import { CLASS_HUE, fieldRows, LEVELS, objectRows, type Level } from './matrix';

const LEVEL_ICON = { none: 'eye-off', masked: 'lock', read: 'eye', write: 'edit' } as const;

/** Every field of an object and how far the role sees it. */
export function FieldGrid({ role, roles, object, onObject }: { role: RoleView; roles: readonly RoleView[]; object?: string; onObject: (object: string) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  const { pick } = useFormats();
  const phone = usePhone();
  const { data: defined = [] } = useQuery(definedQuery);
  const keys = objectRows(roles);
  const shown = keys.find((one) => one === object) ?? keys[0];
  if (!shown || role.objects.length === 0) return <Empty compact icon="lock" title={t('roles.noRecords')}>{t('roles.noRecordsText')}</Empty>;
  const known = defined.find((one) => one.key === shown)?.fields ?? [];
  const nameOf = (key: string): string => { const field = known.find((one) => one.key === key); return field ? pick(field) : names.field(shown, key); };
  const rows = fieldRows(role, shown, known);
  const classed = rows.some((row) => row.class !== null);
  const counts = LEVELS.map((level) => ({ level, n: rows.filter((row) => row.level === level).length }));
  return (
    <section className="kd-role-part">
      <Chips label={t('roles.object')} value={shown} onChange={onObject} options={keys.map((key) => ({ value: key, label: names.object(key).one }))} />
      {rows.length === 0 ? (
        <Empty compact icon="lock" title={t('roles.noFields', { object: names.object(shown).one })} />
      ) : phone ? (
        <ul className="kd-rowlist kd-fieldlist" aria-label={t('roles.fieldLevels')}>
          {rows.map((row) => (
            <li key={row.key}>
              <span className="kd-grow kd-truncate">{nameOf(row.key)}</span>
              {row.class ? <Tag hue={CLASS_HUE[row.class]} title={t(`roles.classText.${row.class}`)}>{row.class}</Tag> : null}
              <span className={`kd-level-named kd-level-${row.level}`}><Icon name={LEVEL_ICON[row.level]} size={13} />{t(`level.${row.level}`)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <div className="kd-table-scroll" tabIndex={0} role="region" aria-label={t('roles.fieldLevels')}>
          <table className="kd-table kd-fieldgrid">
            <thead><tr><th scope="col">{t('explain.field')}</th>{classed ? <th scope="col">{t('roles.class')}</th> : null}{counts.map((one) => <th key={one.level} scope="col" className="kd-fieldgrid-level">{t(`level.${one.level}`)} <span className="kd-faint">{one.n}</span></th>)}</tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">{nameOf(row.key)}</th>
                  {classed ? <td>{row.class ? <Tag hue={CLASS_HUE[row.class]} title={t(`roles.classText.${row.class}`)}>{row.class}</Tag> : null}</td> : null}
                  {LEVELS.map((level) => <td key={level} className="kd-fieldgrid-level">{row.level === level ? <LevelMark level={level} /> : <i className="kd-fieldgrid-dot" aria-hidden="true" />}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="kd-faint kd-matrix-legend">{classed ? null : t('roles.unlisted')}{(classed ? (['P0', 'P1', 'P2', 'P3'] as const) : []).map((one) => <span key={one}><Tag hue={CLASS_HUE[one]}>{one}</Tag>{t(`roles.classText.${one}`)}</span>)}</p>
    </section>
  );
}

function LevelMark({ level }: { level: Level }) {
  const { t } = useTranslation();
  return <span className={`kd-level kd-level-${level}`}><Icon name={LEVEL_ICON[level]} size={13} /><span className="kd-visually-hidden">{t(`level.${level}`)}</span></span>;
}
