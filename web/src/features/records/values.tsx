/** How the value of a field looks, in a list as on a record. */
import { Link } from '@tanstack/react-router';
import { isMasked, isNamed, isReference, type FieldValue, type FieldView, type RecordView } from '@/api/types';
import { useFormats, type Formats } from '@/i18n/format';
import { useText } from '@/i18n/text';
import { HUES, type Hue } from '@/theme/tokens';
import { Person } from '@/ui/Avatar';
import { Icon } from '@/ui/icons';
import { MaskedText } from '@/ui/MaskedField';
import { hueOf, StatusDot, Tag } from '@/ui/Tag';

export const hueFor = (color: string | null | undefined, key: string): Hue => (HUES as readonly string[]).includes(color ?? '') ? (color as Hue) : COLOR_ALIAS[color ?? ''] ?? hueOf(key);
const COLOR_ALIAS: Record<string, Hue> = { grey: 'slate', gray: 'slate', red: 'rose', pink: 'rose', purple: 'violet', yellow: 'amber', gold: 'amber', lime: 'green' };

export const isEmptyValue = (value: FieldValue | undefined): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Title of a record, masked where it is; null for one without. */
export const plainTitle = (title: RecordView['title']): string | null => (isMasked(title) ? title.text : title);

/** Title of a record as text; a hidden one says so. */
export function titleText(title: RecordView['title'], hidden: string): string {
  if (title === null) return hidden;
  if (typeof title === 'string') return title || hidden;
  return title.text ?? hidden;
}

/** The value as plain text, for labels, sums and copies; null when it is hidden or empty. */
export function valueText(field: FieldView, value: FieldValue | undefined, formats: Formats, words: { yes: string; no: string }): string | null {
  if (isEmptyValue(value) || value === undefined || value === null || isMasked(value)) return null;
  if (isReference(value)) return typeof value.title === 'string' ? value.title : null;
  if (isNamed(value)) return value.name;
  const option = (key: string): string => { const found = field.options?.find((one) => one.key === key); return found ? formats.pick(found) : key; };
  switch (field.kind) {
    case 'money': return typeof value === 'number' ? formats.money(value) : String(value);
    case 'integer': return typeof value === 'number' ? formats.number(value) : String(value);
    case 'percent': return typeof value === 'number' ? `${formats.number(value)}%` : String(value);
    case 'boolean': return value ? words.yes : words.no;
    case 'date': return formats.date(String(value));
    case 'date_time': return formats.dateTime(String(value));
    case 'select': return option(String(value));
    case 'multi_select': return Array.isArray(value) ? value.map(option).join('、') : String(value);
    default: return String(value);
  }
}

export function ValueView({ field, value, inList, stage }: { field: FieldView; value: FieldValue | undefined; inList?: boolean; stage?: boolean }) {
  const t = useText();
  const formats = useFormats();
  if (isMasked(value)) return <MaskedText value={value} compact={inList} />;
  if (isEmptyValue(value) || value === undefined || value === null) return inList ? <span className="kd-empty" aria-label={t('value.empty')} /> : <span className="kd-faint">—</span>;
  if (isReference(value)) return <ReferenceLink value={value} />;
  if (isNamed(value)) return <Person name={value.name} />;
  if (field.kind === 'boolean' && inList) return value ? <Icon name="check" label={t('common.yes')} /> : <span className="kd-visually-hidden">{t('common.no')}</span>;
  if (field.kind === 'boolean') return value ? <span className="kd-row"><Icon name="check" size={14} />{t('common.yes')}</span> : <span className="kd-faint">{t('common.no')}</span>;
  if (field.kind === 'select') {
    const option = field.options?.find((one) => one.key === value);
    const label = option ? formats.pick(option) : String(value);
    const hue = hueFor(option?.color, String(value));
    return stage || option?.color ? <StatusDot hue={hue}>{label}</StatusDot> : <span className="kd-text">{label}</span>;
  }
  if (field.kind === 'multi_select' && Array.isArray(value)) {
    return <span className="kd-row">{value.map((key) => { const option = field.options?.find((one) => one.key === key); return <Tag key={key} hue={hueFor(option?.color, key)}>{option ? formats.pick(option) : key}</Tag>; })}</span>;
  }
  if (field.kind === 'url' && typeof value === 'string' && /^https?:\/\//i.test(value)) return <a href={value} target="_blank" rel="noopener noreferrer" className="kd-text">{value.replace(/^https?:\/\//i, '')}</a>;
  const text = valueText(field, value, formats, { yes: t('common.yes'), no: t('common.no') });
  return <span className={inList ? 'kd-text' : 'kd-prose'}>{text}</span>;
}

function ReferenceLink({ value }: { value: { id: string; object: string; title: string | FieldValue; access: boolean } }) {
  const t = useText();
  if (!value.access || value.title === null) {
    return <span className="kd-masked" title={t('value.noAccessText')}><Icon name="lock" size={12} /><span>{t('value.noAccess')}</span></span>;
  }
  return (
    <Link to="/o/$object/$id" params={{ object: value.object, id: value.id }} className="kd-text kd-truncate">
      {typeof value.title === 'string' ? value.title : isMasked(value.title) ? (value.title.text ?? t('record.hiddenTitle')) : t('record.hiddenTitle')}
    </Link>
  );
}
