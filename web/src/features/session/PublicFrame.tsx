/** The frame of the sign-in page around other pages that need no session. */
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { mountFrame, type Frame } from '@/sign-in/frame';
import '@/ui/button.css';

export function PublicFrame({ title, text, children, wide = false }: { title: ReactNode; text?: ReactNode; children: ReactNode; wide?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<Frame | null>(null);
  useLayoutEffect(() => {
    if (!place.current) return undefined;
    const made = mountFrame(place.current, wide);
    setFrame(made);
    return () => made.end();
  }, [wide]);
  return (
    <div ref={place} className="kd-public-place">
      {frame ? createPortal(<><h1>{title}</h1>{text ? <p className="kd-muted">{text}</p> : null}{children}</>, frame.card) : null}
    </div>
  );
}
