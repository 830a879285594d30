/** A refused or failed request, as the server describes it (RFC 9457). */
export interface FieldProblem { field: string; code: string; message: string; args?: Record<string, unknown> }

export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Stable code such as `record.version_changed`. */
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly args: Record<string, unknown> = {},
    readonly fields: FieldProblem[] = [],
    readonly traceId?: string,
    /** Members beyond the standard ones, such as `matches`. */
    readonly extra: Record<string, unknown> = {},
  ) {
    super(title);
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, 'unexpected', error instanceof Error ? error.message : String(error));
}

export const hasCode = (error: unknown, code: string): boolean => error instanceof Problem && error.code === code;

/** Reads the body of a failed answer; a body of another kind still gives a usable problem. */
export async function readProblem(response: Response): Promise<Problem> {
  const trace = response.headers.get('x-trace') ?? undefined;
  const kind = response.headers.get('content-type') ?? '';
  if (!kind.includes('json')) return new Problem(response.status, `http_${response.status}`, response.statusText || String(response.status), undefined, {}, [], trace);
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { title, detail, code, args, fields, trace: bodyTrace, type: _type, status: _status, ...extra } = body;
  return new Problem(
    response.status,
    typeof code === 'string' ? code : `http_${response.status}`,
    typeof title === 'string' ? title : response.statusText,
    typeof detail === 'string' ? detail : undefined,
    (args as Record<string, unknown> | undefined) ?? {},
    (fields as FieldProblem[] | undefined) ?? [],
    typeof bodyTrace === 'string' ? bodyTrace : trace,
    extra,
  );
}
