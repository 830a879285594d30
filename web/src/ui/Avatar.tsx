import { cx } from './classes';
import { hueOf } from './Tag';

/** The last letters of a Chinese name, two where there is room; initials of any other. */
export function initials(name: string, room = 1): string {
  const clean = name.trim();
  if (/[\u3400-\u9fff]/.test(clean)) return clean.slice(-room);
  const words = clean.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? '?'}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`;
}

export function Avatar({ name, size = 'small', square }: { name: string; size?: 'small' | 'large'; square?: boolean }) {
  return (
    <span className={cx('kd-avatar', size === 'large' && 'kd-avatar-large', square && 'kd-avatar-square', `kd-hue-${hueOf(name)}`)} aria-hidden="true">
      {initials(name, size === 'large' ? 2 : 1)}
    </span>
  );
}

/** Avatar and name in one line. */
export function Person({ name }: { name: string }) {
  return (
    <span className="kd-person">
      <Avatar name={name} />
      <span className="kd-truncate">{name}</span>
    </span>
  );
}
