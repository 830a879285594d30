import { useEffect, useRef, useState } from 'react';
import { TextInput } from '@/ui/Field';
import { Icon } from '@/ui/icons';

/** Search within a list; waits for a pause in typing, and not for a half-typed Chinese word. */
export function ListSearchBox({ value, onChange, placeholder }: { value: string; onChange: (value: string) => void; placeholder: string }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const composing = useRef(false);
  const send = useRef(onChange);
  send.current = onChange;
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current || composing.current) return undefined;
    const timer = window.setTimeout(() => {
      sent.current = text;
      send.current(text.trim());
    }, 260);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <div className="kd-list-search" onCompositionStart={() => { composing.current = true; }} onCompositionEnd={(event) => { composing.current = false; setText((event.target as HTMLInputElement).value); }}>
      <TextInput value={text} onChange={setText} label={placeholder} placeholder={placeholder} prefix={<Icon name="search" size={14} />} allowClear />
    </div>
  );
}
