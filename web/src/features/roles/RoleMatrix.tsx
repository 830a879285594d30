import { useTranslation } from 'react-i18next';
import type { RoleView } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { useNames } from '@/i18n/names';
import { Icon } from '@/ui/icons';
import { Empty } from '@/ui/States';
import { actionColumns, cellScopes, objectRows, scopeHue } from './matrix';

/** Objects by actions; each cell says on which records the action is allowed. */
export function RoleMatrix({ role, roles }: { role: RoleView; roles: readonly RoleView[] }) {
  const { t } = useTranslation();
  const names = useNames();
  const actions = actionColumns(roles);
  const objects = objectRows(roles);
  if (role.objects.length === 0) return <Empty compact icon="lock" title={t('roles.noRecords')}>{t('roles.noRecordsText')}</Empty>;
  return (
    <section className="kd-role-part">
      <h3>{t('roles.matrix')}</h3>
      <div className="kd-table-scroll" tabIndex={0} role="region" aria-label={t('roles.matrix')}>
        <table className="kd-table kd-matrix">
          <thead><tr><th scope="col">{t('roles.object')}</th>{actions.map((action) => <th key={action} scope="col">{t(`action.${action}`, { defaultValue: action })}</th>)}</tr></thead>
          <tbody>
            {objects.map((object) => (
              <tr key={object}>
                <th scope="row"><span className="kd-row"><Icon name={objectIcon(object)} size={15} /><span>{names.object(object).one}</span></span></th>
                {actions.map((action) => {
                  const scopes = cellScopes(role, object, action);
                  return (
                    <td key={action}>
                      {scopes.length > 0 ? (
                        <span className={`kd-matrix-cell kd-hue-${scopeHue(scopes[0] ?? '')}`} title={scopes.map((scope) => t(`scope.${scope}`, { defaultValue: scope })).join(t('common.listGap'))}>
                          <i aria-hidden="true" />
                          <span>
                            {t(`roles.scope.${scopes[0]}`, { defaultValue: scopes[0] })}
                            {scopes.length > 1 ? <small>{scopes.slice(1).map((scope) => t(`roles.scope.${scope}`, { defaultValue: scope })).join(t('common.listGap'))}</small> : null}
                          </span>
                        </span>
                      ) : (
                        <span className="kd-matrix-none"><span aria-hidden="true">–</span><span className="kd-visually-hidden">{t('roles.notAllowed')}</span></span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="kd-faint kd-matrix-legend">
        {(['own', 'team', 'unit_below', 'all'] as const).map((scope) => <span key={scope}><i className={`kd-hue-${scopeHue(scope)}`} aria-hidden="true" />{t(`roles.reach.${scope}`)}</span>)}
      </p>
    </section>
  );
}
