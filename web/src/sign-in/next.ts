/** Where to go after signing in: a path of this page, never another site and not the sign-in itself. */
export function nextOf(value: unknown, origin = window.location.origin): string | undefined {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return undefined;
  const url = URL.canParse(value, origin) ? new URL(value, origin) : null;
  // Browsers drop tabs and line ends from addresses, so the text alone does not tell where it leads.
  if (!url || url.origin !== origin || url.pathname.startsWith('//') || /^\/sign-in\/?$/.test(url.pathname)) return undefined;
  return url.pathname + url.search + url.hash;
}
