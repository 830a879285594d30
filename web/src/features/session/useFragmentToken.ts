import { useEffect, useState } from 'react';

/** The one-time token of a link such as `/join#token`; taken out of the address bar at once. */
export function useFragmentToken(): string {
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  useEffect(() => {
    if (token) window.history.replaceState(window.history.state, '', window.location.pathname);
  }, [token]);
  return token;
}
