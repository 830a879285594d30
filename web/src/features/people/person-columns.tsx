import type { PersonView } from '@/api/types';
import type { Formats } from '@/i18n/format';
import type { UnitName } from '@/i18n/names';
import type { Hue } from '@/theme/tokens';
import { Person } from '@/ui/Avatar';
import type { GridColumn } from '@/ui/grid/types';
import { Icon } from '@/ui/icons';
import { StatusDot, Tag } from '@/ui/Tag';
import type { PersonRow } from './usePeople';

export const STATUS_HUE: Record<PersonView['status'], Hue> = { active: 'green', pending: 'amber', suspended: 'orange', left: 'slate' };
type Translate = (key: string, args?: Record<string, unknown>) => string;

/** True when access ends within two weeks. */
export const endsSoon = (until: string | null, now = Date.now()): boolean => until !== null && Date.parse(until) - now < 14 * 86_400_000;

export function personColumns(formats: Formats, t: Translate, unitName: UnitName, full: boolean): GridColumn<PersonRow>[] {
  const text = (value: string | null | undefined) => (value ? <span className="kd-text">{value}</span> : <span className="kd-empty" />);
  const name: GridColumn<PersonRow> = { key: 'name', title: t('people.name'), width: 164, grow: 1, render: (row) => <><Person name={row.name} />{row.kind === 'partner' ? <Tag hue="amber">{t('people.kind.partner')}</Tag> : null}</> };
  const unit: GridColumn<PersonRow> = { key: 'unit', title: t('people.unit'), width: 112, grow: 1, render: (row) => text(unitName(row.unit)) };
  if (!full) return [name, unit];
  return [
    name,
    { key: 'login', title: t('people.login'), width: 128, grow: 1, render: (row) => text(row.login) },
    { key: 'status', title: t('people.statusTitle'), width: 112, render: (row) => <StatusDot hue={STATUS_HUE[row.status]} hollow={row.status !== 'active'}>{t(`people.status.${row.status}`)}</StatusDot> },
    unit,
    { key: 'title', title: t('people.title'), width: 112, grow: 1, render: (row) => text(row.title) },
    { key: 'manager', title: t('people.manager'), width: 116, render: (row) => (row.manager ? <Person name={row.manager.name} /> : <span className="kd-empty" />) },
    { key: 'roles', title: t('people.roles'), width: 130, grow: 1, render: (row) => (row.roles.length > 0 ? <span className="kd-text">{row.roles.map(formats.pick).join(t('common.listGap'))}</span> : <span className="kd-faint">{t('people.noRole')}</span>) },
    { key: 'factor', title: t('people.factor'), width: 118, render: (row) => <span className="kd-row kd-muted"><Icon name={row.second_factor ? 'shield-check' : 'shield-alert'} size={14} className={row.second_factor ? undefined : 'kd-people-warn'} />{t(row.second_factor ? 'people.factorOn' : 'people.factorOff')}</span> },
    { key: 'last', title: t('people.lastSignIn'), width: 108, render: (row) => (row.last_sign_in ? <span className="kd-text" title={formats.dateTime(row.last_sign_in)}>{formats.ago(row.last_sign_in)}</span> : <span className="kd-faint">{t('people.never')}</span>) },
    { key: 'until', title: t('people.until'), width: 112, render: (row) => (row.valid_until ? <span className={endsSoon(row.valid_until) ? 'kd-text kd-people-warn' : 'kd-text'}>{formats.date(row.valid_until)}</span> : <span className="kd-empty" />) },
  ];
}
