/** Purposes chosen during this visit, the latest first; offered first next time. */
let recent: readonly string[] = [];

export const recentPurposes = (): readonly string[] => recent;
export function notePurpose(code: string): void {
  recent = [code, ...recent.filter((one) => one !== code)].slice(0, 4);
}
