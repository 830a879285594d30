/** The form of the sign-in page inside the app, over an expired session. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import { mountSignInForm, type FormOptions } from '@/sign-in/form';
import '@/sign-in/frame.css';
import '@/ui/button.css';
import '@/ui/field.css';
import '@/ui/notice.css';

export function SignInForm({ login, ...options }: FormOptions) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(options);
  useEffect(() => { latest.current = options; });
  const other = options.onOther !== undefined;
  useLayoutEffect(() => {
    if (!place.current) return undefined;
    return mountSignInForm(place.current, { login, onSignedIn: (session) => latest.current.onSignedIn(session), onOther: other ? () => latest.current.onOther?.() : undefined });
  }, [login, other]);
  return <div ref={place} />;
}
