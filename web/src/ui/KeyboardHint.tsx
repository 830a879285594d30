const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const GLYPHS: Record<string, string> = { Mod: MAC ? '⌘' : 'Ctrl', Shift: MAC ? '⇧' : 'Shift', Enter: '↵', Up: '↑', Down: '↓', Left: '←', Right: '→', Space: '␣' };

/** Shows a key combination such as `Mod+K` with the symbols of the platform. */
export function KeyboardHint({ keys }: { keys: string }) {
  return (
    <span className="kd-kbds" aria-hidden="true">
      {keys.split('+').map((key) => (
        <kbd key={key} className="kd-kbd">{GLYPHS[key] ?? key}</kbd>
      ))}
    </span>
  );
}
